//! What groups committed, and committing for one.

use std::collections::BTreeMap;

use kafka_protocol::messages::{
    GroupId, OffsetCommitRequest, OffsetFetchRequest,
    list_groups_response::ListedGroup,
    offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic},
    offset_fetch_request::OffsetFetchRequestGroup,
    offset_fetch_response::OffsetFetchResponseGroup,
};
use lab_model::facts::kafka::{CommittedOffset, KafkaFact};

use super::Listed;
use crate::{
    ask::{by_topic, text},
    wire::{Ask, Connection, Failure, refusal},
};

impl Ask for OffsetFetchRequest {
    const NEWEST: i16 = 9;
}
impl Ask for OffsetCommitRequest {
    const NEWEST: i16 = 9;
}

/// What groups the broker coordinates have committed ([`KafkaFact::OffsetsCommitted`]), by name. Share groups commit
/// nothing. A group of which it cannot be had is told so, and costs no other.
pub(crate) async fn committed(
    connection: &mut Connection,
    groups: &Listed,
) -> Result<BTreeMap<String, KafkaFact>, Failure> {
    let groups: Vec<&ListedGroup> =
        groups.values().filter(|group| !group.group_type.eq_ignore_ascii_case("share")).collect();
    fetch(connection, &groups).await
}

/// All in one question; where the answer cannot be read, one by one.
async fn fetch(connection: &mut Connection, groups: &[&ListedGroup]) -> Result<BTreeMap<String, KafkaFact>, Failure> {
    if groups.is_empty() {
        return Ok(BTreeMap::new());
    }
    let asked = groups.iter().map(|group| OffsetFetchRequestGroup::default().with_group_id(group.group_id.clone()));
    let question = OffsetFetchRequest::default().with_groups(asked.map(|group| group.with_topics(None)).collect());
    match connection.ask(&question).await {
        Ok(answer) => Ok(told(groups, answer.groups)),
        Err(Failure::Unreadable(why)) if groups.len() == 1 => {
            let group = groups[0].group_id.0.to_string();
            Ok(BTreeMap::from([(group.clone(), unread(group, why))]))
        }
        Err(Failure::Unreadable(_)) => {
            let mut committed = BTreeMap::new();
            for group in groups {
                committed.extend(Box::pin(fetch(connection, &[group])).await?);
            }
            Ok(committed)
        }
        Err(other) => Err(other),
    }
}

/// A fact for each group that was asked for, whatever the answer leaves out.
fn told(groups: &[&ListedGroup], answers: Vec<OffsetFetchResponseGroup>) -> BTreeMap<String, KafkaFact> {
    let mut committed: BTreeMap<String, KafkaFact> = answers
        .into_iter()
        .map(|answer| {
            let group = answer.group_id.0.to_string();
            let fact = match refusal(answer.error_code, None) {
                Ok(()) => offsets(group.clone(), answer),
                Err(refused) => unread(group.clone(), refused.to_string()),
            };
            (group, fact)
        })
        .collect();
    for group in groups {
        let group = group.group_id.0.to_string();
        let missing = || unread(group.clone(), "its coordinator did not say them".to_owned());
        committed.entry(group.clone()).or_insert_with(missing);
    }
    committed
}

fn unread(group: String, why: String) -> KafkaFact {
    KafkaFact::OffsetsCommitted { group, offsets: Vec::new(), unread: Some(why) }
}

fn offsets(group: String, answer: OffsetFetchResponseGroup) -> KafkaFact {
    let (mut offsets, mut unread) = (Vec::new(), None);
    for topic in answer.topics {
        for partition in topic.partitions {
            let (topic, partition, offset) = (
                topic.name.0.to_string(),
                partition.partition_index,
                match refusal(partition.error_code, None) {
                    Ok(()) => partition.committed_offset,
                    Err(refused) => {
                        unread = Some(format!("{}-{}: {refused}", topic.name.0, partition.partition_index));
                        continue;
                    }
                },
            );
            // −1: none was committed.
            if offset >= 0 {
                offsets.push(CommittedOffset { topic, partition, offset });
            }
        }
    }
    offsets.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
    KafkaFact::OffsetsCommitted { group, offsets, unread }
}

/// Commits offsets for a group without members; Kafka refuses while there are any.
pub(crate) async fn commit(
    connection: &mut Connection,
    group: &str,
    offsets: &[CommittedOffset],
) -> Result<(), Failure> {
    let places = offsets.iter().map(|at| ((at.topic.clone(), at.partition), at.offset));
    let topics: Vec<OffsetCommitRequestTopic> = by_topic(places)
        .into_iter()
        .map(|(name, partitions)| {
            let asked = |(index, offset): (i32, i64)| {
                OffsetCommitRequestPartition::default().with_partition_index(index).with_committed_offset(offset)
            };
            OffsetCommitRequestTopic::default()
                .with_name(name)
                .with_partitions(partitions.into_iter().map(asked).collect())
        })
        .collect();
    let question = OffsetCommitRequest::default().with_group_id(GroupId(text(group))).with_topics(topics);
    let answer = connection.ask(&question).await?;
    for partition in answer.topics.into_iter().flat_map(|topic| topic.partitions) {
        refusal(partition.error_code, None)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "offsets_test.rs"]
mod tests;
