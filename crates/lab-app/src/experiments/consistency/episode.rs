//! A fault, done and undone once, and every cell that is tried while it lasts.
//!
//! The order is what makes weak levels honest: values that all replicas acknowledged, then the fault, the writes and the
//! reads beside it, then the node's return, and the read through the node that may have missed the write.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use lab_bench::consistency::{
    Consistency, EpisodePlan, Fault, OLD, Ring, RunningCell, TrialPlan, any_believes_down, doing, title, undoing,
    victims,
};
use lab_cassandra::{Level, Request};
use lab_model::{Code, Problem};
use serde_json::json;

use super::{
    super::{lab::not_now, progress::Listener},
    keys,
    testbed::Testbed,
    trial::Table,
};
use crate::schema::{Cell, CellPlan, CellState, Episode, FaultKind, TrialPhase};

/// Restarting nodes are back within ten seconds here; slow machines take longer.
const BACK_LIMIT: Duration = Duration::from_secs(150);
/// A node that announced its shutdown is marked down within a second.
const GOODBYE_LIMIT: Duration = Duration::from_secs(60);
/// φ convicts after 13 to 40 s, depending on the gaps between heartbeats before.
const CONVICTION_LIMIT: Duration = Duration::from_secs(150);
/// Hints are sent 10 to 20 s after a node is back.
const HINTS_LIMIT: Duration = Duration::from_secs(90);
/// A changed belief is heard within this; before trials are judged, all changes must have been heard.
const HEARD: Duration = Duration::from_millis(600);
/// A trial under a fault that takes longer waits for timeouts (of writes 2 s, of reads 5 s): the rest of its cell waits
/// side by side.
const SLOW: Duration = Duration::from_millis(1800);
const SIDE_BY_SIDE: usize = 32;
/// Enough for the first compilation of what a request goes through.
const WARM_UP_ROUNDS: usize = 25;
const WARM_UP_LIMIT: Duration = Duration::from_secs(3);
/// While a silent node is still believed up, time is short.
const BEFORE_SIDE_BY_SIDE: usize = 48;

/// A fault about to be done.
pub(super) struct EpisodeRun<'a> {
    pub(super) testbed: &'a Testbed,
    pub(super) listener: &'a dyn Listener<Consistency>,
    /// `keyspace.table`.
    pub(super) table: String,
    /// Keys of this attempt begin so.
    pub(super) prefix: String,
    /// Numbers of its trials.
    pub(super) numbers: std::ops::RangeInclusive<u32>,
    pub(super) hints: bool,
    pub(super) trace: bool,
}

impl EpisodeRun<'_> {
    /// Runs every cell of an episode. Whatever happens, cells that were begun come back with what was made.
    pub(super) async fn run(
        &self,
        plan: &EpisodePlan,
        waiting: Vec<Cell>,
    ) -> (Vec<RunningCell>, Episode, Result<(), Problem>) {
        let mut episode = Episode { rf: plan.rf, fault: plan.fault.name().into(), ..Episode::default() };
        let mut cells = Vec::new();
        let result = self.all(plan, waiting, &mut cells, &mut episode).await;
        cells.iter_mut().for_each(RunningCell::conclude);
        (cells, episode, result)
    }

    async fn all(
        &self,
        plan: &EpisodePlan,
        waiting: Vec<Cell>,
        cells: &mut Vec<RunningCell>,
        episode: &mut Episode,
    ) -> Result<(), Problem> {
        self.listener.step(format!("RF {}, {}: get ready", plan.rf, plan.fault.words()));
        self.testbed.all_up(BACK_LIMIT).await?;
        let ring = self.testbed.members()?;
        let victims = victims(&ring, plan.fault);
        episode.victims = victims.iter().cloned().collect();
        self.testbed.set_hints(self.hints).await?;
        self.make_table(&ring, plan.rf).await?;
        *cells = self.get_ready(&ring, plan, waiting, &victims).await?;
        let everybody = ring.members().iter().map(|member| member.node.clone()).collect();
        self.testbed.answering(&everybody, BACK_LIMIT).await?;
        self.testbed.unless_cancelled(self.warm_up(&ring)).await?;
        let healthy: BTreeSet<String> =
            ring.members().iter().map(|member| member.node.clone()).filter(|node| !victims.contains(node)).collect();
        let before = self.testbed.hints_written(&healthy).await;
        let fault = Fault { kind: plan.fault, victims: &victims, healthy: &healthy };
        let done = self.under(&fault, cells, episode).await;
        let after = self.testbed.hints_written(&healthy).await;
        episode.hints = before.zip(after).map(|(before, after)| after.saturating_sub(before));
        if plan.fault != FaultKind::None {
            // Undone also when something went wrong; a cancel is answered by the run, which undoes everything.
            if !matches!(&done, Err(problem) if problem.code == Code::Cancelled) {
                self.mend(&fault, episode).await?;
            }
        }
        done?;
        if plan.fault != FaultKind::None {
            self.returned(&fault, cells).await?;
        }
        // By now everything that happened meanwhile has been heard.
        for cell in cells.iter_mut() {
            self.judge(&fault, cell)?;
        }
        cells.iter_mut().for_each(|cell| cell.end(episode));
        Ok(())
    }

    async fn make_table(&self, ring: &Ring, rf: u32) -> Result<(), Problem> {
        let (keyspace, _) = self.table.split_once('.').unwrap_or((&self.table, ""));
        let replication: serde_json::Map<_, _> =
            ring.data_centers().into_iter().map(|dc| (dc.to_owned(), json!(rf))).collect();
        let args = json!({ "keyspace": keyspace, "replication": replication, "if_not_exists": true });
        self.testbed.act("cassandra.create_keyspace", args).await?;
        let args = json!({ "table": self.table, "columns": "k text PRIMARY KEY, v text", "if_not_exists": true });
        self.testbed.act("cassandra.create_table", args).await
    }

    /// Lets every node write and read a few times before anything is measured: the first requests of a process are slow,
    /// and would say more about its compiler than about a level.
    async fn warm_up(&self, ring: &Ring) {
        let rounds = ring.members().iter().map(|member| async {
            let at = |cql: String| Request {
                coordinator: Some(member.node.clone()),
                level: Level::Quorum,
                ..Request::of(cql)
            };
            let end = Instant::now() + WARM_UP_LIMIT;
            for round in 0..WARM_UP_ROUNDS {
                if Instant::now() > end {
                    return;
                }
                let key = format!("{}-warm-{}-{round}", self.prefix, member.node);
                let insert = format!("INSERT INTO {} (k, v) VALUES ('{key}', '{OLD}')", self.table);
                let _ = self.testbed.request(at(insert)).await;
                let _ = self.testbed.request(at(format!("SELECT v FROM {} WHERE k = '{key}'", self.table))).await;
                let _ = self.testbed.look(&member.node, &self.table, &key).await;
            }
        });
        futures::future::join_all(rounds).await;
    }

    /// Keys, coordinators and the rules for every cell, before anything is tried.
    async fn get_ready(
        &self,
        ring: &Ring,
        plan: &EpisodePlan,
        waiting: Vec<Cell>,
        victims: &BTreeSet<String>,
    ) -> Result<Vec<RunningCell>, Problem> {
        let each = self.numbers.clone().count();
        let made = keys::make(self.testbed, ring, &self.table, plan.rf, victims, each * plan.cells.len(), &self.prefix);
        let mut made = made.await?.into_iter();
        let mut cells = Vec::new();
        for (plan, cell) in plan.cells.iter().zip(waiting) {
            let numbered = self.numbers.clone().zip(made.by_ref());
            let trial =
                |(number, key)| TrialPlan { trace: self.trace, ..TrialPlan::new(ring, plan, victims, number, key) };
            cells.push(RunningCell::new(cell, plan.clone(), numbered.map(trial).collect()));
        }
        Ok(cells)
    }

    /// Does the fault and tries every cell.
    async fn under(&self, fault: &Fault<'_>, cells: &mut [RunningCell], episode: &mut Episode) -> Result<(), Problem> {
        let Some(action) = doing(fault.kind) else {
            return self.one_by_one(fault, cells, TrialPhase::Whole).await;
        };
        self.listener.step(format!("{} {}", fault.kind.words(), fault.names()));
        let began = Instant::now();
        self.testbed.act_on(action, fault.victims).await?;
        if cells.iter().any(|cell| cell.plan.phase == TrialPhase::Before) {
            self.before_conviction(fault, cells).await?;
        }
        let limit = if matches!(fault.kind, FaultKind::Kill | FaultKind::Pause | FaultKind::Cut) {
            CONVICTION_LIMIT
        } else {
            GOODBYE_LIMIT
        };
        let wanted = cells.iter().any(|cell| cell.plan.phase != TrialPhase::Before);
        if wanted {
            self.listener.step(format!("wait until the other nodes believe that {} down", fault.names_are()));
            if !self.testbed.until(limit, || self.testbed.ring(|ring| fault.convicted(ring))).await? {
                return Err(not_now(
                    &format!("Not all other nodes marked {} down within {} s.", fault.names(), limit.as_secs()),
                    "Check whether another program changes this lab.",
                ));
            }
            episode.believed_down_ms = u64::try_from(began.elapsed().as_millis()).ok();
            tokio::time::sleep(HEARD).await;
            let phase = if limit == GOODBYE_LIMIT { TrialPhase::Whole } else { TrialPhase::After };
            self.one_by_one(fault, cells, phase).await?;
        }
        Ok(())
    }

    /// All cells side by side, turn by turn, until the first node convicts the silent one.
    async fn before_conviction(&self, fault: &Fault<'_>, cells: &mut [RunningCell]) -> Result<(), Problem> {
        self.listener.step(format!("{} silent and not yet marked down: all cells side by side", fault.names_are()));
        let convicted = AtomicBool::new(false);
        let early: Vec<usize> =
            (0..cells.len()).filter(|index| cells[*index].plan.phase == TrialPhase::Before).collect();
        let longest = early.iter().map(|index| cells[*index].planned.len()).max().unwrap_or_default();
        let order = (0..longest).flat_map(|turn| early.iter().map(move |index| (*index, turn)));
        let planned: Vec<(usize, CellPlan, TrialPlan)> = order
            .filter_map(|(index, turn)| {
                Some((index, cells[index].plan.clone(), cells[index].planned.get(turn)?.clone()))
            })
            .collect();
        let trying = stream::iter(planned)
            .take_while(|_| {
                let now = self.testbed.ring(|ring| any_believes_down(ring, fault.healthy, fault.victims));
                futures::future::ready(!convicted.fetch_or(now, Ordering::Relaxed) && !now)
            })
            .map(|(index, plan, trial)| async move {
                let made = Table { testbed: self.testbed, name: &self.table, cell: &plan }.during(trial).await;
                self.listener.tried();
                (index, made)
            })
            .buffer_unordered(BEFORE_SIDE_BY_SIDE)
            .collect::<Vec<_>>();
        for (index, made) in self.testbed.unless_cancelled(trying).await? {
            cells[index].made.push(made);
        }
        tokio::time::sleep(HEARD).await;
        for index in early {
            self.judge(fault, &mut cells[index])?;
        }
        Ok(())
    }

    /// Cell after cell, so that hints and latencies are its own.
    async fn one_by_one(&self, fault: &Fault<'_>, cells: &mut [RunningCell], phase: TrialPhase) -> Result<(), Problem> {
        for cell in cells.iter_mut().filter(|cell| cell.plan.phase == phase) {
            self.listener.step(title(&cell.cell));
            cell.cell.state = CellState::Running;
            self.listener.cell(&cell.cell, &[])?;
            let before = if self.hints { self.testbed.hints_written(fault.healthy).await } else { None };
            self.testbed.unless_cancelled(self.cell(cell)).await?;
            tokio::time::sleep(HEARD).await;
            if self.hints {
                let after = self.testbed.hints_written(fault.healthy).await;
                cell.cell.hints = before.zip(after).map(|(before, after)| after.saturating_sub(before));
            }
            self.judge(fault, cell)?;
        }
        Ok(())
    }

    /// The first trial alone: if it waits for timeouts, the others wait side by side.
    async fn cell(&self, cell: &mut RunningCell) {
        let table = Table { testbed: self.testbed, name: &self.table, cell: &cell.plan };
        let mut planned = cell.planned.iter().cloned();
        let Some(first) = planned.next() else { return };
        let began = Instant::now();
        cell.made.push(table.during(first).await);
        self.listener.tried();
        let waits = cell.plan.fault != FaultKind::None && began.elapsed() > SLOW;
        let in_flight = if waits { SIDE_BY_SIDE } else { 1 };
        if waits {
            cell.cell.why = Some(format!("its trials wait for timeouts, so {SIDE_BY_SIDE} trials ran at a time"));
        }
        let mut trying = stream::iter(planned).map(|trial| table.during(trial)).buffered(in_flight);
        while let Some(made) = trying.next().await {
            cell.made.push(made);
            self.listener.tried();
        }
    }

    /// Sets aside what does not belong to the phase, and tells the counts so far.
    fn judge(&self, fault: &Fault<'_>, cell: &mut RunningCell) -> Result<(), Problem> {
        let members: BTreeSet<String> = fault.healthy.union(fault.victims).cloned().collect();
        self.testbed.ring(|ring| cell.judge(ring, &members, fault.victims));
        cell.count();
        self.listener.cell(&cell.cell, &cell.trials())
    }

    async fn mend(&self, fault: &Fault<'_>, episode: &mut Episode) -> Result<(), Problem> {
        self.listener.step(format!("bring back {}", fault.names()));
        if let Some(action) = undoing(fault.kind) {
            self.testbed.act_on(action, fault.victims).await?;
        }
        let began = Instant::now();
        // What was said before the mending must not be taken for what is.
        self.testbed.unless_cancelled(self.testbed.lab.settled()).await?;
        self.testbed.all_up(BACK_LIMIT).await?;
        self.testbed.answering(fault.victims, BACK_LIMIT).await?;
        episode.back_ms = u64::try_from(began.elapsed().as_millis()).ok();
        if self.hints {
            self.listener.step(format!("wait until hints for {} were delivered", fault.names()));
            match self.testbed.hints_delivered(fault.victims, HINTS_LIMIT).await? {
                Some(true) => {}
                Some(false) => episode
                    .remarks
                    .push(format!("Hints were still waiting {} s after the return.", HINTS_LIMIT.as_secs())),
                None => episode.remarks.push("Nobody could look whether all hints were delivered.".into()),
            }
        }
        Ok(())
    }

    /// Reads every row once more, through the nodes that are back.
    async fn returned(&self, fault: &Fault<'_>, cells: &mut [RunningCell]) -> Result<(), Problem> {
        self.listener.step(format!("read through {}, back again", fault.names()));
        for cell in cells {
            let table = Table { testbed: self.testbed, name: &self.table, cell: &cell.plan };
            for made in cell.made.iter_mut().filter(|made| made.trial.set_aside.is_none()) {
                self.testbed.unless_cancelled(table.after_return(made)).await?;
            }
        }
        Ok(())
    }
}
