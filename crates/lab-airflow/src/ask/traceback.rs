//! The traceback of an error in a log, as Python writes one: Airflow logs its frames one by one.

use serde::Deserialize;
use serde_json::Value;

use super::trace;

/// An error.
pub(super) struct Traceback {
    /// `ValueError: no rows`.
    pub(super) error: String,
    /// The whole of it, kept from its end.
    pub(super) text: String,
}

/// An error, or one that led to it.
#[derive(Deserialize)]
struct Raised {
    exc_type: String,
    #[serde(default)]
    exc_value: String,
    #[serde(default)]
    exc_notes: Vec<String>,
    /// The error before this one in the list was raised from this one.
    #[serde(default)]
    is_cause: bool,
    #[serde(default)]
    frames: Vec<Frame>,
}

#[derive(Deserialize)]
struct Frame {
    filename: String,
    lineno: Option<u64>,
    name: Option<String>,
}

/// Of `error_detail`; none if that is something else. The error itself stands first there, those that led to it after it;
/// Python writes them the other way round.
pub(super) fn of(detail: &Value) -> Option<Traceback> {
    let raised = Vec::<Raised>::deserialize(detail).ok()?;
    let error = last_line(raised.first()?);
    let mut text = String::new();
    for (one, led_to) in raised.iter().rev().zip(raised.iter().rev().skip(1).map(Some).chain([None])) {
        write(&mut text, one);
        if led_to.is_some() {
            text.push_str(if one.is_cause {
                "\nThe above exception was the direct cause of the following exception:\n\n"
            } else {
                "\nDuring handling of the above exception, another exception occurred:\n\n"
            });
        }
    }
    Some(Traceback { error, text: trace::end(text.trim_end()) })
}

fn write(text: &mut String, raised: &Raised) {
    text.push_str("Traceback (most recent call last):\n");
    for frame in &raised.frames {
        let line = frame.lineno.map(|line| format!(", line {line}")).unwrap_or_default();
        let name = frame.name.as_ref().map(|name| format!(", in {name}")).unwrap_or_default();
        text.push_str(&format!("  File \"{}\"{line}{name}\n", frame.filename));
    }
    text.push_str(&last_line(raised));
    text.push('\n');
    for note in &raised.exc_notes {
        text.push_str(note);
        text.push('\n');
    }
}

fn last_line(raised: &Raised) -> String {
    if raised.exc_value.is_empty() {
        return raised.exc_type.clone();
    }
    format!("{}: {}", raised.exc_type, raised.exc_value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_reads_as_python_writes_it() {
        let detail = json!([
            {
                "exc_type": "RuntimeError", "exc_value": "no table", "exc_notes": ["while loading"], "syntax_error": null,
                "is_cause": false, "frames": [{ "filename": "/opt/airflow/dags/a.py", "lineno": 9, "name": "load" }],
            },
            { "exc_type": "KeyError", "exc_value": "'x'", "is_cause": true, "frames": [] },
        ]);
        let trace = of(&detail).unwrap();
        assert_eq!(trace.error, "RuntimeError: no table");
        let expected = "Traceback (most recent call last):
KeyError: 'x'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File \"/opt/airflow/dags/a.py\", line 9, in load
RuntimeError: no table
while loading";
        assert_eq!(trace.text, expected);
    }

    #[test]
    fn what_is_no_list_of_errors_is_none() {
        for detail in [json!("x"), json!([]), json!([{ "a": 1 }]), json!(null)] {
            assert!(of(&detail).is_none(), "{detail}");
        }
        assert_eq!(of(&json!([{ "exc_type": "KeyboardInterrupt" }])).unwrap().error, "KeyboardInterrupt");
    }
}
