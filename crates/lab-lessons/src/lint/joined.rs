//! A schema of the models that a sentence reads at one moment.

use serde_json::{Value, json};

/// The schema of `model` with a further field `name`, whose value is a model of the schema `other`.
pub(crate) fn joined(mut model: Value, name: &str, other: &Value) -> Value {
    // A schema that is no object says nothing of fields.
    if model.get("properties").is_some_and(Value::is_object) {
        let mut other = other.clone();
        rebase(&mut other, &format!("#/beside/{name}"));
        model["beside"][name] = other;
        model["properties"][name] = json!({ "$ref": format!("#/beside/{name}") });
    }
    model
}

/// Makes every reference one into a schema that lies at `base`.
fn rebase(schema: &mut Value, base: &str) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get_mut("$ref") {
                *target = format!("{base}{}", target.trim_start_matches('#'));
            }
            fields.values_mut().for_each(|field| rebase(field, base));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rebase(item, base)),
        _ => {}
    }
}
