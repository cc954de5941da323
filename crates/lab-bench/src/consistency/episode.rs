//! Which cells share a fault, in which order faults are done, and about how long that takes; and what came of one.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::plan::{CellPlan, ConsistencyPlan, FaultKind, Level, TrialPhase};

/// A fault done and undone once, with every cell that ran inside it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct Episode {
    /// Replication factor, per data center.
    pub rf: u32,
    /// The fault, by its name in a plan.
    pub fault: String,
    /// Nodes that had it.
    pub victims: Vec<String>,
    /// From the fault until every other node believed them down, milliseconds.
    #[ts(type = "number | null")]
    pub believed_down_ms: Option<u64>,
    /// From mending until every node believed every node up, milliseconds.
    #[ts(type = "number | null")]
    pub back_ms: Option<u64>,
    /// Hints written while the fault lasted; none if nobody said.
    #[ts(type = "number | null")]
    pub hints: Option<u64>,
    /// Further conclusions, a sentence each.
    pub remarks: Vec<String>,
}

/// A fault and everything tried while it lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpisodePlan {
    /// Replication factor, per data center.
    pub rf: u32,
    /// The fault.
    pub fault: FaultKind,
    /// What is tried.
    pub cells: Vec<CellPlan>,
}

/// Every replication factor with every fault: inside, every pair of levels.
pub(super) fn episodes(plan: &ConsistencyPlan) -> Vec<EpisodePlan> {
    let mut episodes = Vec::new();
    for rf in &plan.rf {
        for fault in &plan.faults {
            let phases = fault.phases().iter();
            let cells =
                phases.flat_map(|phase| pairs(plan).map(move |(write, read)| cell(*rf, write, read, *fault, *phase)));
            episodes.push(EpisodePlan { rf: *rf, fault: *fault, cells: cells.collect() });
        }
    }
    episodes
}

fn pairs(plan: &ConsistencyPlan) -> impl Iterator<Item = (Level, Level)> {
    plan.write.iter().flat_map(|write| plan.read.iter().map(move |read| (*write, *read)))
}

fn cell(rf: u32, write: Level, read: Level, fault: FaultKind, phase: TrialPhase) -> CellPlan {
    let id = format!("rf{rf}-{}-{}-{}-{}", fault.name(), phase.name(), write.name(), read.name());
    CellPlan { cell: id, rf, write, read, fault, phase }
}

/// Times seen on two cores, for a first estimate; a run measures its own.
pub(super) fn about(episode: &EpisodePlan, trials: u32, hints: bool) -> Duration {
    let setting_up = Duration::from_secs(2)
        + Duration::from_millis(4) * trials * u32::try_from(episode.cells.len()).unwrap_or(u32::MAX);
    let fault = match episode.fault {
        FaultKind::None => Duration::ZERO,
        FaultKind::Stop | FaultKind::StopTwo | FaultKind::Rack => Duration::from_secs(15),
        FaultKind::Dc => Duration::from_secs(30),
        FaultKind::Kill => Duration::from_secs(32),
        FaultKind::Pause | FaultKind::Cut => Duration::from_secs(35),
    };
    let replay = if hints && episode.fault != FaultKind::None { Duration::from_secs(20) } else { Duration::ZERO };
    let trial = |cell: &CellPlan| if cell.phase == TrialPhase::Before { 10 } else { 60 };
    let tried: u64 = episode.cells.iter().map(|cell| trial(cell) * u64::from(trials)).sum();
    setting_up + fault + replay + Duration::from_millis(tried)
}
