//! Slots: pools, how many tasks may run at once, and the task instances that hold a slot or wait.

use serde::{Deserialize, Serialize};

use super::TaskInstanceSeen;

/// A pool. Airflow writes -1 for no limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolSeen {
    /// The name.
    pub name: String,
    /// What its author says of it; none if nothing.
    #[serde(default)]
    pub description: Option<String>,
    /// How many slots it has.
    pub slots: i64,
    /// `deferred` tasks keep their slots.
    pub include_deferred: bool,
    /// Slots that are held.
    pub occupied_slots: i64,
    /// Of tasks that are `running`.
    pub running_slots: i64,
    /// Of tasks that are `queued`.
    pub queued_slots: i64,
    /// Of tasks that are `deferred`.
    pub deferred_slots: i64,
    /// Waited for by tasks that are `scheduled`.
    pub scheduled_slots: i64,
    /// Slots that are free; below 0 where a pool was made smaller while its slots were held.
    pub open_slots: i64,
}

/// A task instance among those of all DAGs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveInstance {
    /// The DAG's id.
    pub dag_id: String,
    /// The run's id.
    pub dag_run_id: String,
    /// The task in it.
    #[serde(flatten)]
    pub seen: TaskInstanceSeen,
    /// The operator's name, as its DAG calls it.
    #[serde(default)]
    pub operator_name: Option<String>,
    /// How long it was `running` when it last ceased to be, milliseconds.
    #[serde(default)]
    pub duration_ms: Option<i64>,
    /// When its trigger was made: when it came to be `deferred`.
    #[serde(default)]
    pub deferred_at: Option<i64>,
}

/// Where a task instance stands among those of all DAGs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ActivePlace {
    /// The DAG's id.
    pub dag_id: String,
    /// The run's id.
    pub dag_run_id: String,
    /// The task's id.
    pub task_id: String,
    /// Which of a mapped task, from 0; -1 of any other.
    pub map_index: i32,
}

impl ActiveInstance {
    /// Where it stands.
    pub fn place(&self) -> ActivePlace {
        ActivePlace {
            dag_id: self.dag_id.clone(),
            dag_run_id: self.dag_run_id.clone(),
            task_id: self.seen.place.task_id.clone(),
            map_index: self.seen.place.map_index,
        }
    }

    /// Its state says that it holds a slot or waits for something: it will change by itself.
    pub fn is_active(&self) -> bool {
        self.seen.state.as_deref().is_some_and(|state| ACTIVE.contains(&state))
    }
}

/// The states of task instances that hold a slot or wait for something.
pub const ACTIVE: [&str; 8] =
    ["scheduled", "queued", "running", "restarting", "up_for_retry", "up_for_reschedule", "deferred", "awaiting_input"];
