//! The command lines that do the same as an action, in a lab that runs or would run.

use lab_cassandra::Cassandra;
use lab_docker::Stack;
use lab_kafka::Kafka;
use lab_model::ActionCall;

use crate::faults;

/// The listener that tools inside a broker's container use; every Kafka stack has it.
const INSIDE: &str = "localhost:9092";

/// The lines, with the container names that Compose gives; none if nobody could type it.
pub(crate) fn lines(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
    if let Some(fault) = faults::of_action(&call.name) {
        return vec![fault.by_hand(lab, faults::node_of(call))];
    }
    let container = |node: &str| format!("{lab}-{node}-1");
    let first =
        |kind: &str| stack.nodes().iter().find(|node| node.kind.contains(kind)).map(|node| container(&node.name));
    match call.name.split_once('.') {
        Some(("kafka", _)) => first("broker").map_or_else(Vec::new, |container| {
            Kafka::by_hand(call, &lab_kafka::ByHand { container, bootstrap: INSIDE.into() })
        }),
        Some(("cassandra", _)) => {
            let nodes = stack.nodes().iter().filter(|node| node.kind == "node" && node.spare.is_none());
            let containers = nodes.map(|node| (node.name.clone(), container(&node.name))).collect();
            Cassandra::by_hand(call, &lab_cassandra::ByHand { containers })
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
#[path = "by_hand_test.rs"]
mod tests;
