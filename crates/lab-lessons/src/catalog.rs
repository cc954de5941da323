//! What lessons may name: views, actions and stacks, handed in by whoever knows them.
//!
//! The crate never imports views, actions or stacks; it knows them only as names and JSON Schemas.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The words of the lessons' language.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// Kinds of view by name.
    pub views: BTreeMap<String, ViewShape>,
    /// Actions by name.
    pub actions: BTreeMap<String, ActionShape>,
    /// Stacks by name.
    pub stacks: BTreeMap<String, StackShape>,
}

/// A kind of view, as far as lessons need to know it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ViewShape {
    /// JSON Schema of its parameters.
    pub params: Value,
    /// JSON Schema of its model.
    pub model: Value,
}

/// An action, as far as lessons need to know it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ActionShape {
    /// JSON Schema of its arguments.
    pub params: Value,
    /// The fault it does, in the word a stack uses to allow it, e.g. `pause`. Its argument `node` names the node.
    #[serde(default)]
    pub fault: Option<String>,
}

/// A stack, as far as lessons need to know it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackShape {
    /// Names of its nodes.
    #[serde(default)]
    pub nodes: Vec<String>,
    /// Faults it may have.
    #[serde(default)]
    pub faults: Vec<String>,
}
