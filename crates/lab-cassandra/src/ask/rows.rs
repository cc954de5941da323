//! What one node alone holds of a partition, as CQL shows it: level NODE_LOCAL, so no other node is asked and nothing is
//! repaired. Deletions do not show there, nor timestamps of every cell.

use lab_model::facts::cassandra::{CellSeen, ColumnSeen, Deletion, RangeSeen, RowSeen, TableSeen};

use super::key::{Key, name};
use crate::{
    level::Level,
    wire::{Connection, Failure, Question, Row, native},
};

/// Rows of one answer.
pub(crate) const MOST: usize = 50;

/// What was told of a partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) rows: Vec<RowSeen>,
    /// There are more rows.
    pub(crate) more: bool,
    /// With deletions and all marks.
    pub(crate) exact: bool,
    pub(crate) deleted: Option<Deletion>,
    pub(crate) ranges: Vec<RangeSeen>,
    /// What has expired is told apart from what was deleted.
    pub(crate) expired_apart: bool,
    /// Deletions that are stored and that no read is told any more.
    pub(crate) spent: u64,
}

/// Reads it.
pub(crate) async fn read(
    connection: &mut Connection,
    keyspace: &str,
    table: &TableSeen,
    key: &Key,
) -> Result<Held, Failure> {
    let cql = statement(keyspace, table, key);
    let question = Question { level: Level::NodeLocal, ..Question::of(&cql) };
    let answer = connection.ask(&question).await?.table.unwrap_or_default();
    let mut rows: Vec<RowSeen> = answer.rows().take(1).flat_map(|row| of_all_rows(table, row)).collect();
    rows.extend(answer.rows().take(MOST).filter_map(|row| seen(table, row)));
    Ok(Held { rows, more: answer.count() > MOST, ..Held::default() })
}

/// All columns but the partition key, with timestamp and TTL where CQL gives them.
fn statement(keyspace: &str, table: &TableSeen, key: &Key) -> String {
    let mut asked = Vec::new();
    for (place, column) in shown(table) {
        let column_name = name(&column.name);
        asked.push(format!("{column_name} AS c{place}"));
        if has_timestamp(column) {
            asked.push(format!("WRITETIME({column_name}) AS w{place}"));
            asked.push(format!("TTL({column_name}) AS t{place}"));
        }
    }
    if asked.is_empty() {
        let first = table.columns.first().map(|column| name(&column.name)).unwrap_or_default();
        asked.push(format!("{first} AS key"));
    }
    let (asked, most) = (asked.join(", "), MOST + 1);
    let (keyspace, table) = (name(keyspace), name(&table.name));
    format!("SELECT {asked} FROM {keyspace}.{table} WHERE {} LIMIT {most}", key.condition())
}

fn shown(table: &TableSeen) -> impl Iterator<Item = (usize, &ColumnSeen)> {
    table.columns.iter().enumerate().filter(|(_, column)| column.kind != "partition_key")
}

/// Only of what is one cell, and no counter.
fn has_timestamp(column: &ColumnSeen) -> bool {
    let one_cell = ["frozen<", "tuple<", "vector<"].iter().any(|kind| column.cql_type.starts_with(kind))
        || (native(&column.cql_type).is_some() && column.cql_type != "counter");
    matches!(column.kind.as_str(), "regular" | "static") && one_cell
}

/// The static row, which CQL shows as a part of every row; none if all of it is null.
fn of_all_rows(table: &TableSeen, row: Row<'_>) -> Option<RowSeen> {
    let row = RowSeen { is_static: true, ..bare(String::new(), cells(table, row, "static")) };
    row.cells.iter().any(|cell| !cell.value.is_null()).then_some(row)
}

/// None for a partition that has a static row alone: there CQL shows a row of nulls.
fn seen(table: &TableSeen, row: Row<'_>) -> Option<RowSeen> {
    let keys: Vec<usize> =
        shown(table).filter(|(_, column)| column.kind == "clustering").map(|(place, _)| place).collect();
    let clustering: Vec<String> = keys.iter().filter_map(|place| row.literal(&format!("c{place}"))).collect();
    let only_static = !keys.is_empty() && clustering.is_empty();
    (!only_static).then(|| bare(clustering.join(", "), cells(table, row, "regular")))
}

fn bare(clustering: String, cells: Vec<CellSeen>) -> RowSeen {
    RowSeen { clustering, cells, is_static: false, live: true, order: String::new(), marker: None, deleted: None }
}

fn cells(table: &TableSeen, row: Row<'_>, kind: &str) -> Vec<CellSeen> {
    let columns = shown(table).filter(|(_, column)| column.kind == kind);
    let cell = |(place, column): (usize, &ColumnSeen)| CellSeen {
        column: column.name.clone(),
        value: row.datum(&format!("c{place}")),
        written_at: row.number(&format!("w{place}")),
        ttl: row.number(&format!("t{place}")).and_then(|ttl| i32::try_from(ttl).ok()),
        ..CellSeen::default()
    };
    columns.map(cell).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn timestamps_are_asked_only_where_cql_gives_them() {
        let column = |name: &str, kind: &str, cql_type: &str| ColumnSeen {
            name: name.into(),
            kind: kind.into(),
            cql_type: cql_type.into(),
        };
        let columns = vec![
            column("k", "partition_key", "text"),
            column("at", "clustering", "int"),
            column("Temp", "regular", "double"),
            column("tags", "regular", "set<text>"),
            column("pair", "regular", "frozen<list<int>>"),
            column("place", "regular", "some_type"),
        ];
        let table = TableSeen { name: "t".into(), columns, id: String::new(), options: BTreeMap::new() };
        let key = Key::read(&table, "a").unwrap();
        assert_eq!(
            statement("lab", &table, &key),
            "SELECT \"at\" AS c1, \"Temp\" AS c2, WRITETIME(\"Temp\") AS w2, TTL(\"Temp\") AS t2, \"tags\" AS c3, \
             \"pair\" AS c4, WRITETIME(\"pair\") AS w4, TTL(\"pair\") AS t4, \"place\" AS c5 \
             FROM \"lab\".\"t\" WHERE \"k\" = 'a' LIMIT 51"
        );
    }
}
