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
use lab_cassandra::{Level, Request};
use lab_model::{Code, Problem};
use serde_json::json;

use super::{
    beliefs::Believing,
    cells,
    fault::{Fault, doing, undoing, victims},
    ground::{Ground, not_now},
    keys,
    placement::Ring,
    plan::{EpisodePlan, fault_name},
    sheet::{Sheet, conclude, foretell, spec},
    trying::{Spec, Table},
    words::title,
};
use crate::schema::{Cell, CellPlan, CellState, Episode, FaultKind, Trial, TrialPhase};

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

/// What an episode tells while it goes on.
pub(super) trait Told: Sync {
    /// What it is doing.
    fn step(&self, words: String);
    /// Notes that one more trial was made.
    fn tried(&self);
    /// A cell has other counts.
    fn cell(&self, cell: &Cell, trials: &[Trial]) -> Result<(), Problem>;
}

/// A fault about to be done.
pub(super) struct Bench<'a> {
    pub(super) ground: &'a Ground,
    pub(super) told: &'a dyn Told,
    /// `keyspace.table`.
    pub(super) table: String,
    /// Keys of this attempt begin so.
    pub(super) prefix: String,
    /// Numbers of its trials.
    pub(super) numbers: std::ops::RangeInclusive<u32>,
    pub(super) hints: bool,
    pub(super) trace: bool,
}

impl Bench<'_> {
    /// Runs every cell of an episode. Whatever happens, cells that were begun come back with what was made.
    pub(super) async fn run(
        &self,
        plan: &EpisodePlan,
        waiting: Vec<Cell>,
    ) -> (Vec<Sheet>, Episode, Result<(), Problem>) {
        let mut episode = Episode { rf: plan.rf, fault: fault_name(plan.fault).into(), ..Episode::default() };
        let mut sheets = Vec::new();
        let result = self.all(plan, waiting, &mut sheets, &mut episode).await;
        for sheet in &mut sheets {
            let trials = sheet.trials();
            cells::conclude(&mut sheet.cell, &trials);
        }
        (sheets, episode, result)
    }

    async fn all(
        &self,
        plan: &EpisodePlan,
        waiting: Vec<Cell>,
        sheets: &mut Vec<Sheet>,
        episode: &mut Episode,
    ) -> Result<(), Problem> {
        self.told.step(format!("RF {}, {}: get ready", plan.rf, fault_name(plan.fault).replace('_', " ")));
        self.ground.all_up(BACK_LIMIT).await?;
        let ring = self.ground.ring()?;
        let victims = victims(&ring, plan.fault);
        episode.victims = victims.iter().cloned().collect();
        self.ground.set_hints(self.hints).await?;
        self.make_table(&ring, plan.rf).await?;
        *sheets = self.sheets(&ring, plan, waiting, &victims).await?;
        let everybody = ring.members().iter().map(|member| member.node.clone()).collect();
        self.ground.answering(&everybody, BACK_LIMIT).await?;
        self.ground.unless_cancelled(self.warm_up(&ring)).await?;
        let healthy: BTreeSet<String> =
            ring.members().iter().map(|member| member.node.clone()).filter(|node| !victims.contains(node)).collect();
        let before = self.ground.hints_written(&healthy).await;
        let fault = Fault { kind: plan.fault, victims: &victims, healthy: &healthy };
        let done = self.under(&fault, sheets, episode).await;
        let after = self.ground.hints_written(&healthy).await;
        episode.hints = before.zip(after).map(|(before, after)| after.saturating_sub(before));
        if plan.fault != FaultKind::None {
            // Undone also when something went wrong; a cancel is answered by the run, which undoes everything.
            if !matches!(&done, Err(problem) if problem.code == Code::Cancelled) {
                self.mend(&fault, episode).await?;
            }
        }
        done?;
        if plan.fault != FaultKind::None {
            self.returned(&fault, sheets).await?;
        }
        // By now everything that happened meanwhile has been heard.
        for sheet in sheets.iter_mut() {
            self.judge(&fault, sheet)?;
        }
        conclude(sheets, episode);
        Ok(())
    }

    async fn make_table(&self, ring: &Ring, rf: u32) -> Result<(), Problem> {
        let (keyspace, _) = self.table.split_once('.').unwrap_or((&self.table, ""));
        let replication: serde_json::Map<_, _> =
            ring.data_centers().into_iter().map(|dc| (dc.to_owned(), json!(rf))).collect();
        let args = json!({ "keyspace": keyspace, "replication": replication, "if_not_exists": true });
        self.ground.act("cassandra.create_keyspace", args).await?;
        let args = json!({ "table": self.table, "columns": "k text PRIMARY KEY, v text", "if_not_exists": true });
        self.ground.act("cassandra.create_table", args).await
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
                let _ = self
                    .ground
                    .request(at(format!("INSERT INTO {} (k, v) VALUES ('{key}', '{}')", self.table, keys::OLD)))
                    .await;
                let _ = self.ground.request(at(format!("SELECT v FROM {} WHERE k = '{key}'", self.table))).await;
                let _ = self.ground.cassandra.read_locally(&member.node, &self.table, &key).await;
            }
        });
        futures::future::join_all(rounds).await;
    }

    /// Keys, coordinators and the rules for every cell, before anything is tried.
    async fn sheets(
        &self,
        ring: &Ring,
        plan: &EpisodePlan,
        waiting: Vec<Cell>,
        victims: &BTreeSet<String>,
    ) -> Result<Vec<Sheet>, Problem> {
        let each = self.numbers.clone().count();
        let made = keys::make(self.ground, ring, &self.table, plan.rf, victims, each * plan.cells.len(), &self.prefix);
        let mut made = made.await?.into_iter();
        let mut sheets = Vec::new();
        for (plan, mut cell) in plan.cells.iter().zip(waiting) {
            let specs: Vec<Spec> = self
                .numbers
                .clone()
                .zip(made.by_ref())
                .map(|(number, key)| Spec { trace: self.trace, ..spec(ring, plan, victims, number, key) })
                .collect();
            foretell(&mut cell, plan, &specs);
            sheets.push(Sheet { cell, plan: plan.clone(), specs, tried: Vec::new() });
        }
        Ok(sheets)
    }

    /// Does the fault and tries every cell.
    async fn under(&self, fault: &Fault<'_>, sheets: &mut [Sheet], episode: &mut Episode) -> Result<(), Problem> {
        let Some(action) = doing(fault.kind) else {
            return self.one_by_one(fault, sheets, TrialPhase::Whole).await;
        };
        self.told.step(format!("{} {}", fault_name(fault.kind).replace('_', " "), fault.names()));
        let began = Instant::now();
        self.ground.act_on(action, fault.victims).await?;
        if sheets.iter().any(|sheet| sheet.plan.phase == TrialPhase::Before) {
            self.before_conviction(fault, sheets).await?;
        }
        let limit = if matches!(fault.kind, FaultKind::Kill | FaultKind::Pause | FaultKind::Cut) {
            CONVICTION_LIMIT
        } else {
            GOODBYE_LIMIT
        };
        let wanted = sheets.iter().any(|sheet| sheet.plan.phase != TrialPhase::Before);
        if wanted {
            self.told.step(format!("wait until the other nodes believe that {} down", fault.names_are()));
            let convicted = self.ground.until(limit, |_, beliefs| fault.convicted(beliefs)).await?;
            convicted.ok_or_else(|| {
                not_now(
                    &format!("Not all other nodes marked {} down within {} s.", fault.names(), limit.as_secs()),
                    "Check whether another program changes this lab.",
                )
            })?;
            episode.believed_down_ms = u64::try_from(began.elapsed().as_millis()).ok();
            tokio::time::sleep(HEARD).await;
            let phase = if limit == GOODBYE_LIMIT { TrialPhase::Whole } else { TrialPhase::After };
            self.one_by_one(fault, sheets, phase).await?;
        }
        Ok(())
    }

    /// All cells side by side, turn by turn, until the first node convicts the silent one.
    async fn before_conviction(&self, fault: &Fault<'_>, sheets: &mut [Sheet]) -> Result<(), Problem> {
        self.told.step(format!("{} silent and not yet marked down: all cells side by side", fault.names_are()));
        let convicted = AtomicBool::new(false);
        let cells: Vec<usize> =
            (0..sheets.len()).filter(|index| sheets[*index].plan.phase == TrialPhase::Before).collect();
        let longest = cells.iter().map(|index| sheets[*index].specs.len()).max().unwrap_or_default();
        let order = (0..longest).flat_map(|turn| cells.iter().map(move |index| (*index, turn)));
        let specs: Vec<(usize, CellPlan, Spec)> = order
            .filter_map(|(index, turn)| {
                Some((index, sheets[index].plan.clone(), sheets[index].specs.get(turn)?.clone()))
            })
            .collect();
        let trying = stream::iter(specs)
            .take_while(|_| {
                let now = self.ground.beliefs().any_down(fault.healthy, fault.victims);
                futures::future::ready(!convicted.fetch_or(now, Ordering::Relaxed) && !now)
            })
            .map(|(index, plan, spec)| async move {
                let tried = Table { ground: self.ground, name: &self.table, cell: &plan }.during(spec).await;
                self.told.tried();
                (index, tried)
            })
            .buffer_unordered(BEFORE_SIDE_BY_SIDE)
            .collect::<Vec<_>>();
        for (index, tried) in self.ground.unless_cancelled(trying).await? {
            sheets[index].tried.push(tried);
        }
        tokio::time::sleep(HEARD).await;
        for index in cells {
            self.judge(fault, &mut sheets[index])?;
        }
        Ok(())
    }

    /// Cell after cell, so that hints and latencies are its own.
    async fn one_by_one(&self, fault: &Fault<'_>, sheets: &mut [Sheet], phase: TrialPhase) -> Result<(), Problem> {
        for sheet in sheets.iter_mut().filter(|sheet| sheet.plan.phase == phase) {
            self.told.step(title(&sheet.cell));
            sheet.cell.state = CellState::Running;
            self.told.cell(&sheet.cell, &[])?;
            let before = if self.hints { self.ground.hints_written(fault.healthy).await } else { None };
            self.ground.unless_cancelled(self.cell(sheet)).await?;
            tokio::time::sleep(HEARD).await;
            if self.hints {
                let after = self.ground.hints_written(fault.healthy).await;
                sheet.cell.hints = before.zip(after).map(|(before, after)| after.saturating_sub(before));
            }
            self.judge(fault, sheet)?;
        }
        Ok(())
    }

    /// The first trial alone: if it waits for timeouts, the others wait side by side.
    async fn cell(&self, sheet: &mut Sheet) {
        let table = Table { ground: self.ground, name: &self.table, cell: &sheet.plan };
        let mut specs = sheet.specs.iter().cloned();
        let Some(first) = specs.next() else { return };
        let began = Instant::now();
        sheet.tried.push(table.during(first).await);
        self.told.tried();
        let waits = sheet.plan.fault != FaultKind::None && began.elapsed() > SLOW;
        let in_flight = if waits { SIDE_BY_SIDE } else { 1 };
        if waits {
            sheet.cell.why = Some(format!("its trials wait for timeouts, so {SIDE_BY_SIDE} trials ran at a time"));
        }
        let mut trying = stream::iter(specs).map(|spec| table.during(spec)).buffered(in_flight);
        while let Some(tried) = trying.next().await {
            sheet.tried.push(tried);
            self.told.tried();
        }
    }

    /// Sets aside what does not belong to the phase, and tells the counts so far.
    fn judge(&self, fault: &Fault<'_>, sheet: &mut Sheet) -> Result<(), Problem> {
        let members: BTreeSet<String> = fault.healthy.union(fault.victims).cloned().collect();
        let believing = Believing { phase: sheet.plan.phase, members: &members, victims: fault.victims };
        sheet.tried.sort_by_key(|tried| tried.trial.trial);
        for tried in &mut sheet.tried {
            tried.trial.set_aside = self.ground.beliefs().against(tried.span, &tried.asked, &believing);
        }
        let trials = sheet.trials();
        cells::conclude(&mut sheet.cell, &trials);
        sheet.cell.state = CellState::Running;
        self.told.cell(&sheet.cell, &trials)
    }

    async fn mend(&self, fault: &Fault<'_>, episode: &mut Episode) -> Result<(), Problem> {
        self.told.step(format!("bring back {}", fault.names()));
        if let Some(action) = undoing(fault.kind) {
            self.ground.act_on(action, fault.victims).await?;
        }
        let began = Instant::now();
        // What was said before the mending must not be taken for what is.
        self.ground.unless_cancelled(self.ground.lab.settled()).await?;
        self.ground.all_up(BACK_LIMIT).await?;
        self.ground.answering(fault.victims, BACK_LIMIT).await?;
        episode.back_ms = u64::try_from(began.elapsed().as_millis()).ok();
        if self.hints {
            self.told.step(format!("wait until hints for {} were delivered", fault.names()));
            if !self.ground.hints_delivered(fault.victims, HINTS_LIMIT).await? {
                episode.remarks.push(format!("Hints were still waiting {} s after the return.", HINTS_LIMIT.as_secs()));
            }
        }
        Ok(())
    }

    /// Reads every row once more, through the nodes that are back.
    async fn returned(&self, fault: &Fault<'_>, sheets: &mut [Sheet]) -> Result<(), Problem> {
        self.told.step(format!("read through {}, back again", fault.names()));
        for sheet in sheets {
            let table = Table { ground: self.ground, name: &self.table, cell: &sheet.plan };
            for tried in sheet.tried.iter_mut().filter(|tried| tried.trial.set_aside.is_none()) {
                self.ground.unless_cancelled(table.after_return(tried)).await?;
            }
        }
        Ok(())
    }
}
