//! The shape of the picture: members, their tokens, who believes whom down, where a key lies.

use lab_model::{Millis, facts::lab::NodeState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// What to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/cassandra_ring/model.gen.ts")]
pub struct Params {
    /// The keyspace whose replication decides what each node owns; one copy in each data center if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub keyspace: Option<String>,
    /// `keyspace.table` of a key to place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub table: Option<String>,
    /// The partition key to place: a value as text, or a JSON array where it has several columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub key: Option<String>,
}

/// A Cassandra ring as its nodes describe it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_ring/model.gen.ts")]
pub struct Model {
    /// The cluster's name.
    pub cluster_name: Option<String>,
    /// Members and the stack's other nodes, in the stack's order.
    pub nodes: Vec<Node>,
    /// Data centers, sorted.
    pub data_centers: Vec<String>,
    /// Ranges of the members' tokens, in the order of the ring, one data center after the other.
    pub ranges: Vec<Range>,
    /// Every node that answers believes every other member up, and every node of the stack that is no spare takes
    /// requests.
    pub all_up: bool,
    /// Every node that answers has the same schema version; none while fewer than two were heard.
    pub schema_agreed: Option<bool>,
    /// Keyspaces that are not Cassandra's own, sorted.
    pub keyspaces: Vec<Keyspace>,
    /// Where the asked-for key lies.
    pub placement: Option<Placement>,
    /// Why what was asked for cannot be shown, where that is known: no such keyspace or table, a key that does not fit it.
    pub problem: Option<String>,
    /// Data on its way because a node joins, leaves or is repaired, and what lately arrived.
    pub streams: Vec<Stream>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_ring/model.gen.ts")]
pub struct Node {
    /// Node name, e.g. `cassandra-2`.
    pub node: String,
    /// The address on the cluster's network.
    pub address: Option<String>,
    /// The host id.
    pub host_id: Option<String>,
    /// The data center.
    pub data_center: Option<String>,
    /// The rack.
    pub rack: Option<String>,
    /// Whether it owns a part of the ring, by its own word or its peers'.
    pub member: bool,
    /// `JOINING`, `NORMAL`, `LEAVING`, `DECOMMISSIONED`, … by its own word, or its peers' if it is not heard.
    pub mode: Option<String>,
    /// The tokens, ascending.
    pub tokens: Vec<String>,
    /// What it owns, percent: of all rows of the keyspace, or of one copy in its data center if no keyspace is named.
    pub owns_percent: Option<f64>,
    /// Where clients on this machine reach it.
    pub endpoint: Option<String>,
    /// Does it answer us?
    pub heard: Hearing,
    /// Whether the CQL port answered when it was last asked; none before it was asked, while an agent may speak already.
    pub serves: Option<bool>,
    /// Journal time it last answered.
    #[ts(type = "number | null")]
    pub heard_at: Option<Millis>,
    /// Why it is silent.
    pub why_silent: Option<String>,
    /// What the container engine says.
    pub container: Option<NodeState>,
    /// Is it cut off from the cluster network?
    pub cut: bool,
    /// A spare: it joins only when asked to.
    pub spare: bool,
    /// What it believes of the others. What a node that is not heard believed last is not shown.
    pub believes: Vec<Belief>,
    /// The nodes that answer and believe it down.
    pub believed_down_by: Vec<String>,
}

/// A range of tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_ring/model.gen.ts")]
pub struct Range {
    /// The data center whose nodes share the ring; none if the keyspace's strategy knows no data centers.
    pub data_center: Option<String>,
    /// The token before it, which is not in it. The same as `to` if it is the whole ring; above it where the range goes
    /// past the end of the ring.
    pub from: String,
    /// The last token of the range: its owner's.
    pub to: String,
    /// The node that owns it.
    pub owner: String,
    /// Names of the nodes that hold its copies, the owner first: computed, by Cassandra's rule, from the tokens and the
    /// replication that nodes said. None if no keyspace is named, or its replication is not known.
    pub replicas: Option<Vec<String>>,
}

/// What one node believes of another one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_ring/model.gen.ts")]
pub struct Belief {
    /// The other one.
    pub peer: String,
    /// Whether the peer is believed up.
    pub up: bool,
    /// Journal time since which it is believed so.
    #[ts(type = "number")]
    pub since: Millis,
    /// φ as last read; above the threshold it is convicted.
    pub phi: Option<f64>,
    /// `phi_convict_threshold`.
    pub threshold: Option<f64>,
}

/// A keyspace.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_ring/model.gen.ts")]
pub struct Keyspace {
    /// The name.
    pub name: String,
    /// `NetworkTopologyStrategy`, `SimpleStrategy`, ….
    pub strategy: String,
    /// Replication factors.
    pub replication: Vec<Factor>,
    /// Names of its tables, sorted.
    pub tables: Vec<String>,
    /// Columns of its tables, in the tables' order; what an editor completes.
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_ring/model.gen.ts")]
pub struct Column {
    /// The table, without its keyspace.
    pub table: String,
    /// The name.
    pub name: String,
    /// `partition_key`, `clustering`, `static`, `regular`.
    pub kind: String,
    /// The CQL type.
    pub cql_type: String,
}

/// How many replicas a data center holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_ring/model.gen.ts")]
pub struct Factor {
    /// The data center; `every` for SimpleStrategy, which knows none.
    pub data_center: String,
    /// Replicas.
    pub factor: u32,
}

/// Where a key lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_ring/model.gen.ts")]
pub struct Placement {
    /// `keyspace.table`.
    pub table: String,
    /// The key.
    pub key: String,
    /// The token.
    pub token: String,
    /// Names of the nodes that hold it, the owner of the range first.
    pub replicas: Vec<String>,
    /// Racks of those nodes, each once, sorted.
    pub racks: Vec<String>,
    /// The node that said so.
    pub says: String,
}

/// Data on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_ring/model.gen.ts")]
pub struct Stream {
    /// The node that said so.
    pub node: String,
    /// `Bootstrap`, `Unbootstrap`, `Repair`, ….
    pub operation: String,
    /// The other ends.
    pub peers: Vec<String>,
    /// In Cassandra's words.
    pub status: String,
    /// Bytes received.
    #[ts(type = "number")]
    pub received: u64,
    /// Bytes to receive.
    #[ts(type = "number")]
    pub to_receive: u64,
    /// Bytes sent.
    #[ts(type = "number")]
    pub sent: u64,
    /// Bytes to send.
    #[ts(type = "number")]
    pub to_send: u64,
}
