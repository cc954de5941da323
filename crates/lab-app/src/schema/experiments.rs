//! The consistency bench: what can be asked of it. Plans and answers are `lab-bench`'s: what is saved is what is told.

use lab_model::Problem;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use lab_bench::{
    CellState, LatencyMs, RunState,
    consistency::{
        Cell, CellPlan, ComparedCell, Comparison, ConsistencyPlan, Episode, Expectations, Experiment, ExperimentInfo,
        FaultKind, Level, PlanChecked, Replay, ReplicaHolds, Surprise, Theory, Trial, TrialPhase, TrialRead,
        TrialRequest, Verdict, Verified,
    },
};

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

/// The saved runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ExperimentList {
    /// Those that can be shown, the newest first.
    pub runs: Vec<ExperimentInfo>,
    /// Those that are there and cannot be.
    pub unreadable: Vec<UnreadableRun>,
}

/// A saved run that cannot be shown: damaged, written by a newer Pipewright, or in a folder that is not a run's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct UnreadableRun {
    /// The name of its folder.
    pub folder: String,
    /// The number; none where the folder's name is none.
    pub experiment: Option<u32>,
    /// Why.
    pub problem: Problem,
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
