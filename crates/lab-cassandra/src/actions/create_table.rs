//! `cassandra.create_table`

use lab_model::Problem;
use lab_probe::action::{Verb, check_text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope, by_hand::Said, names::check_table};

/// Creates a table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateTable {
    /// `keyspace.table`: small letters, digits, underscores.
    #[schemars(length(min = 3))]
    table: String,
    /// The list of columns as CQL has it, e.g. `station text PRIMARY KEY, temp int`.
    #[schemars(length(min = 1))]
    columns: String,
    /// What follows WITH, e.g. `gc_grace_seconds = 60 AND read_repair = 'NONE'`.
    #[serde(default)]
    options: Option<String>,
    /// A table of that name may be there already; it is then left as it is.
    #[serde(default)]
    if_not_exists: bool,
}

impl CreateTable {
    fn cql(&self) -> String {
        let unless = if self.if_not_exists { "IF NOT EXISTS " } else { "" };
        let columns = self.columns.trim();
        let options = self.options.as_deref().map(|options| format!(" WITH {}", options.trim())).unwrap_or_default();
        format!("CREATE TABLE {unless}{} ({columns}){options}", self.table)
    }
}

impl Verb<Actions> for CreateTable {
    const NAME: &'static str = "cassandra.create_table";
    const TITLE: &'static str = "Create a table";
    const SAYS: &'static str = "Creates a table in a keyspace.";

    fn check(&self) -> Result<(), String> {
        check_table(&self.table)?;
        check_text("columns", &self.columns)?;
        self.options.as_deref().map_or(Ok(()), |options| check_text("options", options))
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.cqlsh(None, &Said { cql: &self.cql(), ..Said::default() })]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        scope.change(self.cql()).await?;
        Ok(format!("{} created", self.table))
    }
}
