//! `cassandra.decommission`

use lab_model::Problem;
use lab_probe::action::Verb;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope, operate::agent};
use crate::error;

/// A node that leaves waits for the ring to be calm and streams all it holds.
const LIMIT: Duration = Duration::from_secs(600);

/// Has a node leave the ring.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decommission {
    /// The node.
    node: String,
    /// Even if a keyspace then has fewer nodes than it wants replicas.
    #[serde(default)]
    force: bool,
}

impl Verb<Actions> for Decommission {
    const NAME: &'static str = "cassandra.decommission";
    const TITLE: &'static str = "Decommission a node";
    const SAYS: &'static str = "Has a node give all its data to the others and leave the ring for good.";
    const DANGEROUS: bool = true;

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let mut words = vec!["decommission"];
        words.extend(self.force.then_some("--force"));
        vec![place.nodetool(Some(&self.node), &words)]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let nodes = scope.nodes(Some(&self.node))?;
        let node = *nodes.first().ok_or_else(|| error::silent("there is no such node"))?;
        let mut agent = agent(node, LIMIT)?;
        scope.report(format!("{} leaves", node.name), "it streams what it holds to the others", 0, 0, "");
        let doing = format!("decommission {}", node.name);
        let done = scope.or_cancelled(&doing, agent.decommission(self.force)).await?;
        match done.map_err(|failure| error::asking(&doing, &node.name, &failure))? {
            Ok(()) => Ok(format!("{} has given its data to the others and left the ring", node.name)),
            Err(words) => Err(error::refused(&doing, &node.name, &words)),
        }
    }
}
