//! The shape of the picture: a DAG's tasks, groups and edges, how far one run of it is, and why what waits there waits.

use lab_model::Millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which DAG, and which of its runs.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct Params {
    /// The DAG's id.
    pub dag: String,
    /// The run's id; the newest run if none is named.
    #[serde(default)]
    #[ts(optional)]
    pub run: Option<String>,
}

/// A DAG, and one run of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct Model {
    /// Airflow's clock minus the journal's, milliseconds: a journal time plus this is a time of Airflow's. None before
    /// Airflow told its time.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
    /// The DAG's id.
    pub dag_id: String,
    /// Whether Airflow has a DAG of this id; none before it was asked.
    pub exists: Option<bool>,
    /// The scheduler looks at no run of it; none while it is not known.
    pub is_paused: Option<bool>,
    /// Its file is gone, or no longer defines it: the scheduler looks at no run of it. None while it is not known.
    pub is_stale: Option<bool>,
    /// The number of its newest version; none while it is not known. The tasks below are those of this version.
    pub version_number: Option<u32>,
    /// So many tasks of one run may be `queued` or `running` at once; none while it is not known.
    pub max_active_tasks: Option<u32>,
    /// So many runs may be `running` at once; none while it is not known.
    pub max_active_runs: Option<u32>,
    /// What the groups are read from; none while they are not known.
    pub groups_from: Option<GroupsFrom>,
    /// Why they are not read from Airflow's own structure; none if they are, and while that is not known.
    pub groups_why: Option<String>,
    /// Groups, one before those in it; in Airflow's order.
    pub groups: Vec<Group>,
    /// A task never stands before one that it waits for; among equals by id. Those that only earlier versions had stand last.
    /// The first 1000.
    pub tasks: Vec<Task>,
    /// How many tasks there are, as far as they were read; none while it is not known.
    pub task_count: Option<u32>,
    /// Between tasks and groups; those of tasks that are not shown are missing. The first 5000.
    pub edges: Vec<Edge>,
    /// What is not shown, and why; none if all is.
    pub cut: Option<String>,
    /// The run; none if there is none, or while it is not known.
    pub run: Option<Run>,
    /// The newest runs that one can be chosen from, the newest first; none while they are not known.
    pub runs: Option<Vec<RunNamed>>,
}

/// What groups are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub enum GroupsFrom {
    /// Airflow's own structure of the DAG, which its own pages draw from.
    Structure,
    /// What stands before the dots in the tasks' ids. A task may have a dot in its id and be in no group, and one in a group
    /// may have no dot.
    TaskIds,
}

/// A group of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct Group {
    /// The id.
    pub group_id: String,
    /// What stands at it in Airflow's own pages.
    pub label: String,
    /// What its author says of it; none if nothing.
    pub tooltip: Option<String>,
    /// The id of the group it is in; none if it is in none.
    pub parent_group_id: Option<String>,
    /// It is made once for each element of something (`expand`); none while it is not known.
    pub is_mapped: Option<bool>,
    /// How many of the tasks in it, also in groups within, are in which state in the run; empty without a run.
    pub states: Vec<StateCount>,
}

/// A task of the DAG.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct Task {
    /// The id.
    pub task_id: String,
    /// What stands at it in Airflow's own pages; its id while that is not known.
    pub label: String,
    /// The id of the group it is in; none if it is in none.
    pub group_id: Option<String>,
    /// The operator's name, e.g. `@task`, `BashOperator`; none where it is not told.
    pub operator_name: Option<String>,
    /// It is made once for each element of something (`expand`).
    pub is_mapped: bool,
    /// When it may start, by what became of those before it, e.g. `all_success`; none where it is not told.
    pub trigger_rule: Option<String>,
    /// `setup`, `teardown`; none of any other, and where it is not told.
    pub setup_teardown_type: Option<String>,
    /// The longest way to it from a task that waits for none: 0 for such a one.
    pub depth: u32,
    /// The DAG of now has it; otherwise only earlier versions had.
    pub in_dag: bool,
    /// Ids of the tasks that it waits for, whatever is drawn; the first 20.
    pub upstream_task_ids: Vec<String>,
    /// How many tasks it waits for.
    pub upstream_count: u32,
    /// The task in the run; none while Airflow has made no instance of it, or while that is not known.
    pub instance: Option<TaskInstance>,
}

/// What is drawn from one task or group to another. An edge to a group is one to each task in it that waits for none in it; one
/// from a group is one from each that none in it waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct Edge {
    /// The id of the task or group that goes first.
    pub source_id: String,
    /// The id of the task or group that waits for it.
    pub target_id: String,
    /// What its author wrote at it; none if nothing, and where it is not told.
    pub label: Option<String>,
    /// From a setup to its teardown.
    pub is_setup_teardown: bool,
}

/// A run among those that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct RunNamed {
    /// The id.
    pub dag_run_id: String,
    /// `queued`, `running`, `success`, `failed`.
    pub state: String,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
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
    /// The number of the DAG's version it runs by; none where Airflow does not tell.
    pub version_number: Option<u32>,
    /// How many task instances are in which state.
    pub states: Vec<StateCount>,
    /// Why not all of its tasks are known; none if they are.
    pub unread: Option<String>,
    /// It is `queued`: none of its tasks is looked at by the scheduler.
    pub waits: bool,
    /// Why it waits. None while it does not wait, or while that is not known.
    pub why: Option<Vec<Reason>>,
}

/// A task in the run. Of a mapped task all instances together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct TaskInstance {
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
    /// How many instances wait, or never ran because of those before them: 0 or 1 unless it is mapped.
    pub waiting: u32,
    /// For how many of these no fact shows a reason.
    pub unexplained: u32,
    /// Why they are not running, what holds all of them first. None while none waits, or while it is not known why.
    pub why: Option<Vec<Reason>>,
}

/// How many instances are in a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct StateCount {
    /// The state; none before the scheduler looked at them.
    pub state: Option<String>,
    /// How many.
    pub count: u32,
}

/// A reason why something is not running.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct Reason {
    /// What kind of reason.
    pub kind: ReasonKind,
    /// The reason, as a sentence.
    pub says: String,
    /// For how many of the waiting instances it holds.
    pub instances: u32,
    /// When it will be over, by Airflow's clock, Unix milliseconds; none if that is not known.
    #[ts(type = "number | null")]
    pub until: Option<i64>,
    /// Who holds what it waits for; the first 10. Empty where nobody holds anything.
    pub holders: Vec<Holder>,
    /// How many hold it.
    pub holder_count: u32,
    /// What it is known from.
    pub facts: Vec<Ground>,
}

/// Kinds of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub enum ReasonKind {
    /// The DAG is paused: the scheduler looks at none of its runs.
    DagPaused,
    /// No file defines the DAG any more: the scheduler looks at none of its runs.
    DagStale,
    /// The scheduler is not healthy.
    Scheduler,
    /// The time after which the run may begin is not there yet.
    RunAfter,
    /// As many runs of the DAG as are allowed are `running`.
    MaxActiveRuns,
    /// The run itself is still `queued`.
    RunQueued,
    /// Tasks that it waits for have not ended.
    Upstream,
    /// Tasks before it failed, and by its rule it is not run then.
    UpstreamFailed,
    /// Its pool has too few open slots.
    PoolFull,
    /// It takes more slots than its pool has in all.
    PoolTooSmall,
    /// There is no such pool.
    PoolMissing,
    /// It was given to the executor, and as many tasks of all DAGs as may are running.
    Parallelism,
    /// As many tasks of the run as are allowed are `queued` or `running`.
    MaxActiveTasks,
    /// As many instances of this task as are allowed are under way, as Airflow says.
    TaskConcurrency,
    /// The date that the run stands for is before a start date, after an end date, or in the future, as Airflow says.
    LogicalDate,
    /// It was given to the executor, which has not begun it, although it may.
    Executor,
    /// Its last try failed, and it is tried again.
    Retry,
    /// Its sensor looked, gave its slot back, and looks again later.
    Reschedule,
    /// It waits for a trigger, without a slot.
    Trigger,
    /// The triggerer, which its trigger runs in, is not healthy.
    Triggerer,
    /// It waits for a person.
    Human,
    /// What else Airflow says of it.
    Airflow,
}

/// Who holds what is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct Holder {
    /// The DAG's id.
    pub dag_id: String,
    /// The run's id.
    pub dag_run_id: String,
    /// The task's id; none if a run as a whole holds it.
    pub task_id: Option<String>,
    /// Which of a mapped task, from 0; none of any other.
    pub map_index: Option<u32>,
    /// Its state.
    pub state: String,
    /// How many slots of its pool it takes; none if it is not known.
    pub pool_slots: Option<u32>,
    /// Since when it holds them, by Airflow's clock, Unix milliseconds; none if it is not known.
    #[ts(type = "number | null")]
    pub since: Option<i64>,
    /// The operator's name; none where it is not told.
    pub operator_name: Option<String>,
}

/// A fact that a reason rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dag/model.gen.ts")]
pub struct Ground {
    /// What was said.
    pub says: String,
    /// Journal time it was heard.
    #[ts(type = "number")]
    pub heard_at: Millis,
}
