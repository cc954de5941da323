//! Keyspaces and tables, as one node has them.

use std::collections::BTreeMap;

use lab_model::facts::cassandra::{CassandraFact, ColumnSeen, KeyspaceSeen, TableSeen};

use crate::wire::{Connection, Failure, Row, UserTypes};

/// Cassandra's own keyspaces.
const OWN: [&str; 8] = [
    "system",
    "system_auth",
    "system_distributed",
    "system_metrics",
    "system_schema",
    "system_traces",
    "system_views",
    "system_virtual_schema",
];

/// Whether a keyspace is Cassandra's own.
pub(crate) fn is_own(keyspace: &str) -> bool {
    OWN.contains(&keyspace)
}

/// The keyspaces of a node that are not Cassandra's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Schema {
    pub(crate) keyspaces: Vec<KeyspaceSeen>,
    /// Types that people made, by keyspace.
    types: BTreeMap<String, UserTypes>,
}

impl Schema {
    pub(crate) fn fact(&self) -> CassandraFact {
        CassandraFact::SchemaListed { keyspaces: self.keyspaces.clone() }
    }

    /// The types that people made in a keyspace.
    pub(crate) fn types(&self, keyspace: &str) -> UserTypes {
        self.types.get(keyspace).cloned().unwrap_or_default()
    }

    /// The id of the table `keyspace.table`; none if there is no such table.
    pub(crate) fn id(&self, table: &str) -> Option<&str> {
        self.table(table).map(|table| table.id.as_str())
    }

    /// The table `keyspace.table`.
    pub(crate) fn table(&self, name: &str) -> Option<&TableSeen> {
        let (keyspace, table) = name.split_once('.')?;
        let keyspace = self.keyspaces.iter().find(|known| known.name == keyspace)?;
        keyspace.tables.iter().find(|known| known.name == table)
    }
}

/// Reads all of it.
pub(crate) async fn read(connection: &mut Connection) -> Result<Schema, Failure> {
    let keyspaces = connection.rows("SELECT keyspace_name, replication FROM system_schema.keyspaces").await?;
    let tables = connection
        .rows(
            "SELECT keyspace_name, table_name, id, gc_grace_seconds, default_time_to_live, read_repair, \
             speculative_retry, compaction FROM system_schema.tables",
        )
        .await?;
    let columns = connection
        .rows("SELECT keyspace_name, table_name, column_name, kind, position, type FROM system_schema.columns")
        .await?;
    let mut by_table = BTreeMap::<(String, String), Vec<(Place, ColumnSeen)>>::new();
    for row in columns.rows().filter(|row| !is_own(&row.word("keyspace_name"))) {
        by_table.entry(named(row)).or_default().push(column(row));
    }
    let mut by_keyspace = BTreeMap::<String, Vec<TableSeen>>::new();
    for row in tables.rows().filter(|row| !is_own(&row.word("keyspace_name"))) {
        let mut columns = by_table.remove(&named(row)).unwrap_or_default();
        columns.sort_by(|(a, _), (b, _)| a.cmp(b));
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        let table = TableSeen { name: row.word("table_name"), columns, id: row.word("id"), options: options(row) };
        by_keyspace.entry(row.word("keyspace_name")).or_default().push(table);
    }
    let theirs = keyspaces.rows().filter(|row| !is_own(&row.word("keyspace_name")));
    let mut keyspaces: Vec<KeyspaceSeen> = theirs
        .map(|row| {
            let name = row.word("keyspace_name");
            let (strategy, replication) = replication(row.entries("replication"));
            let mut tables = by_keyspace.remove(&name).unwrap_or_default();
            tables.sort_by(|a, b| a.name.cmp(&b.name));
            KeyspaceSeen { name, strategy, replication, tables }
        })
        .collect();
    keyspaces.sort_by(|a, b| a.name.cmp(&b.name));
    let types = types(connection).await?;
    Ok(Schema { keyspaces, types })
}

async fn types(connection: &mut Connection) -> Result<BTreeMap<String, UserTypes>, Failure> {
    let listed = connection.rows("SELECT keyspace_name, type_name, field_names, field_types FROM system_schema.types");
    let mut types = BTreeMap::<String, UserTypes>::new();
    for row in listed.await?.rows() {
        let fields = row.texts("field_names").into_iter().zip(row.texts("field_types")).collect();
        types.entry(row.word("keyspace_name")).or_default().insert(row.word("type_name"), fields);
    }
    Ok(types)
}

/// Kind, position within the kind, name: the order of a table's columns.
type Place = (u8, i64, String);

fn named(row: Row<'_>) -> (String, String) {
    (row.word("keyspace_name"), row.word("table_name"))
}

fn column(row: Row<'_>) -> (Place, ColumnSeen) {
    let column = ColumnSeen { name: row.word("column_name"), kind: row.word("kind"), cql_type: row.word("type") };
    let kind = match column.kind.as_str() {
        "partition_key" => 0,
        "clustering" => 1,
        "static" => 2,
        _ => 3,
    };
    ((kind, row.number("position").unwrap_or_default(), column.name.clone()), column)
}

/// The strategy without its package, and the factors by data center.
pub(crate) fn replication(options: Vec<(String, String)>) -> (String, BTreeMap<String, u32>) {
    let (mut strategy, mut factors) = (String::new(), BTreeMap::new());
    for (name, value) in options {
        if name == "class" {
            value.rsplit('.').next().unwrap_or_default().clone_into(&mut strategy);
        } else if let Some(factor) = value.split('/').next().and_then(|factor| factor.parse().ok()) {
            // `3/1` is three replicas of which one is transient.
            factors.insert(name, factor);
        }
    }
    (strategy, factors)
}

fn options(row: Row<'_>) -> BTreeMap<String, String> {
    let plain = ["gc_grace_seconds", "default_time_to_live", "read_repair", "speculative_retry"];
    let mut options: BTreeMap<String, String> =
        plain.iter().filter_map(|name| Some(((*name).to_owned(), row.text(name)?))).collect();
    let class = row.entries("compaction").into_iter().find(|(name, _)| name == "class");
    if let Some((_, class)) = class {
        options.insert("compaction".into(), class.rsplit('.').next().unwrap_or_default().to_owned());
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_by_data_center() {
        let options = [("class", "org.apache.cassandra.locator.NetworkTopologyStrategy"), ("dc1", "3"), ("dc2", "3/1")];
        let options = options.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let factors = BTreeMap::from([("dc1".to_owned(), 3), ("dc2".to_owned(), 3)]);
        assert_eq!(replication(options), ("NetworkTopologyStrategy".into(), factors));
    }
}
