//! What is remembered of storage: counters, files with the time they were first seen, compactions.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Millis, Observation, Source,
    facts::{
        cassandra::{CassandraFact, CompactionDone, CompactionRunning, SstableFile},
        lab::{LabFact, NodeState},
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{members::Members, ring::Change, schema, sources::Sources};

/// A node and who looks at its files need no longer to tell of one moment; what differs for longer is shown as it is told.
const APART: Millis = 5000;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) members: Members,
    /// By node.
    pub(super) stores: BTreeMap<String, Stored>,
}

/// What is known of one node's storage.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Stored {
    /// Counters by table.
    counted: BTreeMap<String, Counted>,
    /// SSTables by table, then by generation. None while nobody looked.
    files: Option<BTreeMap<String, Files>>,
    /// When the process that runs was started, Unix milliseconds.
    #[serde(default)]
    pub(super) running_since: Option<i64>,
    /// Segments of the commit log and their bytes, by the files.
    pub(super) segments: Option<(u32, u64)>,
    /// Bytes of the commit log, by the node's own word.
    pub(super) commit_log: Option<u64>,
    /// The compactions were told.
    #[serde(default)]
    pub(super) listed: bool,
    pub(super) running: Vec<CompactionRunning>,
    pub(super) done: Vec<CompactionDone>,
    /// By table: what was last told of one moment, while counters and files are of two.
    #[serde(default)]
    apart: BTreeMap<String, Apart>,
}

/// SSTables of a table, by generation.
pub(super) type Files = BTreeMap<String, File>;

/// A node says that it has so many SSTables, and another number of files is seen: one of them was told before a flush,
/// the other after it. Together they are a state that never was.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Apart {
    since: Millis,
    before: Option<(Counted, Files)>,
}

/// A node's counters of one table.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) memtable_bytes: u64,
    pub(super) memtable_cells: u64,
    pub(super) flushes: u64,
    pub(super) reads: u64,
    pub(super) writes: u64,
    #[serde(default)]
    sstables: u32,
}

/// An SSTable's data file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) bytes: u64,
    pub(super) seen_at: Millis,
    #[serde(default)]
    pub(super) written_at: Option<i64>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let changes = self.members.apply(observation);
        for change in changes.iter().flatten() {
            if let Change::Schema(schema::Change::Gone { node, table }) = change
                && let Some(stored) = self.stores.get_mut(node)
            {
                stored.forget(table);
            }
        }
        let mut waited = false;
        for stored in self.stores.values_mut() {
            waited |= stored.waited(observation.heard_at);
        }
        self.stores(observation) || waited || changes.is_some() || Sources::concerns(observation)
    }

    fn stores(&mut self, observation: &Observation) -> bool {
        match (&observation.fact, &observation.source) {
            (Fact::Lab(LabFact::LabStarted { adopted: false, .. }), _) => self.stores.clear(),
            (Fact::Lab(LabFact::NodeChanged { node, state, .. }), _) => {
                let stored = self.stores.entry(node.clone()).or_default();
                match state {
                    NodeState::Running => stored.running_since = observation.said_at.or(stored.running_since),
                    NodeState::Paused => {}
                    NodeState::Stopped | NodeState::Absent => stored.running_since = None,
                }
            }
            (Fact::Cassandra(CassandraFact::FilesListed { node, sstables, commit_log, .. }), _) => {
                let stored = self.stores.entry(node.clone()).or_default();
                stored.looked(sstables, observation.heard_at);
                let bytes = commit_log.iter().map(|segment| segment.bytes).fold(0, u64::saturating_add);
                stored.segments = Some((u32::try_from(commit_log.len()).unwrap_or(u32::MAX), bytes));
            }
            (Fact::Cassandra(fact), Source::Node(node)) => return self.says(node, fact, observation.heard_at),
            _ => return false,
        }
        true
    }

    fn says(&mut self, node: &str, fact: &CassandraFact, at: Millis) -> bool {
        let stored = self.stores.entry(node.to_owned()).or_default();
        match fact {
            CassandraFact::TableRead {
                table, memtable_bytes, memtable_cells, memtable_switches, local_reads, local_writes, sstables, ..
            } => {
                let counted = Counted {
                    memtable_bytes: *memtable_bytes,
                    memtable_cells: *memtable_cells,
                    flushes: *memtable_switches,
                    reads: *local_reads,
                    writes: *local_writes,
                    sstables: *sstables,
                };
                let before = stored.moment(table);
                stored.counted.insert(table.clone(), counted);
                stored.compare(table, before, at);
            }
            CassandraFact::CommitLogRead { bytes, .. } => stored.commit_log = Some(*bytes),
            CassandraFact::CompactionsListed { running, done } => {
                stored.listed = true;
                stored.running.clone_from(running);
                stored.done.clone_from(done);
            }
            _ => return false,
        }
        true
    }
}

impl Stored {
    /// What a node counts of a table, and its files, both of one moment; while there is none, nothing. `answers`: it can
    /// still say something newer.
    pub(super) fn of(&self, table: &str, answers: bool) -> (Option<Counted>, Option<Files>) {
        match self.apart.get(table).filter(|_| answers) {
            Some(apart) => apart.before.clone().unzip(),
            None => (self.counted.get(table).copied(), self.files_of(table)),
        }
    }

    /// Counters or files of the table were told.
    pub(super) fn told(&self, table: &str) -> bool {
        self.counted.contains_key(table) || self.files.is_some()
    }

    fn files_of(&self, table: &str) -> Option<Files> {
        self.files.as_ref().map(|files| files.get(table).cloned().unwrap_or_default())
    }

    /// Both, if they agree.
    fn moment(&self, table: &str) -> Option<(Counted, Files)> {
        let (counted, files) = (*self.counted.get(table)?, self.files_of(table)?);
        (usize::try_from(counted.sstables) == Ok(files.len())).then_some((counted, files))
    }

    fn compare(&mut self, table: &str, before: Option<(Counted, Files)>, at: Millis) {
        let both = self.counted.contains_key(table) && self.files.is_some();
        if both && self.moment(table).is_none() {
            self.apart.entry(table.to_owned()).or_insert(Apart { since: at, before });
        } else {
            self.apart.remove(table);
        }
    }

    /// Ends what was waited for long enough; true if there is such.
    fn waited(&mut self, now: Millis) -> bool {
        let waiting = self.apart.len();
        self.apart.retain(|_, apart| now < apart.since.saturating_add(APART));
        self.apart.len() < waiting
    }

    fn looked(&mut self, sstables: &[SstableFile], at: Millis) {
        let tables: Vec<String> = self.counted.keys().cloned().collect();
        let moments: Vec<_> = tables.iter().map(|table| self.moment(table)).collect();
        self.list(sstables, at);
        for (table, moment) in tables.iter().zip(moments) {
            self.compare(table, moment, at);
        }
    }

    fn list(&mut self, sstables: &[SstableFile], at: Millis) {
        let before = self.files.take().unwrap_or_default();
        let mut now: BTreeMap<String, Files> = BTreeMap::new();
        for SstableFile { table, generation, bytes, written_at } in sstables {
            let known = before.get(table).and_then(|files| files.get(generation));
            let seen_at = known.map_or(at, |known| known.seen_at);
            let file = File { bytes: *bytes, seen_at, written_at: *written_at };
            now.entry(table.clone()).or_default().insert(generation.clone(), file);
        }
        self.files = Some(now);
    }

    fn forget(&mut self, table: &str) {
        self.counted.remove(table);
        self.apart.remove(table);
        if let Some(files) = &mut self.files {
            files.remove(table);
        }
        self.running.retain(|running| running.table != table);
        self.done.retain(|done| done.table != table);
    }
}
