//! A config's value as a person writes it.

use std::fmt::Display;

use schemars::JsonSchema;
use serde::Deserialize;

/// A config's value, as Kafka takes it: text, but numbers and yes or no may be written as such.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Scalar {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Whole(i64),
    /// A fraction.
    Fraction(f64),
    /// Anything else.
    Text(String),
}

impl Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Whole(value) => value.fmt(f),
            Self::Fraction(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}
