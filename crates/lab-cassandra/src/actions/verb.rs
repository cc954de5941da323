//! What an action is made of, and how a call becomes one.

use std::collections::BTreeMap;

use lab_model::{ActionCall, ActionSpec};
use lab_probe::action::check_range;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ByHand, Scope};
use crate::error::Error;

/// An action: its arguments as data, and what is done with them.
pub(super) trait Verb: DeserializeOwned + JsonSchema + Send {
    /// `cassandra.verb_noun`.
    const NAME: &'static str;
    /// For a button.
    const TITLE: &'static str;
    /// One line.
    const SAYS: &'static str;
    /// Something is taken away.
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

/// The line in the catalog.
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

/// Cassandra's own rule for names of keyspaces and tables, told before Cassandra must. Capitals would need quotes.
pub(super) fn check_word(what: &str, name: &str) -> Result<(), String> {
    let legal = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let begins = name.chars().next().is_some_and(|letter| letter.is_ascii_lowercase());
    if !begins || name.len() > 48 || !name.chars().all(legal) {
        return Err(format!("`{what}` must be 1 to 48 small letters, digits or underscores, not `{name}`"));
    }
    Ok(())
}

/// `keyspace.table`.
pub(super) fn check_table(table: &str) -> Result<(), String> {
    let (keyspace, name) = split_table(table);
    if name.is_empty() {
        return Err(format!("`table` must be written `keyspace.table`, not `{table}`"));
    }
    check_word("table", keyspace)?;
    check_word("table", name)
}

/// Keyspace and table.
pub(super) fn split_table(table: &str) -> (&str, &str) {
    table.split_once('.').unwrap_or((table, ""))
}

/// Text that is more than space.
pub(super) fn check_text(what: &str, text: &str) -> Result<(), String> {
    if text.trim().is_empty() { Err(format!("`{what}` must not be empty")) } else { Ok(()) }
}

/// Replication factors by data center, as CQL.
pub(super) fn replication(factors: &BTreeMap<String, u32>) -> String {
    let factors = factors.iter().map(|(place, factor)| format!(", '{place}': {factor}"));
    format!("{{'class': 'NetworkTopologyStrategy'{}}}", factors.collect::<String>())
}

/// Factors that make sense.
pub(super) fn check_replication(factors: &BTreeMap<String, u32>) -> Result<(), String> {
    if factors.is_empty() {
        return Err("`replication` must name a data center".into());
    }
    for (place, factor) in factors {
        let legal = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
        if place.is_empty() || !place.chars().all(legal) {
            return Err(format!("`replication` names `{place}`, which is no data center's name"));
        }
        check_range(&format!("replication.{place}"), *factor, 0, 100)?;
    }
    Ok(())
}
