//! What Cassandra's nodes, and our own clients of them, said.
//!
//! Addresses are the nodes' own (`10.213.5.11`, without a port); views turn them into node names. Tokens, and times in
//! microseconds since 1970, are 64 bits wide and stay text where a picture may show them.

use std::{
    collections::BTreeMap,
    fmt::{Display, Formatter, Result as FmtResult},
};

use serde::{Deserialize, Serialize};

/// A member of the ring as another node's `system.peers_v2` and gossip have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerSeen {
    /// Its address.
    pub address: String,
    /// Its host id.
    pub host_id: String,
    /// Its data center.
    pub data_center: String,
    /// Its rack.
    pub rack: String,
    /// Its tokens, ascending.
    #[serde(default)]
    pub tokens: Vec<String>,
    /// The schema version it has, as gossip says.
    #[serde(default)]
    pub schema_version: Option<String>,
    /// `NORMAL`, `BOOT`, `LEAVING`, `LEFT`, `shutdown`, … as gossip says.
    #[serde(default)]
    pub status: Option<String>,
}

/// Whether a node believes another one up, by its own failure detector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerBelief {
    /// The other node's address.
    pub address: String,
    /// What it is believed to be.
    pub up: bool,
}

/// How suspicious a node is of another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhiSeen {
    /// The other node's address.
    pub address: String,
    /// φ, on the scale of `phi_convict_threshold`: above it the other one is convicted.
    pub phi: f64,
}

/// A keyspace, as `system_schema` has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyspaceSeen {
    /// Its name.
    pub name: String,
    /// `NetworkTopologyStrategy`, `SimpleStrategy`, … without the package.
    pub strategy: String,
    /// Replication factor by data center; for SimpleStrategy the only key is `replication_factor`.
    pub replication: BTreeMap<String, u32>,
    /// Its tables.
    #[serde(default)]
    pub tables: Vec<TableSeen>,
}

/// A table, as `system_schema` has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSeen {
    /// Its name, without the keyspace.
    pub name: String,
    /// Its columns: partition key, clustering, static, regular.
    pub columns: Vec<ColumnSeen>,
    /// Options that lessons speak of: `gc_grace_seconds`, `read_repair`, `speculative_retry`, `compaction` (class).
    #[serde(default)]
    pub options: BTreeMap<String, String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSeen {
    /// Its name.
    pub name: String,
    /// `partition_key`, `clustering`, `static`, `regular`.
    pub kind: String,
    /// Its CQL type.
    #[serde(rename = "type")]
    pub cql_type: String,
}

/// A row as one replica holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSeen {
    /// Its clustering key, as CQL would write it; empty if the table has none.
    #[serde(default)]
    pub clustering: String,
    /// Cells of its other columns, in the table's order.
    pub cells: Vec<CellSeen>,
}

/// A cell as one replica holds it. A deleted one cannot be told from one that never was: CQL shows neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellSeen {
    /// The column.
    pub column: String,
    /// Its value as text; none if there is none.
    pub value: Option<String>,
    /// The timestamp the write carried, microseconds since 1970.
    #[serde(default)]
    pub written_at: Option<i64>,
    /// Seconds it has left, if it was written with a TTL.
    #[serde(default)]
    pub ttl: Option<i32>,
}

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/request_kind.gen.ts")]
pub enum RequestKind {
    /// SELECT.
    Read,
    /// INSERT, UPDATE, DELETE, a batch.
    Write,
    /// A write with IF: a compare-and-set through Paxos.
    Conditional,
    /// CREATE, ALTER, DROP, TRUNCATE.
    Schema,
    /// Anything else.
    Other,
}

/// How a request ended, never flattened to text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "snake_case")]
pub enum RequestOutcome {
    /// The coordinator answered that it was done.
    Ok,
    /// The coordinator refused before it sent anything: it believes too few replicas up.
    Unavailable {
        /// Replicas the level needs.
        required: i32,
        /// Replicas believed up.
        alive: i32,
    },
    /// Too few replicas acknowledged in time. The write may be anywhere.
    WriteTimeout {
        /// Acknowledgements the level needs.
        required: i32,
        /// Acknowledgements that came.
        received: i32,
        /// `SIMPLE`, `BATCH`, `CAS`, ….
        write_type: String,
    },
    /// Too few replicas answered in time.
    ReadTimeout {
        /// Answers the level needs.
        required: i32,
        /// Answers that came.
        received: i32,
        /// The replica asked for data, not a digest, was among them.
        data_present: bool,
    },
    /// Replicas answered with an error of their own.
    WriteFailure {
        /// Acknowledgements the level needs.
        required: i32,
        /// Acknowledgements that came.
        received: i32,
        /// Replicas that failed.
        failed: i32,
    },
    /// Replicas answered with an error of their own.
    ReadFailure {
        /// Answers the level needs.
        required: i32,
        /// Answers that came.
        received: i32,
        /// Replicas that failed.
        failed: i32,
    },
    /// The coordinator refused for another reason: syntax, an unknown table, overload, ….
    Refused {
        /// The protocol's name of the error, e.g. `Invalid`, `SyntaxError`, `Overloaded`.
        error: String,
        /// The coordinator's words.
        words: String,
    },
    /// There was no connection to the coordinator: nothing was sent.
    NoConnection {
        /// The client's words.
        why: String,
    },
    /// The connection broke, or the client gave up, after the request was sent: nobody knows what became of it.
    NoAnswer {
        /// The client's words.
        why: String,
    },
}

impl RequestOutcome {
    /// The short name: `ok`, `unavailable`, `write_timeout`, `read_timeout`, `write_failure`, `read_failure`, `refused`,
    /// `no_connection`, `no_answer`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unavailable { .. } => "unavailable",
            Self::WriteTimeout { .. } => "write_timeout",
            Self::ReadTimeout { .. } => "read_timeout",
            Self::WriteFailure { .. } => "write_failure",
            Self::ReadFailure { .. } => "read_failure",
            Self::Refused { .. } => "refused",
            Self::NoConnection { .. } => "no_connection",
            Self::NoAnswer { .. } => "no_answer",
        }
    }
}

impl Display for RequestOutcome {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Unavailable { required, alive } => write!(f, "Unavailable: {required} required, {alive} alive"),
            Self::WriteTimeout { required, received, write_type } => {
                write!(f, "WriteTimeout: {received} of {required} acknowledged ({write_type})")
            }
            Self::ReadTimeout { required, received, .. } => {
                write!(f, "ReadTimeout: {received} of {required} answered")
            }
            Self::WriteFailure { required, received, failed } => {
                write!(f, "WriteFailure: {received} of {required} acknowledged, {failed} failed")
            }
            Self::ReadFailure { required, received, failed } => {
                write!(f, "ReadFailure: {received} of {required} answered, {failed} failed")
            }
            Self::Refused { error, words } => write!(f, "{error}: {words}"),
            Self::NoConnection { why } => write!(f, "no connection: {why}"),
            Self::NoAnswer { why } => write!(f, "no answer: {why}"),
        }
    }
}

/// A request of ours and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestSeen {
    /// Names it within the journal, e.g. `r17`.
    pub id: String,
    /// The statement, the first 500 characters.
    pub cql: String,
    /// What it was for.
    pub kind: RequestKind,
    /// The node asked, by name; none if the driver found none to ask.
    pub coordinator: Option<String>,
    /// `ONE`, `QUORUM`, …; `NODE_LOCAL` for one replica's own.
    pub level: String,
    /// `SERIAL` or `LOCAL_SERIAL` where the statement is conditional.
    #[serde(default)]
    pub serial_level: Option<String>,
    /// How it ended.
    pub outcome: RequestOutcome,
    /// From sending to the answer, or to giving up.
    pub took_micros: u64,
    /// The trace's id, if it was traced and the coordinator said one, also with an error.
    #[serde(default)]
    pub trace: Option<String>,
    /// Columns of the answer.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The first 20 rows of the answer, as text.
    #[serde(default)]
    pub rows: Vec<Vec<Option<String>>>,
    /// Rows in all.
    #[serde(default)]
    pub row_count: u64,
    /// A conditional write: whether its condition held.
    #[serde(default)]
    pub applied: Option<bool>,
    /// The coordinator's warnings.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// One line of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceEvent {
    /// Address of the node that wrote it.
    pub source: String,
    /// By that node's own clock: microseconds since it heard of the request.
    pub elapsed_micros: i64,
    /// By that node's own clock, microseconds since 1970 (from the event's time-based id).
    pub at_micros: i64,
    /// Its words.
    pub activity: String,
    /// Its thread.
    #[serde(default)]
    pub thread: String,
}

/// Latencies, microseconds. `p99` only where at least 200 were measured: fewer do not carry it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, ts_rs::TS)]
#[ts(export, export_to = "rpc/latency.gen.ts")]
pub struct Latency {
    /// How many were measured.
    #[ts(type = "number")]
    pub count: u64,
    /// The middle.
    #[ts(type = "number")]
    pub median: u64,
    /// 99 of 100 were faster.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub p99: Option<u64>,
    /// The slowest.
    #[ts(type = "number")]
    pub most: u64,
}

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
    /// Its id within the table: the generation in its files' names.
    pub generation: String,
    /// Bytes of its data file.
    pub bytes: u64,
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
    /// Its id.
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
    /// Its id.
    pub id: String,
    /// The keyspace.
    pub keyspace: String,
    /// Its tables.
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
    /// Its id.
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

/// A fact about Cassandra. Unless said otherwise the source is the node that answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum CassandraFact {
    /// `system.local`: what a node says of itself.
    NodeDescribed {
        /// Its host id.
        host_id: String,
        /// Its address.
        address: String,
        /// The cluster's name.
        cluster_name: String,
        /// Release version, e.g. `5.0.8`.
        version: String,
        /// Its data center.
        data_center: String,
        /// Its rack.
        rack: String,
        /// Its tokens, ascending.
        tokens: Vec<String>,
        /// Its schema version.
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
    /// Its failure detector: whom it believes up.
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
    /// Its failure detector's suspicion of each peer. About once a second while wanted.
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
        /// Its address.
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
        /// Its token.
        token: String,
        /// Addresses of its replicas, the owner of the range first.
        replicas: Vec<String>,
    },
    /// What this node alone holds of a partition (NODE_LOCAL: no other node was asked, nothing was repaired).
    RowsRead {
        /// `keyspace.table`.
        table: String,
        /// The partition key, as it was asked for.
        key: String,
        /// Its rows; the first 50.
        rows: Vec<RowSeen>,
        /// There are more.
        #[serde(default)]
        more: bool,
    },
    /// This node could not be asked for a partition.
    RowsRefused {
        /// `keyspace.table`.
        table: String,
        /// The partition key, as it was asked for.
        key: String,
        /// Its words.
        error: String,
    },
    /// A request of ours ended (source: our client).
    RequestEnded {
        /// It.
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
        /// Its lines, in the order of their time.
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
        /// It goes on.
        running: bool,
    },
    /// Its hint counters since it started.
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
        /// It writes hints.
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
        /// Their bytes.
        sstable_bytes: u64,
        /// Reads done on this node.
        local_reads: u64,
        /// Writes done on this node.
        local_writes: u64,
    },
    /// Its commit log.
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
    /// Its read repair counters since it started.
    ReadRepairsCounted {
        /// Reads that found replicas different, and waited for them to be mended.
        blocking: u64,
        /// Reads that had to ask for full data because digests differed.
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

/// In one plain sentence without its source.
impl Display for CassandraFact {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        super::cassandra_words::write(self, f)
    }
}
