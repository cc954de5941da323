//! The command lines that do the same as an action, in a lab that runs or would run.

use lab_docker::Stack;
use lab_model::ActionCall;

use crate::{
    faults,
    lab::{ENGINES, Registration},
};

/// The lines, with the container names that Compose gives; none if nobody could type it.
pub(crate) fn lines(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
    if let Some(fault) = faults::of_action(&call.name) {
        return vec![fault.by_hand(lab, faults::node_of(call))];
    }
    engine(call).map_or_else(Vec::new, |engine| (engine.by_hand)(lab, stack, call))
}

/// What Pipewright does not see of an action that a person does by hand; empty if engines tell all of it.
pub(crate) fn unseen(call: &ActionCall) -> &'static str {
    engine(call).map_or("", |engine| (engine.unseen)(call))
}

fn engine(call: &ActionCall) -> Option<&'static Registration> {
    let (first, _) = call.name.split_once('.')?;
    ENGINES.iter().find(|engine| engine.name == first)
}

#[cfg(test)]
#[path = "by_hand_test.rs"]
mod tests;
