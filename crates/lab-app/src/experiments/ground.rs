//! What a run stands on: one lab's clients, faults and pictures, and what its nodes believe of each other meanwhile.
//!
//! Every wait has a limit: somebody else may be breaking the same lab.

use std::{
    collections::BTreeSet,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lab_cassandra::{Cassandra, Request};
use lab_model::{
    ActionCall, CassandraNeed, Code, Millis, Need, Problem,
    facts::cassandra::{RequestOutcome, RequestSeen},
};
use serde_json::{Map, Value, json};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

use super::{
    beliefs::Beliefs,
    placement::{Member, Ring},
};
use crate::lab::{Lab, NeedGuard};

/// Name of our client in the journal.
const CLIENT: &str = "bench";
/// The driver gives up earlier; this is for a wire that hangs.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// A probe round of nodes that answer is short; silent ones are not waited for.
const SETTLE_LIMIT: Duration = Duration::from_secs(3);

/// A lab as a run sees it.
pub(super) struct Ground {
    pub(super) lab: Arc<Lab>,
    pub(super) cassandra: Arc<Cassandra>,
    pub(super) cancel: CancellationToken,
    beliefs: Arc<Mutex<Beliefs>>,
    sampling: AbortHandle,
    _needs: NeedGuard,
}

impl Ground {
    /// Begins to watch who believes what.
    pub(super) fn new(lab: &Arc<Lab>, cancel: CancellationToken) -> Result<Self, Problem> {
        let cassandra = Arc::clone(lab.cassandra()?);
        let needs = lab.needs.want(vec![Need::Cassandra(CassandraNeed::Ring), Need::Cassandra(CassandraNeed::Hints)]);
        let beliefs = Arc::new(Mutex::new(Beliefs::default()));
        let sampling = tokio::spawn(sample(Arc::clone(lab), Arc::clone(&beliefs))).abort_handle();
        Ok(Self { lab: Arc::clone(lab), cassandra, cancel, beliefs, sampling, _needs: needs })
    }

    pub(super) fn beliefs(&self) -> MutexGuard<'_, Beliefs> {
        self.beliefs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Journal time.
    pub(super) fn now(&self) -> Millis {
        self.lab.recorder.now()
    }

    /// The journal's next number.
    pub(super) fn seq(&self) -> u64 {
        *self.lab.recorder.changes().borrow()
    }

    /// Work that a cancel ends.
    pub(super) async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, Problem> {
        self.cancel.run_until_cancelled(work).await.ok_or_else(cancelled)
    }

    /// Does an action as any button does: it is in the journal.
    pub(super) async fn act(&self, name: &str, args: Value) -> Result<(), Problem> {
        let args = if let Value::Object(args) = args { args } else { Map::new() };
        let call = ActionCall { name: name.to_owned(), args };
        self.lab.act(&call, Arc::new(|_| ()), CancellationToken::new()).await.map(|_| ())
    }

    /// Does an action to several nodes at once.
    pub(super) async fn act_on(&self, name: &str, nodes: &BTreeSet<String>) -> Result<(), Problem> {
        let all = nodes.iter().map(|node| self.act(name, json!({ "node": node })));
        futures::future::try_join_all(all).await.map(|_| ())
    }

    /// Sends a request; none if nothing came back at all.
    pub(super) async fn request(&self, request: Request) -> Option<RequestSeen> {
        let request = Request { client: CLIENT.into(), ..request };
        tokio::time::timeout(REQUEST_LIMIT, self.cassandra.request(&request)).await.ok()
    }

    /// The model of `cassandra_ring` now.
    pub(super) fn ring_model(&self) -> Value {
        self.lab.recorder.project("cassandra_ring", &json!({})).map(|picture| picture.model).unwrap_or_default()
    }

    /// Members of the ring, as its nodes describe it.
    ///
    /// # Errors
    /// `not_now` if it is not described yet.
    pub(super) fn ring(&self) -> Result<Ring, Problem> {
        let model = self.ring_model();
        let member = |node: &Value| {
            let text = |name: &str| node[name].as_str().map(ToOwned::to_owned);
            let tokens = node["tokens"].as_array()?.iter().filter_map(|token| token.as_str()?.parse().ok()).collect();
            Some(Member { node: text("node")?, dc: text("data_center")?, rack: text("rack")?, tokens })
        };
        let members: Vec<Member> = model["nodes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|node| node["member"] == true)
            .filter_map(member)
            .collect();
        if members.is_empty() {
            return Err(not_now("No node has reported the ring yet.", "Wait until the lab is ready."));
        }
        Ok(Ring::new(members))
    }

    /// Waits until every node believes every other one up. Gives how long it took.
    pub(super) async fn all_up(&self, limit: Duration) -> Result<Duration, Problem> {
        let up = |ring: &Value, _: &Beliefs| ring["all_up"] == true;
        self.until(limit, up).await?.ok_or_else(|| {
            let silent: Vec<String> = self.believed_down();
            not_now(
                &format!("After {} s, not every node believes that all others are up.", limit.as_secs()),
                &if silent.is_empty() { String::new() } else { format!("Marked down: {}.", silent.join(", ")) },
            )
        })
    }

    /// Waits until each of these nodes answers clients: its peers may know it before it listens to anybody else.
    pub(super) async fn answering(&self, nodes: &BTreeSet<String>, limit: Duration) -> Result<(), Problem> {
        let end = Instant::now() + limit;
        for node in nodes {
            let hello = Request { coordinator: Some(node.clone()), ..Request::of("SELECT key FROM system.local") };
            while !self
                .unless_cancelled(self.request(hello.clone()))
                .await?
                .is_some_and(|seen| seen.outcome == RequestOutcome::Ok)
            {
                if Instant::now() > end {
                    return Err(not_now(
                        &format!("{node} still does not answer clients after {} s.", limit.as_secs()),
                        "",
                    ));
                }
                self.unless_cancelled(tokio::time::sleep(Duration::from_millis(250))).await?;
            }
        }
        Ok(())
    }

    fn believed_down(&self) -> Vec<String> {
        let model = self.ring_model();
        let down = |node: &&Value| {
            node["believed_down_by"].as_array().is_some_and(|by| !by.is_empty()) || node["heard"] == "silent"
        };
        model["nodes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(down)
            .filter_map(|node| Some(node["node"].as_str()?.to_owned()))
            .collect()
    }

    /// Waits until the ring's picture says so; none if it does not within the limit.
    pub(super) async fn until(
        &self,
        limit: Duration,
        holds: impl Fn(&Value, &Beliefs) -> bool,
    ) -> Result<Option<Duration>, Problem> {
        let began = Instant::now();
        let waiting = async {
            let mut changes = self.lab.recorder.changes();
            loop {
                changes.borrow_and_update();
                let model = self.ring_model();
                let so = {
                    let mut beliefs = self.beliefs();
                    beliefs.learn(&model, self.now());
                    holds(&model, &beliefs)
                };
                if so {
                    return;
                }
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        let waited = self.unless_cancelled(tokio::time::timeout(limit, waiting)).await?;
        Ok(waited.ok().map(|()| began.elapsed()))
    }

    /// Turns hints on or off on every node.
    pub(super) async fn set_hints(&self, enabled: bool) -> Result<(), Problem> {
        self.act("cassandra.set_hints", json!({ "enabled": enabled })).await
    }

    /// Hints that these nodes have written since they started; none if one of them never told.
    pub(super) async fn hints_written(&self, by: &BTreeSet<String>) -> Option<u64> {
        // A silence about the newest is worse than a wait.
        let _ = tokio::time::timeout(SETTLE_LIMIT, self.lab.settled()).await;
        let model = self.hints_model();
        let holders: Vec<&Value> = model["holders"]
            .as_array()?
            .iter()
            .filter(|holder| holder["node"].as_str().is_some_and(|node| by.contains(node)))
            .collect();
        if holders.len() < by.len() || holders.iter().any(|holder| holder["heard"] != "answering") {
            return None;
        }
        let targets = holders.iter().flat_map(|holder| holder["targets"].as_array().into_iter().flatten());
        Some(targets.filter_map(|target| target["written"].as_u64()).sum())
    }

    /// Waits until no file with hints for these nodes is left; false if there still are some.
    pub(super) async fn hints_delivered(&self, to: &BTreeSet<String>, limit: Duration) -> Result<bool, Problem> {
        let none_left = |model: &Value| {
            let holders = model["holders"].as_array().into_iter().flatten();
            let mut targets = holders.flat_map(|holder| holder["targets"].as_array().into_iter().flatten());
            targets.all(|target| !to.contains(target["node"].as_str().unwrap_or_default()) || target["bytes"] == 0)
        };
        let end = Instant::now() + limit;
        while !none_left(&self.hints_model()) {
            if Instant::now() > end {
                return Ok(false);
            }
            self.unless_cancelled(tokio::time::sleep(Duration::from_millis(500))).await?;
        }
        Ok(true)
    }

    fn hints_model(&self) -> Value {
        self.lab.recorder.project("cassandra_hints", &json!({})).map(|picture| picture.model).unwrap_or_default()
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.sampling.abort();
    }
}

/// Notes every changed belief.
async fn sample(lab: Arc<Lab>, beliefs: Arc<Mutex<Beliefs>>) {
    let mut changes = lab.recorder.changes();
    let mut revision = None;
    while changes.changed().await.is_ok() {
        let newest = Some(lab.recorder.revision("cassandra_ring"));
        if newest == revision {
            continue;
        }
        revision = newest;
        if let Ok(picture) = lab.recorder.project("cassandra_ring", &json!({})) {
            beliefs.lock().unwrap_or_else(PoisonError::into_inner).learn(&picture.model, lab.recorder.now());
        }
    }
}

pub(super) fn cancelled() -> Problem {
    Problem {
        code: Code::Cancelled,
        message: "Cancelled. The trials so far are kept. You can run the rest later.".into(),
        detail: String::new(),
        hint: String::new(),
    }
}

pub(super) fn not_now(message: &str, hint: &str) -> Problem {
    Problem { code: Code::NotNow, message: message.into(), detail: String::new(), hint: hint.into() }
}
