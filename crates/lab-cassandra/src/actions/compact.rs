//! `cassandra.compact`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    names::{check_table, split_table},
    operate::on_each,
};

/// A compaction reads and writes all there is.
const LIMIT: std::time::Duration = std::time::Duration::from_secs(600);

/// Compacts all SSTables of a table into one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Compact {
    /// `keyspace.table`.
    table: String,
    /// The node; else all that answer.
    #[serde(default)]
    node: Option<String>,
}

impl Verb<Actions> for Compact {
    const NAME: &'static str = "cassandra.compact";
    const TITLE: &'static str = "Compact a table";
    const SAYS: &'static str = "Has nodes merge all SSTables of a table into one.";

    fn check(&self) -> Result<(), String> {
        check_table(&self.table)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let (keyspace, table) = split_table(&self.table);
        place.nodetool_on(self.node.as_deref(), &["compact", keyspace, table])
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let (keyspace, table) = split_table(&self.table);
        let doing = format!("compact {}", self.table);
        let compact = |mut agent: crate::agent::Jolokia, _| async move { agent.compact(keyspace, table).await };
        let done = on_each(scope, self.node.as_deref(), LIMIT, &doing, compact).await?;
        Ok(format!("{} compacted on {done}", self.table))
    }
}
