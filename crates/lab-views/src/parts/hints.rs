//! Hints: whose files lie where, what the holders count, how they are set; reports what changed.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Observation, Source,
    facts::{
        cassandra::{CassandraFact, HintFile},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::ring::Ring;

/// What was said of hints since the lab was started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hints {
    /// Files by holder, then by the target's host id. A holder whose files were looked at is there, if only with nothing.
    files: BTreeMap<String, BTreeMap<String, Files>>,
    /// Counters by holder.
    pub(crate) counted: BTreeMap<String, Counted>,
    /// Switches by holder.
    pub(crate) set: BTreeMap<String, Set>,
}

/// Hint files of one holder for one target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Files {
    pub(crate) bytes: u64,
    pub(crate) files: u32,
}

/// A holder's counters since it started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counted {
    pub(crate) delivered: u64,
    pub(crate) failed: u64,
    pub(crate) timed_out: u64,
    /// By the target's address.
    pub(crate) created: BTreeMap<String, u64>,
    /// By the target's address.
    pub(crate) not_stored: BTreeMap<String, u64>,
    /// Targets for which hints are being refused, told already.
    refusing: Vec<String>,
}

/// How a holder treats hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Set {
    pub(crate) enabled: bool,
    pub(crate) window_ms: u64,
    pub(crate) paused: bool,
}

/// What happened with hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Happened {
    /// Files began to grow.
    Stored,
    /// The hints are gone.
    Delivered,
    /// Hints were wanted and not written: the window had passed.
    NotStored,
    Enabled,
    Disabled,
    Paused,
    Resumed,
}

/// A change: what happened, on which node, for which target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) what: Happened,
    pub(crate) holder: String,
    /// Node name, where there is a target.
    pub(crate) target: Option<String>,
}

impl Hints {
    /// Folds one observation in; none if it is not about hints.
    pub(crate) fn apply(&mut self, observation: &Observation, ring: &Ring) -> Option<Vec<Change>> {
        match (&observation.fact, &observation.source) {
            (Fact::Lab(LabFact::LabStarted { adopted: false, .. }), _) => {
                *self = Self::default();
                Some(Vec::new())
            }
            (Fact::Cassandra(CassandraFact::FilesListed { node, hints, .. }), _) => {
                Some(self.looked(node, hints, ring))
            }
            (Fact::Cassandra(fact @ CassandraFact::HintsCounted { .. }), Source::Node(node)) => {
                Some(self.counts(node, fact, ring))
            }
            (Fact::Cassandra(CassandraFact::HintsSet { enabled, window_ms, paused }), Source::Node(node)) => {
                Some(self.sets(node, Set { enabled: *enabled, window_ms: *window_ms, paused: *paused }))
            }
            _ => None,
        }
    }

    fn looked(&mut self, holder: &str, files: &[HintFile], ring: &Ring) -> Vec<Change> {
        let mut now: BTreeMap<String, Files> = BTreeMap::new();
        for file in files {
            let target = now.entry(file.target.clone()).or_default();
            target.bytes = target.bytes.saturating_add(file.bytes);
            target.files = target.files.saturating_add(1);
        }
        let before = self.files.insert(holder.to_owned(), now.clone()).unwrap_or_default();
        let change =
            |what, host: &String| Change { what, holder: holder.to_owned(), target: Some(ring.name_of_host(host)) };
        let stored = now.keys().filter(|host| !before.contains_key(*host)).map(|host| change(Happened::Stored, host));
        let gone = before.keys().filter(|host| !now.contains_key(*host)).map(|host| change(Happened::Delivered, host));
        stored.chain(gone).collect()
    }

    fn counts(&mut self, holder: &str, fact: &CassandraFact, ring: &Ring) -> Vec<Change> {
        let CassandraFact::HintsCounted { created, not_stored, succeeded, failed, timed_out, .. } = fact else {
            return Vec::new();
        };
        let first = !self.counted.contains_key(holder);
        let counted = self.counted.entry(holder.to_owned()).or_default();
        let more = |now: &BTreeMap<String, u64>, before: &BTreeMap<String, u64>| -> Vec<String> {
            let grown = now.iter().filter(|(target, now)| before.get(*target).copied().unwrap_or_default() < **now);
            grown.map(|(target, _)| target.clone()).collect()
        };
        let written = more(created, &counted.created);
        // What was counted before anybody looked did not happen now.
        let mut refused = if first { Vec::new() } else { more(not_stored, &counted.not_stored) };
        counted.refusing.retain(|target| !written.contains(target));
        refused.retain(|target| !counted.refusing.contains(target));
        counted.refusing.extend(refused.iter().cloned());
        (counted.delivered, counted.failed, counted.timed_out) = (*succeeded, *failed, *timed_out);
        (counted.created, counted.not_stored) = (created.clone(), not_stored.clone());
        let change = |address: String| Change {
            what: Happened::NotStored,
            holder: holder.to_owned(),
            target: Some(ring.name(&address)),
        };
        refused.into_iter().map(change).collect()
    }

    fn sets(&mut self, holder: &str, now: Set) -> Vec<Change> {
        let Some(before) = self.set.insert(holder.to_owned(), now) else { return Vec::new() };
        let turned = |before: bool, now: bool, on, off| (before != now).then_some(if now { on } else { off });
        [
            turned(before.enabled, now.enabled, Happened::Enabled, Happened::Disabled),
            turned(before.paused, now.paused, Happened::Paused, Happened::Resumed),
        ]
        .into_iter()
        .flatten()
        .map(|what| Change { what, holder: holder.to_owned(), target: None })
        .collect()
    }

    /// True if somebody looked at the files.
    pub(crate) fn looked_at(&self) -> bool {
        !self.files.is_empty()
    }

    /// Somebody looked at a holder's files.
    pub(crate) fn looked_at_of(&self, holder: &str) -> bool {
        self.files.contains_key(holder)
    }

    /// Files that a holder has, by the target's name.
    pub(crate) fn files_of(&self, holder: &str, ring: &Ring) -> BTreeMap<String, Files> {
        let files = self.files.get(holder).into_iter().flatten();
        files.map(|(host, files)| (ring.name_of_host(host), *files)).collect()
    }

    /// Bytes that all holders together keep for a node; none while the files of one of these were not looked at.
    pub(crate) fn waiting_for(&self, target: &str, ring: &Ring, holders: &[String]) -> Option<u64> {
        let all = self.looked_at() && holders.iter().all(|holder| self.looked_at_of(holder));
        let holders = all.then(|| self.files.values())?;
        let kept = holders.flatten().filter(|(host, _)| ring.name_of_host(host) == target);
        Some(kept.fold(0, |sum, (_, files)| sum.saturating_add(files.bytes)))
    }
}

impl Happened {
    /// The short name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Delivered => "delivered",
            Self::NotStored => "not_stored",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
        }
    }
}

impl Change {
    /// In plain words.
    pub(crate) fn words(&self) -> String {
        let (holder, target) = (&self.holder, self.target.as_deref().unwrap_or("another node"));
        match self.what {
            Happened::Stored => format!("{holder} keeps hints for {target}"),
            Happened::Delivered => format!("{holder} has no more hints for {target}: its files are gone"),
            Happened::NotStored => {
                format!("{holder} writes no hints for {target}: it was down for longer than the window")
            }
            Happened::Enabled => format!("{holder} writes hints from now on"),
            Happened::Disabled => format!("{holder} writes no hints from now on"),
            Happened::Paused => format!("{holder} was asked to pause the delivery of hints"),
            Happened::Resumed => format!("{holder} was asked to continue the delivery of hints"),
        }
    }
}
