//! The shape of the picture: the lab's containers and what was done to them.

use lab_model::{
    Millis,
    facts::lab::{NodeState, Origin},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// Nothing to choose.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/lab_nodes/model.gen.ts")]
pub struct Params {
    /// At most this many actions, the newest; 20 unless told.
    #[serde(default = "actions")]
    #[ts(as = "Option<usize>", optional)]
    pub actions: usize,
}

fn actions() -> usize {
    20
}

/// The containers of a lab and the actions done in it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_nodes/model.gen.ts")]
pub struct Model {
    /// The lab's name; none where its journal does not say it.
    pub lab: Option<String>,
    /// The stack.
    pub stack: Option<String>,
    /// The lab is ready, every container that should run does, none is cut off, and none that was asked is silent.
    pub well: bool,
    /// The lab's containers were removed.
    pub removed: bool,
    /// What is wrong with its containers, one sentence each; a spare that waits is not wrong.
    pub troubles: Vec<String>,
    /// All ready sentences became true since it was started.
    pub ready: bool,
    /// How long that took, of the start it runs from; none if nobody saw that.
    #[ts(type = "number | null")]
    pub ready_after: Option<Millis>,
    /// Images in use.
    pub images: Vec<Image>,
    /// Nodes in the stack's order.
    pub nodes: Vec<Node>,
    /// Actions, oldest first.
    pub actions: Vec<Action>,
}

/// An image in use.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_nodes/model.gen.ts")]
pub struct Image {
    /// The engine in it.
    pub engine: String,
    /// The version.
    pub version: String,
    /// `name:tag`.
    pub reference: String,
    /// Official or ours.
    pub origin: Origin,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_nodes/model.gen.ts")]
pub struct Node {
    /// Service name.
    pub name: String,
    /// The role.
    pub role: String,
    /// The engine's own id.
    pub node_id: Option<i32>,
    /// The node is not started with the lab: it joins when asked to.
    pub spare: bool,
    /// The node is a spare that has not run since the lab was started: nothing is wrong with it.
    pub waits: bool,
    /// Where it is reached from this machine.
    pub endpoint: Option<String>,
    /// What the container engine says; none before it said so.
    pub state: Option<NodeState>,
    /// Exit code if it has ended.
    #[ts(type = "number | null")]
    pub exit_code: Option<i64>,
    /// Networks it is on, short names.
    pub networks: Vec<String>,
    /// The node left a network it started with.
    pub cut: bool,
    /// Does it answer us?
    pub heard: Hearing,
    /// Journal time it last answered.
    #[ts(type = "number | null")]
    pub heard_at: Option<Millis>,
    /// Why it is silent.
    pub why_silent: Option<String>,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_nodes/model.gen.ts")]
pub struct Action {
    /// The id.
    #[ts(type = "number")]
    pub id: u64,
    /// The name.
    pub name: String,
    /// Name and arguments.
    pub says: String,
    /// Command lines that do the same.
    pub by_hand: Vec<String>,
    /// `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// What came back.
    pub result: String,
    /// Journal time it began.
    #[ts(type = "number")]
    pub began_at: Millis,
    /// How long it ran.
    #[ts(type = "number | null")]
    pub took: Option<Millis>,
}
