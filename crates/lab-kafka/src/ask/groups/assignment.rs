//! What the members of a classic group were assigned: the consumers' own bytes, which Kafka only keeps.

use bytes::{Buf, Bytes};
use kafka_protocol::{messages::ConsumerProtocolAssignment, protocol::Decodable};
use lab_model::facts::kafka::TopicPartitions;

use super::by_name;

/// Members of a classic group carry their assignment as the consumers' own bytes: version, then the message. A member
/// that was given nothing yet has none.
pub(super) fn read(mut bytes: Bytes) -> Result<Vec<TopicPartitions>, String> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let version = bytes.try_get_i16().map_err(|_| "its assignment is one byte long".to_owned())?;
    plausible(&bytes)?;
    // Later versions only append fields.
    let decoded = ConsumerProtocolAssignment::decode(&mut bytes, version.clamp(0, 3));
    let assignment = decoded.map_err(|why| format!("its assignment: {why}"))?;
    let topics = assignment.assigned_partitions.into_iter();
    Ok(by_name(topics.map(|topic| (topic.topic.0.to_string(), topic.partitions))))
}

/// kafka-protocol makes room for as many topics and partitions as the bytes announce: it must not be more than there can be.
fn plausible(bytes: &[u8]) -> Result<(), String> {
    let ends = || "its assignment ends early".to_owned();
    let mut left = bytes;
    let topics = left.try_get_i32().map_err(|_| ends())?;
    for _ in 0..topics {
        let name = usize::try_from(left.try_get_i16().map_err(|_| ends())?).unwrap_or_default();
        left = left.get(name..).ok_or_else(ends)?;
        let partitions = usize::try_from(left.try_get_i32().map_err(|_| ends())?).unwrap_or_default();
        left = left.get(partitions.saturating_mul(4)..).ok_or_else(ends)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "assignment_test.rs"]
mod tests;
