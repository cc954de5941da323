//! The shape of the picture: one partition, side by side as each node alone holds it.

use lab_model::{Millis, facts::lab::NodeState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// What to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/cassandra_replicas/model.gen.ts")]
pub struct Params {
    /// `keyspace.table`.
    pub table: String,
    /// The partition key: a value as text, or a JSON array where it has several columns.
    pub key: String,
}

/// A partition across its replicas.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_replicas/model.gen.ts")]
pub struct Model {
    /// `keyspace.table`.
    pub table: String,
    /// The partition key.
    pub key: String,
    /// The table is there; none while no node said.
    pub exists: Option<bool>,
    /// The key's token.
    pub token: Option<String>,
    /// The node that said where it lies.
    pub placed_by: Option<String>,
    /// How many different contents its replicas hold, among those that answered: 1 means they agree, 0 that none did.
    pub versions: u32,
    /// Every replica answered, and all hold the same cells with the same timestamps.
    pub agree: bool,
    /// Every node that is a replica of the key, the owner of the range first, then nodes that hold it without being one.
    pub replicas: Vec<Replica>,
}

/// What one node holds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_replicas/model.gen.ts")]
pub struct Replica {
    /// Node name.
    pub node: String,
    /// Its data center.
    pub data_center: Option<String>,
    /// Its rack.
    pub rack: Option<String>,
    /// The ring says it holds the key.
    pub replica: bool,
    /// Does it answer us?
    pub heard: Hearing,
    /// Journal time it last answered.
    #[ts(type = "number | null")]
    pub heard_at: Option<Millis>,
    /// What the container engine says.
    pub container: Option<NodeState>,
    /// Is it cut off from the cluster network?
    pub cut: bool,
    /// Its answer is there. If it is silent now, this is what it held when it was last asked.
    pub known: bool,
    /// Why it could not be asked, in its words.
    pub error: Option<String>,
    /// It lacks something that another replica has, or holds an older one.
    pub behind: bool,
    /// The rows it holds. A row that only others hold is not among them: `behind` tells of it.
    pub rows: Vec<Row>,
    /// There are more rows than shown.
    pub more: bool,
    /// Bytes of hint files that others keep for it; none while nobody looked.
    #[ts(type = "number | null")]
    pub hints_waiting: Option<u64>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_replicas/model.gen.ts")]
pub struct Row {
    /// Its clustering key as CQL would write it; empty if the table has none.
    pub clustering: String,
    /// Its cells, in the table's order.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_replicas/model.gen.ts")]
pub struct Cell {
    /// The column.
    pub column: String,
    /// Its value as text; none if this node has none.
    pub value: Option<String>,
    /// Its timestamp, microseconds since 1970, as text.
    pub written_at: Option<String>,
    /// Seconds it has left.
    pub ttl: Option<i32>,
    /// How it stands beside the same cell on the other replicas.
    pub standing: Standing,
}

/// How a cell stands beside the same cell on the other replicas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "views/cassandra_replicas/model.gen.ts")]
pub enum Standing {
    /// All that answered hold the same.
    Same,
    /// It is the newest: a read that sees it returns it.
    Newest,
    /// Another replica holds a newer one.
    Older,
    /// Another replica has one, this one has none.
    Missing,
}
