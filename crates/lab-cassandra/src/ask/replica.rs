//! What one replica alone holds of a partition, with its deletions and all marks by which Cassandra merges: said by the bean
//! that our agent brings into each node (`docker/images/agent/replica`). CQL shows neither.

use lab_model::{
    Datum,
    facts::cassandra::{CellSeen, Deletion, Mark, PartSeen, RangeSeen, RowSeen, Shard, TableSeen},
};
use scylla::frame::response::result::{CollectionType, ColumnType};
use serde::Deserialize;

use super::rows::Held;
use crate::wire::{CqlType, UserTypes, bytes_of_hex, datum, datum_of_beginning, literal, named, shown};

/// Bytes of a value that are kept to compare it by.
const COMPARED: usize = 64;

#[derive(Deserialize)]
struct Partition {
    now: i64,
    deleted: Option<(i64, i64)>,
    #[serde(rename = "static")]
    of_all_rows: Option<Row>,
    #[serde(default)]
    rows: Vec<Row>,
    #[serde(default)]
    ranges: Vec<Range>,
    #[serde(default)]
    more: bool,
    /// Not told by beans of before, which told an expired cell as a deleted one.
    spent: Option<u64>,
}

#[derive(Deserialize)]
struct Range {
    from: String,
    to: String,
    deleted: (i64, i64),
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    clustering: Vec<Option<Bytes>>,
    #[serde(default)]
    order: String,
    /// When its marker was written, if it has one.
    at: Option<i64>,
    ttl: Option<i32>,
    expires: Option<i64>,
    #[serde(default)]
    expired: bool,
    deleted: Option<(i64, i64)>,
    live: bool,
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct Cell {
    column: String,
    at: Option<i64>,
    ttl: Option<i32>,
    expires: Option<i64>,
    #[serde(default)]
    expired: bool,
    #[serde(default)]
    deleted: bool,
    value: Option<Bytes>,
    path: Option<Bytes>,
    #[serde(default)]
    shards: Vec<Shard>,
    cleared: Option<(i64, i64)>,
    parts: Option<Vec<Cell>>,
    more: Option<u64>,
}

/// Bytes, or their beginning.
#[derive(Deserialize)]
struct Bytes {
    length: u64,
    hex: String,
    digest: Option<String>,
}

/// Reads the bean's answer.
pub(crate) fn read(said: &str, table: &TableSeen, types: &UserTypes) -> Result<Held, String> {
    let told: Partition =
        serde_json::from_str(said).map_err(|why| format!("its agent's answer cannot be read: {why}"))?;
    let reading = Reading { table, types, now: told.now };
    let rows = told.of_all_rows.iter().map(|row| reading.row(row, true));
    Ok(Held {
        rows: rows.chain(told.rows.iter().map(|row| reading.row(row, false))).collect(),
        more: told.more,
        exact: true,
        deleted: told.deleted.map(deletion),
        ranges: told.ranges.into_iter().map(range).collect(),
        expired_apart: told.spent.is_some(),
        spent: told.spent.unwrap_or_default(),
    })
}

fn deletion((at, since): (i64, i64)) -> Deletion {
    Deletion { at, since }
}

fn range(range: Range) -> RangeSeen {
    RangeSeen { from: range.from, to: range.to, deleted: deletion(range.deleted) }
}

struct Reading<'a> {
    table: &'a TableSeen,
    types: &'a UserTypes,
    now: i64,
}

impl Reading<'_> {
    fn kind(&self, cql_type: &str) -> CqlType {
        named(cql_type, self.types).unwrap_or(ColumnType::Native(scylla::frame::response::result::NativeType::Blob))
    }

    fn row(&self, row: &Row, is_static: bool) -> RowSeen {
        let keys = self.table.columns.iter().filter(|column| column.kind == "clustering");
        let clustering: Vec<String> = keys
            .zip(&row.clustering)
            .map(|(column, value)| {
                value.as_ref().map_or("null".to_owned(), |value| value.literal(&self.kind(&column.cql_type)))
            })
            .collect();
        let marker =
            row.at.map(|at| Mark { at, ttl: row.ttl, expires: row.expires, over: row.expired, ..Mark::default() });
        let of_row = |kind: &str| if is_static { kind == "static" } else { kind == "regular" };
        let columns = self.table.columns.iter().filter(|column| of_row(&column.kind));
        let cells = columns.map(|column| match row.cells.iter().find(|cell| cell.column == column.name) {
            Some(cell) => self.cell(cell, &self.kind(&column.cql_type)),
            None => CellSeen { column: column.name.clone(), ..CellSeen::default() },
        });
        RowSeen {
            clustering: clustering.join(", "),
            cells: cells.collect(),
            is_static,
            live: row.live,
            order: row.order.clone(),
            marker,
            deleted: row.deleted.map(deletion),
        }
    }

    fn cell(&self, cell: &Cell, kind: &CqlType) -> CellSeen {
        let column = cell.column.clone();
        if let Some(parts) = &cell.parts {
            return CellSeen { column, ..self.parts(cell, parts, kind) };
        }
        let mark = cell.mark();
        let value = match &mark {
            mark if mark.deleted || mark.over => Datum::default(),
            _ if cell.shards.is_empty() => cell.value.as_ref().map(|value| value.datum(kind)).unwrap_or_default(),
            _ => shown(&total(&cell.shards).to_string(), 8),
        };
        CellSeen {
            column,
            value,
            written_at: cell.at.filter(|_| !mark.deleted && !mark.over),
            ttl: self.left(&mark),
            mark: Some(mark),
            shards: cell.shards.clone(),
            ..CellSeen::default()
        }
    }

    /// A collection or a user's type is put together from the cells that are left of it.
    fn parts(&self, cell: &Cell, parts: &[Cell], kind: &CqlType) -> CellSeen {
        let live: Vec<&Cell> = parts.iter().filter(|part| !part.deleted && !part.expired).collect();
        let bytes = live.iter().filter_map(|part| part.value.as_ref()).map(|value| value.length).sum();
        CellSeen {
            value: together(&live, kind).map(|text| shown(&text, bytes)).unwrap_or_default(),
            written_at: live.iter().filter_map(|part| part.at).max(),
            ttl: live.iter().filter_map(|part| self.left(&part.mark())).min(),
            cleared: cell.cleared.map(deletion),
            parts: parts.iter().map(|part| PartSeen { path: part.way(), mark: part.mark() }).collect(),
            more: cell.more.is_some(),
            ..CellSeen::default()
        }
    }

    fn left(&self, mark: &Mark) -> Option<i32> {
        let expires = mark.expires.filter(|_| mark.ttl.is_some() && !mark.over)?;
        i32::try_from(expires - self.now).ok()
    }
}

/// None where nothing is left.
fn together(live: &[&Cell], kind: &CqlType) -> Option<String> {
    let value =
        |cell: &Cell, kind: &CqlType| cell.value.as_ref().map_or("null".to_owned(), |value| value.literal(kind));
    let path = |cell: &Cell, kind: &CqlType| cell.path.as_ref().map_or("null".to_owned(), |path| path.literal(kind));
    let joined = |all: Vec<String>| all.join(", ");
    if live.is_empty() {
        return None;
    }
    Some(match kind {
        ColumnType::Collection { typ: CollectionType::List(of), .. } => {
            format!("[{}]", joined(live.iter().map(|cell| value(cell, of)).collect()))
        }
        ColumnType::Collection { typ: CollectionType::Set(of), .. } => {
            format!("{{{}}}", joined(live.iter().map(|cell| path(cell, of)).collect()))
        }
        ColumnType::Collection { typ: CollectionType::Map(key, of), .. } => {
            let entry = |cell: &&Cell| format!("{}: {}", path(cell, key), value(cell, of));
            format!("{{{}}}", joined(live.iter().map(entry).collect()))
        }
        ColumnType::UserDefinedType { definition, .. } => {
            // The path of a field is its number.
            let number = |place: usize| format!("{place:04x}");
            let field = |(place, (name, of)): (usize, &(std::borrow::Cow<'static, str>, CqlType))| {
                let cell = live.iter().find(|cell| cell.path.as_ref().is_some_and(|path| path.hex == number(place)));
                format!("{name}: {}", cell.map_or("null".to_owned(), |cell| value(cell, of)))
            };
            format!("{{{}}}", joined(definition.field_types.iter().enumerate().map(field).collect()))
        }
        _ => return None,
    })
}

fn total(shards: &[Shard]) -> i64 {
    shards.iter().fold(0, |sum, shard| sum.wrapping_add(shard.count))
}

impl Cell {
    fn mark(&self) -> Mark {
        let value = self.value.as_ref();
        let digest = value.and_then(|value| match &value.digest {
            Some(digest) => Some(digest.clone()),
            None => value.long_digest(),
        });
        Mark {
            at: self.at.unwrap_or_default(),
            deleted: self.deleted,
            expires: self.expires,
            ttl: self.ttl,
            over: self.expired,
            raw: value.map(|value| value.hex.chars().take(COMPARED * 2).collect()).unwrap_or_default(),
            digest,
        }
    }

    fn way(&self) -> String {
        self.path.as_ref().map_or(String::new(), |path| match &path.digest {
            Some(digest) => format!("{}:{digest}", path.hex.chars().take(COMPARED * 2).collect::<String>()),
            None => path.hex.clone(),
        })
    }
}

impl Bytes {
    fn datum(&self, kind: &CqlType) -> Datum {
        let bytes = bytes_of_hex(&self.hex).unwrap_or_default();
        match &self.digest {
            Some(digest) => datum_of_beginning(kind, &bytes, self.length, digest),
            None => datum(kind, Some(&bytes)),
        }
    }

    /// As part of something.
    fn literal(&self, kind: &CqlType) -> String {
        match bytes_of_hex(&self.hex).filter(|_| self.digest.is_none()) {
            Some(bytes) => shown(&literal(kind, &bytes), self.length).to_string(),
            None => self.datum(kind).to_string(),
        }
    }

    /// Of a value that came whole and is longer than what is kept of it.
    fn long_digest(&self) -> Option<String> {
        (self.hex.len() > COMPARED * 2).then(|| crate::wire::digest(self.hex.as_bytes()))
    }
}

#[cfg(test)]
#[path = "replica_test.rs"]
mod tests;
