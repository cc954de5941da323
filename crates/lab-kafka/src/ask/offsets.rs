//! ListOffsets: where a log begins and ends, by the broker asked.

use std::collections::BTreeMap;

use kafka_protocol::messages::{
    BrokerId, ListOffsetsRequest,
    list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic},
};

use super::{Place, by_topic};
use crate::wire::{Ask, Connection, Failure, Refusal, refusal};

impl Ask for ListOffsetsRequest {
    const NEWEST: i16 = 7;
}

/// Which end of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The log's first offset.
    Earliest,
    /// The next offset to be written, or for consumers the first they may not read yet.
    Latest,
}

/// On whose behalf is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum As {
    /// A consumer that reads committed records: only a leader answers, up to the last stable offset.
    Consumer,
    /// Kafka's debugging replica (`replica_id` −2): any replica answers for its own log.
    Observer,
}

/// An offset, and the leader epoch the broker knows for the partition (−1 if none).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) offset: i64,
    pub(crate) leader_epoch: i32,
}

/// Asks for one end of each partition's log.
pub(crate) async fn list(
    connection: &mut Connection,
    places: impl IntoIterator<Item = Place>,
    end: End,
    on_behalf: As,
) -> Result<BTreeMap<Place, Result<Found, Refusal>>, Failure> {
    let timestamp = match end {
        End::Latest => -1,
        End::Earliest => -2,
    };
    let topics: Vec<ListOffsetsTopic> = by_topic(places.into_iter().map(|place| (place, ())))
        .into_iter()
        .map(|(name, partitions)| {
            let asked = |(index, ()): (i32, ())| {
                ListOffsetsPartition::default().with_partition_index(index).with_timestamp(timestamp)
            };
            ListOffsetsTopic::default().with_name(name).with_partitions(partitions.into_iter().map(asked).collect())
        })
        .collect();
    if topics.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (replica, isolation) = match on_behalf {
        As::Consumer => (-1, 1),
        As::Observer => (-2, 0),
    };
    let question = ListOffsetsRequest::default()
        .with_replica_id(BrokerId(replica))
        .with_isolation_level(isolation)
        .with_topics(topics);
    let answer = connection.ask(&question).await?;
    let mut found = BTreeMap::new();
    for topic in answer.topics {
        for partition in topic.partitions {
            let place = (topic.name.0.to_string(), partition.partition_index);
            let said = Found { offset: partition.offset, leader_epoch: partition.leader_epoch };
            found.insert(place, refusal(partition.error_code, None).map(|()| said));
        }
    }
    Ok(found)
}
