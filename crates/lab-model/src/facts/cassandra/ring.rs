//! What a ring is made of: members, beliefs, keyspaces.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A member of the ring as another node's `system.peers_v2` and gossip have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerSeen {
    /// The address.
    pub address: String,
    /// The host id.
    pub host_id: String,
    /// The data center.
    pub data_center: String,
    /// The rack.
    pub rack: String,
    /// The tokens, ascending.
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
    /// The name.
    pub name: String,
    /// `NetworkTopologyStrategy`, `SimpleStrategy`, … without the package.
    pub strategy: String,
    /// Replication factor by data center; for SimpleStrategy the only key is `replication_factor`.
    pub replication: BTreeMap<String, u32>,
    /// The tables.
    #[serde(default)]
    pub tables: Vec<TableSeen>,
}

/// A table, as `system_schema` has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSeen {
    /// The name, without the keyspace.
    pub name: String,
    /// The columns: partition key, clustering, static, regular.
    pub columns: Vec<ColumnSeen>,
    /// The id: a table that was dropped and made anew has another one.
    #[serde(default)]
    pub id: String,
    /// Options that lessons speak of: `gc_grace_seconds`, `read_repair`, `speculative_retry`, `compaction` (class).
    #[serde(default)]
    pub options: BTreeMap<String, String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSeen {
    /// The name.
    pub name: String,
    /// `partition_key`, `clustering`, `static`, `regular`.
    pub kind: String,
    /// The CQL type.
    #[serde(rename = "type")]
    pub cql_type: String,
}
