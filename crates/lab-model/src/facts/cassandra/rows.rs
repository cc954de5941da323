//! What one replica holds of a partition: rows, cells, and the marks by which Cassandra merges them.

use serde::{Deserialize, Serialize};

use crate::Datum;

/// A deletion of a partition, of rows between two places, of a row, or of all cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Deletion {
    /// Microseconds since 1970: what was written then or before is deleted.
    pub at: i64,
    /// Seconds since 1970: when it was made, by the clock of the node that took it.
    pub since: i64,
}

/// Deleted rows between two places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeSeen {
    /// Where it begins, to be compared with [`RowSeen::order`].
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// The deletion.
    pub deleted: Deletion,
}

/// What decides between two writes of the same cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The timestamp the write carried, microseconds since 1970.
    pub at: i64,
    /// A deletion.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Seconds since 1970: when it expires, or when the deletion was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// Seconds it was to live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<i32>,
    /// Expired, by the clock of the node that holds it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
    /// The value's bytes in hex; the first 64 of them where `digest` is set.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub raw: String,
    /// The SHA-256 of all of the value, where `raw` is only its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// A row as one replica holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSeen {
    /// The clustering key, as CQL would write it; empty if the table has none, and for the static row.
    #[serde(default)]
    pub clustering: String,
    /// Cells of its other columns, in the table's order.
    pub cells: Vec<CellSeen>,
    /// The row of the static columns, which all rows of the partition share.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_static: bool,
    /// A read shows it. Otherwise only its deletion is left, or what has expired.
    #[serde(default = "yes")]
    pub live: bool,
    /// The place: rows of one partition sort as these texts do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub order: String,
    /// What an INSERT leaves besides the cells, so that the row is there even if all of them are null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<Mark>,
    /// When the row was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Deletion>,
}

/// A cell as one replica holds it; of a collection that is not frozen, all cells of the column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellSeen {
    /// The column.
    pub column: String,
    /// The value.
    pub value: Datum,
    /// The timestamp the write carried, microseconds since 1970; the newest of several.
    #[serde(default)]
    pub written_at: Option<i64>,
    /// Seconds it has left, if it was written with a TTL.
    #[serde(default)]
    pub ttl: Option<i32>,
    /// What decides between it and another write of it; none where only CQL was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// All its cells were deleted: what a collection was before it was written as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared: Option<Deletion>,
    /// The cells of a collection or a user's type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartSeen>,
    /// There are more cells than told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// Of a counter: how much each node counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shards: Vec<Shard>,
}

/// One cell of a collection or of a user's type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartSeen {
    /// Which one, in hex: an element, a key, the place in a list or the number of a field.
    pub path: String,
    /// What decides between it and another write of it.
    pub mark: Mark,
}

/// What one node counted of a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// The id of the node's counting.
    pub of: String,
    /// How often it changed: of two the higher one holds.
    pub clock: i64,
    /// How much it is.
    pub count: i64,
    /// Of the only kind that is still written.
    #[serde(default = "yes")]
    pub global: bool,
}

fn yes() -> bool {
    true
}

/// Which rows are read, and what of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scanned {
    /// `keyspace.table`.
    pub table: String,
    /// The columns, by name.
    pub columns: Vec<String>,
    /// So many of them, the first ones, name a row.
    pub named_by: usize,
}
