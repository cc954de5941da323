//! How far a long piece of work is. Elapsed time is added by whoever shows it: this crate has no clock.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A report of a running job.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/progress.gen.ts")]
pub struct Progress {
    /// What is being done, e.g. `build pipewright/kafka:4.3.1`.
    pub step: String,
    /// The newest detail, e.g. the last line of a build; may be empty.
    #[serde(default)]
    pub detail: String,
    /// How much is done, in `unit`; absent where it cannot be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub done: Option<u64>,
    /// Of how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub total: Option<u64>,
    /// `bytes`, `steps`, `nodes`; empty without numbers.
    #[serde(default)]
    pub unit: String,
}

impl Progress {
    /// A report without numbers.
    pub fn step(step: impl Into<String>) -> Self {
        Self { step: step.into(), ..Self::default() }
    }
}

/// Where reports go. Called often and from anywhere: it must return at once.
pub type ProgressSink = Arc<dyn Fn(Progress) + Send + Sync>;
