//! The shape of the picture: a DAG's tasks, its newest runs, and in which state each task of each run is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which DAG.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/airflow_runs/model.gen.ts")]
pub struct Params {
    /// The DAG's id.
    pub dag: String,
    /// At most this many runs, the newest; 10 unless told, and never more than 25.
    #[serde(default = "runs")]
    #[schemars(range(min = 1, max = 25))]
    #[ts(as = "Option<usize>", optional)]
    pub runs: usize,
}

fn runs() -> usize {
    10
}

/// A DAG's runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_runs/model.gen.ts")]
pub struct Model {
    /// Airflow's clock minus the journal's, milliseconds: a journal time plus this is a time of Airflow's. None before
    /// Airflow told its time.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
    /// The DAG's id.
    pub dag_id: String,
    /// Whether Airflow has a DAG of this id; none before it was asked.
    pub exists: Option<bool>,
    /// The scheduler starts no run of it, and no task of its runs; none while it is not known.
    pub is_paused: Option<bool>,
    /// A task never stands before one that it waits for; among equals by id. Tasks that only earlier versions of the DAG had
    /// stand last.
    pub tasks: Vec<Task>,
    /// The newest first, by the time they were made.
    pub runs: Vec<Run>,
    /// How many runs there are in all; none while it is not known.
    #[ts(type = "number | null")]
    pub run_count: Option<u64>,
}

/// A task of the DAG as it is written now.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_runs/model.gen.ts")]
pub struct Task {
    /// The id; the groups it is in stand before it, with dots between.
    pub task_id: String,
    /// The operator's name, e.g. `@task`, `BashOperator`; none where it is not told.
    pub operator_name: Option<String>,
    /// It is made once for each element of something (`expand`).
    pub is_mapped: bool,
    /// When it may start, by what became of those before it, e.g. `all_success`.
    pub trigger_rule: Option<String>,
    /// Ids of the tasks that wait for it.
    pub downstream_task_ids: Vec<String>,
    /// The longest way to it from a task that waits for none: 0 for such a one.
    pub depth: u32,
    /// The DAG of now has it; otherwise only earlier versions had.
    pub in_dag: bool,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_runs/model.gen.ts")]
pub struct Run {
    /// The id.
    pub dag_run_id: String,
    /// `queued`, `running`, `success`, `failed`.
    pub state: String,
    /// `manual`, `scheduled`, `backfill`, `asset_triggered`, ….
    pub run_type: String,
    /// The date it stands for, as Airflow writes it; none if it stands for none.
    pub logical_date: Option<String>,
    /// When it was queued, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub queued_at: Option<i64>,
    /// When it began, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub start_date: Option<i64>,
    /// When it ended, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub end_date: Option<i64>,
    /// What it was given, as JSON, at most 1000 characters of it; none if nothing.
    pub conf: Option<String>,
    /// The number of the DAG's version it runs by; none where Airflow does not tell.
    pub version_number: Option<u32>,
    /// One for each task, in the order of `tasks`; a task is missing while Airflow has made no instance of it, or while that
    /// is not known.
    pub task_instances: Vec<TaskInstance>,
    /// Why not all of them are known; none if they are.
    pub unread: Option<String>,
}

/// A task in a run. Of a mapped task all instances together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_runs/model.gen.ts")]
pub struct TaskInstance {
    /// The task.
    pub task_id: String,
    /// `scheduled`, `queued`, `running`, `success`, `failed`, `up_for_retry`, `up_for_reschedule`, `deferred`,
    /// `awaiting_input`, `upstream_failed`, `skipped`, `removed`, `restarting`; none before the scheduler looked at it. Of a
    /// mapped task the state that Airflow's own grid shows for it.
    pub state: Option<String>,
    /// Which try it is, from 1; 0 before the scheduler looked at it. Of a mapped task the highest.
    pub try_number: u32,
    /// Of a mapped task how many instances are in which state; none of any other.
    pub mapped: Option<Vec<StateCount>>,
    /// When the scheduler found that it may run, by Airflow's clock, Unix milliseconds. Of a mapped task the earliest.
    #[ts(type = "number | null")]
    pub scheduled_when: Option<i64>,
    /// When it was given to the executor, by Airflow's clock, Unix milliseconds. Of a mapped task the earliest.
    #[ts(type = "number | null")]
    pub queued_when: Option<i64>,
    /// When this try began, by Airflow's clock, Unix milliseconds. Of a mapped task the earliest.
    #[ts(type = "number | null")]
    pub start_date: Option<i64>,
    /// When this try ended, by Airflow's clock, Unix milliseconds. Of a mapped task the latest, when all have ended.
    #[ts(type = "number | null")]
    pub end_date: Option<i64>,
    /// The pool it takes its slots from.
    pub pool: Option<String>,
    /// How many of them it takes.
    pub pool_slots: Option<u32>,
    /// While it is `deferred`, the class of the trigger it waits for.
    pub trigger: Option<String>,
}

/// How many instances of a mapped task are in a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_runs/model.gen.ts")]
pub struct StateCount {
    /// The state; none before the scheduler looked at them.
    pub state: Option<String>,
    /// How many.
    pub count: u32,
}
