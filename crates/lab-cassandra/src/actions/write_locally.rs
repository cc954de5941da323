//! `cassandra.write_locally`

use lab_model::{Problem, facts::cassandra::RequestSeen};
use lab_probe::action::{Verb, check_text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    scope::{CONSOLE, ended_well},
};
use crate::{driver::Request, level::Level};

/// Writes on one node alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WriteLocally {
    /// The node.
    node: String,
    /// One CQL statement that writes.
    #[schemars(length(min = 1))]
    cql: String,
}

impl Verb<Actions> for WriteLocally {
    const NAME: &'static str = "cassandra.write_locally";
    const TITLE: &'static str = "Write on one node alone";
    const SAYS: &'static str =
        "Plants a difference: writes at level NODE_LOCAL. Only this node gets the write, whoever else is a replica.";

    fn check(&self) -> Result<(), String> {
        check_text("cql", &self.cql)
    }

    fn by_hand(&self, _place: &ByHand) -> Vec<String> {
        vec![
            "# No tool of Cassandra's writes on one replica alone: cqlsh and drivers do not know the level NODE_LOCAL."
                .into(),
        ]
    }

    fn unseen(&self) -> &'static str {
        "Only the button does this."
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        scope.nodes(Some(&self.node))?;
        let request = Request {
            coordinator: Some(self.node.clone()),
            level: Level::NodeLocal,
            client: CONSOLE.into(),
            cause: Some(scope.id),
            ..Request::of(self.cql)
        };
        let seen: RequestSeen = scope.or_cancelled("write it", scope.driver.request(&request)).await?;
        ended_well(seen)?;
        Ok(format!("written on {} alone: no other node was told", self.node))
    }
}
