//! A lab as a run uses it: its clients and faults, and what its journal says of the ring and of hints.
//!
//! Every wait has a limit: somebody else may be breaking the same lab.

use std::{
    collections::BTreeSet,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use lab_bench::consistency::{Member, Place, ReplicaHolds, Ring};
use lab_cassandra::{Cassandra, Level, Request};
use lab_model::{
    ActionCall, CassandraNeed, Millis, Need, Problem,
    facts::cassandra::{RequestOutcome, RequestSeen},
};
use lab_views::{
    Hearing,
    kinds::{cassandra_hints, cassandra_ring},
};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::super::lab::{cancelled, not_now};
use crate::lab::{Lab, NeedGuard};

/// Name of our client in the journal.
const CLIENT: &str = "bench";
/// The driver gives up earlier; this is for a wire that hangs.
pub(super) const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// A replica that can be asked answers within milliseconds.
const LOOK_LIMIT: Duration = Duration::from_secs(3);
/// A probe round of nodes that answer is short; silent ones are not waited for.
const SETTLE_LIMIT: Duration = Duration::from_secs(3);

/// A lab as a run sees it.
pub(crate) struct Testbed {
    pub(super) lab: Arc<Lab>,
    cassandra: Arc<Cassandra>,
    cancel: CancellationToken,
    _needs: NeedGuard,
}

impl Testbed {
    /// Begins to have the ring and hints watched.
    pub(super) fn new(lab: &Arc<Lab>, cancel: CancellationToken) -> Result<Self, Problem> {
        let cassandra = Arc::clone(lab.cassandra()?);
        let needs = lab.needs.want(vec![Need::Cassandra(CassandraNeed::Ring), Need::Cassandra(CassandraNeed::Hints)]);
        Ok(Self { lab: Arc::clone(lab), cassandra, cancel, _needs: needs })
    }

    /// Journal time.
    pub(super) fn now(&self) -> Millis {
        self.lab.recorder.now()
    }

    /// The place in the journal that comes next.
    pub(super) fn place(&self) -> Place {
        let seq = *self.lab.recorder.changes().borrow();
        Place { file: self.lab.recorder.name(), seq, at: self.now() }
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
        self.request_within(REQUEST_LIMIT, request).await
    }

    /// The same within another limit. What comes later is not heard, and not in the journal either.
    pub(super) async fn request_within(&self, limit: Duration, request: Request) -> Option<RequestSeen> {
        let request = Request { client: CLIENT.into(), ..request };
        tokio::time::timeout(limit, self.cassandra.request(&request)).await.ok()
    }

    /// What a replica holds alone, as it says it to a client: the request is in the journal like any other.
    pub(super) async fn look(&self, node: &str, table: &str, key: &str) -> ReplicaHolds {
        let request = Request {
            coordinator: Some(node.to_owned()),
            level: Level::NodeLocal,
            ..Request::of(ReplicaHolds::statement(table, key))
        };
        match self.request_within(LOOK_LIMIT, request).await {
            Some(seen) => ReplicaHolds::of(node, &seen),
            None => ReplicaHolds::not_asked(node, "did not answer"),
        }
    }

    /// Reads the ring's fold as it is now: what every picture of it is made from.
    pub(super) fn ring<T>(&self, look: impl FnOnce(&cassandra_ring::State) -> T) -> T {
        self.lab.recorder.read::<cassandra_ring::TheView, _>(look)
    }

    /// The ring as its picture shows it now.
    pub(super) fn picture(&self) -> cassandra_ring::Model {
        self.lab.recorder.model::<cassandra_ring::TheView>(&cassandra_ring::Params::default())
    }

    /// Members of the ring, as its nodes describe it.
    ///
    /// # Errors
    /// `not_now` if it is not described yet.
    pub(super) fn members(&self) -> Result<Ring, Problem> {
        let member = |node: cassandra_ring::Node| {
            let tokens = node.tokens.iter().filter_map(|token| token.parse().ok()).collect();
            Some(Member { node: node.node, dc: node.data_center?, rack: node.rack?, tokens })
        };
        let nodes = self.picture().nodes.into_iter().filter(|node| node.member);
        let members: Vec<Member> = nodes.filter_map(member).collect();
        if members.is_empty() {
            return Err(not_now("No node has reported the ring yet.", "Wait until the lab is ready."));
        }
        Ok(Ring::new(members))
    }

    /// Waits until every node believes every other one up.
    pub(super) async fn all_up(&self, limit: Duration) -> Result<(), Problem> {
        if self.until(limit, || self.picture().all_up).await? {
            return Ok(());
        }
        let down = self.believed_down();
        Err(not_now(
            &format!("After {} s, not every node believes that all others are up.", limit.as_secs()),
            &if down.is_empty() { String::new() } else { format!("Marked down: {}.", down.join(", ")) },
        ))
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
        let down = |node: &cassandra_ring::Node| !node.believed_down_by.is_empty() || node.heard == Hearing::Silent;
        self.picture().nodes.into_iter().filter(down).map(|node| node.node).collect()
    }

    /// Waits until the journal says so; false if it does not within the limit.
    pub(super) async fn until(&self, limit: Duration, holds: impl Fn() -> bool) -> Result<bool, Problem> {
        let waiting = async {
            let mut changes = self.lab.recorder.changes();
            loop {
                changes.borrow_and_update();
                if holds() {
                    return;
                }
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        Ok(self.unless_cancelled(tokio::time::timeout(limit, waiting)).await?.is_ok())
    }

    /// Turns hints on or off on every node.
    pub(super) async fn set_hints(&self, enabled: bool) -> Result<(), Problem> {
        self.act("cassandra.set_hints", json!({ "enabled": enabled })).await
    }

    /// Hints that these nodes have written since they started; none if one of them never told.
    pub(super) async fn hints_written(&self, by: &BTreeSet<String>) -> Option<u64> {
        // A silence about the newest is worse than a wait.
        let _ = tokio::time::timeout(SETTLE_LIMIT, self.lab.settled()).await;
        hints_written(&self.hints(), by)
    }

    /// Waits until no file with hints for these nodes is left. Gives false if there still are some, and none if nobody could
    /// look.
    pub(super) async fn hints_delivered(
        &self,
        to: &BTreeSet<String>,
        limit: Duration,
    ) -> Result<Option<bool>, Problem> {
        let end = Instant::now() + limit;
        loop {
            let left = hints_left(&self.hints(), to);
            if left == Some(false) || Instant::now() > end {
                return Ok(left.map(|left| !left));
            }
            self.unless_cancelled(tokio::time::sleep(Duration::from_millis(500))).await?;
        }
    }

    fn hints(&self) -> cassandra_hints::Model {
        self.lab.recorder.model::<cassandra_hints::TheView>(&cassandra_hints::Params::default())
    }
}

/// Hints that these nodes have written since they started; none if one of them does not answer, or never counted.
fn hints_written(model: &cassandra_hints::Model, by: &BTreeSet<String>) -> Option<u64> {
    let holders: Vec<_> = model.holders.iter().filter(|holder| by.contains(&holder.node)).collect();
    let told = |holder: &&cassandra_hints::Holder| holder.counted && holder.heard == Hearing::Answering;
    let all_told = holders.len() == by.len() && holders.iter().all(told);
    all_told.then(|| holders.iter().flat_map(|holder| &holder.targets).map(|target| target.written).sum())
}

/// Whether files with hints for these nodes are left; none if those of one node were never looked at and no other has any.
fn hints_left(model: &cassandra_hints::Model, to: &BTreeSet<String>) -> Option<bool> {
    let mut targets = model.holders.iter().flat_map(|holder| &holder.targets);
    if targets.any(|target| to.contains(&target.node) && target.bytes > 0) {
        return Some(true);
    }
    let looked_at = !model.holders.is_empty() && model.holders.iter().all(|holder| holder.looked_at);
    looked_at.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(node: &str, written: u64, bytes: u64) -> cassandra_hints::Holder {
        let target = cassandra_hints::Target { node: "n3".into(), bytes, files: 1, written, not_stored: 0 };
        cassandra_hints::Holder {
            node: node.into(),
            heard: Hearing::Answering,
            enabled: Some(true),
            window_ms: None,
            paused: None,
            looked_at: true,
            counted: true,
            delivered: 0,
            failed: 0,
            timed_out: 0,
            targets: vec![target],
        }
    }

    fn model(holders: Vec<cassandra_hints::Holder>) -> cassandra_hints::Model {
        cassandra_hints::Model { holders, bytes: 0, delivered: 0, not_stored: 0, turns: Vec::new() }
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn hints_are_counted_only_where_every_node_has_told() {
        let both = set(&["n1", "n2"]);
        let written = |second| hints_written(&model(vec![holder("n1", 3, 0), second, holder("n3", 9, 0)]), &both);
        assert_eq!(written(holder("n2", 4, 0)), Some(7));
        assert_eq!(written(cassandra_hints::Holder { counted: false, ..holder("n2", 0, 0) }), None, "0 is not told");
        assert_eq!(written(cassandra_hints::Holder { heard: Hearing::Silent, ..holder("n2", 4, 0) }), None);
        assert_eq!(hints_written(&model(vec![holder("n1", 3, 0)]), &both), None, "n2 is not there");
    }

    #[test]
    fn hints_are_delivered_when_every_folder_was_looked_at_and_holds_none() {
        let third = set(&["n3"]);
        let unseen = || cassandra_hints::Holder { looked_at: false, ..holder("n2", 0, 0) };
        assert_eq!(hints_left(&model(vec![holder("n1", 3, 0), holder("n2", 0, 0)]), &third), Some(false));
        assert_eq!(hints_left(&model(vec![holder("n1", 3, 20), unseen()]), &third), Some(true));
        assert_eq!(hints_left(&model(vec![holder("n1", 3, 0), unseen()]), &third), None);
        assert_eq!(hints_left(&model(Vec::new()), &third), None, "nobody was looked at");
        assert_eq!(
            hints_left(&model(vec![holder("n1", 3, 20)]), &set(&["n2"])),
            Some(false),
            "they are for another one"
        );
    }
}
