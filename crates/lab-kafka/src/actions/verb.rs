//! What an action is made of, and how a call becomes one.

use lab_model::{ActionCall, ActionSpec};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ByHand, Scope};
use crate::Error;

/// An action: its arguments as data, and what is done with them.
pub(super) trait Verb: DeserializeOwned + JsonSchema + Send {
    /// `kafka.verb_noun`.
    const NAME: &'static str;
    /// For a button.
    const TITLE: &'static str;
    /// A line of words.
    const SAYS: &'static str;
    /// The action takes something away.
    const DANGEROUS: bool = false;

    /// What is wrong with the arguments beyond their types; no full stop.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// The command lines that do the same.
    fn by_hand(&self, place: &ByHand) -> Vec<String>;

    /// Does it; gives what came back, in plain words.
    fn run(self, scope: &Scope) -> impl Future<Output = Result<String, Error>> + Send;
}

/// The action's line in the catalog.
pub(super) fn spec<V: Verb>() -> ActionSpec {
    let spec = ActionSpec::of::<V>(V::NAME, V::TITLE, V::SAYS);
    if V::DANGEROUS { spec.dangerous() } else { spec }
}

/// Reads a call's arguments.
pub(super) fn read<V: Verb>(call: &ActionCall) -> Result<V, Error> {
    let invalid = |what: String| Error::Invalid { action: V::NAME, what };
    let verb: V = serde_json::from_value(Value::Object(call.args.clone())).map_err(|why| invalid(why.to_string()))?;
    verb.check().map_err(invalid)?;
    Ok(verb)
}

/// Kafka's own rule for the names of topics, told before Kafka must.
pub(super) fn check_topic(topic: &str) -> Result<(), String> {
    let legal = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    if topic.is_empty() || topic.len() > 249 || matches!(topic, "." | "..") || !topic.chars().all(legal) {
        return Err(format!("`topic` must be 1 to 249 letters, digits, dots, underscores or hyphens, not `{topic}`"));
    }
    Ok(())
}
