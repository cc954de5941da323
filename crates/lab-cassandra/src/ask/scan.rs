//! Some columns of all rows of a table, page by page, as any client would read them.

use lab_model::{Datum, facts::cassandra::Scanned};

use super::key::name;
use crate::{
    level::Level,
    wire::{Connection, Failure, Question, Row, quoted},
};

/// At this level: what was acknowledged at it, too, is among the rows, whichever replica is away.
pub(crate) const LEVEL: Level = Level::LocalQuorum;
/// More rows are not read.
const MOST: usize = 20_000;

/// All rows, or as many as are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<Vec<Datum>>,
    pub(crate) more: bool,
}

pub(crate) async fn read(connection: &mut Connection, scan: &Scanned) -> Result<Rows, Failure> {
    let cql = statement(scan);
    let mut read = Rows::default();
    let mut from = None;
    loop {
        let question = Question { level: LEVEL, from: from.as_deref(), ..Question::of(&cql) };
        let page = connection.ask(&question).await?.table.unwrap_or_default();
        read.rows.extend(page.rows().map(Row::all));
        read.more = page.more;
        from = page.next;
        if from.is_none() || read.rows.len() >= MOST {
            return Ok(read);
        }
    }
}

/// Whether the node knows such a table.
pub(crate) async fn is_there(connection: &mut Connection, Scanned { table, .. }: &Scanned) -> Result<bool, Failure> {
    let (keyspace, table) = table.split_once('.').unwrap_or(("", table));
    let (keyspace, table) = (quoted(keyspace), quoted(table));
    let cql = format!(
        "SELECT table_name FROM system_schema.tables WHERE keyspace_name = {keyspace} AND table_name = {table}"
    );
    Ok(connection.rows(&cql).await?.count() > 0)
}

fn statement(Scanned { table, columns, .. }: &Scanned) -> String {
    let (keyspace, table) = table.split_once('.').unwrap_or(("", table));
    let columns: Vec<String> = columns.iter().map(|column| name(column)).collect();
    format!("SELECT {} FROM {}.{}", columns.join(", "), name(keyspace), name(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_as_they_are() {
        let columns = ["region", "end"].map(ToOwned::to_owned).to_vec();
        let scan = Scanned { table: "weather.Rain".into(), columns, named_by: 1 };
        assert_eq!(statement(&scan), r#"SELECT "region", "end" FROM "weather"."Rain""#);
    }
}
