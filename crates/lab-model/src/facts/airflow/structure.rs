//! How a DAG is drawn, by which rules its tasks start, and what Airflow says stands in their way.

use serde::{Deserialize, Serialize};

use super::TaskPlace;

/// Groups, tasks and edges as Airflow's own pages draw them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StructureSeen {
    /// A group stands before those in it.
    pub groups: Vec<GroupSeen>,
    /// The first 2000.
    pub tasks: Vec<TaskDrawn>,
    /// The first 10000.
    pub edges: Vec<EdgeSeen>,
    /// There are more tasks or edges.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

/// A group of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSeen {
    /// The id.
    pub group_id: String,
    /// What stands at it.
    pub label: String,
    /// What its author says of it; none if nothing.
    #[serde(default)]
    pub tooltip: Option<String>,
    /// The group it is in; none if it is in none.
    #[serde(default)]
    pub parent_group_id: Option<String>,
    /// It is made once for each element of something.
    #[serde(default)]
    pub is_mapped: bool,
}

/// A task where it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDrawn {
    /// The id.
    pub task_id: String,
    /// What stands at it.
    pub label: String,
    /// The group it is in; none if it is in none.
    #[serde(default)]
    pub group_id: Option<String>,
    /// `setup`, `teardown`; none of any other.
    #[serde(default)]
    pub setup_teardown_type: Option<String>,
}

/// An edge. Where Airflow draws one to or from the point at which it joins the edges of a group, its end is the group; what it
/// draws from there into the group is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeSeen {
    /// The task or group that goes first.
    pub source_id: String,
    /// The task or group that waits for it.
    pub target_id: String,
    /// What its author wrote at it; none if nothing.
    #[serde(default)]
    pub label: Option<String>,
    /// From a setup to its teardown.
    #[serde(default)]
    pub is_setup_teardown: bool,
}

/// How many tasks and runs of a DAG may go on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DagLimits {
    /// Tasks of one run that are `queued` or `running`.
    #[serde(default)]
    pub max_active_tasks: Option<u32>,
    /// Runs that are `running`.
    #[serde(default)]
    pub max_active_runs: Option<u32>,
}

/// What decides beside its trigger rule when a task is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRule {
    /// The task's id.
    pub task_id: String,
    /// It waits for itself in the run before.
    #[serde(default)]
    pub depends_on_past: bool,
    /// How often it is tried again.
    #[serde(default)]
    pub retries: u32,
    /// How long after a failure, milliseconds; none if it is not told.
    #[serde(default)]
    pub retry_delay_ms: Option<i64>,
    /// The delay grows from try to try.
    #[serde(default)]
    pub retry_delay_grows: bool,
}

/// What Airflow says stands in the way of a task that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDependencies {
    /// Which task.
    #[serde(flatten)]
    pub place: TaskPlace,
    /// By name; empty if nothing does.
    pub dependencies: Vec<DependencySeen>,
}

/// A dependency that is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DependencySeen {
    /// Its name, e.g. `Pool Slots Available`.
    pub name: String,
    /// Why it is not met, in Airflow's words, without the time at which they were said.
    pub reason: String,
}
