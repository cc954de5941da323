//! The command lines that do the same as an action, in a lab that runs or would run.

use lab_docker::Stack;
use lab_kafka::{ByHand, Kafka};
use lab_model::ActionCall;

use crate::faults;

/// The listener that tools inside a broker's container use; every Kafka stack has it.
const INSIDE: &str = "localhost:9092";

/// The lines, with the container names that Compose gives; none if nobody could type it.
pub(crate) fn lines(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
    if let Some(fault) = faults::of_action(&call.name) {
        return vec![fault.by_hand(lab, faults::node_of(call))];
    }
    let broker = stack.nodes().iter().find(|node| node.kind.contains("broker"));
    broker.map_or_else(Vec::new, |broker| {
        let container = format!("{lab}-{}-1", broker.name);
        Kafka::by_hand(call, &ByHand { container, bootstrap: INSIDE.into() })
    })
}
