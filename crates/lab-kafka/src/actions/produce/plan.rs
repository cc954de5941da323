//! Which records a call means, before any is sent. Pure.

use super::{Produce, Spread};
use crate::clients::producer::Outgoing;

impl Produce {
    /// The records, numbered from `first`, for a topic with so many partitions.
    pub(super) fn plan(&self, first: u64, partitions: usize) -> Vec<Outgoing> {
        (0..self.total())
            .map(|place| {
                let n = first + place as u64;
                let (key, value) = self.written(place, n);
                Outgoing { id: format!("{}-{n}", self.name), key, value, partition: self.place(n, partitions) }
            })
            .collect()
    }

    fn written(&self, place: usize, n: u64) -> (Option<String>, String) {
        if let Some(record) = self.records.get(place) {
            return (record.key.clone(), record.value.clone());
        }
        let key = match self.keys.len() {
            0 => self.key.clone(),
            keys => self.keys.get(place % keys).cloned(),
        };
        let value = self.value.replace("{n}", &n.to_string());
        let value = value.replace("{key}", key.as_deref().unwrap_or_default());
        (key, value)
    }

    /// The partition of record `n`; none leaves it to the client.
    fn place(&self, n: u64, partitions: usize) -> Option<i32> {
        if self.partition.is_some() {
            return self.partition;
        }
        match self.spread() {
            Spread::RoundRobin => i32::try_from((n - 1) % partitions.max(1) as u64).ok(),
            Spread::Key | Spread::Sticky => None,
        }
    }
}
