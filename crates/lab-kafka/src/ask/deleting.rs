//! DeleteRecords: a leader moves the start of its log, and answers when every live replica has followed.
//!
//! Only a partition's leader does this; nobody forwards it.

use std::{collections::BTreeMap, time::Duration};

use kafka_protocol::messages::{
    DeleteRecordsRequest,
    delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic},
};

use super::{Place, by_topic};
use crate::wire::{Ask, Connection, Failure, Refusal, refusal};

impl Ask for DeleteRecordsRequest {
    const NEWEST: i16 = 2;
}

/// Instead of an offset: the leader's high watermark, whatever it is when the request comes.
pub(crate) const HIGH_WATERMARK: i64 = -1;
/// How long the replicas may take, in the leader's eyes. Shorter than a connection waits, so that it is Kafka that says so.
pub(crate) const LIMIT: Duration = Duration::from_secs(8);

/// Deletes the records before an offset of each partition. Gives the low watermarks: the lowest log start of all replicas
/// that live.
pub(crate) async fn delete_before(
    connection: &mut Connection,
    offsets: impl IntoIterator<Item = (Place, i64)>,
) -> Result<BTreeMap<Place, Result<i64, Refusal>>, Failure> {
    let topics: Vec<DeleteRecordsTopic> = by_topic(offsets)
        .into_iter()
        .map(|(name, partitions)| {
            let before = |(index, offset): (i32, i64)| {
                DeleteRecordsPartition::default().with_partition_index(index).with_offset(offset)
            };
            DeleteRecordsTopic::default().with_name(name).with_partitions(partitions.into_iter().map(before).collect())
        })
        .collect();
    let limit = i32::try_from(LIMIT.as_millis()).unwrap_or(i32::MAX);
    let question = DeleteRecordsRequest::default().with_topics(topics).with_timeout_ms(limit);
    let answer = connection.ask(&question).await?;
    let mut marks = BTreeMap::new();
    for topic in answer.topics {
        for partition in topic.partitions {
            let place = (topic.name.0.to_string(), partition.partition_index);
            marks.insert(place, refusal(partition.error_code, None).map(|()| partition.low_watermark));
        }
    }
    Ok(marks)
}
