//! Answers about pools, settings, and what stands in the way of tasks.

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub(crate) struct Pools {
    pub(crate) pools: Vec<Pool>,
    pub(crate) total_entries: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Pool {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) slots: i64,
    pub(crate) include_deferred: bool,
    pub(crate) occupied_slots: i64,
    pub(crate) running_slots: i64,
    pub(crate) queued_slots: i64,
    pub(crate) deferred_slots: i64,
    pub(crate) scheduled_slots: i64,
    pub(crate) open_slots: i64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Config {
    pub(crate) sections: Vec<ConfigSection>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ConfigSection {
    pub(crate) options: Vec<ConfigOption>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ConfigOption {
    pub(crate) key: String,
    /// A text; beside its source where that is told.
    pub(crate) value: Value,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dependencies {
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) reason: String,
}

/// A run as far as it tells when it may begin.
#[derive(Debug, Deserialize)]
pub(crate) struct RunAfter {
    pub(crate) run_after: Option<String>,
}
