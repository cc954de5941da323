//! Groups as their coordinator describes them, their committed offsets, and who coordinates which.

use std::collections::BTreeMap;

use bytes::{Buf, Bytes};
use kafka_protocol::{
    messages::{
        ConsumerGroupDescribeRequest, ConsumerProtocolAssignment, DescribeGroupsRequest, FindCoordinatorRequest,
        GroupId, ListGroupsRequest, OffsetCommitRequest, OffsetFetchRequest, ShareGroupDescribeRequest,
        consumer_group_describe_response as kip848, describe_groups_response as classic,
        list_groups_response::ListedGroup,
        offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic},
        offset_fetch_request::OffsetFetchRequestGroup,
        share_group_describe_response as share,
    },
    protocol::{Decodable, StrBytes},
};
use lab_model::facts::kafka::{CommittedOffset, KafkaFact, MemberSeen, TopicPartitions};

use super::{by_topic, text};
use crate::wire::{Ask, Connection, Failure, Refusal, refusal};

impl Ask for ListGroupsRequest {
    const NEWEST: i16 = 5;
}
impl Ask for DescribeGroupsRequest {
    const NEWEST: i16 = 5;
}
impl Ask for ConsumerGroupDescribeRequest {
    const NEWEST: i16 = 1;
}
impl Ask for ShareGroupDescribeRequest {
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

/// Describes groups of every type ([`KafkaFact::GroupDescribed`]), by name. One that cannot be described is told as it is
/// listed, with the reason; it costs no other.
pub(crate) async fn describe(connection: &mut Connection, groups: &Listed) -> Result<Vec<KafkaFact>, Failure> {
    let mut described: BTreeMap<String, KafkaFact> = BTreeMap::new();
    for kind in ["classic", "consumer", "share"] {
        let named: Vec<&ListedGroup> =
            groups.values().filter(|group| group.group_type.eq_ignore_ascii_case(kind)).collect();
        for (group, fact) in of_kind(connection, kind, &named).await? {
            described.insert(group, fact);
        }
    }
    for (group, listed) in groups {
        let unread = || as_listed(listed, "Pipewright does not read the members of such groups".to_owned());
        described.entry(group.clone()).or_insert_with(unread);
    }
    Ok(described.into_values().collect())
}

/// All in one question; where the answer cannot be read, one by one.
async fn of_kind(
    connection: &mut Connection,
    kind: &str,
    groups: &[&ListedGroup],
) -> Result<Vec<(String, KafkaFact)>, Failure> {
    match ask_about(connection, kind, groups).await {
        Err(Failure::Unreadable(why)) if groups.len() == 1 => {
            let group = groups[0];
            Ok(vec![(group.group_id.0.to_string(), as_listed(group, why))])
        }
        Err(Failure::Unreadable(_)) => {
            let mut described = Vec::new();
            for group in groups {
                described.extend(Box::pin(of_kind(connection, kind, &[group])).await?);
            }
            Ok(described)
        }
        answered => answered,
    }
}

async fn ask_about(
    connection: &mut Connection,
    kind: &str,
    groups: &[&ListedGroup],
) -> Result<Vec<(String, KafkaFact)>, Failure> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<GroupId> = groups.iter().map(|group| group.group_id.clone()).collect();
    let refused: BTreeMap<GroupId, Result<KafkaFact, Refusal>> = match kind {
        "classic" => {
            let answer = connection.ask(&DescribeGroupsRequest::default().with_groups(ids)).await?;
            let said = |group: classic::DescribedGroup| {
                let refused = refusal(group.error_code, group.error_message.as_ref());
                (group.group_id.clone(), refused.map(|()| from_classic(group)))
            };
            answer.groups.into_iter().map(said).collect()
        }
        "consumer" => {
            let answer = connection.ask(&ConsumerGroupDescribeRequest::default().with_group_ids(ids)).await?;
            let said = |group: kip848::DescribedGroup| {
                let refused = refusal(group.error_code, group.error_message.as_ref());
                (group.group_id.clone(), refused.map(|()| from_kip848(group)))
            };
            answer.groups.into_iter().map(said).collect()
        }
        _ => {
            let answer = connection.ask(&ShareGroupDescribeRequest::default().with_group_ids(ids)).await?;
            let said = |group: share::DescribedGroup| {
                let refused = refusal(group.error_code, group.error_message.as_ref());
                (group.group_id.clone(), refused.map(|()| from_share(group)))
            };
            answer.groups.into_iter().map(said).collect()
        }
    };
    let fact = |group: &&ListedGroup| {
        let fact = match refused.get(&group.group_id) {
            Some(Ok(fact)) => fact.clone(),
            Some(Err(refused)) => as_listed(group, refused.to_string()),
            None => as_listed(group, "its coordinator did not describe it".to_owned()),
        };
        (group.group_id.0.to_string(), fact)
    };
    Ok(groups.iter().map(fact).collect())
}

/// What the list alone says of a group.
fn as_listed(group: &ListedGroup, unread: String) -> KafkaFact {
    KafkaFact::GroupDescribed {
        group: group.group_id.0.to_string(),
        protocol: group.group_type.to_lowercase(),
        protocol_type: Some(group.protocol_type.to_string()).filter(|kind| !kind.is_empty()),
        unread: Some(unread),
        state: group.group_state.to_string(),
        epoch: None,
        members: Vec::new(),
    }
}

fn from_classic(group: classic::DescribedGroup) -> KafkaFact {
    let kind = group.protocol_type.to_string();
    let members = group.members.into_iter().map(|member| {
        let assignment = match kind.as_str() {
            "consumer" => classic_assignment(member.member_assignment),
            other => Err(format!("only `{other}` knows what its members have")),
        };
        MemberSeen {
            member_id: member.member_id.to_string(),
            client_id: member.client_id.to_string(),
            host: member.client_host.trim_start_matches('/').to_owned(),
            unread: assignment.as_ref().err().cloned(),
            assignment: assignment.unwrap_or_default(),
        }
    });
    let members = by_member(members);
    KafkaFact::GroupDescribed {
        group: group.group_id.0.to_string(),
        protocol: "classic".into(),
        protocol_type: Some(kind).filter(|kind| !kind.is_empty()),
        unread: None,
        state: group.group_state.to_string(),
        epoch: None,
        members,
    }
}

/// Members of a classic group carry their assignment as the consumers' own bytes: version, then the message. A member
/// that was given nothing yet has none.
fn classic_assignment(mut bytes: Bytes) -> Result<Vec<TopicPartitions>, String> {
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

fn from_kip848(group: kip848::DescribedGroup) -> KafkaFact {
    let members = group.members.into_iter().map(|member| {
        let held = member.assignment.topic_partitions.into_iter();
        member_seen(
            [&member.member_id, &member.client_id, &member.client_host],
            held.map(|topic| (topic.topic_name.0.to_string(), topic.partitions)),
        )
    });
    newer("consumer", group.group_id, &group.group_state, group.group_epoch, members)
}

fn from_share(group: share::DescribedGroup) -> KafkaFact {
    let members = group.members.into_iter().map(|member| {
        let held = member.assignment.topic_partitions.into_iter();
        member_seen(
            [&member.member_id, &member.client_id, &member.client_host],
            held.map(|topic| (topic.topic_name.0.to_string(), topic.partitions)),
        )
    });
    newer("share", group.group_id, &group.group_state, group.group_epoch, members)
}

fn member_seen([member, client, host]: [&StrBytes; 3], held: impl Iterator<Item = (String, Vec<i32>)>) -> MemberSeen {
    MemberSeen {
        member_id: member.to_string(),
        client_id: client.to_string(),
        host: host.trim_start_matches('/').to_owned(),
        assignment: by_name(held),
        unread: None,
    }
}

/// A group whose coordinator assigns.
fn newer(
    protocol: &str,
    group: GroupId,
    state: &StrBytes,
    epoch: i32,
    members: impl Iterator<Item = MemberSeen>,
) -> KafkaFact {
    KafkaFact::GroupDescribed {
        group: group.0.to_string(),
        protocol: protocol.to_owned(),
        protocol_type: None,
        unread: None,
        state: state.to_string(),
        epoch: Some(epoch),
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

/// Committed offsets of groups the broker coordinates: group → offsets by topic and partition. Share groups commit none.
pub(crate) async fn committed(
    connection: &mut Connection,
    groups: &Listed,
) -> Result<BTreeMap<String, Vec<CommittedOffset>>, Failure> {
    let committing = groups.values().filter(|group| !group.group_type.eq_ignore_ascii_case("share"));
    let groups: Vec<OffsetFetchRequestGroup> = committing
        .map(|group| OffsetFetchRequestGroup::default().with_group_id(group.group_id.clone()).with_topics(None))
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

#[cfg(test)]
#[path = "groups_test.rs"]
mod tests;
