//! Actions and views as choices, and doing an action.

use lab_model::{ActionCall, Problem, Progress};
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
    /// What it started goes on when it has ended, and ends with this program.
    pub stays: bool,
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

/// An action that has begun. How it goes on and ends is followed by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ActionBegun {
    /// The id in the journal.
    #[ts(type = "number")]
    pub id: u64,
    /// Command lines that do the same by hand.
    pub by_hand: Vec<String>,
}

/// An action that runs, for a page that did not begin it or was opened since. How it goes on is followed by its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ActionRunning {
    /// The id in the journal.
    #[ts(type = "number")]
    pub id: u64,
    /// What is done.
    pub action: ActionCall,
    /// Command lines that do the same by hand.
    pub by_hand: Vec<String>,
    /// Journal time it began.
    #[ts(type = "number")]
    pub began_at: u64,
}

/// How an action stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub enum ActionStatus {
    /// It goes on.
    Running {
        /// How far it is, as far as it says so.
        progress: Progress,
    },
    /// It ended well.
    Done {
        /// What came back, in plain words.
        says: String,
    },
    /// It failed, or was cancelled.
    Failed {
        /// Why.
        problem: Problem,
    },
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
