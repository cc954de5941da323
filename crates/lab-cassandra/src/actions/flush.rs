//! `cassandra.flush`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    names::{check_table, split_table},
    operate::on_each,
};

/// A flush writes at most a memtable.
const LIMIT: std::time::Duration = std::time::Duration::from_secs(60);

/// Writes memtables out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Flush {
    /// `keyspace.table`.
    table: String,
    /// The node; else all that answer.
    #[serde(default)]
    node: Option<String>,
}

impl Verb<Actions> for Flush {
    const NAME: &'static str = "cassandra.flush";
    const TITLE: &'static str = "Flush a table";
    const SAYS: &'static str = "Has nodes write a table's memtable to disk, as a new SSTable.";

    fn check(&self) -> Result<(), String> {
        check_table(&self.table)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let (keyspace, table) = split_table(&self.table);
        place.nodetool_on(self.node.as_deref(), &["flush", keyspace, table])
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let (keyspace, table) = split_table(&self.table);
        let doing = format!("flush {}", self.table);
        let flush = |mut agent: crate::agent::Jolokia, _| async move { agent.flush(keyspace, table).await };
        let done = on_each(scope, self.node.as_deref(), LIMIT, &doing, flush).await?;
        Ok(format!("{} flushed on {done}", self.table))
    }
}
