//! The command lines that do the same as an action, in a lab that runs or would run.

use lab_docker::Stack;
use lab_model::ActionCall;

use crate::{faults, lab::ENGINES};

/// The lines, with the container names that Compose gives; none if nobody could type it.
pub(crate) fn lines(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
    if let Some(fault) = faults::of_action(&call.name) {
        return vec![fault.by_hand(lab, faults::node_of(call))];
    }
    let first = call.name.split_once('.').map(|(first, _)| first);
    let engine = ENGINES.iter().find(|engine| Some(engine.name) == first);
    engine.map_or_else(Vec::new, |engine| (engine.by_hand)(lab, stack, call))
}

#[cfg(test)]
#[path = "by_hand_test.rs"]
mod tests;
