//! DAGs, the files they come from, and their tasks.

use serde::{Deserialize, Serialize};

/// A DAG, as `dags` and `dagVersions` have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DagSeen {
    /// The id.
    pub dag_id: String,
    /// The scheduler starts no run of it, and no task of its runs.
    pub is_paused: bool,
    /// Its file is gone, or no longer defines it.
    pub is_stale: bool,
    /// Its file cannot be imported now.
    pub has_import_errors: bool,
    /// Its file, below the DAGs folder.
    #[serde(default)]
    pub relative_fileloc: Option<String>,
    /// When its file was last read.
    #[serde(default)]
    pub last_parsed_at: Option<i64>,
    /// When runs are made by themselves; none if never.
    #[serde(default)]
    pub timetable_summary: Option<String>,
    /// The number of its newest version; none if it was not read.
    #[serde(default)]
    pub version_number: Option<u32>,
}

/// A file from which no DAG could be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportErrorSeen {
    /// The file, below the DAGs folder.
    pub filename: String,
    /// The line of this file that the traceback names last, from 1; none if it names none.
    #[serde(default)]
    pub line: Option<u32>,
    /// The traceback's last line: the error itself.
    pub error: String,
    /// The traceback, at most 4000 characters from its end.
    pub stack_trace: String,
    /// When it was found.
    #[serde(default)]
    pub found_at: Option<i64>,
}

/// A task of a DAG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskSeen {
    /// The id; the groups it is in stand before it, with dots between.
    pub task_id: String,
    /// `@task`, `BashOperator`, ….
    #[serde(default)]
    pub operator_name: Option<String>,
    /// It is made once for each element of something.
    #[serde(default)]
    pub is_mapped: bool,
    /// `all_success`, `one_failed`, ….
    #[serde(default)]
    pub trigger_rule: Option<String>,
    /// Ids of the tasks that wait for it.
    #[serde(default)]
    pub downstream_task_ids: Vec<String>,
}
