//! `cassandra.alter_replication`

use lab_model::Problem;
use lab_probe::action::Verb;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    by_hand::Said,
    names::{check_replication, check_word, replication},
};

/// Alters how many replicas a keyspace has.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlterReplication {
    /// The keyspace.
    #[schemars(length(min = 1, max = 48))]
    keyspace: String,
    /// How many replicas each data center is to hold.
    #[schemars(example = serde_json::json!({ "dc1": 3, "dc2": 3 }))]
    replication: BTreeMap<String, u32>,
}

impl AlterReplication {
    fn cql(&self) -> String {
        format!("ALTER KEYSPACE {} WITH replication = {}", self.keyspace, replication(&self.replication))
    }
}

impl Verb<Actions> for AlterReplication {
    const NAME: &'static str = "cassandra.alter_replication";
    const TITLE: &'static str = "Alter replication";
    const SAYS: &'static str = "Alters how many replicas a keyspace has; data moves only when it is repaired.";

    fn check(&self) -> Result<(), String> {
        check_word("keyspace", &self.keyspace)?;
        check_replication(&self.replication)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.cqlsh(None, &Said { cql: &self.cql(), ..Said::default() })]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        scope.change(self.cql()).await?;
        Ok(format!("{} has this replication from now on; existing rows move only when you repair it", self.keyspace))
    }
}
