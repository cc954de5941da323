//! What is remembered of records: those lying in partitions, and what our clients wrote and read.

use std::collections::BTreeMap;

use lab_model::{
    DatumKind, Fact, Observation, Source,
    facts::{
        kafka::{HeaderSeen, KafkaFact, RecordSeen, TopicPartitions},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::{Header, Record, Writer, reading::Reading, stored::Stored};
use crate::parts::{
    groups::Groups,
    nodes::Nodes,
    sources::Sources,
    topics::{Change, Topics},
};

/// Clients remembered of each topic; the first that no longer read make room.
const CLIENTS: usize = 100;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) topics: Topics,
    pub(super) nodes: Nodes,
    #[serde(default)]
    pub(super) sources: Sources,
    #[serde(default)]
    pub(super) groups: Groups,
    pub(super) records: BTreeMap<String, Records>,
}

/// What is known of one topic's records.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Records {
    pub(super) partitions: BTreeMap<i32, Stored>,
    pub(super) readers: Vec<Reading>,
    pub(super) writers: Vec<Writer>,
    pub(super) acknowledged: u32,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        self.nodes.apply(observation);
        // A broker that begins or ceases to answer changes what is waited for.
        let turned = self.sources.apply(observation).is_some();
        if let Fact::Lab(LabFact::LabStarted { adopted: false, .. }) = &observation.fact {
            for records in self.records.values_mut() {
                // Volumes may be kept, the clients' sessions are not.
                let mut partitions = std::mem::take(&mut records.partitions);
                partitions.values_mut().for_each(Stored::begin);
                *records = Records { partitions, ..Records::default() };
            }
        }
        let about_groups = self.groups.apply(observation).is_some();
        let news = self.topics.apply(observation);
        if let Some(news) = &news
            && news.changes.contains(&Change::Ended)
        {
            self.records.remove(&news.topic);
        }
        let Fact::Kafka(fact) = &observation.fact else {
            // Which brokers there are, and which of them run, says whose groups are to be heard of.
            let about_nodes =
                matches!(observation.fact, Fact::Lab(LabFact::LabStarted { .. } | LabFact::LabStopped | LabFact::NodeChanged { .. }));
            return about_nodes || turned || about_groups || news.is_some();
        };
        match &observation.source {
            Source::Node(node) => {
                self.node_says(node, fact, observation.seq) || turned || news.is_some() || about_groups
            }
            Source::Client(client) => self.client_says(client, fact, observation),
            Source::Docker | Source::Pipewright => false,
        }
    }

    fn node_says(&mut self, node: &str, fact: &KafkaFact, seq: u64) -> bool {
        match fact {
            KafkaFact::RecordsStored { topic, partition, records, from, to } => {
                let end = self.topics.get(topic).and_then(|known| known.log(node, *partition)?.numbers?.readable_end());
                let stored = self.records_of(topic).partitions.entry(*partition).or_default();
                stored.looked = true;
                for seen in records {
                    stored.insert(record(*partition, seen), node, seq);
                }
                if let (Some(from), Some(to)) = (from, to) {
                    stored.reached(*from, *to);
                    stored.caught_up |= end.is_none_or(|end| *to >= end);
                }
                true
            }
            KafkaFact::RecordsGone { topic, partition, offsets } => {
                self.records_of(topic).partitions.entry(*partition).or_default().lose(offsets);
                true
            }
            KafkaFact::ReplicaRead { topic, partition, log_start, log_end, .. } => {
                let leader = self.topics.get(topic).and_then(|known| known.best(*partition)?.seen.leader);
                if leader.is_some_and(|leader| self.nodes.name(leader) == node)
                    && let Some(stored) =
                        self.records.get_mut(topic).and_then(|known| known.partitions.get_mut(partition))
                {
                    stored.lose_from(*log_end, node);
                    stored.lose_before(*log_start);
                }
                true
            }
            _ => false,
        }
    }

    fn client_says(&mut self, client: &str, fact: &KafkaFact, observation: &Observation) -> bool {
        match fact {
            KafkaFact::RecordsAcknowledged { topic, numbers, .. } => self.acknowledged(topic, client, numbers.len()),
            KafkaFact::RecordAcknowledged { topic, .. } => self.acknowledged(topic, client, 1),
            KafkaFact::RecordsRefused { topic, numbers, error } => self.refused(topic, client, numbers.len(), error),
            KafkaFact::RecordRefused { topic, error, .. } => self.refused(topic, client, 1, error),
            KafkaFact::ReadingBegan { topic, group } => {
                *self.records_of(topic).reader(client, group.as_ref()) = Reading::new(client, group.as_ref());
            }
            KafkaFact::RecordRead { topic, partition, record: seen, group } => {
                let reader = self.records_of(topic).reader(client, group.as_ref());
                reader.reads(record(*partition, seen), observation.heard_at);
            }
            KafkaFact::PartitionsAssigned { assignment, .. } => self.assign(client, assignment),
            KafkaFact::ReadingEnded { .. } => {
                for reader in self.records.values_mut().filter_map(|known| known.known_reader(client)) {
                    reader.reading = false;
                    reader.assigned.clear();
                }
            }
            _ => return false,
        }
        true
    }

    fn acknowledged(&mut self, topic: &str, client: &str, records: usize) {
        let records = u32::try_from(records).unwrap_or(u32::MAX);
        let known = self.records_of(topic);
        known.acknowledged = known.acknowledged.saturating_add(records);
        let writer = known.writer(client);
        writer.acknowledged = writer.acknowledged.saturating_add(records);
    }

    fn refused(&mut self, topic: &str, client: &str, records: usize, error: &str) {
        let writer = self.records_of(topic).writer(client);
        writer.refused = writer.refused.saturating_add(u32::try_from(records).unwrap_or(u32::MAX));
        writer.error = Some(error.to_owned());
    }

    fn assign(&mut self, client: &str, assignment: &[TopicPartitions]) {
        for (topic, known) in &mut self.records {
            if let Some(reader) = known.known_reader(client) {
                let held = assignment.iter().filter(|held| held.topic == *topic);
                reader.assigned = held.flat_map(|held| held.partitions.clone()).collect();
                reader.assigned.sort_unstable();
            }
        }
    }

    fn records_of(&mut self, topic: &str) -> &mut Records {
        self.records.entry(topic.to_owned()).or_default()
    }
}

impl Records {
    fn writer(&mut self, client: &str) -> &mut Writer {
        let at = self.writers.iter().position(|writer| writer.client == client).unwrap_or_else(|| {
            if self.writers.len() >= CLIENTS {
                self.writers.remove(0);
            }
            self.writers.push(Writer {
                client: client.to_owned(),
                acknowledged: 0,
                refused: 0,
                error: None,
            });
            self.writers.len() - 1
        });
        &mut self.writers[at]
    }

    fn reader(&mut self, client: &str, group: Option<&String>) -> &mut Reading {
        let at = self.readers.iter().position(|reader| reader.client == client).unwrap_or_else(|| {
            if self.readers.len() >= CLIENTS {
                let oldest = self.readers.iter().position(|reader| !reader.reading).unwrap_or(0);
                self.readers.remove(oldest);
            }
            self.readers.push(Reading::new(client, group));
            self.readers.len() - 1
        });
        &mut self.readers[at]
    }

    fn known_reader(&mut self, client: &str) -> Option<&mut Reading> {
        self.readers.iter_mut().find(|reader| reader.client == client)
    }
}

fn record(partition: i32, seen: &RecordSeen) -> Record {
    let id = seen.id.as_deref().and_then(|id| id.rsplit_once('-'));
    let id = id.and_then(|(producer, sent)| Some((producer.to_owned(), sent.parse().ok()?)));
    let (producer, sent) = id.unzip();
    Record {
        partition,
        offset: seen.offset,
        through: seen.through,
        sent,
        producer,
        key: seen.key.clone(),
        value: seen.value.clone(),
        headers: seen.headers.iter().map(|HeaderSeen { key, value }| Header { key: key.clone(), value: value.clone() }).collect(),
        headers_more: seen.headers_more.unwrap_or_default(),
    }
}

impl Record {
    /// Whether it has a key, and one that is known.
    pub(super) fn has_key(&self) -> bool {
        self.key_was_read() && !self.key.is_null()
    }

    /// Whether its key is known, if only as none. A stretch of records has keys that are not.
    pub(super) fn key_was_read(&self) -> bool {
        self.through.is_none() && !matches!(self.key.kind, DatumKind::TooLarge | DatumKind::Unread)
    }
}
