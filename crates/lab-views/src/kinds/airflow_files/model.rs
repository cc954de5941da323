//! The shape of the picture: files, and the text of one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whose text is shown.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/airflow_files/model.gen.ts")]
pub struct Params {
    /// A file, by its path below the folder with DAGs; without it no text is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub file: Option<String>,
}

/// The folder.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_files/model.gen.ts")]
pub struct Model {
    /// By name; at most 500. None while they are not known.
    pub files: Option<Vec<File>>,
    /// How many there are in all; none while it is not known.
    #[ts(type = "number | null")]
    pub file_count: Option<u64>,
    /// Why the folder could not be looked into the last time; what stands here is then from before. None if it could.
    pub unread: Option<String>,
    /// The file that was asked for; none while it was not read.
    pub opened: Option<Opened>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_files/model.gen.ts")]
pub struct File {
    /// Its path below the folder.
    pub name: String,
    /// Bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// When it was last written, renamed or given other rights, by the clock of Airflow's container, Unix milliseconds; none where that is not told.
    #[ts(type = "number | null")]
    pub changed_at: Option<i64>,
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_files/model.gen.ts")]
pub struct Opened {
    /// Its path below the folder.
    pub name: String,
    /// It is there.
    pub exists: bool,
    /// Its text; none if it is not there, or could not be read.
    pub text: Option<String>,
    /// Why a file that is there could not be read.
    pub unread: Option<String>,
}
