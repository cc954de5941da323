//! The first line of a journal: what the following observations are about.

use serde::{Deserialize, Serialize};

/// The newest journal format this code writes. Older ones stay readable: facts only ever gain fields. Since 2, later parts
/// of a journal begin with what was known when they began.
pub const FORMAT: u32 = 2;

/// Opens a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`] at the time of writing.
    pub format: u32,
    /// The lab, i.e. the Compose project.
    pub lab: String,
    /// The stack the lab was made from.
    pub stack: String,
    /// Wall clock at `heard_at == 0`, Unix milliseconds.
    pub began_at: i64,
    /// Version of Pipewright.
    pub pipewright: String,
    /// Images in use, by service: reference, id, and whether the official image or ours.
    #[serde(default)]
    pub images: Vec<crate::facts::lab::ImageInUse>,
    /// The container engine, e.g. `Docker 20.10.24 (API 1.41), linux/amd64, 2 CPUs`.
    #[serde(default)]
    pub engine: String,
}
