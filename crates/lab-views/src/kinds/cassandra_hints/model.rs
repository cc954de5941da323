//! The shape of the picture: who keeps writes for whom, and what became of them.

use lab_model::Millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// What to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/cassandra_hints/model.gen.ts")]
pub struct Params {}

/// Hints of a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_hints/model.gen.ts")]
pub struct Model {
    /// Nodes that can hold hints, in the stack's order.
    pub holders: Vec<Holder>,
    /// Bytes of all hint files.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Hints delivered since the nodes started.
    #[ts(type = "number")]
    pub delivered: u64,
    /// Hints not written because the window had passed.
    #[ts(type = "number")]
    pub not_stored: u64,
    /// What happened, the newest first; 30 at most.
    pub turns: Vec<Turn>,
}

/// A node that holds hints.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_hints/model.gen.ts")]
pub struct Holder {
    /// Node name.
    pub node: String,
    /// Does it answer us?
    pub heard: Hearing,
    /// Whether it writes hints; none while not said.
    pub enabled: Option<bool>,
    /// For how long after a peer went down, milliseconds.
    #[ts(type = "number | null")]
    pub window_ms: Option<u64>,
    /// Whether Pipewright asked it to pause delivery.
    pub paused: Option<bool>,
    /// The files were looked at: without a target it then keeps no hints.
    pub looked_at: bool,
    /// The counters were told; before that they stand at 0 here.
    pub counted: bool,
    /// Hints delivered since it started.
    #[ts(type = "number")]
    pub delivered: u64,
    /// Hints refused by their target.
    #[ts(type = "number")]
    pub failed: u64,
    /// Hints whose target did not answer in time.
    #[ts(type = "number")]
    pub timed_out: u64,
    /// For whom it holds or held some.
    pub targets: Vec<Target>,
}

/// For whom hints are.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_hints/model.gen.ts")]
pub struct Target {
    /// Node name.
    pub node: String,
    /// Bytes in files now.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Files now.
    pub files: u32,
    /// Hints written since the holder started.
    #[ts(type = "number")]
    pub written: u64,
    /// Hints not written because the window had passed.
    #[ts(type = "number")]
    pub not_stored: u64,
}

/// Something happened with hints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_hints/model.gen.ts")]
pub struct Turn {
    /// Journal time.
    #[ts(type = "number")]
    pub at: Millis,
    /// `stored` (files of a holder for a target began to grow), `delivered` (they are gone), `not_stored`, `enabled`,
    /// `disabled`, `paused`, `resumed`.
    pub kind: String,
    /// Node name of the holder.
    pub holder: String,
    /// Node name of the target, where there is one.
    pub target: Option<String>,
    /// In words.
    pub words: String,
}
