//! `cassandra.join`

use lab_model::Problem;
use std::time::Duration;

use lab_probe::action::{Verb, failed, quoted};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use super::{Actions, ByHand, Scope, operate::agent};
use crate::{Node, error, wire::Connection};

/// A node waits for the ring to be calm (ring delay), then streams what it is to hold.
const LIMIT: Duration = Duration::from_secs(300);
const LOOK_AGAIN: Duration = Duration::from_millis(300);
const ONE_LOOK: Duration = Duration::from_secs(2);

/// Has a spare node join the ring.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    /// The spare node.
    node: String,
}

impl Verb<Actions> for Join {
    const NAME: &'static str = "cassandra.join";
    const TITLE: &'static str = "Have a node join";
    const SAYS: &'static str =
        "Starts a spare node, which takes its share of the ring, and waits until it is a member.";

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let container = place.containers.iter().find(|(node, _)| *node == self.node);
        let container = container.map_or(self.node.as_str(), |(_, container)| container.as_str());
        vec![
            format!("docker start {}", quoted(container)),
            place.nodetool(Some(&self.node), &["netstats"]),
            place.nodetool(Some(&self.node), &["status"]),
        ]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let nodes = scope.nodes(Some(&self.node))?;
        let node = *nodes.first().ok_or_else(|| error::silent("there is no such node"))?;
        scope.or_cancelled(&format!("let {} join", node.name), joined(scope, node)).await?
    }
}

async fn joined(scope: &Scope, node: &Node) -> Result<String, Problem> {
    let began = Instant::now();
    let mut last = String::new();
    loop {
        let doing = doing(node).await;
        if doing == "DECOMMISSIONED" {
            return Err(failed::not_now(
                &format!("{} has left the ring for good", node.name),
                "Reset the lab: the node can join again only without its old data.",
            ));
        }
        if doing == "NORMAL" && Connection::open(&node.cql, ONE_LOOK).await.is_ok() {
            return Ok(format!("{} is a member of the ring after {:.0} s", node.name, began.elapsed().as_secs_f64()));
        }
        if doing != last {
            scope.report(format!("{} joins", node.name), doing.clone(), 0, 0, "");
            last = doing;
        }
        if began.elapsed() > LIMIT {
            let doing = format!("for {} to become a member (it is {last})", node.name);
            return Err(error::timed_out(&doing, LIMIT));
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// `STARTING`, `JOINING`, `NORMAL`, …. CQL opens only when a node is a member, so without an agent that tells.
async fn doing(node: &Node) -> String {
    if let Ok(mut agent) = agent(node, ONE_LOOK) {
        return match agent.mode().await {
            Ok(Ok(mode)) => mode,
            _ => "starting".into(),
        };
    }
    let open = Connection::open(&node.cql, ONE_LOOK).await;
    (if open.is_ok() { "NORMAL" } else { "starting" }).to_owned()
}
