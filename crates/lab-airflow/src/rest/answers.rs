//! Answers of the API server, as far as they are read: names are Airflow's own, and what it may leave out is optional.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub(super) struct Token {
    pub(super) access_token: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DagSource {
    pub(crate) content: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Version {
    pub(crate) version: String,
}

/// `monitor/health`: by component; newer Airflows say more beside it.
pub(crate) type Health = BTreeMap<String, Value>;

#[derive(Debug, Deserialize)]
pub(crate) struct Jobs {
    pub(crate) jobs: Vec<Job>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Job {
    pub(crate) job_type: Option<String>,
    pub(crate) hostname: Option<String>,
    pub(crate) start_date: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dags {
    pub(crate) dags: Vec<Dag>,
    pub(crate) total_entries: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dag {
    pub(crate) dag_id: String,
    pub(crate) is_paused: bool,
    pub(crate) is_stale: bool,
    pub(crate) has_import_errors: bool,
    pub(crate) relative_fileloc: Option<String>,
    pub(crate) last_parsed_time: Option<String>,
    pub(crate) timetable_summary: Option<String>,
    pub(crate) max_active_tasks: Option<u32>,
    pub(crate) max_active_runs: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DagVersions {
    pub(crate) dag_versions: Vec<DagVersion>,
    pub(crate) total_entries: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DagVersion {
    pub(crate) dag_id: String,
    pub(crate) version_number: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ImportErrors {
    pub(crate) import_errors: Vec<ImportError>,
    pub(crate) total_entries: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ImportError {
    pub(crate) filename: String,
    pub(crate) timestamp: Option<String>,
    pub(crate) stack_trace: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DagRuns {
    pub(crate) dag_runs: Vec<DagRun>,
    pub(crate) total_entries: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DagRun {
    pub(crate) dag_id: String,
    pub(crate) dag_run_id: String,
    pub(crate) state: String,
    pub(crate) run_type: String,
    pub(crate) logical_date: Option<String>,
    pub(crate) queued_at: Option<String>,
    pub(crate) start_date: Option<String>,
    pub(crate) end_date: Option<String>,
    pub(crate) conf: Option<Value>,
    #[serde(default)]
    pub(crate) dag_versions: Vec<DagVersion>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Tasks {
    pub(crate) tasks: Vec<Task>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Task {
    pub(crate) task_id: Option<String>,
    pub(crate) operator_name: Option<String>,
    pub(crate) is_mapped: Option<bool>,
    pub(crate) trigger_rule: Option<String>,
    pub(crate) downstream_task_ids: Option<Vec<String>>,
    pub(crate) depends_on_past: Option<bool>,
    pub(crate) retries: Option<f64>,
    pub(crate) retry_delay: Option<Delay>,
    /// By what the delay is multiplied from try to try; 0 if by nothing.
    pub(crate) retry_exponential_backoff: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Delay {
    pub(crate) days: i64,
    pub(crate) seconds: i64,
    pub(crate) microseconds: i64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TaskInstances {
    pub(crate) task_instances: Vec<TaskInstance>,
    /// None where Airflow pages by a cursor and counts nothing.
    #[serde(default)]
    pub(crate) total_entries: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TaskInstance {
    pub(crate) dag_id: Option<String>,
    pub(crate) dag_run_id: Option<String>,
    pub(crate) task_id: String,
    pub(crate) map_index: i32,
    pub(crate) state: Option<String>,
    pub(crate) try_number: u32,
    pub(crate) operator: Option<String>,
    pub(crate) operator_name: Option<String>,
    /// Seconds.
    pub(crate) duration: Option<f64>,
    pub(crate) pool: Option<String>,
    pub(crate) pool_slots: Option<u32>,
    pub(crate) scheduled_when: Option<String>,
    pub(crate) queued_when: Option<String>,
    pub(crate) start_date: Option<String>,
    pub(crate) end_date: Option<String>,
    pub(crate) trigger: Option<Trigger>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Trigger {
    pub(crate) classpath: String,
    pub(crate) created_date: Option<String>,
}
