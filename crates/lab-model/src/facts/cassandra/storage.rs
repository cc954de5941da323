//! What lies on a node's disk, and the work that moves it: hints, SSTables, compactions, repairs, streams.

use serde::{Deserialize, Serialize};

/// A hint file: writes that one node keeps for another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HintFile {
    /// Host id of the node they are for.
    pub target: String,
    /// Bytes in it.
    pub bytes: u64,
    /// The file's name.
    pub file: String,
}

/// An SSTable on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SstableFile {
    /// `keyspace.table`.
    pub table: String,
    /// The id within the table: the generation in its files' names.
    pub generation: String,
    /// Bytes of its data file.
    pub bytes: u64,
    /// When its data file was last written to, Unix milliseconds, by the file system; none in journals of before this was
    /// noted.
    #[serde(default)]
    pub written_at: Option<i64>,
}

/// A commit log segment on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogSegment {
    /// The file's name.
    pub file: String,
    /// Bytes in it. Segments are made at full length; it does not say how much was written.
    pub bytes: u64,
}

/// A compaction that runs, or another job of that kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompactionRunning {
    /// `keyspace.table`.
    pub table: String,
    /// `compaction`, `cleanup`, `validation`, ….
    pub kind: String,
    /// How far it is.
    pub done: u64,
    /// Of how much.
    pub total: u64,
    /// `bytes`, `keys`, ….
    pub unit: String,
}

/// A compaction that has ended (`system.compaction_history`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompactionDone {
    /// The id.
    pub id: String,
    /// `keyspace.table`.
    pub table: String,
    /// When it ended, Unix milliseconds.
    pub ended_at: i64,
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes written.
    pub bytes_out: u64,
}

/// A repair under way or ended (`system_views.repairs`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairSeen {
    /// The id.
    pub id: String,
    /// The keyspace.
    pub keyspace: String,
    /// The tables.
    pub tables: Vec<String>,
    /// `full`, `incremental`, `preview_full`, ….
    pub kind: String,
    /// `init`, `start`, `completed`, `failed`, … in Cassandra's words.
    pub state: String,
    /// 0 to 100.
    #[serde(default)]
    pub percent: Option<u32>,
    /// Cassandra's words on how it ended.
    #[serde(default)]
    pub words: String,
}

/// Data being streamed to or from a peer (`system_views.streaming`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamSeen {
    /// The id.
    pub id: String,
    /// `Bootstrap`, `Unbootstrap`, `Repair`, ….
    pub operation: String,
    /// Addresses of the other ends.
    pub peers: Vec<String>,
    /// In Cassandra's words.
    pub status: String,
    /// Bytes received so far.
    pub received: u64,
    /// Bytes to receive.
    pub to_receive: u64,
    /// Bytes sent so far.
    pub sent: u64,
    /// Bytes to send.
    pub to_send: u64,
}
