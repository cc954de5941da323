//! What is asked for: the one vocabulary of buttons, solutions, experiments and the command mirror.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// Names one execution of an action within a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(as = "f64")]
pub struct ActionId(pub u64);

/// `{ do = "kafka.produce", topic = "readings", … }`: the name of an action and its arguments.
///
/// Which names and arguments exist is said by the crate of the system; `lab-app` checks calls against that catalog.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/action.gen.ts", type = "{ do: string } & { [arg: string]: unknown }")]
pub struct ActionCall {
    /// `system.verb_noun`, e.g. `kafka.create_topic`.
    #[serde(rename = "do")]
    pub name: String,
    /// The arguments, as written.
    #[serde(flatten)]
    pub args: Map<String, Value>,
}

impl std::fmt::Display for ActionCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        for (key, value) in &self.args {
            match value {
                Value::String(text) => write!(f, " {key}={text}")?,
                other => write!(f, " {key}={other}")?,
            }
        }
        Ok(())
    }
}

/// What can be asked for: one line of a catalog. Each system's crate says its own; hosts print them, `lab-app` joins them.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionSpec {
    /// `system.verb_noun`, e.g. `kafka.create_topic`.
    pub name: &'static str,
    /// For a button, e.g. `Create a topic`.
    pub title: &'static str,
    /// What it does, in one line.
    pub says: &'static str,
    /// JSON Schema of the arguments: closed objects, each argument described, bounded where it has bounds.
    pub params: Value,
    /// It takes something away: data, or a node's health.
    pub dangerous: bool,
}

impl ActionSpec {
    /// The line for an action whose arguments are `Args`.
    pub fn of<Args: schemars::JsonSchema>(name: &'static str, title: &'static str, says: &'static str) -> Self {
        Self { name, title, says, params: schemars::schema_for!(Args).to_value(), dangerous: false }
    }

    /// The same, marked as taking something away.
    #[must_use]
    pub fn dangerous(mut self) -> Self {
        self.dangerous = true;
        self
    }
}
