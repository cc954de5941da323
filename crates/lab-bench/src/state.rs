//! How far a run and its cells are, whatever the experiment.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How far a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "rpc/schema.gen.ts")]
pub enum CellState {
    /// Not begun.
    Waiting,
    /// At it.
    Running,
    /// Every trial that could be made was made.
    Done,
    /// The cell could not be finished; `why` says the reason.
    Incomplete,
}

impl CellState {
    /// Every trial that could be made was made, or nothing more will come.
    pub fn ended(self) -> bool {
        matches!(self, Self::Done | Self::Incomplete)
    }
}

/// The state of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "rpc/schema.gen.ts")]
pub enum RunState {
    /// At it.
    Running,
    /// Every cell was run.
    Done,
    /// The run was cancelled or broke off, or the application ended: it can be resumed.
    Unfinished,
}

/// What only the running application knows of a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct WorkStatus {
    /// The job.
    pub job: Option<u64>,
    /// About how long it goes on, milliseconds.
    pub remaining_ms: Option<u64>,
    /// How long it has run, milliseconds.
    pub took_ms: Option<u64>,
}
