//! Sends the requests of a load, so many at once, and tells twice a second how they ended.

use lab_probe::action::failed;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt, future::join_all};
use lab_model::{
    Draft, DraftSink, Problem, Source,
    facts::cassandra::{CassandraFact, RequestKind, RequestOutcome},
};
use scylla::{
    client::session::Session,
    errors::PrepareError,
    policies::load_balancing::{NodeIdentifier, SingleTargetLoadBalancingPolicy},
    statement::prepared::PreparedStatement,
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    tally::Tally,
    values::{Maker, Values},
};
use crate::{
    actions::{Scope, execute::Milliseconds},
    driver::{attempt_outcome, consistency, outcome},
    error,
    level::Level,
};

const TELL_EVERY: Duration = Duration::from_millis(500);
/// To answer what was sent before a load was stopped.
const TO_END: Duration = Duration::from_secs(3);
/// Nothing could be sent: trying again at once would only burn the load down.
const WHILE_UNCONNECTED: Duration = Duration::from_millis(50);

/// A load, planned.
pub(super) struct Load {
    pub(super) table: String,
    pub(super) kind: RequestKind,
    pub(super) level: Level,
    pub(super) count: u64,
    pub(super) keys: u64,
    pub(super) in_flight: u64,
    pub(super) rate: Option<u32>,
    pub(super) client: String,
    pub(super) cql: String,
    pub(super) makers: Vec<Maker>,
}

/// A load under way.
struct Running {
    load: Load,
    session: Arc<Session>,
    statement: PreparedStatement,
    began: Instant,
    /// Requests taken up so far.
    next: AtomicU64,
    tally: Mutex<Tally>,
    cancel: CancellationToken,
}

impl Load {
    pub(super) async fn run(
        self,
        scope: &Scope,
        coordinator: Option<&str>,
        refusals_ok: bool,
    ) -> Result<String, Problem> {
        let running = scope.or_cancelled("do nothing", self.begin(scope, coordinator)).await??;
        let running = Arc::new(running);
        let mut workers = JoinSet::new();
        // All in one task: what is sent at the same moment goes out together, and nobody wakes another thread for it.
        let at_once = running.load.in_flight.min(running.load.count);
        let all = join_all((0..at_once).map(|_| Arc::clone(&running).work()));
        workers.spawn(all.map(drop));
        running.watch(scope, &mut workers).await;
        workers.shutdown().await;
        running.tell(scope, false);
        running.end(refusals_ok)
    }

    async fn begin(self, scope: &Scope, coordinator: Option<&str>) -> Result<Running, Problem> {
        let silent = |why: crate::wire::Failure| error::silent(&why.to_string());
        let session = scope.driver.ingest().await.map_err(silent)?;
        let mut statement = session.prepare(self.cql.as_str()).await.map_err(|why| self.unprepared(&why))?;
        statement.set_use_cached_result_metadata(true);
        if let Some(level) = consistency(self.level) {
            statement.set_consistency(level);
        }
        if let Some(node) = coordinator {
            let host_id = NodeIdentifier::HostId(scope.driver.host_id(node).await.map_err(silent)?);
            statement.set_load_balancing_policy(Some(SingleTargetLoadBalancingPolicy::new(host_id, None)));
        }
        let internal = || error::silent("the client could not count");
        Ok(Running {
            tally: Mutex::new(Tally::new().ok_or_else(internal)?),
            load: self,
            session,
            statement,
            began: Instant::now(),
            next: AtomicU64::new(0),
            cancel: scope.cancel.clone(),
        })
    }

    fn unprepared(&self, why: &PrepareError) -> Problem {
        let doing = format!("`{}`", self.cql);
        match why {
            PrepareError::AllAttemptsFailed { first_attempt } => {
                error::not_done(&doing, &attempt_outcome(first_attempt))
            }
            other => error::not_done(&doing, &RequestOutcome::NoConnection { why: other.to_string() }),
        }
    }
}

impl Running {
    /// One request after the other, until there are no more.
    async fn work(self: Arc<Self>) {
        while !self.cancel.is_cancelled() {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            if n >= self.load.count {
                return;
            }
            if let Some(rate) = self.load.rate {
                let due = self.began + Duration::from_secs_f64(n as f64 / f64::from(rate));
                tokio::select! {
                    () = sleep_until(due) => {}
                    () = self.cancel.cancelled() => return,
                }
            }
            self.send(n).await;
        }
    }

    async fn send(&self, n: u64) {
        let values = Values { makers: &self.load.makers, n, key: n % self.load.keys };
        let began = std::time::Instant::now();
        match self.session.execute_unpaged(&self.statement, values).await {
            Ok(_) => {
                let took = began.elapsed();
                self.tally().well(took);
            }
            Err(error) => {
                let outcome = outcome(&error);
                let unconnected = matches!(outcome, RequestOutcome::NoConnection { .. });
                self.tally().not_well(outcome);
                if unconnected {
                    sleep(WHILE_UNCONNECTED).await;
                }
            }
        }
    }

    /// Tells how far it is until all workers have ended; after a stop, those under way may still be answered.
    async fn watch(&self, scope: &Scope, workers: &mut JoinSet<()>) {
        let mut next = self.began + TELL_EVERY;
        loop {
            tokio::select! {
                ended = workers.join_next() => if ended.is_none() { return },
                () = sleep_until(next) => {
                    next += TELL_EVERY;
                    self.tell(scope, true);
                }
                () = self.cancel.cancelled() => {
                    let rest = async { while workers.join_next().await.is_some() {} };
                    let _ = timeout(TO_END, rest).await;
                    return;
                }
            }
        }
    }

    fn tell(&self, scope: &Scope, running: bool) {
        let tally = self.tally();
        let done = tally.ok() + tally.not_ok();
        let fact = CassandraFact::LoadTold {
            table: self.load.table.clone(),
            kind: self.load.kind,
            level: self.load.level.name().to_owned(),
            asked: self.load.count,
            ended: tally.ended(),
            latency: tally.latency(),
            per_second: self.per_second(done),
            running,
        };
        drop(tally);
        let out: &DraftSink = scope.driver.sink();
        out(Draft::new(Source::Client(self.load.client.clone()), fact).because_of(scope.id));
        scope.report(format!("load on {}", self.load.table), String::new(), done, self.load.count, "requests");
    }

    #[allow(clippy::cast_precision_loss, reason = "a rate needs no more")]
    fn per_second(&self, done: u64) -> f64 {
        let rate = done as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        (rate * 10.0).round() / 10.0
    }

    fn end(&self, refusals_ok: bool) -> Result<String, Problem> {
        let tally = self.tally();
        let (ok, not_ok) = (tally.ok(), tally.not_ok());
        let words = self.words(&tally);
        if self.cancel.is_cancelled() && ok + not_ok < self.load.count {
            return Err(failed::cancelled(&format!("Of {} requests: {words}", self.load.count)));
        }
        if not_ok > 0 && !refusals_ok {
            return Err(error::not_all(not_ok, ok + not_ok, &words));
        }
        Ok(words)
    }

    fn words(&self, tally: &Tally) -> String {
        let (ok, latency) = (tally.ok(), tally.latency());
        let others = tally.ended().into_iter().filter(|(name, _)| name != "ok");
        let mut words = format!("{ok} ok at {}", self.load.level);
        for (name, count) in others {
            words.push_str(&format!(", {count} {name}"));
        }
        words.push_str(&format!("; {:.0} a second", self.per_second(ok + tally.not_ok())));
        if ok > 0 {
            words.push_str(&format!(", median {}", Milliseconds(latency.median)));
        }
        if let Some(p99) = latency.p99 {
            words.push_str(&format!(", p99 {}", Milliseconds(p99)));
        }
        if let Some(newest) = &tally.newest {
            words.push_str(&format!("; the last that was not ok: {newest}"));
        }
        words
    }

    /// A panic elsewhere leaves these plain counts as they were.
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
