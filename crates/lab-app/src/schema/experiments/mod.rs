//! The consistency bench: plans, runs, their cells and trials, and what can be done with a saved run.

mod cell;
mod plan;
mod trial;

use lab_model::{Problem, facts::lab::ImageInUse};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use cell::{Cell, CellState, LatencyMs, Surprise, Theory};
pub use plan::{CellPlan, ConsistencyPlan, Expectations, FaultKind, Level, PlanChecked, TrialPhase, Verdict};
pub use trial::{Replay, ReplicaHolds, Trial, TrialRead, TrialRequest};

/// Begin a run.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct BeginExperiment {
    /// What to try.
    pub plan: ConsistencyPlan,
    /// What the learner expects, by cell.
    #[serde(default)]
    #[ts(optional, type = "{ [cell: string]: Verdict }")]
    pub expectations: Expectations,
    /// Start its lab although there seems to be too little memory.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub anyway: bool,
    /// Use its lab although it holds what others made, or belongs to lessons: faults will hit that too.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub shared: bool,
}

/// Go on with a run.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ResumeExperiment {
    /// The number.
    pub experiment: u32,
    /// Start its lab although there seems to be too little memory.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub anyway: bool,
    /// Use its lab although it holds what others made, or belongs to lessons: faults will hit that too.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub shared: bool,
}

/// A run that works as a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ExperimentJob {
    /// The run.
    pub experiment: u32,
    /// The job: follow it, cancel it.
    #[ts(type = "number")]
    pub job: u64,
}

/// Names a saved run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ExperimentRef {
    /// The number.
    pub experiment: u32,
}

/// Names a cell of a saved run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct CellRef {
    /// The run.
    pub experiment: u32,
    /// The cell.
    pub cell: String,
}

/// Names a trial of a saved run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct TrialRef {
    /// The run.
    pub experiment: u32,
    /// The cell.
    pub cell: String,
    /// The trial, counted from 1.
    pub trial: u32,
}

/// Say what is expected of cells of a run that have not begun.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Expect {
    /// The run.
    pub experiment: u32,
    /// By cell.
    #[ts(type = "{ [cell: string]: Verdict }")]
    pub expectations: Expectations,
}

/// The state of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub enum RunState {
    /// At it.
    Running,
    /// Every cell was run.
    Done,
    /// The run was cancelled or broke off, or the application ended: it can be resumed.
    Unfinished,
}

/// A saved run in one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
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

/// A fault done and undone once, with every cell that ran inside it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
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

/// A saved run with its cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
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

/// How to write a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub enum ExportFormat {
    /// Everything, with every trial and its evidence.
    Json,
    /// To read and print: one file without scripts.
    Html,
}

/// Write a run for use elsewhere.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ExportExperiment {
    /// The run.
    pub experiment: u32,
    /// How.
    pub format: ExportFormat,
}

/// A run, written.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Exported {
    /// A name for the file.
    pub name: String,
    /// The content.
    pub content: String,
    /// Where a copy was put, beside the run.
    pub path: String,
}

/// Compare two runs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct CompareExperiments {
    /// The first run.
    pub first: u32,
    /// The second run.
    pub second: u32,
}

/// Two runs, side by side.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Comparison {
    /// The first run.
    pub first: ExperimentInfo,
    /// The second run.
    pub second: ExperimentInfo,
    /// Cells of either.
    pub cells: Vec<ComparedCell>,
    /// In words.
    pub says: String,
}

/// A cell in two runs.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ComparedCell {
    /// The cell.
    pub cell: String,
    /// In one; none if it was not tried there.
    pub first: Option<Cell>,
    /// In the other.
    pub second: Option<Cell>,
    /// Where they differ, a few words each; empty if they agree.
    pub differs: Vec<String>,
}

/// Whether a run's counts still follow from its trials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Verified {
    /// Every count follows.
    pub holds: bool,
    /// Cells looked at.
    pub cells: u32,
    /// Trials counted anew.
    #[ts(type = "number")]
    pub trials: u64,
    /// What does not follow, a sentence each.
    pub findings: Vec<String>,
}
