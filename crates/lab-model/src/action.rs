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
