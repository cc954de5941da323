//! The shape of the picture: settings in force, and which of them the lab changes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/cassandra_settings/model.gen.ts")]
pub struct Params {
    /// Only those that the lab changes.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub changed: bool,
}

/// Settings in force.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_settings/model.gen.ts")]
pub struct Model {
    /// By name.
    pub settings: Vec<Setting>,
    /// Nodes that answered.
    pub nodes: Vec<String>,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_settings/model.gen.ts")]
pub struct Setting {
    /// The name, as `system_views.settings` has it.
    pub name: String,
    /// The value where all nodes that answered say the same.
    pub value: Option<String>,
    /// The value node by node, where they differ.
    pub by_node: Vec<NodeValue>,
    /// Cassandra's default, if the lab changes it.
    pub default: Option<String>,
    /// Why the lab has another value.
    pub why: Option<String>,
}

/// A node's own value.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_settings/model.gen.ts")]
pub struct NodeValue {
    /// Node name.
    pub node: String,
    /// The value.
    pub value: String,
}
