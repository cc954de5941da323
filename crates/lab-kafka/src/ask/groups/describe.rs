//! Groups as their coordinator describes them.

use std::collections::BTreeMap;

use kafka_protocol::{
    messages::{
        ConsumerGroupDescribeRequest, DescribeGroupsRequest, GroupId, ShareGroupDescribeRequest,
        consumer_group_describe_response as kip848, describe_groups_response as classic,
        list_groups_response::ListedGroup, share_group_describe_response as share,
    },
    protocol::StrBytes,
};
use lab_model::facts::kafka::{KafkaFact, MemberSeen};

use super::{Listed, assignment, by_name};
use crate::wire::{Ask, Connection, Failure, Refusal, refusal};

impl Ask for DescribeGroupsRequest {
    const NEWEST: i16 = 5;
}
impl Ask for ConsumerGroupDescribeRequest {
    const NEWEST: i16 = 1;
}
impl Ask for ShareGroupDescribeRequest {
    const NEWEST: i16 = 1;
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
        described.entry(group.clone()).or_insert_with(|| not_read(listed));
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
    let answers: BTreeMap<GroupId, Result<KafkaFact, Refusal>> = match kind {
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
    Ok(told(groups, &answers))
}

/// A fact for each group that was asked for, whatever the answer leaves out.
fn told(groups: &[&ListedGroup], answers: &BTreeMap<GroupId, Result<KafkaFact, Refusal>>) -> Vec<(String, KafkaFact)> {
    let fact = |group: &&ListedGroup| {
        let fact = match answers.get(&group.group_id) {
            Some(Ok(fact)) => fact.clone(),
            Some(Err(refused)) => as_listed(group, refused.to_string()),
            None => as_listed(group, "its coordinator did not describe it".to_owned()),
        };
        (group.group_id.0.to_string(), fact)
    };
    groups.iter().map(fact).collect()
}

/// A group of a type that is not read yet.
fn not_read(group: &ListedGroup) -> KafkaFact {
    let kind = group.group_type.to_lowercase();
    as_listed(group, format!("Pipewright does not read the members of {kind} groups"))
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
            "consumer" => assignment::read(member.member_assignment),
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

fn from_kip848(group: kip848::DescribedGroup) -> KafkaFact {
    let members = group.members.into_iter().map(|member| {
        let held = member.assignment.topic_partitions.into_iter();
        member_seen(
            [&member.member_id, &member.client_id, &member.client_host],
            held.map(|topic| (topic.topic_name.0.to_string(), topic.partitions)),
        )
    });
    newer("consumer", &group.group_id, &group.group_state, group.group_epoch, members)
}

fn from_share(group: share::DescribedGroup) -> KafkaFact {
    let members = group.members.into_iter().map(|member| {
        let held = member.assignment.topic_partitions.into_iter();
        member_seen(
            [&member.member_id, &member.client_id, &member.client_host],
            held.map(|topic| (topic.topic_name.0.to_string(), topic.partitions)),
        )
    });
    newer("share", &group.group_id, &group.group_state, group.group_epoch, members)
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
    group: &GroupId,
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

#[cfg(test)]
#[path = "describe_test.rs"]
mod tests;
