//! What an action has at hand while it runs.

use lab_probe::action::failed;
use std::sync::Arc;

use lab_model::{ActionId, Problem, Progress, ProgressSink, facts::cassandra::RequestSeen};
use tokio_util::sync::CancellationToken;

use crate::{
    Node,
    driver::{Driver, Request},
    error,
};

/// The source of requests that actions send on their own.
pub(super) const CONSOLE: &str = "console";

/// One run of an action.
pub(super) struct Scope {
    pub(super) driver: Arc<Driver>,
    pub(super) id: ActionId,
    pub(super) progress: ProgressSink,
    pub(super) cancel: CancellationToken,
}

impl Scope {
    /// The nodes an action is for: one by name, or all.
    pub(super) fn nodes(&self, name: Option<&str>) -> Result<Vec<&Node>, Problem> {
        let all = &self.driver.cluster.nodes;
        let Some(name) = name else { return Ok(all.iter().collect()) };
        match all.iter().find(|node| node.name == name) {
            Some(node) => Ok(vec![node]),
            None => {
                let names: Vec<&str> = all.iter().map(|node| node.name.as_str()).collect();
                let hint = format!("The nodes are: {}.", names.join(", "));
                Err(failed::not_now(&format!("There is no node {name}"), &hint))
            }
        }
    }

    /// Says how far it is.
    pub(super) fn report(&self, step: impl Into<String>, detail: impl Into<String>, done: u64, total: u64, unit: &str) {
        (self.progress)(Progress {
            step: step.into(),
            detail: detail.into(),
            done: (total > 0).then_some(done),
            total: (total > 0).then_some(total),
            unit: unit.to_owned(),
        });
    }

    /// Sends a statement that changes the schema, and demands that it goes well.
    pub(super) async fn change(&self, cql: String) -> Result<RequestSeen, Problem> {
        let request = Request { cause: Some(self.id), client: CONSOLE.into(), ..Request::of(cql) };
        let seen = self.or_cancelled("change the schema", self.driver.request(&request)).await?;
        ended_well(seen)
    }

    /// The end of some work, unless the person stops it before: then nobody knows what Cassandra made of it.
    pub(super) async fn or_cancelled<T>(&self, doing: &str, work: impl Future<Output = T>) -> Result<T, Problem> {
        tokio::select! {
            done = work => Ok(done),
            () = self.cancel.cancelled() => {
                Err(failed::cancelled(&format!("Cassandra may still {doing}")))
            }
        }
    }
}

/// A request that must have ended well.
pub(super) fn ended_well(seen: RequestSeen) -> Result<RequestSeen, Problem> {
    use lab_model::facts::cassandra::RequestOutcome;
    match seen.outcome {
        RequestOutcome::Ok => Ok(seen),
        outcome => {
            let first: String = seen.cql.chars().take(60).collect();
            Err(error::not_done(&format!("`{first}` at {}", seen.level), &outcome))
        }
    }
}
