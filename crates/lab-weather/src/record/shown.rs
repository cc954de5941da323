//! A value in an error: short, whatever it is.

use serde_json::Value;

/// The longest, in characters.
const LONGEST: usize = 60;

/// As the pipeline's own code writes it: JSON with a space after each comma and colon, cut where it is long.
pub fn shown(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 3).chain(['…']).collect()
}

fn write(value: &Value, text: &mut String) {
    // What is beyond the longest is cut anyway.
    if text.len() > 8 * LONGEST {
        return;
    }
    match value {
        Value::Array(values) => {
            text.push('[');
            for (number, value) in values.iter().enumerate() {
                text.push_str(if number > 0 { ", " } else { "" });
                write(value, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            text.push('{');
            for (number, (name, value)) in fields.iter().enumerate() {
                text.push_str(if number > 0 { ", " } else { "" });
                write(&Value::String(name.clone()), text);
                text.push_str(": ");
                write(value, text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}
