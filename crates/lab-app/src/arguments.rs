//! Typed words, `name=value`: each value is read as the schema says that it is.
//!
//! A text stays as it was typed, whatever it looks like: `topic=123`, `topic=null` and `key=["p",1]` are texts where the
//! schema asks for a text, and quotes that the shell has left are part of it. Everything else is read as JSON.

use std::collections::BTreeSet;

use lab_model::{Code, Problem};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::catalog;

/// Arguments of an action.
///
/// # Errors
/// `unknown` action, or `action_invalid` with the type that was expected and an example.
pub fn of_action(name: &str, typed: &[String]) -> Result<Map<String, Value>, Problem> {
    read(name, &catalog::action(name)?.params, typed)
}

/// Parameters of a view.
///
/// # Errors
/// `unknown` view, or `action_invalid` with the type that was expected and an example.
pub fn of_view(kind: &str, typed: &[String]) -> Result<Map<String, Value>, Problem> {
    read(kind, &(catalog::view(kind)?.params_schema)().to_value(), typed)
}

/// What an action or a view is for, and what it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// A line.
    pub says: String,
    /// What is needed first.
    pub arguments: Vec<Argument>,
}

/// An argument of an action, or a parameter of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// What it is: `a text`, `a whole number`, …
    pub kind: String,
    /// What it may be, where these are all; empty else.
    pub choices: Vec<String>,
    /// There is no doing without it.
    pub needed: bool,
    /// A line or more, as its schema says it.
    pub says: String,
    /// For example, as it is typed in a shell; none where a word or a number says enough.
    pub example: Option<String>,
}

/// How an action is used.
///
/// # Errors
/// `unknown` action.
pub fn usage_of_action(name: &str) -> Result<Usage, Problem> {
    let spec = catalog::action(name)?;
    Ok(Usage { says: spec.says.to_owned(), arguments: taken(&spec.params) })
}

/// How a view is used.
///
/// # Errors
/// `unknown` view.
pub fn usage_of_view(kind: &str) -> Result<Usage, Problem> {
    let view = catalog::view(kind)?;
    Ok(Usage { says: view.says.to_owned(), arguments: taken(&(view.params_schema)().to_value()) })
}

fn taken(schema: &Value) -> Vec<Argument> {
    let needed = needed(schema);
    let argument = |(name, about): (&String, &Value)| {
        let mut types = BTreeSet::new();
        collect(schema, about, &mut types, 0);
        let kinds: Vec<&str> = types.iter().filter(|kind| **kind != "null").map(|kind| in_words(kind)).collect();
        Argument {
            name: name.clone(),
            kind: if kinds.is_empty() { "any JSON".to_owned() } else { kinds.join(" or ") },
            choices: choices(schema, about, 0),
            needed: needed.contains(&name.as_str()),
            example: shown(about).map(|value| format!("{name}='{value}'")),
            says: about.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " "),
        }
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut all: Vec<Argument> = properties.into_iter().flatten().map(argument).collect();
    all.sort_by_key(|argument| !argument.needed);
    all
}

/// The words that a schema allows, where it names them.
fn choices(root: &Value, about: &Value, depth: u8) -> Vec<String> {
    if depth > 8 {
        return Vec::new();
    }
    let at = about.get("$ref").and_then(Value::as_str).and_then(|at| root.pointer(at.strip_prefix('#')?));
    let named = about.get("enum").and_then(Value::as_array).into_iter().flatten().chain(about.get("const"));
    let named = named.filter_map(Value::as_str).map(str::to_owned);
    let others = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|word| about.get(word)?.as_array()).flatten();
    named.chain(at.into_iter().chain(others).flat_map(|other| choices(root, other, depth + 1))).collect()
}

fn needed(schema: &Value) -> Vec<&str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Words that stay as they were typed: `tokens=16`.
///
/// # Errors
/// `action_invalid` for a word that is not of the form name=value, or a name that is given twice.
pub fn as_typed(typed: &[String]) -> Result<Vec<(String, String)>, Problem> {
    let mut read: Vec<(String, String)> = Vec::new();
    for word in typed {
        let Some((name, value)) = word.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(wrong(
                format!("`{word}` is not of the form name=value."),
                "For example: topic=orders partitions=3",
            ));
        };
        if read.iter().any(|(known, _)| known == name) {
            return Err(wrong(format!("`{name}` is given twice."), "Give it once."));
        }
        read.push((name.to_owned(), value.to_owned()));
    }
    Ok(read)
}

/// Words read by a JSON Schema, for what is called `of`.
fn read(of: &str, schema: &Value, typed: &[String]) -> Result<Map<String, Value>, Problem> {
    let mut values = Map::new();
    for (name, text) in as_typed(typed)? {
        let property = schema.get("properties").and_then(|properties| properties.get(&name));
        // A name that there is not is told below, with the nearest one that there is.
        let value =
            property.map_or_else(|| Ok(Value::String(text.clone())), |about| value(schema, about, &name, &text))?;
        values.insert(name, value);
    }
    lab_lessons::check_arguments(schema, &values).map_err(|why| Problem {
        code: Code::ActionInvalid,
        message: format!("{of} does not take that."),
        detail: why,
        hint: format!("It takes: {}.{}", takes(schema), examples_of(schema, &values)),
    })?;
    Ok(values)
}

fn value(schema: &Value, about: &Value, name: &str, text: &str) -> Result<Value, Problem> {
    let mut types = BTreeSet::new();
    collect(schema, about, &mut types, 0);
    let json: Option<Value> = serde_json::from_str(text).ok();
    if types.is_empty() {
        return Ok(json.unwrap_or_else(|| Value::String(text.to_owned())));
    }
    let others = |value: &Value| types.iter().any(|kind| is_of(kind, value));
    let is_text = types.contains("string");
    match json.filter(|value| !value.is_string() && others(value)) {
        // Where a text is possible, only what cannot be meant as one is read as something else.
        Some(value) if !is_text || !types.iter().all(|kind| matches!(*kind, "string" | "null")) => Ok(value),
        _ if is_text => Ok(Value::String(text.to_owned())),
        _ => {
            let kinds: Vec<&str> = types.iter().filter(|kind| **kind != "null").map(|kind| in_words(kind)).collect();
            let message = format!("`{name}` is {}, and `{text}` is not.", kinds.join(" or "));
            Err(wrong(message, &format!("For example: {name}={}", example(schema, about, &types))))
        }
    }
}

/// The JSON types that a schema allows; none if it allows all.
fn collect<'a>(root: &'a Value, about: &'a Value, types: &mut BTreeSet<&'a str>, depth: u8) {
    if depth > 8 {
        return;
    }
    if let Some(at) = about.get("$ref").and_then(Value::as_str).and_then(|at| root.pointer(at.strip_prefix('#')?)) {
        collect(root, at, types, depth + 1);
    }
    match about.get("type") {
        Some(Value::String(kind)) => drop(types.insert(kind)),
        Some(Value::Array(kinds)) => types.extend(kinds.iter().filter_map(Value::as_str)),
        _ => {}
    }
    let constants = about.get("enum").and_then(Value::as_array).into_iter().flatten().chain(about.get("const"));
    types.extend(constants.map(|constant| kind_of(constant) as &str));
    for word in ["anyOf", "oneOf", "allOf"] {
        for other in about.get(word).and_then(Value::as_array).into_iter().flatten() {
            collect(root, other, types, depth + 1);
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "integer" => value.is_i64() || value.is_u64(),
        kind => kind_of(value) == kind,
    }
}

fn in_words(kind: &str) -> &str {
    match kind {
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a set of names with values",
        "string" => "a text",
        other => other,
    }
}

/// The example that a schema gives.
fn shown(about: &Value) -> Option<&Value> {
    about.get("examples")?.as_array()?.first()
}

/// As it is typed in a shell: what has quotes in it stands in single ones.
fn example(root: &Value, about: &Value, types: &BTreeSet<&str>) -> String {
    if let Some(value) = shown(about) {
        return format!("'{value}'");
    }
    let least = || about.get("minimum").and_then(Value::as_i64).unwrap_or_default().max(1);
    let items = || {
        let mut of = BTreeSet::new();
        about.get("items").iter().for_each(|items| collect(root, items, &mut of, 0));
        if of.contains("integer") || of.contains("number") { json!([1, 2]) } else { json!(["a", "b"]) }
    };
    match types.iter().find(|kind| **kind != "null") {
        Some(&"integer") => least().to_string(),
        Some(&"number") => "0.5".to_owned(),
        Some(&"boolean") => "true".to_owned(),
        Some(&"array") => format!("'{}'", items()),
        _ => format!("'{}'", json!({ "name": "value" })),
    }
}

fn takes(schema: &Value) -> String {
    let properties = schema.get("properties").and_then(Value::as_object);
    let needed = needed(schema);
    let name = |name: &String| if needed.contains(&name.as_str()) { format!("{name} (needed)") } else { name.clone() };
    let names: Vec<String> = properties.into_iter().flatten().map(|(key, _)| name(key)).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// How the lists and sets among what was given are written.
fn examples_of(schema: &Value, given: &Map<String, Value>) -> String {
    let example = |name: &String| {
        let value = shown(schema.get("properties")?.get(name)?)?;
        Some(format!(" For example: {name}='{value}'."))
    };
    given.keys().filter_map(example).collect()
}

fn wrong(message: String, hint: &str) -> Problem {
    Problem { code: Code::ActionInvalid, message, detail: String::new(), hint: hint.to_owned() }
}

#[cfg(test)]
#[path = "arguments_test.rs"]
mod tests;
