//! The shape of the picture: one task instance, its tries, the log of one of them, and what it was given and left.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which task instance.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/airflow_task/model.gen.ts")]
pub struct Params {
    /// The DAG's id.
    pub dag: String,
    /// The run's id; without it the DAG's newest run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub run: Option<String>,
    /// The task's id.
    pub task: String,
    /// Which of a mapped task, from 0; -1, unless told, of any other.
    #[serde(default = "unmapped")]
    #[schemars(range(min = -1))]
    #[ts(as = "Option<i32>", optional)]
    pub map_index: i32,
    /// Of which try the log is shown, from 1; the newest unless told.
    #[serde(default, rename = "try", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    #[ts(optional)]
    pub try_number: Option<u32>,
}

fn unmapped() -> i32 {
    -1
}

/// A task instance.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_task/model.gen.ts")]
pub struct Model {
    /// Airflow's clock minus the journal's, milliseconds: a journal time plus this is a time of Airflow's. None before
    /// Airflow told its time.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
    /// The DAG's id.
    pub dag_id: String,
    /// The run's id; none while it is not known which is the newest, or if there is none.
    pub dag_run_id: Option<String>,
    /// The task's id; the groups it is in stand before it, with dots between.
    pub task_id: String,
    /// Which of a mapped task, from 0; -1 of any other.
    pub map_index: i32,
    /// Whether Airflow has such an instance; none before it was asked.
    pub exists: Option<bool>,
    /// None while it is not known, or if there is none.
    pub instance: Option<Instance>,
    /// From the first one. None while they are not known.
    pub tries: Option<Vec<Try>>,
    /// The try whose log is shown; none while it is not known which is the newest, and before the first one.
    pub try_number: Option<u32>,
    /// Its log; none while it was not read.
    pub log: Option<Log>,
    /// What it left for others, by key. None while it is not known.
    pub xcom_out: Option<Vec<XCom>>,
    /// What the tasks directly before it left in this run: what it may read. Which of it it did read, Airflow does not
    /// note. None while it is not known.
    pub xcom_in: Option<Vec<XCom>>,
    /// There are more values than these.
    pub more_xcom: bool,
    /// The templated fields of the newest try, as they were when it began, by name. Empty before it began. None while they
    /// are not known.
    pub rendered_fields: Option<Vec<RenderedField>>,
    /// What Airflow's event log says of it, the newest first; at most 100. None while it is not known.
    pub event_log: Option<Vec<Event>>,
    /// There are more events than these.
    pub more_events: bool,
}

/// The newest try, as Airflow tells it now.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_task/model.gen.ts")]
pub struct Instance {
    /// `scheduled`, `queued`, `running`, `success`, `failed`, `up_for_retry`, `up_for_reschedule`, `deferred`,
    /// `awaiting_input`, `upstream_failed`, `skipped`, `removed`, `restarting`; none before the scheduler looked at it.
    pub state: Option<String>,
    /// Which try it is, from 1; 0 before the scheduler looked at it.
    pub try_number: u32,
    /// How many times it may be tried again after the first try.
    pub max_tries: Option<i32>,
    /// The class of its operator.
    pub operator: Option<String>,
    /// The operator's name, e.g. `@task`, `BashOperator`.
    pub operator_name: Option<String>,
    /// The pool it takes its slots from.
    pub pool: Option<String>,
    /// How many of them it takes.
    pub pool_slots: Option<u32>,
    /// Its weight in the queue.
    #[ts(type = "number | null")]
    pub priority_weight: Option<i64>,
    /// The executor's queue.
    pub queue: Option<String>,
    /// The host it ran on, by its own words.
    pub hostname: Option<String>,
    /// The number of its process there.
    #[ts(type = "number | null")]
    pub pid: Option<i64>,
    /// The name that a mapped task gives its instances, or the map index.
    pub rendered_map_index: Option<String>,
    /// What somebody wrote about it.
    pub note: Option<String>,
    /// When the scheduler found that it may run, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub scheduled_when: Option<i64>,
    /// When it was given to the executor, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub queued_when: Option<i64>,
    /// When this try began, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub start_date: Option<i64>,
    /// When this try ended, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub end_date: Option<i64>,
    /// While it is `deferred`, what it waits for.
    pub trigger: Option<Trigger>,
    /// The number of the DAG's version it runs by; none where Airflow does not tell.
    pub version_number: Option<u32>,
}

/// What a deferred task waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_task/model.gen.ts")]
pub struct Trigger {
    /// Its class.
    pub classpath: String,
    /// When it was made, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub created_date: Option<i64>,
    /// The job of the triggerer that runs it; none while none does.
    #[ts(type = "number | null")]
    pub triggerer_id: Option<i64>,
}

/// A try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_task/model.gen.ts")]
pub struct Try {
    /// Which, from 1.
    pub try_number: u32,
    /// The state it ended in, or is in.
    pub state: Option<String>,
    /// The host it ran on.
    pub hostname: Option<String>,
    /// When it was given to the executor, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub queued_when: Option<i64>,
    /// When it began, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub start_date: Option<i64>,
    /// When it ended, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub end_date: Option<i64>,
}

/// The newest part of a log.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_task/model.gen.ts")]
pub struct Log {
    /// Airflow's order; the newest 500, and of those at most 64 KiB.
    pub entries: Vec<LogEntry>,
    /// So many entries stand before them and are not kept here.
    #[ts(type = "number")]
    pub left_out: u64,
    /// Why the log goes on after these entries, or was not read at all; none if its end was read.
    pub unread: Option<String>,
    /// The try has ended, and its log was read after that: it is whole.
    pub finished: bool,
    /// The last error in it, `ValueError: no rows`; none if there is none among what was read.
    pub error: Option<String>,
    /// What to write instead, where that error comes of something that Airflow 2 had; none else.
    pub advice: Option<String>,
    /// The files that Airflow read it from, in its words.
    pub sources: Vec<String>,
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_task/model.gen.ts")]
pub struct LogEntry {
    /// By the clock of the task's host, Unix milliseconds; none where it has none.
    #[ts(type = "number | null")]
    pub timestamp: Option<i64>,
    /// `debug`, `info`, `warning`, `error`, `critical`; none where it has none.
    pub level: Option<String>,
    /// Who wrote it: `task.stdout` for what the task printed, a module else.
    pub logger: Option<String>,
    /// The words, at most 2000 characters of them.
    pub event: String,
    /// Of an error its traceback as Python writes one, at most 4000 characters from its end.
    pub error_detail: Option<String>,
}

/// A value that a task left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_task/model.gen.ts")]
pub struct XCom {
    /// The task that left it.
    pub task_id: String,
    /// Which of a mapped task; -1 of any other.
    pub map_index: i32,
    /// The key; `return_value` for what the task returned.
    pub key: String,
    /// The value as JSON, at most 2000 characters of it; none if it was not read.
    pub value: Option<String>,
    /// So many characters the whole JSON has; none if it was not read.
    #[ts(type = "number | null")]
    pub length: Option<u64>,
    /// `string`, `number`, `boolean`, `array`, `object`, `null`, or the name of the Python class that Airflow wrapped as JSON;
    /// none if it was not read.
    pub value_type: Option<String>,
    /// Why it was not read.
    pub unread: Option<String>,
    /// When it was left, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub timestamp: Option<i64>,
}

/// A templated field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_task/model.gen.ts")]
pub struct RenderedField {
    /// The field, e.g. `bash_command`, `op_args`.
    pub name: String,
    /// A text as it is, anything else as JSON; at most 2000 characters of it.
    pub value: String,
    /// So many characters it has.
    #[ts(type = "number")]
    pub length: u64,
}

/// An entry of Airflow's event log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_task/model.gen.ts")]
pub struct Event {
    /// When, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub when: Option<i64>,
    /// `running`, `up_for_reschedule`, `success`, …; of what somebody did, the name of the call, e.g. `patch_task_instance`.
    pub event: String,
    /// The task's owner, or who did it.
    pub owner: Option<String>,
    /// Of which try; none where it is not noted.
    pub try_number: Option<u32>,
    /// What was noted besides, at most 500 characters of it.
    pub extra: Option<String>,
}
