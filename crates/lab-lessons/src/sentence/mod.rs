//! Sentences: what an engine must have said, as an expression over one view's model.
//!
//! The one mechanism for step checks, readiness of a stack and the truth of a prediction. Nothing here reads a clock;
//! time arrives with observations.

mod holds;
mod judge;
mod when;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::{Flaw, lint, source::place};

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
    /// They say otherwise.
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
    /// The kind of view it is about.
    pub view: String,
    /// The view's parameters.
    #[serde(default)]
    pub with: Map<String, Value>,
    /// A CEL expression over the view's model that is true or false.
    #[schemars(with = "String", length(min = 1))]
    pub holds: Holds,
    /// When it must hold: `now` unless told.
    #[serde(default)]
    pub when: When,
}

impl Sentence {
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
