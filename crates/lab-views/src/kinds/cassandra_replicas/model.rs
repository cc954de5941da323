//! The shape of the picture: one partition, side by side as each node alone holds it.

use lab_model::{Datum, Millis, facts::lab::NodeState};
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
    /// Why there is nothing to show, where that is known: no such table, a key that does not fit it, no replica anywhere.
    pub problem: Option<String>,
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
    /// The data center.
    pub data_center: Option<String>,
    /// The rack.
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
    /// Journal time at which it was seen to hold other values than before, or values written at another time; none if it
    /// held the same whenever it was asked.
    #[ts(type = "number | null")]
    pub changed_at: Option<Millis>,
    /// The answer is there. If it is silent now, this is what it held when it was last asked.
    pub known: bool,
    /// Why it could not be asked, in its words.
    pub error: Option<String>,
    /// Whether it lacks something that another replica has (also a deletion), or holds an older one; none where that cannot be known.
    pub behind: Option<bool>,
    /// The rows it holds. A row that only others hold is not among them: `lacks` tells of it.
    pub rows: Vec<Row>,
    /// Rows that a read of all replicas shows and this one does not hold: their clustering keys; `static` for the
    /// static row.
    pub lacks: Vec<String>,
    /// What it holds as deleted or expired: `the partition`, `row 5`, `rows of a range`, `v of row 5`.
    pub deletions: Vec<Deleted>,
    /// Deletions that it stores and that no read counts any more: `gc_grace_seconds` have passed since.
    #[ts(type = "number")]
    pub spent: u64,
    /// The deletions are known. Otherwise what is not there was never written, or was deleted.
    pub exact: bool,
    /// There are more rows than shown.
    pub more: bool,
    /// Bytes of hint files that others keep for it; none while nobody looked.
    #[ts(type = "number | null")]
    pub hints_waiting: Option<u64>,
}

/// Something of which nothing is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_replicas/model.gen.ts")]
pub struct Deleted {
    /// What: `the partition`, `row 5`, `rows of a range`, or a column.
    pub what: String,
    /// The timestamp of the deletion, or of the write that has expired: microseconds since 1970, as text.
    pub deleted_at: String,
    /// How it ended.
    pub how: Gone,
}

/// How something ended of which nothing is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "views/cassandra_replicas/model.gen.ts")]
pub enum Gone {
    /// It was deleted. The storage may also have made a deletion of what had expired, when it compacted.
    Deleted,
    /// Its TTL is over, by the node's own clock.
    Expired,
    /// Some of its elements were deleted, the others have expired.
    Both,
    /// One of the two: the node told them alike.
    Either,
}

impl Gone {
    /// The word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Expired => "expired",
            Self::Both => "deleted and expired",
            Self::Either => "deleted or expired",
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_replicas/model.gen.ts")]
pub struct Row {
    /// The clustering key as CQL would write it; empty if the table has none, and for the static row.
    pub clustering: String,
    /// The row of the static columns, which all rows of the partition share.
    pub is_static: bool,
    /// How its marker, which an INSERT leaves besides the cells, stands beside those of the other replicas.
    pub standing: Standing,
    /// The cells, in the table's order.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_replicas/model.gen.ts")]
pub struct Cell {
    /// The column.
    pub column: String,
    /// The value; null if this node has none.
    pub value: Datum,
    /// The timestamp, microseconds since 1970, as text.
    pub written_at: Option<String>,
    /// If nothing is left of it on this node: the timestamp of the deletion, or of the write that has expired. Microseconds
    /// since 1970, as text.
    pub deleted_at: Option<String>,
    /// If nothing is left of it on this node: how it ended.
    pub gone: Option<Gone>,
    /// Seconds it has left.
    pub ttl: Option<i32>,
    /// When it expires or has expired, by the node's clock: seconds since 1970. Of a collection the first of what is left.
    #[ts(type = "number | null")]
    pub expires_at: Option<i64>,
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
    /// A read of all replicas takes this one.
    Newest,
    /// A read of all replicas takes another one.
    Older,
    /// Another replica has one (a value, or its deletion), and this one has neither.
    Missing,
    /// A read of all replicas takes a part of it, and another part from others: collections, counters.
    Part,
    /// A read of all replicas takes a part of it and nothing from others: they hold the rest as deleted or expired.
    Surplus,
    /// Another replica has one, this one has none; whether it was deleted here cannot be known.
    Absent,
    /// Replicas differ; which one a read of all takes cannot be known.
    Differs,
}
