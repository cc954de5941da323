//! Files in the folder in which Airflow looks for DAGs, as its container has them.

use serde::{Deserialize, Serialize};

/// A file below the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileListed {
    /// Its path below the folder.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When it was last written, renamed or given other rights, by the clock of the container. Times that a writer may choose
    /// tell nothing of that.
    #[serde(default)]
    pub changed_at: Option<i64>,
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRead {
    /// Its path below the folder.
    pub name: String,
    /// Its text; none if there is no such file, or it could not be read.
    #[serde(default)]
    pub text: Option<String>,
    /// Why there is no text of a file that is there.
    #[serde(default)]
    pub unread: Option<String>,
}
