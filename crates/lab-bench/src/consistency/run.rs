//! A run as it is shown: in one line, and with its cells.

use std::collections::BTreeMap;

use lab_model::{Problem, facts::lab::ImageInUse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::TS;

use super::{Cell, ConsistencyPlan, Episode, Replay, Run, Trial, words::conclusions};
use crate::{RunState, WorkStatus};

/// A saved run in one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct ExperimentInfo {
    /// The number.
    pub experiment: u32,
    /// What it tries.
    pub plan: ConsistencyPlan,
    /// The state of the run.
    pub state: RunState,
    /// The job while the run goes on.
    #[ts(type = "number | null")]
    pub job: Option<u64>,
    /// When it began, Unix milliseconds.
    #[ts(type = "number")]
    pub began_at: i64,
    /// Why it broke off when it ran last, or did not leave its lab healthy; none if it was cancelled.
    pub problem: Option<Problem>,
    /// How long it ran so far, milliseconds, interruptions left out.
    #[ts(type = "number")]
    pub took_ms: u64,
    /// About how long it goes on, milliseconds; none while unknown or when it does not run.
    #[ts(type = "number | null")]
    pub remaining_ms: Option<u64>,
    /// The lab it runs in.
    pub lab: String,
    /// Images the lab's nodes ran.
    pub images: Vec<ImageInUse>,
    /// Cells in all.
    pub cells: u32,
    /// Cells that have ended.
    pub cells_done: u32,
    /// Trials that count.
    #[ts(type = "number")]
    pub trials: u64,
    /// Stale reads of acknowledged writes.
    #[ts(type = "number")]
    pub stale: u64,
    /// Cells that differ from what the learner expected.
    pub surprises: u32,
    /// Cells that disagree with the rules.
    pub disagreements: u32,
}

/// A saved run with its cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct Experiment {
    /// In one line.
    pub info: ExperimentInfo,
    /// The cells, in the order in which they are run.
    pub cells: Vec<Cell>,
    /// Faults that were done.
    pub episodes: Vec<Episode>,
    /// What it shows, a sentence each.
    pub says: Vec<String>,
}

impl Experiment {
    /// A run with its cells; `working` while somebody works on it.
    pub fn of(run: Run, cells: Vec<Cell>, working: Option<WorkStatus>) -> Self {
        Self { info: info(&run, &cells, working), says: conclusions(&cells), cells, episodes: run.episodes }
    }

    /// Everything, with every trial and its evidence.
    pub fn as_json(&self, trials: &[(String, Vec<Trial>)], replays: &[Replay]) -> String {
        let trials: BTreeMap<&str, &Vec<Trial>> = trials.iter().map(|(cell, trials)| (cell.as_str(), trials)).collect();
        format!("{:#}", json!({ "format": 1, "experiment": self, "trials": trials, "replays": replays }))
    }
}

fn info(run: &Run, cells: &[Cell], working: Option<WorkStatus>) -> ExperimentInfo {
    let count = |holds: &dyn Fn(&Cell) -> bool| {
        u32::try_from(cells.iter().filter(|cell| holds(cell)).count()).unwrap_or(u32::MAX)
    };
    let state = match (working, run.done) {
        (Some(_), _) => RunState::Running,
        (None, true) => RunState::Done,
        (None, false) => RunState::Unfinished,
    };
    let working = working.unwrap_or_default();
    ExperimentInfo {
        experiment: run.experiment,
        plan: run.plan.clone(),
        state,
        job: working.job,
        began_at: run.began_at,
        problem: run.problem.clone().filter(|_| state != RunState::Running),
        took_ms: working.took_ms.unwrap_or(run.took_ms),
        remaining_ms: working.remaining_ms,
        lab: run.lab.clone(),
        images: run.images.clone(),
        cells: count(&|_| true),
        cells_done: count(&Cell::ended),
        trials: cells.iter().map(|cell| u64::from(cell.trials)).sum(),
        stale: cells.iter().map(|cell| u64::from(cell.stale)).sum(),
        surprises: count(&|cell| cell.surprise.is_some()),
        disagreements: count(&|cell| !cell.theory.disagrees.is_empty()),
    }
}
