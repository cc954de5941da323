//! `cassandra.create_keyspace`

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

/// Creates a keyspace.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateKeyspace {
    /// The name: small letters, digits, underscores.
    #[schemars(length(min = 1, max = 48))]
    keyspace: String,
    /// How many replicas each data center holds.
    #[schemars(example = serde_json::json!({ "dc1": 3 }))]
    replication: BTreeMap<String, u32>,
    /// A keyspace of that name may be there already; it is then left as it is.
    #[serde(default)]
    if_not_exists: bool,
}

impl CreateKeyspace {
    fn cql(&self) -> String {
        let unless = if self.if_not_exists { "IF NOT EXISTS " } else { "" };
        format!("CREATE KEYSPACE {unless}{} WITH replication = {}", self.keyspace, replication(&self.replication))
    }
}

impl Verb<Actions> for CreateKeyspace {
    const NAME: &'static str = "cassandra.create_keyspace";
    const TITLE: &'static str = "Create a keyspace";
    const SAYS: &'static str = "Creates a keyspace with a number of replicas in each data center.";

    fn check(&self) -> Result<(), String> {
        check_word("keyspace", &self.keyspace)?;
        check_replication(&self.replication)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.cqlsh(None, &Said { cql: &self.cql(), ..Said::default() })]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        scope.change(self.cql()).await?;
        let factors = self.replication.iter().map(|(place, factor)| format!("{factor} in {place}"));
        Ok(format!("{} created, replicas: {}", self.keyspace, factors.collect::<Vec<_>>().join(", ")))
    }
}
