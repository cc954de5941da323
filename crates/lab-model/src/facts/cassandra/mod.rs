//! What Cassandra's nodes, and our own clients of them, said.
//!
//! Addresses are the nodes' own (`10.213.5.11`, without a port); views turn them into node names. Tokens, and times in
//! microseconds since 1970, are 64 bits wide and stay text where a picture may show them.

mod request;
mod ring;
mod rows;
mod storage;
mod words;

use std::{
    collections::BTreeMap,
    fmt::{Display, Formatter, Result as FmtResult},
};

use serde::{Deserialize, Serialize};

use crate::Datum;

pub use request::*;
pub use ring::*;
pub use rows::*;
pub use storage::*;

/// A fact about Cassandra. Unless said otherwise the source is the node that answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum CassandraFact {
    /// `system.local`: what a node says of itself.
    NodeDescribed {
        /// The host id.
        host_id: String,
        /// The address.
        address: String,
        /// The cluster's name.
        cluster_name: String,
        /// Release version, e.g. `5.0.8`.
        version: String,
        /// The data center.
        data_center: String,
        /// The rack.
        rack: String,
        /// The tokens, ascending.
        tokens: Vec<String>,
        /// The schema version.
        schema_version: String,
        /// `STARTING`, `JOINING`, `NORMAL`, `LEAVING`, `DECOMMISSIONED`, …; none if no agent says it.
        #[serde(default)]
        mode: Option<String>,
    },
    /// `system.peers_v2` and `system_views.gossip_info`: whom it knows.
    PeersListed {
        /// The others, by address.
        peers: Vec<PeerSeen>,
    },
    /// The failure detector: whom it believes up.
    PeersBelieved {
        /// The others, by address.
        peers: Vec<PeerBelief>,
    },
    /// Pushed by the node when its belief about another one changed.
    PeerTurned {
        /// The other node's address.
        address: String,
        /// What it is believed to be now.
        up: bool,
    },
    /// The failure detector's suspicion of each peer. About once a second while wanted.
    PhiRead {
        /// The others, by address.
        peers: Vec<PhiSeen>,
        /// `phi_convict_threshold`.
        threshold: f64,
    },
    /// Pushed by the node: a node joined, left or moved.
    TopologyChanged {
        /// `NEW_NODE`, `REMOVED_NODE`, `MOVED_NODE`.
        change: String,
        /// The address.
        address: String,
    },
    /// Pushed by the node: its schema changed.
    SchemaChanged {
        /// `CREATED`, `UPDATED`, `DROPPED`.
        change: String,
        /// `KEYSPACE`, `TABLE`, ….
        target: String,
        /// The keyspace, and for a table `keyspace.table`.
        name: String,
    },
    /// Keyspaces that are not Cassandra's own, with their tables.
    SchemaListed {
        /// By name.
        keyspaces: Vec<KeyspaceSeen>,
    },
    /// Where a key belongs, by this node's knowledge of the ring.
    KeyPlaced {
        /// `keyspace.table`.
        table: String,
        /// The partition key, as it was asked for.
        key: String,
        /// The token.
        token: String,
        /// Addresses of its replicas, the owner of the range first.
        replicas: Vec<String>,
    },
    /// A key that lies nowhere: it does not fit its table, or there is no such table.
    KeyRefused {
        /// `keyspace.table`.
        table: String,
        /// The partition key, as it was asked for.
        key: String,
        /// Why.
        error: String,
    },
    /// What this node alone holds of a partition (NODE_LOCAL: no other node was asked, nothing was repaired).
    RowsRead {
        /// `keyspace.table`.
        table: String,
        /// The partition key, as it was asked for.
        key: String,
        /// The rows; the first 50.
        rows: Vec<RowSeen>,
        /// There are more.
        #[serde(default)]
        more: bool,
        /// Deletions and all marks are told: what is not among the rows is not there. Otherwise only CQL was asked, which
        /// shows no deletion.
        #[serde(default)]
        exact: bool,
        /// The whole partition was deleted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deleted: Option<Deletion>,
        /// Rows were deleted from one place to another.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ranges: Vec<RangeSeen>,
        /// What has expired is told as expired. Otherwise the node turned it into a deletion before it told.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        expired_apart: bool,
        /// Deletions that are stored and no longer told to anybody who reads: `gc_grace_seconds` have passed since.
        #[serde(default, skip_serializing_if = "is_zero")]
        spent: u64,
    },
    /// A partition could not be asked for: there is no such table, the key does not fit it, or the node refused.
    RowsRefused {
        /// `keyspace.table`.
        table: String,
        /// The partition key, as it was asked for.
        key: String,
        /// The words.
        error: String,
    },
    /// Some columns of all rows of a table, as this node returned them as coordinator: those that are new or other than when
    /// it was last read.
    TableScanned {
        /// The table.
        scan: Scanned,
        /// Which reading of it this was, from 1 when it was first wanted.
        number: u64,
        /// At which level.
        level: String,
        /// New and changed rows: the values of the columns.
        rows: Vec<Vec<Datum>>,
        /// Rows that are there no longer: the values of the columns that name them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gone: Vec<Vec<Datum>>,
        /// What was told before counts no longer: all rows are told again, beginning here.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        anew: bool,
        /// The rest of this reading comes with the next fact.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unfinished: bool,
        /// How many rows were read in all.
        total: u64,
        /// There are more than were read.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        more: bool,
    },
    /// A table could not be read: there is none, or too few replicas answered.
    ScanRefused {
        /// The table.
        scan: Scanned,
        /// There is no such table.
        missing: bool,
        /// The words.
        error: String,
    },
    /// A request of ours ended (source: our client).
    RequestEnded {
        /// The request.
        request: RequestSeen,
    },
    /// A trace, as far as it is written; it may come again with late events (source: the node it was read from).
    TraceRead {
        /// The trace's id.
        trace: String,
        /// Address of the coordinator.
        coordinator: String,
        /// When the coordinator began, Unix milliseconds.
        started_at: i64,
        /// How long the coordinator worked on it, microseconds; none while it is not written.
        duration_micros: Option<u64>,
        /// The lines, in the order of their time.
        events: Vec<TraceEvent>,
    },
    /// How far a load of ours is: about twice a second while it runs, and at its end (source: our client).
    LoadTold {
        /// `keyspace.table`.
        table: String,
        /// What it does.
        kind: RequestKind,
        /// At which level.
        level: String,
        /// Requests asked for.
        asked: u64,
        /// Requests that ended, by the outcome's short name.
        ended: BTreeMap<String, u64>,
        /// Latencies of those that ended `ok`.
        latency: Latency,
        /// Requests a second since it began.
        per_second: f64,
        /// Still under way.
        running: bool,
    },
    /// The hint counters since it started.
    HintsCounted {
        /// Hints written now and not yet on disk.
        in_progress: u64,
        /// Hints ever written.
        total: u64,
        /// Hints written, by the address they are for.
        created: BTreeMap<String, u64>,
        /// Hints not written because the window had passed, by the address they would have been for.
        not_stored: BTreeMap<String, u64>,
        /// Hints delivered.
        succeeded: u64,
        /// Hints refused by their target.
        failed: u64,
        /// Hints whose target did not answer in time.
        timed_out: u64,
    },
    /// How it treats hints now.
    HintsSet {
        /// Hints are written.
        enabled: bool,
        /// For how long after a peer went down, milliseconds.
        window_ms: u64,
        /// Delivery is paused, as far as we asked for it: Cassandra has no way to ask.
        paused: bool,
    },
    /// Files on a node's data volume (source: docker). Looked at through the lab's sidecar, so it works while the node
    /// is paused or dead.
    FilesListed {
        /// The node whose volume it is.
        node: String,
        /// Hint files.
        hints: Vec<HintFile>,
        /// SSTables of keyspaces that are not Cassandra's own.
        sstables: Vec<SstableFile>,
        /// Commit log segments.
        commit_log: Vec<LogSegment>,
    },
    /// Metrics of one table on this node.
    TableRead {
        /// `keyspace.table`.
        table: String,
        /// Live data in the memtable, bytes.
        memtable_bytes: u64,
        /// Cells in the memtable.
        memtable_cells: u64,
        /// How often a memtable was written out.
        memtable_switches: u64,
        /// SSTables in use.
        sstables: u32,
        /// The files' bytes.
        sstable_bytes: u64,
        /// Reads done on this node.
        local_reads: u64,
        /// Writes done on this node.
        local_writes: u64,
    },
    /// The commit log.
    CommitLogRead {
        /// Bytes of all segments.
        bytes: u64,
        /// Writes waiting for it.
        pending: u64,
    },
    /// Compactions under way, and the newest that have ended.
    CompactionsListed {
        /// Under way.
        running: Vec<CompactionRunning>,
        /// Ended: the newest 20 of keyspaces that are not Cassandra's own.
        done: Vec<CompactionDone>,
    },
    /// The read repair counters as a coordinator, since it started.
    ReadRepairsCounted {
        /// Reads that found replicas different, and waited for them to be mended.
        blocking: u64,
        /// The same from tables with `read_repair = 'NONE'`: only the answer was put together from all of them.
        reconciled: u64,
        /// Repairs that did not end in time.
        timed_out: u64,
    },
    /// Repairs it coordinates.
    RepairsListed {
        /// The newest first.
        repairs: Vec<RepairSeen>,
    },
    /// Data it streams.
    StreamsListed {
        /// By id.
        streams: Vec<StreamSeen>,
    },
    /// Settings in force (`system_views.settings`): those that the stack changes, and those lessons speak of.
    SettingsRead {
        /// Value by name.
        settings: BTreeMap<String, String>,
    },
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// In one plain sentence without its source.
impl Display for CassandraFact {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        words::write(self, f)
    }
}
