//! The modes of a sentence over the journal since it began to be followed.

use std::{fmt, str::FromStr};

use lab_model::Millis;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::Error;

/// When a sentence must hold. Written `now`, `ever`, `never`, `for 5s` (also `ms` and `m`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum When {
    /// In the newest model.
    #[default]
    Now,
    /// In at least one model since then.
    Ever,
    /// In no model since then.
    Never,
    /// In every model of the last so many milliseconds.
    For(Millis),
}

impl FromStr for When {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "now" => return Ok(Self::Now),
            "ever" => return Ok(Self::Ever),
            "never" => return Ok(Self::Never),
            _ => {}
        }
        let time = text.strip_prefix("for ").map(str::trim);
        let parsed = time.and_then(|time| {
            let digits = time.trim_end_matches(|c: char| c.is_ascii_lowercase());
            let unit: Millis = match &time[digits.len()..] {
                "ms" => 1,
                "s" => 1000,
                "m" => 60_000,
                _ => return None,
            };
            digits.parse::<Millis>().ok()?.checked_mul(unit).filter(|millis| *millis > 0)
        });
        parsed.map(Self::For).ok_or_else(|| Error::When(text.to_owned()))
    }
}

impl TryFrom<String> for When {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<When> for String {
    fn from(when: When) -> Self {
        when.to_string()
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now => f.write_str("now"),
            Self::Ever => f.write_str("ever"),
            Self::Never => f.write_str("never"),
            Self::For(millis) if millis % 1000 == 0 => write!(f, "for {}s", millis / 1000),
            Self::For(millis) => write!(f, "for {millis}ms"),
        }
    }
}

impl JsonSchema for When {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "When".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^(now|ever|never|for [1-9][0-9]*(ms|s|m))$",
            "description": "`now` (unless told), `ever` since the step began, `never` since then, or `for 5s` without a break."
        })
    }
}
