//! The shape of the picture: commit log, memtable, SSTables and compactions of one table, node by node.

use lab_model::{
    Millis,
    facts::cassandra::{CompactionDone, CompactionRunning},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// What to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/cassandra_storage/model.gen.ts")]
pub struct Params {
    /// `keyspace.table`.
    pub table: String,
}

/// A table's storage.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_storage/model.gen.ts")]
pub struct Model {
    /// `keyspace.table`.
    pub table: String,
    /// The table is there; none while no node said.
    pub exists: Option<bool>,
    /// Node by node, in the stack's order.
    pub nodes: Vec<Store>,
}

/// One node's storage of the table.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_storage/model.gen.ts")]
pub struct Store {
    /// Node name.
    pub node: String,
    /// Does it answer us?
    pub heard: Hearing,
    /// Journal time it last answered.
    #[ts(type = "number | null")]
    pub heard_at: Option<Millis>,
    /// When its process was started, Unix milliseconds, by the container engine; none while it does not run, or is not known.
    #[ts(type = "number | null")]
    pub running_since: Option<i64>,
    /// Live data in the memtable, bytes; none while not said.
    #[ts(type = "number | null")]
    pub memtable_bytes: Option<u64>,
    /// Cells in the memtable.
    #[ts(type = "number | null")]
    pub memtable_cells: Option<u64>,
    /// How often a memtable was written out.
    #[ts(type = "number | null")]
    pub flushes: Option<u64>,
    /// The files were looked at: an empty list of SSTables then means that there is none.
    pub looked_at: bool,
    /// SSTables on disk, by their files; the oldest first.
    pub sstables: Vec<Sstable>,
    /// Bytes of the commit log's segments, all tables together.
    #[ts(type = "number | null")]
    pub commit_log_bytes: Option<u64>,
    /// The segments.
    pub commit_log_segments: Option<u32>,
    /// Reads done on this node.
    #[ts(type = "number | null")]
    pub local_reads: Option<u64>,
    /// Writes done on this node.
    #[ts(type = "number | null")]
    pub local_writes: Option<u64>,
    /// The compactions were told: an empty list then means that there is none.
    pub compactions_told: bool,
    /// Compactions of the table under way.
    pub compacting: Vec<Compacting>,
    /// Compactions of the table that have ended, the newest first; 10 at most.
    pub compacted: Vec<Compacted>,
}

/// An SSTable.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_storage/model.gen.ts")]
pub struct Sstable {
    /// The generation.
    pub generation: String,
    /// Bytes of its data file.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Journal time it was first seen.
    #[ts(type = "number")]
    pub seen_at: Millis,
    /// When its data file was last written to, Unix milliseconds, by the file system; none if nobody said.
    #[ts(type = "number | null")]
    pub written_at: Option<i64>,
}

/// A compaction under way.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_storage/model.gen.ts")]
pub struct Compacting {
    /// `compaction`, `cleanup`, ….
    pub kind: String,
    /// 0 to 100.
    pub percent: u32,
}

/// A compaction that has ended.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_storage/model.gen.ts")]
pub struct Compacted {
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub ended_at: i64,
    /// Bytes read.
    #[ts(type = "number")]
    pub bytes_in: u64,
    /// Bytes written.
    #[ts(type = "number")]
    pub bytes_out: u64,
}

impl From<&CompactionRunning> for Compacting {
    fn from(running: &CompactionRunning) -> Self {
        let percent = running.done.saturating_mul(100).checked_div(running.total).unwrap_or_default();
        Self { kind: running.kind.clone(), percent: u32::try_from(percent.min(100)).unwrap_or(100) }
    }
}

impl From<&CompactionDone> for Compacted {
    fn from(done: &CompactionDone) -> Self {
        Self { ended_at: done.ended_at, bytes_in: done.bytes_in, bytes_out: done.bytes_out }
    }
}
