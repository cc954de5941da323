//! The command lines that do the same as an action, in a lab that runs or would run.

use lab_docker::{Fault, Stack};
use lab_model::ActionCall;

use crate::{
    faults,
    lab::{ENGINES, Registration},
};

/// The lines, with the container names that Compose gives; none if nobody could type it.
pub(crate) fn lines(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
    if let Some(fault) = faults::of_action(&call.name) {
        let node = faults::node_of(call);
        return vec![if fault == Fault::Heal && !has_cluster(stack, node) {
            format!("docker network connect {lab}_a-client {lab}-{node}-1")
        } else {
            fault.by_hand(lab, node)
        }];
    }
    engine(call).map_or_else(Vec::new, |engine| (engine.by_hand)(lab, stack, call))
}

/// What Pipewright does not see of an action that a person does by hand; empty if engines tell all of it.
pub(crate) fn unseen(call: &ActionCall) -> &'static str {
    engine(call).map_or("", |engine| (engine.unseen)(call))
}

/// It has an address of its own among other nodes.
fn has_cluster(stack: &Stack, node: &str) -> bool {
    stack.nodes().iter().any(|described| described.name == node && described.faults.contains(&Fault::Cut))
}

fn engine(call: &ActionCall) -> Option<&'static Registration> {
    let (first, _) = call.name.split_once('.')?;
    ENGINES.iter().find(|engine| engine.name == first)
}

#[cfg(test)]
#[path = "by_hand_test.rs"]
mod tests;
