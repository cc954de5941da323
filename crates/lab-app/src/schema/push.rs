//! What a host can subscribe to, and what it is pushed.

use lab_model::Problem;
use lab_views::Table;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::ViewRef;

/// What a host can subscribe to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "to", rename_all = "snake_case", deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub enum Subscription {
    /// A view of a lab → [`ViewPush`].
    View {
        /// The lab.
        lab: String,
        /// The view.
        view: ViewRef,
    },
    /// All labs → `LabInfo[]`.
    Labs,
    /// Running and recently ended jobs → `JobInfo[]`.
    Jobs,
    /// An action that was begun here → [`ActionStatus`](super::ActionStatus), the last one its end.
    Action {
        /// The lab.
        lab: String,
        /// The id in the journal.
        #[ts(type = "number")]
        id: u64,
    },
    /// The actions that were begun here in a lab and run → [`ActionRunning`](super::ActionRunning)`[]`, by their ids.
    Actions {
        /// The lab.
        lab: String,
    },
    /// A lesson being learned → [`Session`].
    Session {
        /// `track/lesson`.
        lesson: String,
    },
}

/// What a subscription pushes. The next push comes only after this one was acknowledged.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Push {
    /// Counted from 1 per subscription.
    #[ts(type = "number")]
    pub rev: u64,
    /// Ages are this minus a model's `heard_at`; milliseconds on the lab's journal clock, or 0 without a lab.
    #[ts(type = "number")]
    pub now: u64,
    /// The value, by kind of subscription; a [`Problem`] under `problem` if it cannot be had (any more).
    #[ts(type = "unknown")]
    pub value: Value,
    /// Why there is no value.
    pub problem: Option<Problem>,
}

/// A view's push.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ViewPush {
    /// The model, typed by the view's kind.
    #[ts(type = "unknown")]
    pub model: Value,
    /// As rows.
    pub table: Table,
    /// As a sentence.
    pub summary: String,
    /// False while nothing relevant was heard.
    pub known: bool,
    /// What was asked for can never be shown as it was asked, and why.
    pub refusal: Option<Problem>,
    /// What is being looked for and is not known yet, a few words each.
    pub awaits: Vec<String>,
}
