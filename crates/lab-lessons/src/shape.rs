//! Says what a JSON Schema finds wrong with a value, in an author's words and with the nearest valid word.

use jsonschema::{
    JsonType, ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::{Map, Value, json};

use crate::{
    flaw::{Slip, did_you_mean, nearest},
    source::escape,
};

/// Characters of a wrong value that are shown.
const SHOWN: usize = 60;

/// A JSON Schema, compiled once: to compile one costs more than to look at a whole lesson with it.
pub(crate) struct Shape {
    schema: Value,
    validator: Result<Validator, String>,
}

impl Shape {
    /// Takes the schema as it is.
    pub(crate) fn new(schema: Value) -> Self {
        let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string());
        Self { schema, validator }
    }

    /// Of parameters and arguments, which are closed even where their schema does not say so.
    pub(crate) fn of_arguments(schema: &Value) -> Self {
        let mut closed = schema.clone();
        if let Some(schema) = closed.as_object_mut().filter(|schema| !schema.contains_key("additionalProperties")) {
            schema.insert("unevaluatedProperties".to_owned(), json!(false));
        }
        Self::new(closed)
    }

    /// Everything in `value` that the schema does not allow; pointers begin at `value`.
    pub(crate) fn slips(&self, value: &Value) -> Vec<Slip> {
        match &self.validator {
            Ok(validator) => validator.iter_errors(value).flat_map(|error| say(&self.schema, value, &error)).collect(),
            Err(error) => vec![Slip::value("", format!("its schema cannot be read: {error}"), "")],
        }
    }
}

/// Do arguments fit a schema? For calls that come from outside the lessons: a terminal, a button.
///
/// # Errors
/// Everything that does not fit, in words, with the nearest valid one.
pub fn check_arguments(schema: &Value, args: &Map<String, Value>) -> Result<(), String> {
    let slips = Shape::of_arguments(schema).slips(&Value::Object(args.clone()));
    if slips.is_empty() { Ok(()) } else { Err(slips.iter().map(placed).collect::<Vec<_>>().join("\n")) }
}

/// A slip in words, with its place: a terminal shows no line of a file beside it.
fn placed(slip: &Slip) -> String {
    let (place, name) = (place(&slip.pointer), last(&slip.pointer));
    let says = slip.says.strip_prefix(&format!("{name}: ")).unwrap_or(&slip.says);
    let told =
        place.is_empty() || says.starts_with(&format!("`{place}`")) || (!place.contains('[') && says.contains(&name));
    let place = if told { String::new() } else { format!("`{place}`: ") };
    format!("{place}{says}. {}", slip.hint).trim().to_owned()
}

fn say(schema: &Value, value: &Value, error: &ValidationError<'_>) -> Vec<Slip> {
    let at = error.instance_path().as_str();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let known = properties_beside(schema, error.schema_path().as_str());
            let known = || known.iter().map(String::as_str);
            let unknown = |word: &String| {
                let hint = did_you_mean(word, known());
                Slip::key(format!("{at}/{}", escape(word)), format!("there is no `{word}` here"), hint)
            };
            unexpected.iter().map(unknown).collect()
        }
        ValidationErrorKind::Required { property } => {
            let word = property.as_str().unwrap_or_default();
            vec![Slip::key(at, format!("`{word}` is missing"), "")]
        }
        ValidationErrorKind::Enum { options } => {
            let word = error.instance().as_str().map_or_else(|| error.instance().to_string(), str::to_owned);
            let words = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let hint = did_you_mean(&word, words.iter().filter_map(Value::as_str));
            vec![Slip::value(at, format!("`{word}` is not possible here"), hint)]
        }
        // An option is written by schemars as "this or null": what is wrong with "this" is meant.
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }
            if context.iter().any(|errors| is_meant(errors, at)) =>
        {
            let meant = context.iter().find(|errors| is_meant(errors, at));
            meant.into_iter().flatten().flat_map(|error| say(schema, value, error)).collect()
        }
        ValidationErrorKind::Pattern { pattern } => {
            let keyword = error.schema_path().as_str();
            let about = schema.pointer(parent(keyword)).and_then(|about| about.get("description")?.as_str());
            let hint = about.map_or_else(|| format!("It must look like `{pattern}`."), str::to_owned);
            vec![Slip::value(at, format!("{} is not possible here", error.instance()), hint)]
        }
        ValidationErrorKind::MinItems { limit } => {
            vec![Slip::key(at, format!("{} needs at least {limit}", last(at)), "")]
        }
        ValidationErrorKind::MinLength { .. } => vec![Slip::value(at, format!("{} is empty", last(at)), "")],
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }
            if words_of(schema, value, error).is_empty() =>
        {
            vec![none_of(context, at, error.instance())]
        }
        _ => vec![of_value(schema, value, error)],
    }
}

/// Whatever else is wrong with a value.
fn of_value(schema: &Value, value: &Value, error: &ValidationError<'_>) -> Slip {
    let at = error.instance_path().as_str();
    if let ValidationErrorKind::Type { kind } = error.kind() {
        let what = format!("{} must be {}, not {}", last(at), in_words(kind), brief(error.instance()));
        return Slip::value(at, what, example_beside(schema, error.schema_path().as_str()));
    }
    let words = words_of(schema, value, error);
    let said = format!("{}: {error}", last(at));
    let what = if words.is_empty() { said } else { format!("{} is not possible here", error.instance()) };
    Slip::value(at, what, words)
}

/// The properties declared beside the keyword an error is about.
fn properties_beside(schema: &Value, keyword: &str) -> Vec<String> {
    let properties = schema.pointer(parent(keyword)).and_then(|parent| parent.get("properties"));
    properties.and_then(Value::as_object).map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

/// The example beside the keyword an error is about, where there is one.
fn example_beside(schema: &Value, keyword: &str) -> String {
    let example = schema.pointer(parent(keyword)).and_then(|about| about.get("examples")?.get(0));
    example.map(|example| format!("For example: {example}")).unwrap_or_default()
}

/// Types as people call them. Nobody writes that there is nothing.
fn in_words(kind: &TypeKind) -> String {
    let kinds: Vec<JsonType> = match kind {
        TypeKind::Single(kind) => vec![*kind],
        TypeKind::Multiple(kinds) => kinds.into_iter().collect(),
    };
    let said = kinds.iter().filter(|kind| kinds.len() == 1 || **kind != JsonType::Null).map(|kind| match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "a text",
        JsonType::Array => "a list",
        JsonType::Object => "a set of names with values",
    });
    said.collect::<Vec<_>>().join(" or ")
}

/// A value as JSON; of a long one its beginning.
fn brief(value: &Value) -> String {
    let written = value.to_string();
    match written.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &written[..end]),
        None => written,
    }
}

fn parent(pointer: &str) -> &str {
    pointer.rfind('/').map_or("", |slash| &pointer[..slash])
}

/// Is this the alternative an author meant: one that fails for more than being another type or another constant?
fn is_meant(errors: &[ValidationError<'_>], at: &str) -> bool {
    !errors.is_empty() && !errors.iter().any(|error| error.instance_path().as_str() == at && is_another(error, at))
}

/// The value is of another type, or another constant, than the schema has; also where that has alternatives itself.
fn is_another(error: &ValidationError<'_>, at: &str) -> bool {
    match error.kind() {
        ValidationErrorKind::Type { .. } | ValidationErrorKind::Constant { .. } => true,
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            !context.iter().any(|errors| is_meant(errors, at))
        }
        _ => false,
    }
}

/// A value that is none of the alternatives: the word that was probably meant, or what there is.
fn none_of(context: &[Vec<ValidationError<'_>>], at: &str, value: &Value) -> Slip {
    let takes = alternatives(context);
    let words = takes.iter().filter_map(|taken| taken.strip_prefix('"')?.strip_suffix('"'));
    let hint = match value.as_str().and_then(|word| nearest(word, words)) {
        Some(near) => format!("Did you mean `{near}`?"),
        None if takes.is_empty() => String::new(),
        None => format!("It takes {}.", takes.join(" or ")),
    };
    Slip::value(at, format!("{value} is not possible here"), hint)
}

/// What the alternatives would have taken, in words: constants as they are written, other values by their type. Nobody
/// writes that there is nothing.
fn alternatives(errors: &[Vec<ValidationError<'_>>]) -> Vec<String> {
    let taken = |error: &ValidationError<'_>| match error.kind() {
        ValidationErrorKind::Constant { expected_value } => vec![expected_value.to_string()],
        ValidationErrorKind::Type { kind: TypeKind::Single(kind) } if *kind != JsonType::Null => {
            vec![in_words(&TypeKind::Single(*kind))]
        }
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            alternatives(context)
        }
        _ => Vec::new(),
    };
    let mut all: Vec<String> = errors.iter().flatten().flat_map(taken).collect();
    all.dedup();
    all
}

/// Words a `oneOf` of constants would have taken: schemars writes documented enums so.
fn words_of(schema: &Value, value: &Value, error: &ValidationError<'_>) -> String {
    let choices = schema.pointer(error.schema_path().as_str()).and_then(Value::as_array);
    let words: Vec<&str> = choices.into_iter().flatten().filter_map(|choice| choice.get("const")?.as_str()).collect();
    match value.pointer(error.instance_path().as_str()).and_then(Value::as_str) {
        Some(word) if !words.is_empty() => did_you_mean(word, words),
        _ => String::new(),
    }
}

/// Where a pointer points, as people write it: `records[0].key`.
fn place(pointer: &str) -> String {
    pointer.split('/').filter(|word| !word.is_empty()).fold(String::new(), |place, word| {
        match word.bytes().all(|byte| byte.is_ascii_digit()) {
            true => format!("{place}[{word}]"),
            false if place.is_empty() => word.to_owned(),
            false => format!("{place}.{word}"),
        }
    })
}

/// The name of what a pointer points at; of something in a list, the list's name and the place.
fn last(pointer: &str) -> String {
    let mut words = pointer.rsplit('/').filter(|word| !word.is_empty());
    match (words.next(), words.next()) {
        (Some(place), Some(list)) if place.bytes().all(|byte| byte.is_ascii_digit()) => format!("`{list}[{place}]`"),
        (Some(key), _) => format!("`{key}`"),
        (None, _) => "this".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_another_type_is_told_in_plain_words() {
        let schema = json!({ "type": "object", "properties": {
            "conf": { "type": "object", "examples": [{ "rows": 100 }] },
            "most": { "type": ["integer", "null"] },
            "names": { "type": "array", "items": { "type": "string" } },
            "here": { "anyOf": [{ "type": "boolean" }, { "type": "null" }] },
        } });
        let said = |name: &str, value: Value| {
            check_arguments(&schema, &[(name.to_owned(), value)].into_iter().collect()).unwrap_err()
        };
        let conf = "`conf` must be a set of names with values, not [1]. For example: {\"rows\":100}";
        assert_eq!(said("conf", json!([1])), conf);
        assert_eq!(said("most", json!("ten")), "`most` must be a whole number, not \"ten\".");
        assert_eq!(said("names", json!(["a", 1])), "`names[1]` must be a text, not 1.");
        assert_eq!(said("here", json!("x")), "`here`: \"x\" is not possible here. It takes true or false.");
        assert!(said("most", json!("x".repeat(900))).chars().count() < 120);
    }
}
