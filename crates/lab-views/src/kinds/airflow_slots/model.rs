//! The shape of the picture: pools, the executor, and who held which slot when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How far back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/airflow_slots/model.gen.ts")]
pub struct Params {
    /// So many minutes back; 10 unless told, and never more than 60.
    #[serde(default = "minutes")]
    #[schemars(range(min = 1, max = 60))]
    #[ts(as = "Option<u32>", optional)]
    pub minutes: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { minutes: minutes() }
    }
}

fn minutes() -> u32 {
    10
}

/// Slots, and who held them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_slots/model.gen.ts")]
pub struct Model {
    /// Airflow's clock minus the journal's, milliseconds: a journal time plus this is a time of Airflow's. None before
    /// Airflow told its time.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
    /// So many minutes back.
    pub minutes: u32,
    /// The newest time at which Airflow was heard, by its clock, Unix milliseconds: what has no end went on then.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
    /// So many tasks of all DAGs may be `running` at once (`[core] parallelism`); none while it is not known.
    pub parallelism: Option<u32>,
    /// Why it is not known; none if it is, and before Airflow was asked.
    pub parallelism_unread: Option<String>,
    /// How many tasks of all DAGs are `running`: each takes a process of the executor. None while it is not known.
    pub executor_slots: Option<u32>,
    /// How many were given to the executor and wait for one of its processes (`queued`); none while it is not known.
    pub executor_queued: Option<u32>,
    /// Pools by name; none before they were told.
    pub pools: Option<Vec<Pool>>,
    /// How many pools there are in all; none before they were told.
    #[ts(type = "number | null")]
    pub pool_count: Option<u64>,
    /// Task instances of all DAGs that held a slot or waited in this time, the earliest first; at most 500, the newest.
    pub instances: Vec<Instance>,
    /// What is not shown, and why; none if all is.
    pub cut: Option<String>,
}

/// A pool, as Airflow tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_slots/model.gen.ts")]
pub struct Pool {
    /// The name.
    pub name: String,
    /// What its author says of it; none if nothing.
    pub description: Option<String>,
    /// How many slots it has; -1 if there is no limit.
    #[ts(type = "number")]
    pub slots: i64,
    /// `deferred` tasks keep their slots.
    pub include_deferred: bool,
    /// Slots that are held.
    #[ts(type = "number")]
    pub occupied_slots: i64,
    /// Slots of tasks that are `running`.
    #[ts(type = "number")]
    pub running_slots: i64,
    /// Slots of tasks that are `queued`.
    #[ts(type = "number")]
    pub queued_slots: i64,
    /// Slots of tasks that are `deferred`; they are held only if `include_deferred`.
    #[ts(type = "number")]
    pub deferred_slots: i64,
    /// Slots that tasks wait for which are `scheduled`.
    #[ts(type = "number")]
    pub scheduled_slots: i64,
    /// Slots that are free; -1 if there is no limit. Below 0 where a pool was made smaller while its slots were held.
    #[ts(type = "number")]
    pub open_slots: i64,
}

/// A task instance over time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_slots/model.gen.ts")]
pub struct Instance {
    /// The DAG's id.
    pub dag_id: String,
    /// The run's id.
    pub dag_run_id: String,
    /// The task's id.
    pub task_id: String,
    /// Which of a mapped task, from 0; none of any other.
    pub map_index: Option<u32>,
    /// Its state now; none if it has none, or is there no longer.
    pub state: Option<String>,
    /// Which try it is, from 1.
    pub try_number: u32,
    /// The operator's name, e.g. `@task.sensor`; none where it is not told.
    pub operator_name: Option<String>,
    /// The pool it takes its slots from.
    pub pool: Option<String>,
    /// How many of them it takes.
    pub pool_slots: Option<u32>,
    /// It holds them now; none while that is not known.
    pub holds_pool_slots: Option<bool>,
    /// It holds a slot of the executor now: it is `running`.
    pub holds_executor_slot: bool,
    /// While it is `deferred`, the class of the trigger it waits for.
    pub trigger: Option<String>,
    /// What it did, the earliest first; at most 100, the newest. Between two of them it had no state, or ended one try.
    pub intervals: Vec<Interval>,
}

/// A time for which a task instance was in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_slots/model.gen.ts")]
pub struct Interval {
    /// `scheduled`, `queued`, `running`, `deferred`, `up_for_reschedule`, `up_for_retry`, `awaiting_input`, `restarting`.
    pub state: String,
    /// Which try.
    pub try_number: u32,
    /// From when, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number")]
    pub from: i64,
    /// Airflow itself dates the beginning; otherwise it is when it was first heard, and it may have begun before.
    pub from_is_airflows: bool,
    /// Until when, by Airflow's clock, Unix milliseconds; none while it goes on.
    #[ts(type = "number | null")]
    pub to: Option<i64>,
    /// Airflow itself dates the end; otherwise it is when it was first heard, and it may have ended before.
    pub to_is_airflows: bool,
    /// In this state it holds slots of its pool; none while that is not known.
    pub holds_pool_slots: Option<bool>,
}
