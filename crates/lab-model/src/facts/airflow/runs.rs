//! Runs of DAGs, and the tasks in them.

use serde::{Deserialize, Serialize};

/// A run among those of all DAGs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunNamed {
    /// The DAG's id.
    pub dag_id: String,
    /// The run's id.
    pub dag_run_id: String,
    /// `queued`, `running`, `success`, `failed`.
    pub state: String,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSeen {
    /// The id.
    pub dag_run_id: String,
    /// `queued`, `running`, `success`, `failed`.
    pub state: String,
    /// `manual`, `scheduled`, `backfill`, `asset_triggered`, ….
    pub run_type: String,
    /// The date it stands for, as Airflow writes it; none if it stands for none.
    #[serde(default)]
    pub logical_date: Option<String>,
    /// When it was queued.
    #[serde(default)]
    pub queued_at: Option<i64>,
    /// When it began.
    #[serde(default)]
    pub started_at: Option<i64>,
    /// When it ended.
    #[serde(default)]
    pub ended_at: Option<i64>,
    /// What it was given, as JSON, at most 1000 characters of it; none if nothing.
    #[serde(default)]
    pub conf: Option<String>,
    /// The number of the newest version of the DAG that it ran by.
    #[serde(default)]
    pub version_number: Option<u32>,
}

/// Where a task instance stands in its run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskPlace {
    /// The task's id.
    pub task_id: String,
    /// Which of a mapped task, from 0; -1 of any other.
    pub map_index: i32,
}

/// A task in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskInstanceSeen {
    /// Which.
    #[serde(flatten)]
    pub place: TaskPlace,
    /// `scheduled`, `queued`, `running`, `success`, …; none before the scheduler looked at it.
    #[serde(default)]
    pub state: Option<String>,
    /// Which try it is, from 1; 0 before the scheduler looked at it.
    pub try_number: u32,
    /// The class of its operator.
    #[serde(default)]
    pub operator: Option<String>,
    /// The pool it takes its slots from.
    #[serde(default)]
    pub pool: Option<String>,
    /// How many of them it takes.
    #[serde(default)]
    pub pool_slots: Option<u32>,
    /// When the scheduler found that it may run.
    #[serde(default)]
    pub scheduled_at: Option<i64>,
    /// When it was given to the executor.
    #[serde(default)]
    pub queued_at: Option<i64>,
    /// When this try began.
    #[serde(default)]
    pub started_at: Option<i64>,
    /// When this try ended.
    #[serde(default)]
    pub ended_at: Option<i64>,
    /// The class of the trigger that it waits for.
    #[serde(default)]
    pub trigger: Option<String>,
}

impl TaskInstanceSeen {
    /// The newest of its times: when it came into the state it is in, where Airflow notes that.
    pub fn newest_time(&self) -> Option<i64> {
        [self.scheduled_at, self.queued_at, self.started_at, self.ended_at].into_iter().flatten().max()
    }
}

impl RunSeen {
    /// The newest of its times.
    pub fn newest_time(&self) -> Option<i64> {
        [self.queued_at, self.started_at, self.ended_at].into_iter().flatten().max()
    }

    /// It goes on, or is about to.
    pub fn is_under_way(&self) -> bool {
        under_way(&self.state)
    }
}

impl RunNamed {
    /// It goes on, or is about to.
    pub fn is_under_way(&self) -> bool {
        under_way(&self.state)
    }
}

fn under_way(state: &str) -> bool {
    matches!(state, "queued" | "running")
}
