//! Facts about Kafka as plain sentences without their source.

use std::fmt::{Display, Formatter, Result as FmtResult};

use super::{BrokerSeen, CommittedOffset, KafkaFact, MemberSeen, PartitionSeen, RecordSeen, TopicPartitions};
use crate::counted;

struct Ids<'a>(&'a [i32]);

impl Display for Ids<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        let ids: Vec<String> = self.0.iter().map(i32::to_string).collect();
        write!(f, "[{}]", ids.join(", "))
    }
}

impl Display for PartitionSeen {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self.leader {
            Some(leader) => {
                write!(f, "partition {} leader {leader} epoch {}", self.partition, self.leader_epoch)?;
            }
            None => write!(f, "partition {} has no leader", self.partition)?,
        }
        write!(f, " isr {}", Ids(&self.isr))?;
        if !self.elr.is_empty() {
            write!(f, " elr {}", Ids(&self.elr))?;
        }
        Ok(())
    }
}

impl Display for TopicPartitions {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        write!(f, "{} {}", self.topic, Ids(&self.partitions))
    }
}

/// What was acknowledged, by its offsets where the broker told them.
fn acknowledged(offsets: &[i64]) -> String {
    let told = || offsets.iter().copied().filter(|offset| *offset >= 0);
    match (told().min(), told().max()) {
        (Some(first), Some(last)) if offsets.len() == 1 && first == last => format!("offset {first} acknowledged"),
        (Some(first), Some(last)) => {
            let many = counted(offsets.len(), "record");
            format!("{many} acknowledged, offsets {first} to {last}")
        }
        _ => format!("{} acknowledged", counted(offsets.len(), "record")),
    }
}

/// Offsets with their keys, as far as one line shows them.
fn stored(records: &[RecordSeen]) -> String {
    const SHOWN: usize = 8;
    const LETTERS: usize = 24;
    let cut = |text: String| match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    };
    let one = |record: &RecordSeen| {
        let through = record.through.map_or_else(String::new, |last| format!("–{last}"));
        let key = if record.key.is_null() {
            String::new()
        } else {
            format!(" (key {})", cut(record.key.within(&[',', ')'])))
        };
        format!("{}{through}{key}", record.offset)
    };
    let first: Vec<String> = records.iter().take(SHOWN).map(one).collect();
    let more = records.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", first.join(", "))
}

fn joined<T: Display>(items: &[T], between: &str) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}

impl Display for MemberSeen {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        if self.unread.is_some() {
            return write!(f, "what {} has is not known", self.client_id);
        }
        let held = joined(&self.assignment, ", ");
        write!(f, "{} has {}", self.client_id, if held.is_empty() { "nothing" } else { &held })
    }
}

fn write_brokers(f: &mut Formatter<'_>, brokers: &[BrokerSeen]) -> FmtResult {
    let ids = |fenced: bool| -> Vec<i32> {
        brokers.iter().filter(|broker| broker.fenced == fenced).map(|broker| broker.id).collect()
    };
    write!(f, "brokers {}", Ids(&ids(false)))?;
    let fenced = ids(true);
    if fenced.is_empty() { Ok(()) } else { write!(f, ", fenced {}", Ids(&fenced)) }
}

fn write_group(f: &mut Formatter<'_>, group: &str, state: &str, members: &[MemberSeen]) -> FmtResult {
    write!(f, "group {group} is {state}, {} members", members.len())?;
    members.iter().try_for_each(|member| write!(f, "; {member}"))
}

fn write_committed(f: &mut Formatter<'_>, group: &str, offsets: &[CommittedOffset], unread: Option<&str>) -> FmtResult {
    let parts: Vec<String> = offsets.iter().map(|o| format!("{}-{} at {}", o.topic, o.partition, o.offset)).collect();
    write!(f, "group {group} committed {}", parts.join(", "))?;
    unread.iter().try_for_each(|why| write!(f, "; not known: {why}"))
}

impl Display for KafkaFact {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::ClusterDescribed { brokers, .. } => write_brokers(f, brokers),
            Self::QuorumDescribed { leader, epoch, voters, .. } => {
                write!(f, "controller {leader} at epoch {epoch}, voters {}", Ids(voters))
            }
            Self::TopicsListed { topics } => write!(f, "topics {}", topics.join(", ")),
            Self::TopicDescribed { topic, partitions, .. } => {
                write!(f, "{topic}: {}", joined(partitions, "; "))
            }
            Self::TopicMissing { topic } => write!(f, "no topic {topic}"),
            Self::ReplicaRead { topic, partition, log_start, log_end, high_watermark, .. } => {
                let mark = high_watermark.map_or_else(|| "not said".into(), |mark| mark.to_string());
                write!(f, "my replica of {topic}-{partition}: log {log_start} to {log_end}, high watermark {mark}")
            }
            Self::ReplicaRefused { topic, partition, error } => write!(f, "{topic}-{partition}: {error}"),
            Self::RecordsStored { topic, partition, records, .. } => {
                write!(f, "{topic}-{partition} holds offsets {}", stored(records))
            }
            Self::RecordsGone { topic, partition, offsets } => {
                write!(f, "{topic}-{partition} no longer holds offsets {}", joined(offsets, ", "))
            }
            Self::TopicConfigured { topic, cleanup_policy } => write!(f, "{topic}: cleanup.policy={cleanup_policy}"),
            Self::GroupsListed { groups } => write!(f, "I coordinate groups {}", groups.join(", ")),
            Self::GroupDescribed { group, state, members, .. } => write_group(f, group, state, members),
            Self::OffsetsCommitted { group, offsets, unread } => write_committed(f, group, offsets, unread.as_deref()),
            Self::RecordsAcknowledged { topic, partition, offsets, acks, .. } => {
                write!(f, "{topic}-{partition}: {} (acks={acks})", acknowledged(offsets))
            }
            Self::RecordsRefused { topic, numbers, error } => {
                write!(f, "{topic}: {} not acknowledged: {error}", counted(numbers.len(), "record"))
            }
            Self::RecordAcknowledged { topic, partition, record, acks } => {
                write!(f, "{topic}-{partition} offset {} acknowledged (acks={acks})", record.offset)
            }
            Self::RecordRefused { topic, id, error } => {
                write!(f, "{topic}: record {id} not acknowledged: {error}")
            }
            Self::ReadingBegan { topic, group: Some(group) } => write!(f, "reads {topic} in group {group}"),
            Self::ReadingBegan { topic, group: None } => write!(f, "reads {topic} alone, from the beginning"),
            Self::PartitionsAssigned { group, assignment } => {
                write!(f, "in group {group} I was given {}", joined(assignment, ", "))
            }
            Self::RecordRead { topic, partition, record, .. } => {
                write!(f, "read {topic}-{partition} offset {}", record.offset)
            }
            Self::ReadingEnded { records, how } => write!(f, "stopped after {records} records: {how}"),
        }
    }
}
