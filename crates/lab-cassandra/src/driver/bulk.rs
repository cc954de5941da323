//! For programs of ours that write many rows: prepared, each through a replica of it, confirmed one by one. How many are under
//! way, and what is done about one that failed, is decided by whoever writes.

use std::{collections::BTreeMap, sync::Arc};

use lab_model::facts::cassandra::RequestOutcome;
use scylla::{
    client::session::Session,
    errors::SerializationError,
    serialize::{
        row::{RowSerializationContext, SerializeRow},
        writers::RowWriter,
    },
    statement::{Consistency, prepared::PreparedStatement},
};

use super::{Driver, outcome};

/// As many nodes of each data centre have a row, where there are as many.
const REPLICAS: usize = 3;

/// A table that may have to be made.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// Its name, without the keyspace.
    pub name: &'a str,
    /// Columns, primary key and options: what stands after the name in CREATE TABLE.
    pub definition: &'a str,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// `text`
    Text(String),
    /// `int`
    Int(i32),
    /// `bigint`
    Long(i64),
    /// `timestamp`: milliseconds since 1970.
    Moment(i64),
    /// `date`: days since 1970.
    Day(i32),
    /// Nothing.
    Null,
}

/// A prepared INSERT.
#[derive(Clone)]
pub struct Bulk {
    session: Arc<Session>,
    statement: PreparedStatement,
}

impl Bulk {
    /// Writes a row, and waits until it is confirmed.
    ///
    /// # Errors
    /// How it ended instead. Whether the row is there nobody knows then.
    pub async fn write(&self, row: &[Cell]) -> Result<(), RequestOutcome> {
        let written = self.session.execute_unpaged(&self.statement, Row(row)).await;
        written.map(drop).map_err(|error| outcome(&error))
    }
}

impl Driver {
    pub(crate) async fn bulk(&self, table: &str, columns: &[&str]) -> Result<Bulk, String> {
        let session = self.ingest().await.map_err(|failure| failure.to_string())?;
        let names: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let insert = format!("INSERT INTO {table} ({}) VALUES ({marks})", names.join(", "));
        let mut statement = session.prepare(insert).await.map_err(|why| why.to_string())?;
        statement.set_consistency(Consistency::LocalQuorum);
        // Its keys are the row's own: written twice it is there once.
        statement.set_is_idempotent(true);
        statement.set_use_cached_result_metadata(true);
        Ok(Bulk { session, statement })
    }

    pub(crate) async fn make_missing(&self, keyspace: &str, tables: &[Table<'_>]) -> Result<Vec<String>, String> {
        let session = self.ingest().await.map_err(|failure| failure.to_string())?;
        let there = tables_of(&session, keyspace).await?;
        let missing: Vec<&Table<'_>> =
            tables.iter().filter(|table| !there.iter().any(|name| name == table.name)).collect();
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        let mut nodes = BTreeMap::<String, usize>::new();
        for node in session.get_cluster_state().get_nodes_info() {
            *nodes.entry(node.datacenter.clone().unwrap_or_default()).or_default() += 1;
        }
        let replicas = |(name, nodes): (&String, &usize)| format!("'{name}': {}", REPLICAS.min(*nodes));
        let replicas: Vec<String> = nodes.iter().map(replicas).collect();
        let replication = format!("{{'class': 'NetworkTopologyStrategy', {}}}", replicas.join(", "));
        change(&session, format!("CREATE KEYSPACE IF NOT EXISTS {keyspace} WITH replication = {replication}")).await?;
        // Two that make one table at the same moment can get Cassandra to have two of it: only what is missing is made.
        for Table { name, definition } in &missing {
            change(&session, format!("CREATE TABLE IF NOT EXISTS {keyspace}.{name} {definition}")).await?;
        }
        self.forget_tables();
        Ok(missing.iter().map(|table| table.name.to_owned()).collect())
    }
}

async fn tables_of(session: &Session, keyspace: &str) -> Result<Vec<String>, String> {
    let select = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?";
    let told = session.query_unpaged(select, (keyspace,)).await.map_err(|why| why.to_string())?;
    let rows = told.into_rows_result().map_err(|why| why.to_string())?;
    let rows = rows.rows::<(String,)>().map_err(|why| why.to_string())?;
    rows.map(|row| row.map(|(name,)| name).map_err(|why| why.to_string())).collect()
}

async fn change(session: &Session, cql: String) -> Result<(), String> {
    session.query_unpaged(cql, ()).await.map_err(|why| why.to_string())?;
    session.await_schema_agreement().await.map(drop).map_err(|why| why.to_string())
}

/// The values of one row, as their bytes.
struct Row<'a>(&'a [Cell]);

impl SerializeRow for Row<'_> {
    fn serialize(
        &self,
        _context: &RowSerializationContext<'_>,
        writer: &mut RowWriter<'_>,
    ) -> Result<(), SerializationError> {
        for cell in self.0 {
            let place = writer.make_cell_writer();
            let written = match cell {
                Cell::Text(text) => place.set_value(text.as_bytes()),
                Cell::Int(number) => place.set_value(&number.to_be_bytes()),
                Cell::Long(number) | Cell::Moment(number) => place.set_value(&number.to_be_bytes()),
                // Dates are counted from the middle of 32 bits without a sign.
                Cell::Day(day) => place.set_value(&(*day as u32 ^ 0x8000_0000).to_be_bytes()),
                Cell::Null => {
                    place.set_null();
                    continue;
                }
            };
            written.map_err(SerializationError::new)?;
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_the_bytes_of_their_types() {
        let mut bytes = Vec::new();
        let row = [Cell::Text("é".into()), Cell::Int(-2), Cell::Long(1), Cell::Moment(1), Cell::Day(-1), Cell::Null];
        Row(&row).serialize(&RowSerializationContext::empty(), &mut RowWriter::new(&mut bytes)).unwrap();
        let mut expected = vec![0, 0, 0, 2, 0xC3, 0xA9, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFE];
        expected.extend([&[0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1][..]; 2].concat());
        expected.extend([0, 0, 0, 4, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        assert_eq!(bytes, expected);
    }
}
