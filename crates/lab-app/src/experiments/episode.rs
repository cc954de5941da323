//! One fault, done and undone once, and every cell that is tried while it lasts.
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
    ground::{Ground, not_now},
    keys,
    levels::total,
    placement::Ring,
    plan::{EpisodePlan, fault_name},
    theory::{self, Scene, Seat},
    trying::{Spec, Table, Tried},
};
use crate::schema::{Cell, CellPlan, CellState, Episode, FaultKind, Trial, TrialPhase};

/// Restarting nodes are back within ten seconds here; slow machines take longer.
const BACK_LIMIT: Duration = Duration::from_secs(150);
/// A node that said goodbye is believed down within a second.
const GOODBYE_LIMIT: Duration = Duration::from_secs(60);
/// φ convicts after 13 to 40 s, depending on the gaps between heartbeats before.
const CONVICTION_LIMIT: Duration = Duration::from_secs(150);
/// Hints are sent 10 to 20 s after a node is back.
const HINTS_LIMIT: Duration = Duration::from_secs(90);
/// A change of mind is heard within this; before trials are judged, all of them must have been.
const HEARD: Duration = Duration::from_millis(600);
/// A trial that takes longer waits for timeouts: the rest of its cell waits side by side.
const SLOW: Duration = Duration::from_secs(1);
const SIDE_BY_SIDE: usize = 32;
/// Enough for the first compilation of what a request goes through.
const WARM_UP_ROUNDS: usize = 25;
const WARM_UP_LIMIT: Duration = Duration::from_secs(3);
/// While a silent node is still believed up, time is short.
const BEFORE_SIDE_BY_SIDE: usize = 48;

/// A cell under way.
pub(super) struct Sheet {
    pub(super) cell: Cell,
    plan: CellPlan,
    specs: Vec<Spec>,
    tried: Vec<Tried>,
}

impl Sheet {
    /// Its trials so far.
    pub(super) fn trials(&self) -> Vec<Trial> {
        self.tried.iter().map(|tried| tried.trial.clone()).collect()
    }
}

/// What an episode tells while it goes on.
pub(super) trait Told: Sync {
    /// What it is doing.
    fn step(&self, words: String);
    /// One more trial was made.
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
    pub(super) async fn run(&self, plan: &EpisodePlan, waiting: Vec<Cell>) -> (Vec<Sheet>, Episode, Result<(), Problem>) {
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
        if plan.fault != FaultKind::None {
            let after = self.ground.hints_written(&healthy).await;
            episode.hints = before.zip(after).map(|(before, after)| after.saturating_sub(before));
            // Undone also when something went wrong; a cancel is answered by the run, which undoes everything.
            if !matches!(&done, Err(problem) if problem.code == Code::Cancelled) {
                self.mend(&fault, episode).await?;
            }
        }
        done?;
        if plan.fault != FaultKind::None {
            self.returned(&fault, sheets).await?;
        }
        self.conclude(sheets, episode);
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
            let at = |cql: String| Request { coordinator: Some(member.node.clone()), level: Level::Quorum, ..Request::of(cql) };
            let end = Instant::now() + WARM_UP_LIMIT;
            for round in 0..WARM_UP_ROUNDS {
                if Instant::now() > end {
                    return;
                }
                let key = format!("{}-warm-{}-{round}", self.prefix, member.node);
                let _ = self.ground.request(at(format!("INSERT INTO {} (k, v) VALUES ('{key}', '{}')", self.table, keys::OLD))).await;
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
                .map(|(number, key)| self.spec(ring, plan, victims, number, key))
                .collect();
            foretell(&mut cell, plan, &specs);
            sheets.push(Sheet { cell, plan: plan.clone(), specs, tried: Vec::new() });
        }
        Ok(sheets)
    }

    fn spec(&self, ring: &Ring, plan: &CellPlan, victims: &BTreeSet<String>, number: u32, key: keys::Key) -> Spec {
        let seat = |node: &String| Seat {
            node: node.clone(),
            dc: ring.member(node).map(|member| member.dc.clone()).unwrap_or_default(),
        };
        let able: Vec<Seat> =
            ring.members().iter().filter(|member| !victims.contains(&member.node)).map(|member| seat(&member.node)).collect();
        let lost: Vec<Seat> = victims.iter().map(seat).collect();
        let turn = usize::try_from(number).unwrap_or_default();
        let writer = able[turn % able.len()].clone();
        // In turn the node that wrote and another one; and a node that is cut off is asked every second time.
        let mut reader = able[(turn + 1 + turn / able.len()) % able.len()].clone();
        if plan.fault == FaultKind::Cut && turn % 2 == 1 {
            reader = lost[(turn / 2) % lost.len()].clone();
        }
        Spec {
            number,
            key: key.key,
            scene: Scene {
                replicas: key.replicas.iter().map(seat).collect(),
                victims: victims.clone(),
                fault: plan.fault,
                phase: plan.phase,
            },
            writer,
            reader,
            returned: (!lost.is_empty()).then(|| lost[turn % lost.len()].clone()),
            at_once: (turn / 2) % 2 == 1,
            trace: self.trace,
        }
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
        let limit = if matches!(fault.kind, FaultKind::Kill | FaultKind::Pause | FaultKind::Cut) { CONVICTION_LIMIT } else { GOODBYE_LIMIT };
        let wanted = sheets.iter().any(|sheet| sheet.plan.phase != TrialPhase::Before);
        if wanted {
            self.told.step(format!("wait until {} is believed down", fault.names()));
            let convicted = self.ground.until(limit, |_, beliefs| fault.convicted(beliefs)).await?;
            convicted.ok_or_else(|| not_now(&format!("{} was not believed down by everybody within {} s.", fault.names(), limit.as_secs()), "Is somebody else changing this lab?"))?;
            episode.believed_down_ms = u64::try_from(began.elapsed().as_millis()).ok();
            tokio::time::sleep(HEARD).await;
            let phase = if limit == GOODBYE_LIMIT { TrialPhase::Whole } else { TrialPhase::After };
            self.one_by_one(fault, sheets, phase).await?;
        }
        Ok(())
    }

    /// All cells side by side, turn by turn, until the first node convicts the silent one.
    async fn before_conviction(&self, fault: &Fault<'_>, sheets: &mut [Sheet]) -> Result<(), Problem> {
        self.told.step(format!("{} is silent and still believed up: all cells side by side", fault.names()));
        let convicted = AtomicBool::new(false);
        let cells: Vec<usize> =
            (0..sheets.len()).filter(|index| sheets[*index].plan.phase == TrialPhase::Before).collect();
        let longest = cells.iter().map(|index| sheets[*index].specs.len()).max().unwrap_or_default();
        let order = (0..longest).flat_map(|turn| cells.iter().map(move |index| (*index, turn)));
        let specs: Vec<(usize, CellPlan, Spec)> = order
            .filter_map(|(index, turn)| Some((index, sheets[index].plan.clone(), sheets[index].specs.get(turn)?.clone())))
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

    /// One cell after the other, so that hints and latencies are its own.
    async fn one_by_one(&self, fault: &Fault<'_>, sheets: &mut [Sheet], phase: TrialPhase) -> Result<(), Problem> {
        for sheet in sheets.iter_mut().filter(|sheet| sheet.plan.phase == phase) {
            self.told.step(super::words::title(&sheet.cell));
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
        let in_flight = if began.elapsed() > SLOW { SIDE_BY_SIDE } else { 1 };
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
        self.told.step(format!("{} comes back", fault.names()));
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
        self.told.step(format!("read through {}, which is back", fault.names()));
        for sheet in sheets {
            let table = Table { ground: self.ground, name: &self.table, cell: &sheet.plan };
            for tried in sheet.tried.iter_mut().filter(|tried| tried.trial.set_aside.is_none()) {
                self.ground.unless_cancelled(table.after_return(tried)).await?;
            }
        }
        Ok(())
    }

    /// Ends every cell.
    fn conclude(&self, sheets: &mut [Sheet], episode: &Episode) {
        for sheet in sheets {
            let missing = sheet.cell.planned.saturating_sub(u32::try_from(sheet.tried.len()).unwrap_or(u32::MAX));
            if missing > 0 {
                sheet.cell.why = Some(format!("{missing} trials were not made: the node was believed down before their turn"));
            }
            sheet.cell.state = if sheet.tried.iter().any(|tried| tried.trial.set_aside.is_none()) { CellState::Done } else { CellState::Incomplete };
            if sheet.cell.state == CellState::Incomplete {
                let aside = sheet.tried.len();
                sheet.cell.why = Some(format!("no trial counts: {aside} were set aside, {missing} were not made"));
            }
            // If none were written in the whole episode, none were written in any of its cells.
            if episode.hints == Some(0) {
                sheet.cell.hints = Some(0);
            }
        }
    }
}

/// A fault and whom it concerns.
struct Fault<'a> {
    kind: FaultKind,
    victims: &'a BTreeSet<String>,
    healthy: &'a BTreeSet<String>,
}

impl Fault<'_> {
    fn names(&self) -> String {
        super::grading::list(&self.victims.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Everybody who is asked believes what there is to believe. One that is cut off has its own view of the others.
    fn convicted(&self, beliefs: &super::beliefs::Beliefs) -> bool {
        let known = beliefs.all(self.healthy, self.victims, false);
        known && (self.kind != FaultKind::Cut || beliefs.all(self.victims, self.healthy, false))
    }
}

/// Who has the fault: the last nodes of the first data center, the rack of the last one, or the last data center.
fn victims(ring: &Ring, fault: FaultKind) -> BTreeSet<String> {
    let centers: Vec<&str> = ring.data_centers().into_iter().collect();
    let (Some(first), Some(last)) = (centers.first(), centers.last()) else { return BTreeSet::new() };
    let here: Vec<_> = ring.in_dc(first).collect();
    let few = |count: usize| here.iter().rev().take(count).map(|member| member.node.clone()).collect();
    match fault {
        FaultKind::None => BTreeSet::new(),
        FaultKind::Stop | FaultKind::Kill | FaultKind::Pause | FaultKind::Cut => few(1),
        FaultKind::StopTwo => few(2),
        FaultKind::Rack => {
            let rack = here.last().map(|member| member.rack.as_str());
            here.iter().filter(|member| Some(member.rack.as_str()) == rack).map(|member| member.node.clone()).collect()
        }
        FaultKind::Dc => ring.in_dc(last).map(|member| member.node.clone()).collect(),
    }
}

fn doing(fault: FaultKind) -> Option<&'static str> {
    match fault {
        FaultKind::None => None,
        FaultKind::Stop | FaultKind::StopTwo | FaultKind::Rack | FaultKind::Dc => Some("docker.stop"),
        FaultKind::Kill => Some("docker.kill"),
        FaultKind::Pause => Some("docker.pause"),
        FaultKind::Cut => Some("docker.cut"),
    }
}

fn undoing(fault: FaultKind) -> Option<&'static str> {
    match fault {
        FaultKind::None => None,
        FaultKind::Stop | FaultKind::StopTwo | FaultKind::Rack | FaultKind::Dc | FaultKind::Kill => Some("docker.start"),
        FaultKind::Pause => Some("docker.unpause"),
        FaultKind::Cut => Some("docker.heal"),
    }
}

/// Writes the rules into a cell, from what is going to be asked and of whom.
fn foretell(cell: &mut Cell, plan: &CellPlan, specs: &[Spec]) {
    let Some(first) = specs.first() else { return };
    let all = first.scene.all();
    let must = |spec: &Spec, seat: &Seat| spec.scene.must_be_fresh((plan.write, &spec.writer), (plan.read, seat));
    let fresh: Vec<bool> = specs
        .iter()
        .flat_map(|spec| std::iter::once(&spec.reader).chain(&spec.returned).map(move |seat| must(spec, seat)))
        .collect();
    let (always, sometimes) = (fresh.iter().all(|must| *must), fresh.iter().any(|must| *must));
    let ends = |of: &dyn Fn(&Spec) -> theory::Ends| -> Vec<String> {
        specs.iter().flat_map(of).collect::<theory::Ends>().into_iter().map(str::to_owned).collect()
    };
    let needs = |level| super::levels::Needs::of(level, &all, &first.writer.dc).sum();
    cell.theory = crate::schema::Theory {
        write: ends(&|spec| spec.scene.write_ends(plan.write, &spec.writer)),
        read: ends(&|spec| spec.scene.read_ends(plan.read, &spec.reader)),
        replicas: total(&all),
        write_needs: needs(plan.write),
        read_needs: needs(plan.read),
        live: total(&first.scene.answering(&first.writer)),
        must_be_fresh: always,
        must_be_fresh_reads: 0,
        says: theory::says(plan, &first.scene, &first.writer, always, sometimes && !always),
        disagrees: Vec::new(),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::placement::Member;

    fn ring() -> Ring {
        let member = |number: i64| Member {
            node: format!("n{number}"),
            dc: if number <= 3 { "dc1" } else { "dc2" }.into(),
            rack: format!("r{}", (number - 1) % 3 + 1),
            tokens: vec![number * 100],
        };
        Ring::new((1..=6).map(member).collect())
    }

    fn names(fault: FaultKind) -> Vec<String> {
        victims(&ring(), fault).into_iter().collect()
    }

    #[test]
    fn a_fault_leaves_somebody_to_ask() {
        assert_eq!(names(FaultKind::Stop), ["n3"]);
        assert_eq!(names(FaultKind::StopTwo), ["n2", "n3"]);
        assert_eq!(names(FaultKind::Rack), ["n3"], "a rack belongs to a data center");
        assert_eq!(names(FaultKind::Dc), ["n4", "n5", "n6"]);
        assert!(names(FaultKind::None).is_empty());
    }

    #[test]
    fn every_fault_has_its_undoing() {
        use FaultKind::{Cut, Dc, Kill, None, Pause, Rack, Stop, StopTwo};
        for fault in [None, Stop, StopTwo, Kill, Pause, Cut, Rack, Dc] {
            assert_eq!(doing(fault).is_some(), undoing(fault).is_some(), "{fault:?}");
        }
    }
}
