//! The machine and the application itself.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// No fields.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts", type = "Record<string, never>")]
pub struct Nothing {}

/// Versions and places.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct About {
    /// Version of Pipewright.
    pub version: String,
    /// Where journals, progress and logs lie.
    pub data_dir: String,
}

/// What the doctor found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Doctor {
    /// Nothing prevents the start of a lab.
    pub healthy: bool,
    /// Engines looked for, in the order of preference.
    pub engines: Vec<EngineFound>,
    /// Findings, each with what to do.
    pub findings: Vec<Finding>,
}

/// A place where a container engine might answer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct EngineFound {
    /// Address, e.g. `unix:///var/run/docker.sock`.
    pub address: String,
    /// Why we looked there, e.g. `DOCKER_HOST`.
    pub via: String,
    /// The engine answers.
    pub answers: bool,
    /// What it is, or the exact error.
    pub says: String,
    /// The one in use.
    pub chosen: bool,
}

/// A finding.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Finding {
    /// What was looked at, e.g. `memory`.
    pub name: String,
    /// Fine, or in the way.
    pub ok: bool,
    /// What was found.
    pub says: String,
    /// What to do; empty if fine.
    pub hint: String,
}

/// A line for the log file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct LogLine {
    /// `error`, `warn` or `info`.
    pub level: String,
    /// The line.
    pub message: String,
}
