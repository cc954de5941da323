//! Whether an object is a record: each field is there and of its kind, and no other field is.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::{Field, Form, Rejected, moment, shown};

const REGIONS: [&str; 5] = ["west", "east", "central", "south", "north"];
/// The longest text, in characters.
const LONGEST: usize = 200;

/// What Python calls printable: no controls, no unassigned characters, no separators but the plain space.
#[allow(clippy::expect_used, reason = "the expression stands here")]
static UNPRINTABLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[\p{C}\p{Z}--\x20]").expect("a right expression"));

pub(super) fn check(form: Form, fields: &Map<String, Value>) -> Result<(), Rejected> {
    if let Some((name, _)) = form.fields().iter().find(|(name, _)| !fields.contains_key(*name)) {
        return Err(Rejected(format!("{name} is missing")));
    }
    if let Some(name) = fields.keys().find(|name| form.fields().iter().all(|(known, _)| known != name)) {
        return Err(Rejected(format!("{} is no field of {}", shown(&name.as_str().into()), form.topic())));
    }
    for (name, field) in form.fields() {
        let value = fields.get(*name).unwrap_or(&Value::Null);
        of_kind(*field, value).map_err(|why| Rejected(format!("{name} {why}")))?;
    }
    Ok(())
}

fn of_kind(field: Field, value: &Value) -> Result<(), String> {
    if field == Field::Number {
        return number(value);
    }
    let Value::String(text) = value else { return Err(format!("is {}, not a text", shown(value))) };
    match field {
        Field::Moment => moment::check(text),
        Field::Day if moment::day(text).is_none() => Err(format!("is {}, not a day like 2024-01-01", shown(value))),
        Field::Region if !REGIONS.contains(&text.as_str()) => {
            Err(format!("is {}, not one of {}", shown(value), REGIONS.join(", ")))
        }
        Field::Text if text.trim().is_empty() || text.chars().count() > LONGEST || !is_printable(text) => {
            Err(format!("is {}: it must be 1 to {LONGEST} printable characters", shown(value)))
        }
        _ => Ok(()),
    }
}

fn number(value: &Value) -> Result<(), String> {
    // A whole number beyond 64 bits is read as one with a point.
    let number = match value {
        Value::Number(number) => number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)),
        _ => None,
    };
    match number {
        Some(-1000..=1000) => Ok(()),
        Some(_) => Err(format!("is {value}: it must be from -1000 to 1000")),
        None => Err(format!("is {}, not a whole number", shown(value))),
    }
}

fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) || !UNPRINTABLE.is_match(text)
}
