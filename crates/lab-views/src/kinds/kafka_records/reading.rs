//! A reader: what it got, in the order it got it, and how that compares with the order of sending.

use std::collections::{BTreeMap, VecDeque};

use lab_model::Millis;
use serde::{Deserialize, Serialize};

use super::{Reader, Record};

/// Records kept of what was read, the newest.
const KEPT: usize = 500;
/// Keys whose order is followed; further ones are read but not judged.
const KEYS: usize = 5_000;

/// The newest number of each producer.
type Newest = BTreeMap<String, u32>;

/// A client that reads one topic.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Reading {
    pub(super) client: String,
    pub(super) group: Option<String>,
    pub(super) reading: bool,
    pub(super) assigned: Vec<i32>,
    read: VecDeque<Record>,
    count: u32,
    #[serde(default)]
    read_again: u32,
    numbered: u32,
    out_of_order: u32,
    out_of_order_within_partition: u32,
    out_of_order_within_key: u32,
    since: Option<Millis>,
    /// The highest offset read of each partition.
    furthest: BTreeMap<i32, i64>,
    within_partition: BTreeMap<i32, Newest>,
    within_key: BTreeMap<String, Newest>,
}

impl Reading {
    pub(super) fn new(client: &str, group: Option<&String>) -> Self {
        Self { client: client.to_owned(), group: group.cloned(), reading: true, ..Self::default() }
    }

    /// The reader got a record.
    pub(super) fn reads(&mut self, record: Record, at: Millis) {
        self.since.get_or_insert(at);
        self.count = self.count.saturating_add(1);
        let again = self.furthest.get(&record.partition).is_some_and(|furthest| record.offset <= *furthest);
        if let (Some(producer), Some(sent)) = (&record.producer, record.sent) {
            self.numbered = self.numbered.saturating_add(1);
            if !again {
                self.compare(&record, producer, sent);
            }
        }
        self.read_again = self.read_again.saturating_add(u32::from(again));
        if !again {
            self.furthest.insert(record.partition, record.offset);
        }
        self.read.push_back(record);
        if self.read.len() > KEPT {
            self.read.pop_front();
        }
    }

    fn compare(&mut self, record: &Record, producer: &str, sent: u32) {
        let before = self.read.back().filter(|last| last.producer.as_deref() == Some(producer));
        if before.and_then(|last| last.sent).is_some_and(|last| last > sent) {
            self.out_of_order = self.out_of_order.saturating_add(1);
        }
        let partition = self.within_partition.entry(record.partition).or_default();
        self.out_of_order_within_partition += u32::from(is_late(partition, producer, sent));
        let key = record.key.to_string();
        if record.has_key()
            && (self.within_key.len() < KEYS || self.within_key.contains_key(&key))
        {
            let key = self.within_key.entry(key).or_default();
            self.out_of_order_within_key += u32::from(is_late(key, producer, sent));
        }
    }

    /// As shown, with the newest `window` records.
    pub(super) fn show(&self, window: usize) -> Reader {
        Reader {
            client: self.client.clone(),
            group: self.group.clone(),
            reading: self.reading,
            assigned: self.assigned.clone(),
            count: self.count,
            read_again: self.read_again,
            numbered: self.numbered,
            read: self.read.iter().skip(self.read.len().saturating_sub(window)).cloned().collect(),
            out_of_order: self.out_of_order,
            out_of_order_within_partition: self.out_of_order_within_partition,
            out_of_order_within_key: self.out_of_order_within_key,
            since: self.since,
        }
    }
}

/// Whether the producer sent it before the one read last; remembers it as the last.
fn is_late(newest: &mut Newest, producer: &str, sent: u32) -> bool {
    newest.insert(producer.to_owned(), sent).is_some_and(|last| last > sent)
}
