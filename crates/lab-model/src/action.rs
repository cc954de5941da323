//! What is asked for: the one vocabulary of buttons, solutions, experiments and the command mirror.

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error, Visitor, value},
    forward_to_deserialize_any,
};
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
    /// Names of the arguments as they were declared, the ones that are given most first: a schema has them by alphabet.
    pub order: &'static [&'static str],
    /// The action takes something away: data, or a node's health.
    pub dangerous: bool,
    /// What it started goes on when it has ended, and ends with the program that did it.
    pub stays: bool,
}

impl ActionSpec {
    /// The line for an action whose arguments are `Args`.
    pub fn of<Args>(name: &'static str, title: &'static str, says: &'static str) -> Self
    where
        Args: schemars::JsonSchema + DeserializeOwned,
    {
        let mut params = schemars::schema_for!(Args).to_value();
        // Also where there are none.
        if params.get("properties").is_none() {
            params["properties"] = serde_json::json!({});
        }
        Self { name, title, says, params, order: declared::<Args>(), dangerous: false, stays: false }
    }

    /// The same, marked as taking something away.
    #[must_use]
    pub fn dangerous(mut self) -> Self {
        self.dangerous = true;
        self
    }
}

/// The fields of a struct in the order of their declaration: serde hands them to whoever is to read one.
fn declared<Args: DeserializeOwned>() -> &'static [&'static str] {
    let mut fields: &'static [&'static str] = &[];
    // Nothing is read: there is nothing to read from.
    let _ = Args::deserialize(Asked(&mut fields));
    fields
}

/// Notes which fields it is asked for, and gives none.
struct Asked<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("nothing to read"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(Self::Error::custom("nothing to read"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, schemars::JsonSchema)]
    #[allow(dead_code, reason = "it exists for its fields")]
    struct Arguments {
        topic: String,
        count: Option<u32>,
        #[serde(default, rename = "acks")]
        promise: String,
    }

    #[test]
    fn arguments_are_known_in_the_order_of_their_declaration() {
        let spec = ActionSpec::of::<Arguments>("kafka.produce", "Produce records", "Sends records.");
        assert_eq!(spec.order, ["topic", "count", "acks"]);
        assert_eq!(spec.params["properties"].as_object().map(serde_json::Map::len), Some(spec.order.len()));
    }
}
