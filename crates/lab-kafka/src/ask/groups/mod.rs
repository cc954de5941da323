//! Groups: which a broker coordinates, who coordinates one, how they are, and what they committed.

mod assignment;
mod describe;
mod offsets;

use std::collections::BTreeMap;

use kafka_protocol::messages::{FindCoordinatorRequest, GroupId, ListGroupsRequest, list_groups_response::ListedGroup};
use lab_model::facts::kafka::TopicPartitions;

pub(crate) use self::{
    describe::describe,
    offsets::{commit, committed},
};
use super::text;
use crate::wire::{Ask, Connection, Failure, refusal};

impl Ask for ListGroupsRequest {
    const NEWEST: i16 = 5;
}
impl Ask for FindCoordinatorRequest {
    const NEWEST: i16 = 4;
}

/// Groups the broker coordinates, by name.
pub(crate) type Listed = BTreeMap<String, ListedGroup>;

/// A group of a protocol, to be described without having been listed.
pub(crate) fn one(group: &str, protocol: &str) -> Listed {
    let listed = ListedGroup::default().with_group_id(GroupId(text(group))).with_group_type(text(protocol));
    Listed::from([(group.to_owned(), listed)])
}

/// Which groups the broker coordinates: of every type there is.
pub(crate) async fn list(connection: &mut Connection) -> Result<Listed, Failure> {
    let answer = connection.ask(&ListGroupsRequest::default()).await?;
    refusal(answer.error_code, None)?;
    Ok(answer.groups.into_iter().map(|group| (group.group_id.0.to_string(), group)).collect())
}

/// The node id of a group's coordinator.
pub(crate) async fn coordinator(connection: &mut Connection, group: &str) -> Result<i32, Failure> {
    let question = FindCoordinatorRequest::default().with_key_type(0).with_coordinator_keys(vec![text(group)]);
    let answer = connection.ask(&question).await?;
    let found = answer.coordinators.into_iter().next();
    let found = found.ok_or_else(|| Failure::Silent("it names no coordinator".into()))?;
    refusal(found.error_code, found.error_message.as_ref())?;
    Ok(found.node_id.0)
}

/// Sorted by topic, partitions ascending.
pub(crate) fn by_name(topics: impl Iterator<Item = (String, Vec<i32>)>) -> Vec<TopicPartitions> {
    let mut topics: Vec<TopicPartitions> = topics
        .map(|(topic, mut partitions)| {
            partitions.sort_unstable();
            TopicPartitions { topic, partitions }
        })
        .collect();
    topics.sort_by(|a, b| a.topic.cmp(&b.topic));
    topics
}
