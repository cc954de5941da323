//! The shape of the picture: Airflow's own words for its DAGs, and for the files from which it could make none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/airflow_dags/model.gen.ts")]
pub struct Params {
    /// Only the DAGs and import errors of this file, a path below the DAGs folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub file: Option<String>,
}

/// The DAGs, and the files that could not be imported. The warm-up DAG is not among them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dags/model.gen.ts")]
pub struct Model {
    /// Airflow's clock minus the journal's, milliseconds: a journal time plus this is a time of Airflow's. None before
    /// Airflow told its time.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
    /// By `dag_id`; at most 500. A DAG whose file is gone stays, `is_stale`.
    pub dags: Vec<Dag>,
    /// There are more DAGs than these.
    pub more: bool,
    /// By file. None while nobody told of them.
    pub import_errors: Option<Vec<ImportError>>,
}

/// A DAG.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dags/model.gen.ts")]
pub struct Dag {
    /// The id.
    pub dag_id: String,
    /// The scheduler starts no run of it, and no task of its runs.
    pub is_paused: bool,
    /// Its file is gone, or no longer defines it.
    pub is_stale: bool,
    /// Its file cannot be imported now: what is known of it is from before.
    pub has_import_errors: bool,
    /// Its file, below the DAGs folder; none where Airflow does not tell.
    pub relative_fileloc: Option<String>,
    /// When its file was last read, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub last_parsed_time: Option<i64>,
    /// The number of its newest version: it counts up when the DAG's structure changes and a run was made of the version
    /// before. None while it is not known.
    pub version_number: Option<u32>,
    /// When runs are made by themselves, in Airflow's words (`0 0 * * *`, `Asset`, …); none if never.
    pub timetable_summary: Option<String>,
    /// The newest run; none if there is none, or while it is not known.
    pub latest_run: Option<LatestRun>,
}

/// The newest run of a DAG, by the time it was made.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dags/model.gen.ts")]
pub struct LatestRun {
    /// The id.
    pub dag_run_id: String,
    /// `queued`, `running`, `success`, `failed`.
    pub state: String,
}

/// A file that could not be imported.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_dags/model.gen.ts")]
pub struct ImportError {
    /// The file, below the DAGs folder.
    pub filename: String,
    /// The line of this file that the error names last, from 1; none if it names none.
    pub line: Option<u32>,
    /// The error itself: what the traceback ends with, e.g. `ModuleNotFoundError: No module named 'pandsa'`.
    pub error: String,
    /// What to write instead, where the error comes of something that Airflow 2 had; none else.
    pub advice: Option<String>,
    /// Python's traceback, at most 4000 characters from its end.
    pub stack_trace: String,
    /// When it was found, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub timestamp: Option<i64>,
}
