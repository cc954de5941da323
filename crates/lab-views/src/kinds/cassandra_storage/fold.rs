//! What is remembered of storage: counters, files with the time they were first seen, compactions.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Millis, Observation, Source,
    facts::{
        cassandra::{CassandraFact, CompactionDone, CompactionRunning, SstableFile},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{members::Members, ring::Change, schema, sources::Sources};

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
    pub(super) counted: BTreeMap<String, Counted>,
    /// SSTables by table, then by generation. None while nobody looked.
    pub(super) files: Option<BTreeMap<String, BTreeMap<String, File>>>,
    /// Segments of the commit log and their bytes, by the files.
    pub(super) segments: Option<(u32, u64)>,
    /// Bytes of the commit log, by the node's own word.
    pub(super) commit_log: Option<u64>,
    /// The compactions were told.
    #[serde(default)]
    pub(super) listed: bool,
    pub(super) running: Vec<CompactionRunning>,
    pub(super) done: Vec<CompactionDone>,
}

/// A node's counters of one table.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) memtable_bytes: u64,
    pub(super) memtable_cells: u64,
    pub(super) flushes: u64,
    pub(super) reads: u64,
    pub(super) writes: u64,
}

/// An SSTable's data file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) bytes: u64,
    pub(super) seen_at: Millis,
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
        self.stores(observation) || changes.is_some() || Sources::concerns(observation)
    }

    fn stores(&mut self, observation: &Observation) -> bool {
        match (&observation.fact, &observation.source) {
            (Fact::Lab(LabFact::LabStarted { adopted: false, .. }), _) => self.stores.clear(),
            (Fact::Cassandra(CassandraFact::FilesListed { node, sstables, commit_log, .. }), _) => {
                let stored = self.stores.entry(node.clone()).or_default();
                stored.looked(sstables, observation.heard_at);
                let bytes = commit_log.iter().map(|segment| segment.bytes).fold(0, u64::saturating_add);
                stored.segments = Some((u32::try_from(commit_log.len()).unwrap_or(u32::MAX), bytes));
            }
            (Fact::Cassandra(fact), Source::Node(node)) => return self.says(node, fact),
            _ => return false,
        }
        true
    }

    fn says(&mut self, node: &str, fact: &CassandraFact) -> bool {
        let stored = self.stores.entry(node.to_owned()).or_default();
        match fact {
            CassandraFact::TableRead {
                table, memtable_bytes, memtable_cells, memtable_switches, local_reads, local_writes, ..
            } => {
                let counted = Counted {
                    memtable_bytes: *memtable_bytes,
                    memtable_cells: *memtable_cells,
                    flushes: *memtable_switches,
                    reads: *local_reads,
                    writes: *local_writes,
                };
                stored.counted.insert(table.clone(), counted);
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
    fn looked(&mut self, sstables: &[SstableFile], at: Millis) {
        let before = self.files.take().unwrap_or_default();
        let mut now: BTreeMap<String, BTreeMap<String, File>> = BTreeMap::new();
        for SstableFile { table, generation, bytes } in sstables {
            let known = before.get(table).and_then(|files| files.get(generation));
            let seen_at = known.map_or(at, |known| known.seen_at);
            now.entry(table.clone()).or_default().insert(generation.clone(), File { bytes: *bytes, seen_at });
        }
        self.files = Some(now);
    }

    fn forget(&mut self, table: &str) {
        self.counted.remove(table);
        if let Some(files) = &mut self.files {
            files.remove(table);
        }
        self.running.retain(|running| running.table != table);
        self.done.retain(|done| done.table != table);
    }
}
