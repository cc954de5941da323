//! Names a lesson gives to things in the engines, and their replacement: `{topic}` becomes `readings`.
//!
//! A learner gets them as written; a proof run gets a suffix, so that many lessons can share one running lab.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Error;

/// Names by the key that stands for them in the lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
#[schemars(with = "BTreeMap<String, String>")]
pub struct Names(BTreeMap<String, String>);

impl TryFrom<BTreeMap<String, String>> for Names {
    type Error = Error;

    fn try_from(names: BTreeMap<String, String>) -> Result<Self, Error> {
        Self::new(names)
    }
}

impl From<Names> for BTreeMap<String, String> {
    fn from(names: Names) -> Self {
        names.0
    }
}

impl Names {
    /// Takes names that engines accept: `[a-z0-9][a-z0-9._-]*`, 100 at most; keys are `[a-z][a-z0-9_]*`.
    ///
    /// # Errors
    /// [`Error::Name`] for the first that is not.
    pub fn new(names: BTreeMap<String, String>) -> Result<Self, Error> {
        match names.iter().find(|(key, name)| !is_key(key) || !is_name(name)) {
            Some((key, name)) => Err(Error::Name { key: key.clone(), name: name.clone() }),
            None => Ok(Self(names)),
        }
    }

    /// The same names, each with `suffix` at its end.
    ///
    /// # Errors
    /// [`Error::Name`] if one is no name any more.
    pub fn suffixed(&self, suffix: &str) -> Result<Self, Error> {
        Self::new(self.0.iter().map(|(key, name)| (key.clone(), format!("{name}{suffix}"))).collect())
    }

    /// The name that stands for `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Keys and names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, name)| (key.as_str(), name.as_str()))
    }

    /// Replaces every `{key}` in a text; what is not a declared key stays.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut done = 0;
        for (start, key) in placeholders(text) {
            if let Some(name) = self.get(key) {
                filled.push_str(&text[done..start]);
                filled.push_str(name);
                done = start + key.len() + 2;
            }
        }
        filled.push_str(&text[done..]);
        filled
    }

    /// Replaces them in every text of a value; keys of objects stay.
    pub(crate) fn fill_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill(text)),
            Value::Array(items) => items.iter().map(|item| self.fill_value(item)).collect(),
            Value::Object(map) => {
                Value::Object(map.iter().map(|(key, value)| (key.clone(), self.fill_value(value))).collect())
            }
            other => other.clone(),
        }
    }
}

/// Everything of the form `{key}` in a text, with the byte it starts at.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('{').filter_map(|(start, _)| {
        let inner = &text[start + 1..];
        let key = &inner[..inner.find('}')?];
        is_key(key).then_some((start, key))
    })
}

pub(crate) fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

pub(crate) fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= 100 && name.starts_with(plain) && name.chars().all(|c| plain(c) || matches!(c, '.' | '_' | '-'))
}

/// Ids of tracks, lessons and steps are keys of saved progress.
pub(crate) fn is_kebab(id: &str) -> bool {
    !id.is_empty()
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}
