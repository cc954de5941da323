//! What a broker says of its own replicas: log start, log end, high watermark, last stable offset.
//!
//! The log end comes from ListOffsets in the name of Kafka's debugging replica, the rest from a Fetch at that log end:
//! as a consumer's fetch with nothing to return, it is answered by followers too, each up to its own high watermark.

use std::collections::BTreeMap;

use kafka_protocol::messages::{
    FetchRequest,
    fetch_request::{FetchPartition, FetchTopic},
    fetch_response::PartitionData,
};
use lab_model::facts::kafka::KafkaFact;

use super::{
    Place, by_topic,
    offsets::{self, As, End, Found},
};
use crate::wire::{Ask, Connection, Failure, Refusal, refusal};

impl Ask for FetchRequest {
    // The last version that names topics; later ones want topic ids.
    const NEWEST: i16 = 12;
}

/// A replica in its broker's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Replica {
    pub(crate) leader_epoch: i32,
    pub(crate) log_start: i64,
    pub(crate) log_end: i64,
    /// None if the broker would not say.
    pub(crate) high_watermark: Option<i64>,
    pub(crate) last_stable: Option<i64>,
}

impl Replica {
    /// The fact about it.
    pub(crate) fn fact(self, topic: &str, partition: i32) -> KafkaFact {
        KafkaFact::ReplicaRead {
            topic: topic.to_owned(),
            partition,
            leader_epoch: self.leader_epoch,
            log_start: self.log_start,
            log_end: self.log_end,
            high_watermark: self.high_watermark,
            last_stable: self.last_stable,
        }
    }
}

/// What Fetch says beside the records.
#[derive(Debug, Clone, Copy)]
struct Marks {
    log_start: i64,
    high_watermark: i64,
    last_stable: i64,
}

/// Reads the broker's own replicas of `places`.
///
/// Refusals that pass (a replica not yet made, a leader just moving) are left out; what remains is worth a fact.
pub(crate) async fn read(
    connection: &mut Connection,
    places: &[Place],
) -> Result<BTreeMap<Place, Result<Replica, Refusal>>, Failure> {
    let mut said = BTreeMap::new();
    let ends = log_ends(connection, places, &mut said).await?;
    let marks = marks(connection, &ends).await?;
    let overtaken: Vec<Place> = ends
        .iter()
        .filter(|(place, end)| matches!(marks.get(*place), Some(Ok(mark)) if mark.high_watermark > end.offset))
        .map(|(place, _)| place.clone())
        .collect();
    // Records came between the two questions: read the log end again, so that it is not older than the high watermark.
    let later = log_ends(connection, &overtaken, &mut said).await?;
    for (place, end) in ends.into_iter().chain(later) {
        match marks.get(&place) {
            Some(Ok(marks)) => {
                said.insert(place, Ok(replica(end, *marks)));
            }
            Some(Err(refused)) if refused.name() == "OFFSET_NOT_AVAILABLE" => {
                let start = log_start(connection, &place).await?;
                said.insert(place, Ok(without_marks(end, start.unwrap_or(0))));
            }
            Some(Err(refused)) if !passing(refused) => {
                said.insert(place, Err(refused.clone()));
            }
            _ => {}
        }
    }
    Ok(said)
}

async fn log_ends(
    connection: &mut Connection,
    places: &[Place],
    said: &mut BTreeMap<Place, Result<Replica, Refusal>>,
) -> Result<BTreeMap<Place, Found>, Failure> {
    let mut ends = BTreeMap::new();
    for (place, end) in offsets::list(connection, places.iter().cloned(), End::Latest, As::Observer).await? {
        match end {
            Ok(end) => {
                ends.insert(place, end);
            }
            Err(refused) if !passing(&refused) => {
                said.insert(place, Err(refused));
            }
            Err(_) => {}
        }
    }
    Ok(ends)
}

async fn log_start(connection: &mut Connection, place: &Place) -> Result<Option<i64>, Failure> {
    let starts = offsets::list(connection, [place.clone()], End::Earliest, As::Observer).await?;
    Ok(starts.into_values().find_map(Result::ok).map(|found| found.offset))
}

async fn marks(
    connection: &mut Connection,
    at: &BTreeMap<Place, Found>,
) -> Result<BTreeMap<Place, Result<Marks, Refusal>>, Failure> {
    if at.is_empty() {
        return Ok(BTreeMap::new());
    }
    let positions = at.iter().map(|(place, end)| (place.clone(), end.offset));
    let answer = connection.ask(&fetch(positions, 1, 0)).await?;
    refusal(answer.error_code, None)?;
    let mut marks = BTreeMap::new();
    for topic in answer.responses {
        for partition in topic.partitions {
            marks.insert((topic.topic.0.to_string(), partition.partition_index), marks_of(&partition));
        }
    }
    Ok(marks)
}

fn marks_of(partition: &PartitionData) -> Result<Marks, Refusal> {
    refusal(partition.error_code, None)?;
    Ok(Marks {
        log_start: partition.log_start_offset,
        high_watermark: partition.high_watermark,
        last_stable: partition.last_stable_offset,
    })
}

fn replica(end: Found, marks: Marks) -> Replica {
    let known = |offset: i64| Some(offset).filter(|offset| *offset >= 0);
    Replica {
        leader_epoch: end.leader_epoch,
        log_start: marks.log_start,
        log_end: end.offset,
        high_watermark: known(marks.high_watermark),
        last_stable: known(marks.last_stable),
    }
}

fn without_marks(end: Found, log_start: i64) -> Replica {
    Replica { leader_epoch: end.leader_epoch, log_start, log_end: end.offset, high_watermark: None, last_stable: None }
}

/// A storage error is retriable in Kafka's eyes too, but it is what the picture must show. A log end that is out of
/// range a moment later was truncated in between: the next look says how far.
fn passing(refused: &Refusal) -> bool {
    match refused.name().as_str() {
        "KAFKA_STORAGE_ERROR" => false,
        "OFFSET_OUT_OF_RANGE" => true,
        _ => refused.passing(),
    }
}

/// A consumer's Fetch that never waits. `bytes`: at most, per partition (a first batch comes even if it is larger).
pub(super) fn fetch(
    positions: impl IntoIterator<Item = (Place, i64)>,
    bytes: i32,
    isolation_level: i8,
) -> FetchRequest {
    let topics: Vec<FetchTopic> = by_topic(positions)
        .into_iter()
        .map(|(name, partitions)| {
            let asked = |(index, offset): (i32, i64)| {
                FetchPartition::default()
                    .with_partition(index)
                    .with_fetch_offset(offset)
                    .with_partition_max_bytes(bytes)
            };
            FetchTopic::default().with_topic(name).with_partitions(partitions.into_iter().map(asked).collect())
        })
        .collect();
    FetchRequest::default()
        .with_max_wait_ms(0)
        .with_min_bytes(0)
        .with_max_bytes(bytes.saturating_mul(8))
        .with_isolation_level(isolation_level)
        .with_topics(topics)
}
