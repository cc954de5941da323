//! Sentences: what an engine must have said, as an expression over one view's model.
//!
//! The one mechanism for step checks, readiness of a stack and the truth of a prediction. Nothing here reads a clock;
//! time arrives with observations.

mod holds;
mod judge;
mod when;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::{Flaw, lesson::ViewCall, lint, source::place};

pub(crate) use holds::{BEFORE, BEGAN, refused};
pub use holds::{Holds, Moment};
pub use judge::{Change, Judge};
pub use when::When;

/// True, false, or not yet known. Unknown is never a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/truth.gen.ts")]
pub enum Truth {
    /// The engines say so.
    True,
    /// The engines say that it is not so.
    False,
    /// Nothing relevant was heard yet.
    #[default]
    Unknown,
}

/// What must hold in a view, in words for the learner and as an expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// The sentence in the learner's words.
    #[schemars(length(min = 1))]
    pub say: String,
    /// What is looked at, in words that do not tell the answer: a check beside a prediction shows it in place of `say`
    /// until the learner has predicted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks_at: Option<String>,
    /// The kind of view it is about.
    pub view: String,
    /// The view's parameters.
    #[serde(default)]
    pub with: Map<String, Value>,
    /// Other views, read at the same moment, by the name that the expression has for their models:
    /// `{ hints = { kind = "cassandra_hints" } }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub beside: BTreeMap<String, ViewCall>,
    /// A CEL expression over the view's model that is true or false.
    #[schemars(with = "String", length(min = 1))]
    pub holds: Holds,
    /// When it must hold: `now` unless told.
    #[serde(default)]
    pub when: When,
}

impl Sentence {
    /// The views it reads, with their parameters: its own, then those beside it.
    pub fn reads(&self) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        let beside = self.beside.values().map(|view| (view.kind.as_str(), &view.with));
        std::iter::once((self.view.as_str(), &self.with)).chain(beside)
    }

    /// The one model it speaks of: that of its own view, with the models of the views beside it under their names.
    /// `models` are in the order of [`Self::reads`].
    pub fn join(&self, models: Vec<Value>) -> Value {
        let mut models = models.into_iter();
        let mut joined = models.next().unwrap_or_default();
        if let Some(fields) = joined.as_object_mut() {
            fields.extend(self.beside.keys().cloned().zip(models));
        }
        joined
    }

    /// Everything in the expression that a model of that JSON Schema cannot mean. Places are within the expression, and
    /// the file is not named.
    pub fn check_types(&self, model_schema: &Value) -> Vec<Flaw> {
        let holds = self.holds.as_str();
        let flaws = lint::slips(holds, model_schema).into_iter().map(|slip| {
            let (line, column) = place(holds, slip.offset());
            Flaw { file: String::new(), line, column, says: slip.says, hint: slip.hint }
        });
        flaws.collect()
    }
}
