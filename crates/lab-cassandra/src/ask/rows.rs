//! What one node alone holds of a partition: level NODE_LOCAL, so no other node is asked and nothing is repaired.

use lab_model::facts::cassandra::{CellSeen, ColumnSeen, RowSeen, TableSeen};

use super::key::{Key, name};
use crate::{
    level::Level,
    wire::{Connection, Failure, Question, Row},
};

/// Rows of one answer.
const MOST: usize = 50;

/// The rows, and whether there are more.
pub(crate) async fn read(
    connection: &mut Connection,
    keyspace: &str,
    table: &TableSeen,
    key: &Key,
) -> Result<(Vec<RowSeen>, bool), Failure> {
    let cql = statement(keyspace, table, key);
    let question = Question { level: Level::NodeLocal, ..Question::of(&cql) };
    let answer = connection.ask(&question).await?.table.unwrap_or_default();
    let rows = answer.rows().take(MOST).map(|row| seen(table, row)).collect();
    Ok((rows, answer.count() > MOST))
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

/// Not for keys, counters, and values of several cells.
fn has_timestamp(column: &ColumnSeen) -> bool {
    let several = ["list<", "set<", "map<", "counter"].iter().any(|kind| column.cql_type.starts_with(kind));
    let is_word = column.cql_type.chars().all(|letter| letter.is_ascii_alphanumeric());
    let is_known = !is_word || crate::wire::CqlType::named(&column.cql_type).is_some();
    matches!(column.kind.as_str(), "regular" | "static") && !several && is_known
}

fn seen(table: &TableSeen, row: Row<'_>) -> RowSeen {
    let mut clustering = Vec::new();
    let mut cells = Vec::new();
    for (place, column) in shown(table) {
        let value = format!("c{place}");
        if column.kind == "clustering" {
            clustering.extend(row.literal(&value));
            continue;
        }
        cells.push(CellSeen {
            column: column.name.clone(),
            value: row.text(&value),
            written_at: row.number(&format!("w{place}")),
            ttl: row.number(&format!("t{place}")).and_then(|ttl| i32::try_from(ttl).ok()),
        });
    }
    RowSeen { clustering: clustering.join(", "), cells }
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
        ];
        let table = TableSeen { name: "t".into(), columns, options: BTreeMap::new() };
        let key = Key::read(&table, "a").unwrap();
        assert_eq!(
            statement("lab", &table, &key),
            "SELECT \"at\" AS c1, \"Temp\" AS c2, WRITETIME(\"Temp\") AS w2, TTL(\"Temp\") AS t2, \"tags\" AS c3, \
             \"pair\" AS c4, WRITETIME(\"pair\") AS w4, TTL(\"pair\") AS t4 \
             FROM \"lab\".\"t\" WHERE \"k\" = 'a' LIMIT 51"
        );
    }
}
