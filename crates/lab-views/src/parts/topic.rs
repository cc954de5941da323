//! A topic: what each broker's metadata says of it, and what each broker says of its own replicas.
//!
//! Brokers may disagree. Nothing is merged away: every description is kept by the broker that gave it, and
//! [`Topic::best`] picks the one to believe.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{Millis, facts::kafka::PartitionSeen};
use serde::{Deserialize, Serialize};

/// A topic, from its creation to its deletion. Brokers are keyed by node name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Topic {
    /// Kafka's id of it, if said.
    pub(super) id: Option<String>,
    /// The `cleanup.policy`, if said.
    #[serde(default)]
    pub(super) cleanup: Option<String>,
    /// The id of its predecessor of the same name: what is still said of that is old.
    pub(super) gone: Option<String>,
    pub(super) claims: BTreeMap<String, Claim>,
    pub(super) logs: BTreeMap<i32, BTreeMap<String, Log>>,
}

/// What a broker's metadata says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Claim {
    /// In which life of the lab: the volumes of an earlier one may be gone, and its epochs with them.
    pub(super) life: u32,
    pub(super) seq: u64,
    pub(super) at: Millis,
    /// None: the broker does not know the topic.
    pub(super) partitions: Option<Vec<PartitionSeen>>,
}

/// What a broker says of its own replica.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Log {
    /// In which life of the lab it said so.
    pub(super) life: u32,
    /// Where in the journal the numbers stand.
    pub(crate) seq: u64,
    /// The newest numbers.
    pub(crate) numbers: Option<Numbers>,
    /// Kafka's error name, if it refused since.
    pub(crate) refused: Option<String>,
}

/// A replica's log. Offsets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Numbers {
    /// First offset in it.
    pub(crate) start: i64,
    /// Next offset to be written.
    pub(crate) end: i64,
    /// The high watermark it knows itself.
    pub(crate) high_watermark: Option<i64>,
    /// Beyond it lie transactions that have not ended, if it said so.
    #[serde(default)]
    pub(crate) last_stable: Option<i64>,
}

impl Numbers {
    /// A reader of committed records reads below it.
    pub(crate) fn readable_end(&self) -> Option<i64> {
        self.last_stable.or(self.high_watermark).min(self.high_watermark)
    }

    /// Where the oldest transaction that has not ended began; none if there is none, or if that is not known.
    pub(crate) fn open_from(&self) -> Option<i64> {
        self.last_stable.filter(|stable| self.high_watermark.is_some_and(|end| *stable < end))
    }
}

/// The description of a partition to believe.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Best<'a> {
    /// The source that gave it.
    pub(crate) node: &'a str,
    /// When.
    pub(crate) at: Millis,
    /// What it says.
    pub(crate) seen: &'a PartitionSeen,
}

impl Topic {
    /// Whether brokers know the topic: none if none was asked.
    pub(crate) fn exists(&self) -> Option<bool> {
        let life = self.newest_life()?;
        Some(self.claims.values().any(|claim| claim.life == life && claim.partitions.is_some()))
    }

    /// The partitions, by index.
    pub(crate) fn partitions(&self) -> BTreeSet<i32> {
        self.believable().flat_map(|(_, _, seen)| seen.iter().map(|seen| seen.partition)).collect()
    }

    /// The description with the highest leader epoch; among equals the one heard last.
    pub(crate) fn best(&self, partition: i32) -> Option<Best<'_>> {
        self.believable()
            .filter_map(|(node, claim, seen)| Some((node, claim, of(seen, partition)?)))
            .max_by_key(|(_, claim, seen)| (seen.leader_epoch, claim.seq))
            .map(|(node, claim, seen)| Best { node, at: claim.at, seen })
    }

    /// What one broker's own metadata says of a partition.
    pub(crate) fn said_by(&self, node: &str, partition: i32) -> Option<&PartitionSeen> {
        of(self.claims.get(node)?.partitions.as_deref()?, partition)
    }

    /// Whether a cleaner removes records from the middle of its logs.
    pub(crate) fn compacted(&self) -> bool {
        self.cleanup.as_ref().is_some_and(|policy| policy.contains("compact"))
    }

    /// What one broker says of its own replica.
    pub(crate) fn log(&self, node: &str, partition: i32) -> Option<&Log> {
        self.logs.get(&partition)?.get(node)
    }

    pub(super) fn newest_life(&self) -> Option<u32> {
        self.claims.values().map(|claim| claim.life).max()
    }

    fn believable(&self) -> impl Iterator<Item = (&str, &Claim, &[PartitionSeen])> {
        let life = self.newest_life();
        self.claims
            .iter()
            .filter(move |(_, claim)| Some(claim.life) == life)
            .filter_map(|(node, claim)| Some((node.as_str(), claim, claim.partitions.as_deref()?)))
    }
}

fn of(partitions: &[PartitionSeen], partition: i32) -> Option<&PartitionSeen> {
    partitions.iter().find(|seen| seen.partition == partition)
}
