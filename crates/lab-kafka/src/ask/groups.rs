//! Groups as their coordinator describes them, their committed offsets, and who coordinates which.

use std::collections::BTreeMap;

use bytes::{Buf, Bytes};
use kafka_protocol::{
    messages::{
        ConsumerGroupDescribeRequest, ConsumerProtocolAssignment, DescribeGroupsRequest, FindCoordinatorRequest,
        GroupId, ListGroupsRequest, OffsetCommitRequest, OffsetFetchRequest,
        consumer_group_describe_response as kip848, describe_groups_response as classic,
        offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic},
        offset_fetch_request::OffsetFetchRequestGroup,
    },
    protocol::Decodable,
};
use lab_model::facts::kafka::{CommittedOffset, KafkaFact, MemberSeen, TopicPartitions};

use super::{by_topic, text};
use crate::wire::{Ask, Connection, Failure, refusal};

impl Ask for ListGroupsRequest {
    const NEWEST: i16 = 5;
}
impl Ask for DescribeGroupsRequest {
    const NEWEST: i16 = 5;
}
impl Ask for ConsumerGroupDescribeRequest {
    const NEWEST: i16 = 1;
}
impl Ask for OffsetFetchRequest {
    const NEWEST: i16 = 9;
}
impl Ask for FindCoordinatorRequest {
    const NEWEST: i16 = 4;
}
impl Ask for OffsetCommitRequest {
    const NEWEST: i16 = 9;
}

/// Groups the broker coordinates: name → protocol (`classic`, `consumer`, `share`, …).
pub(crate) type Listed = BTreeMap<String, String>;

/// Which groups the broker coordinates.
pub(crate) async fn list(connection: &mut Connection) -> Result<Listed, Failure> {
    let answer = connection.ask(&ListGroupsRequest::default()).await?;
    refusal(answer.error_code, None)?;
    Ok(answer.groups.into_iter().map(|group| (group.group_id.0.to_string(), group.group_type.to_lowercase())).collect())
}

/// Describes consumer groups of both protocols ([`KafkaFact::GroupDescribed`]), by name; others are left out.
pub(crate) async fn describe(connection: &mut Connection, groups: &Listed) -> Result<Vec<KafkaFact>, Failure> {
    let of = |protocol: &str| -> Vec<GroupId> {
        let named = groups.iter().filter(|(_, its)| *its == protocol);
        named.map(|(group, _)| GroupId(text(group))).collect()
    };
    let mut described = BTreeMap::new();
    let (old, new) = (of("classic"), of("consumer"));
    if !old.is_empty() {
        let answer = connection.ask(&DescribeGroupsRequest::default().with_groups(old)).await?;
        for group in answer.groups.into_iter().filter(|group| group.error_code == 0) {
            described.insert(group.group_id.0.to_string(), from_classic(group));
        }
    }
    if !new.is_empty() {
        let answer = connection.ask(&ConsumerGroupDescribeRequest::default().with_group_ids(new)).await?;
        for group in answer.groups.into_iter().filter(|group| group.error_code == 0) {
            described.insert(group.group_id.0.to_string(), from_kip848(group));
        }
    }
    Ok(described.into_values().collect())
}

fn from_classic(group: classic::DescribedGroup) -> KafkaFact {
    let consumers = group.protocol_type.as_str() == "consumer";
    let members = group.members.into_iter().map(|member| MemberSeen {
        member_id: member.member_id.to_string(),
        client_id: member.client_id.to_string(),
        host: member.client_host.trim_start_matches('/').to_owned(),
        assignment: if consumers { classic_assignment(member.member_assignment) } else { Vec::new() },
    });
    KafkaFact::GroupDescribed {
        group: group.group_id.0.to_string(),
        protocol: "classic".into(),
        state: group.group_state.to_string(),
        epoch: None,
        members: by_member(members),
    }
}

/// Members of a classic group carry their assignment as the consumers' own bytes: version, then the message.
fn classic_assignment(mut bytes: Bytes) -> Vec<TopicPartitions> {
    let Ok(version) = bytes.try_get_i16() else { return Vec::new() };
    // Later versions only append fields.
    let decoded = ConsumerProtocolAssignment::decode(&mut bytes, version.clamp(0, 3));
    let partitions = decoded.map(|assignment| assignment.assigned_partitions).unwrap_or_default();
    by_name(partitions.into_iter().map(|topic| (topic.topic.0.to_string(), topic.partitions)))
}

fn from_kip848(group: kip848::DescribedGroup) -> KafkaFact {
    let members = group.members.into_iter().map(|member| MemberSeen {
        member_id: member.member_id.to_string(),
        client_id: member.client_id.to_string(),
        host: member.client_host.trim_start_matches('/').to_owned(),
        assignment: by_name(
            member
                .assignment
                .topic_partitions
                .into_iter()
                .map(|topic| (topic.topic_name.0.to_string(), topic.partitions)),
        ),
    });
    KafkaFact::GroupDescribed {
        group: group.group_id.0.to_string(),
        protocol: "consumer".into(),
        state: group.group_state.to_string(),
        epoch: Some(group.group_epoch),
        members: by_member(members),
    }
}

fn by_member(members: impl Iterator<Item = MemberSeen>) -> Vec<MemberSeen> {
    let mut members: Vec<MemberSeen> = members.collect();
    members.sort_by(|a, b| a.member_id.cmp(&b.member_id));
    members
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

/// Committed offsets of groups the broker coordinates: group → offsets by topic and partition.
pub(crate) async fn committed(
    connection: &mut Connection,
    groups: impl IntoIterator<Item = &String>,
) -> Result<BTreeMap<String, Vec<CommittedOffset>>, Failure> {
    let groups: Vec<OffsetFetchRequestGroup> = groups
        .into_iter()
        .map(|group| OffsetFetchRequestGroup::default().with_group_id(GroupId(text(group))).with_topics(None))
        .collect();
    if groups.is_empty() {
        return Ok(BTreeMap::new());
    }
    let answer = connection.ask(&OffsetFetchRequest::default().with_groups(groups)).await?;
    let mut committed = BTreeMap::new();
    for group in answer.groups.into_iter().filter(|group| group.error_code == 0) {
        let mut offsets = Vec::new();
        for topic in group.topics {
            let known = topic.partitions.into_iter().filter(|p| p.error_code == 0 && p.committed_offset >= 0);
            offsets.extend(known.map(|partition| CommittedOffset {
                topic: topic.name.0.to_string(),
                partition: partition.partition_index,
                offset: partition.committed_offset,
            }));
        }
        offsets.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
        committed.insert(group.group_id.0.to_string(), offsets);
    }
    Ok(committed)
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
