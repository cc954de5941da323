//! Actions and views as choices, and doing an action.

use lab_model::ActionCall;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// An action as a choice.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ActionInfo {
    /// `system.verb_noun`.
    pub name: String,
    /// For people.
    pub title: String,
    /// A line.
    pub says: String,
    /// JSON Schema of the arguments.
    #[ts(type = "unknown")]
    pub params: Value,
    /// Names of the arguments as they were declared: a form asks for them in this order.
    pub order: Vec<String>,
    /// The action takes something away (a fault, a deletion).
    pub dangerous: bool,
    /// What it takes away no other action brings back: a person is asked before it is done.
    pub asks_first: bool,
}

/// A kind of view as a choice.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ViewInfo {
    /// The name.
    pub kind: String,
    /// A line.
    pub says: String,
    /// JSON Schema of its parameters.
    #[ts(type = "unknown")]
    pub params: Value,
}

/// Do an action.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Act {
    /// Where.
    pub lab: String,
    /// What.
    pub action: ActionCall,
}

/// How an action ended well; a failure is a [`Problem`].
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ActionResult {
    /// The id in the journal.
    #[ts(type = "number")]
    pub id: u64,
    /// What came back, in plain words.
    pub says: String,
    /// Command lines that do the same by hand.
    pub by_hand: Vec<String>,
}

/// Stop an action.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct CancelAction {
    /// Where.
    pub lab: String,
    /// The id in the journal.
    #[ts(type = "number")]
    pub id: u64,
}
