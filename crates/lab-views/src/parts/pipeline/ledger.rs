//! The records of the pipeline's topics as their leaders returned them, each by what its headers say it is.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Observation, Source,
    facts::{
        kafka::{KafkaFact, RecordSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::digest::{content, has_hash, name_of};
use crate::parts::topics::{Change, News};

/// Records that are remembered of each partition, the newest.
const KEPT: usize = 5000;

/// By topic, then by partition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ledger(BTreeMap<String, BTreeMap<i32, Log>>);

/// What was read of a partition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Log {
    /// By offset.
    pub(crate) records: BTreeMap<i64, Entry>,
    /// Between these offsets everything was read, without a gap.
    pub(crate) read: Option<(i64, i64)>,
    /// It was read to its end once. From there on what comes is read as it comes.
    pub(crate) caught_up: bool,
}

/// A record, or a batch that could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The header `record_id`; none if it has none.
    pub(crate) id: Option<String>,
    /// The header `content_hash`.
    pub(crate) hash: Option<String>,
    /// The value's own hash, or the beginning of it; none if the value was not read.
    pub(crate) content: Option<String>,
    /// Whether that is the hash in the header; none if nobody can say.
    pub(crate) sound: Option<bool>,
    /// The header `run_id`.
    pub(crate) run: Option<String>,
    /// The header `piece`: which of how many that one run sent to this topic.
    pub(crate) piece: Option<(u64, u64)>,
    /// The header `reason`, of what was rejected.
    pub(crate) reason: Option<String>,
    /// The key, as it is shown.
    pub(crate) key: String,
    /// The value as it is shown; of windows and of what was rejected.
    pub(crate) value: Option<String>,
    /// The record's timestamp, Unix milliseconds.
    pub(crate) at: Option<i64>,
    /// Who returned it, and where in the journal.
    by: String,
    seq: u64,
}

impl Ledger {
    /// Folds one observation in; tells whether it was about records. `leads`: a node leads a partition of a topic.
    pub(crate) fn apply(
        &mut self,
        observation: &Observation,
        news: Option<&News>,
        leads: impl Fn(&str, i32, &str) -> bool,
    ) -> bool {
        if let Fact::Lab(LabFact::LabStarted { adopted: false, .. }) = &observation.fact {
            self.0.clear();
            return true;
        }
        if let Some(News { topic, changes }) = news
            && changes.contains(&Change::Ended)
        {
            self.0.remove(topic);
        }
        let (Fact::Kafka(fact), Source::Node(node)) = (&observation.fact, &observation.source) else { return false };
        match fact {
            KafkaFact::RecordsStored { topic, partition, records, from, to } if is_ours(topic) => {
                let log = self.0.entry(topic.clone()).or_default().entry(*partition).or_default();
                log.hear(topic, records, (node, observation.seq));
                if let (Some(from), Some(to)) = (from, to) {
                    log.reach(*from, *to);
                }
                true
            }
            KafkaFact::RecordsGone { topic, partition, offsets } => {
                let log = self.0.get_mut(topic).and_then(|of| of.get_mut(partition));
                log.is_some_and(|log| offsets.iter().filter(|offset| log.records.remove(offset).is_some()).count() > 0)
            }
            KafkaFact::ReplicaRead { topic, partition, log_start, log_end, .. } if leads(topic, *partition, node) => {
                let log = self.0.get_mut(topic).and_then(|of| of.get_mut(partition));
                log.is_some_and(|log| log.keep(*log_start, *log_end, node))
            }
            _ => false,
        }
    }

    /// What was read of a topic, by partition.
    pub(crate) fn of(&self, topic: &str) -> impl Iterator<Item = (i32, &Log)> {
        self.0.get(topic).into_iter().flatten().map(|(partition, log)| (*partition, log))
    }

    /// The records of a topic in the order of partition and offset.
    pub(crate) fn records(&self, topic: &str) -> impl Iterator<Item = (i32, i64, &Entry)> {
        let all = self.of(topic);
        all.flat_map(|(partition, log)| log.records.iter().map(move |(offset, entry)| (partition, *offset, entry)))
    }

    /// The end of a partition's log is known: whether it was read to there.
    pub(crate) fn catch_up(&mut self, topic: &str, partition: i32, end: i64) {
        if let Some(log) = self.0.get_mut(topic).and_then(|of| of.get_mut(&partition)) {
            log.caught_up |= log.read.is_some_and(|(_, to)| to >= end);
        }
    }

    /// Whether all of a partition's log from `start` on was read, but for what came since it was last looked at; `end` is that
    /// of the log.
    pub(crate) fn is_followed(&self, topic: &str, partition: i32, start: i64, end: i64) -> bool {
        let log = self.0.get(topic).and_then(|of| of.get(&partition));
        end <= start || log.is_some_and(|log| log.caught_up && log.read.is_some_and(|(from, _)| from <= start))
    }

    /// Whether all of a partition's log from `start` to `end` was read.
    pub(crate) fn is_read(&self, topic: &str, partition: i32, start: i64, end: i64) -> bool {
        let read = self.0.get(topic).and_then(|of| of.get(&partition)?.read);
        end <= start || read.is_some_and(|(from, to)| from <= start && to >= end)
    }
}

fn is_ours(topic: &str) -> bool {
    [super::GENERAL, super::PERIODIC, super::REJECTED, super::RAIN].contains(&topic)
}

impl Log {
    fn hear(&mut self, topic: &str, records: &[RecordSeen], (node, seq): (&str, u64)) {
        for seen in records {
            self.records.insert(seen.offset, entry(topic, seen, node, seq));
        }
        while self.records.len() > KEPT {
            let Some((oldest, _)) = self.records.pop_first() else { break };
            self.read = self.read.map(|(from, to)| (from.max(oldest.saturating_add(1)), to));
        }
    }

    fn reach(&mut self, from: i64, to: i64) {
        let from = if self.records.len() >= KEPT {
            from.max(self.records.keys().next().copied().unwrap_or(from))
        } else {
            from
        };
        self.read = match self.read {
            Some((first, end)) if from <= end && to >= first => Some((first.min(from), to.max(end))),
            _ => Some((from, to)),
        };
    }

    /// The leader said where its log begins and ends: what lies before was deleted, and what another leader returned from
    /// beyond is lost. Tells whether something went.
    fn keep(&mut self, start: i64, end: i64, leader: &str) -> bool {
        let before = self.records.len();
        self.records.retain(|offset, entry| *offset >= start && (*offset < end || entry.by == leader));
        let read = self.read;
        // Nothing is left to read below the start.
        self.read = read.map(|(from, to)| (from, to.min(end.max(from)).max(start)));
        if let Some((from, to)) = self.read
            && from > start
            && self.records.is_empty()
            && start == end
        {
            self.read = Some((start, to.max(start)));
        }
        self.records.len() != before || self.read != read
    }
}

fn entry(topic: &str, seen: &RecordSeen, node: &str, seq: u64) -> Entry {
    let header = |name: &str| {
        let found = seen.headers.iter().find(|header| header.key.text == name);
        found.map(|header| name_of(&header.value))
    };
    let hash = header("content_hash");
    let kept = topic == super::RAIN || topic == super::REJECTED;
    Entry {
        id: header("record_id"),
        content: content(&seen.value),
        sound: hash.as_ref().and_then(|hash| has_hash(&seen.value, hash)),
        hash,
        run: header("run_id"),
        piece: header("piece").and_then(|piece| {
            let (number, of) = piece.split_once('/')?;
            Some((number.parse().ok()?, of.parse().ok()?))
        }),
        reason: header("reason"),
        key: seen.key.text.clone(),
        value: kept.then(|| seen.value.text.clone()),
        at: seen.timestamp,
        by: node.to_owned(),
        seq,
    }
}
