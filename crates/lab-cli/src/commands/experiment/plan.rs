//! A plan as people type it: `name=value`, lists with commas; and where it is run if they do not say.

use std::collections::BTreeMap;

use lab_app::{
    App,
    schema::{FaultKind, Level},
};
use lab_model::{Code, Problem};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// A plan, and what is expected of its cells.
pub(super) type Asked = (Map<String, Value>, BTreeMap<String, String>);

const CHOICES: &str = "A plan has rf, write, read, faults, hints, trials, stack, lab and expect.";
fn levels() -> String {
    format!("The levels are {}.", Level::ALL.map(Level::name).join(", "))
}

fn faults() -> String {
    format!("The faults are {}.", FaultKind::ALL.map(FaultKind::name).join(", "))
}

/// A level or a fault of that name.
fn one_of<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}

/// `name=value`, lists with commas.
pub(super) fn plan(arguments: &[String]) -> Result<Asked, Problem> {
    let mut plan = Map::new();
    let mut expectations = BTreeMap::new();
    for argument in arguments {
        let wrong = |hint: &str| Problem {
            code: Code::ActionInvalid,
            message: format!("`{argument}` cannot be read."),
            detail: String::new(),
            hint: hint.to_owned(),
        };
        let (name, value) = argument.split_once('=').ok_or_else(|| wrong("Write name=value, e.g. write=ONE,QUORUM"))?;
        let words = || value.split(',').map(str::trim).filter(|word| !word.is_empty());
        let number = |word: &str| word.parse::<u32>().map_err(|_| wrong("A number is needed."));
        let value = match name {
            "rf" => json!(words().map(number).collect::<Result<Vec<_>, _>>()?),
            "write" | "read" => {
                let level = |word: &str| one_of::<Level>(&word.to_uppercase()).ok_or_else(|| wrong(&levels()));
                json!(words().map(level).collect::<Result<Vec<_>, _>>()?)
            }
            "faults" | "fault" => {
                let word_of = |word: &str| word.to_lowercase().replace('-', "_");
                let fault = |word: &str| one_of::<FaultKind>(&word_of(word)).ok_or_else(|| wrong(&faults()));
                json!(words().map(fault).collect::<Result<Vec<_>, _>>()?)
            }
            "trials" => json!(number(value)?),
            "hints" => json!(match value {
                "on" | "true" => true,
                "off" | "false" => false,
                _ => return Err(wrong("hints=on or hints=off")),
            }),
            "expect" => {
                for word in words() {
                    let (cell, verdict) = word.split_once(':').ok_or_else(|| wrong("expect=CELL:fresh"))?;
                    expectations.insert(cell.to_owned(), verdict.to_owned());
                }
                continue;
            }
            "stack" | "lab" => json!(value),
            _ => return Err(wrong(CHOICES)),
        };
        plan.insert(if name == "fault" { "faults".into() } else { name.to_owned() }, value);
    }
    Ok((plan, expectations))
}

/// Notes the lab, if one was named, and chooses a stack where none was.
pub(super) fn place(app: &App, plan: &mut Map<String, Value>, lab: Option<String>) {
    // Uses only a lab that was named. The plan takes the stack of this lab, unless it names another.
    if let Some(known) = lab.as_deref().and_then(|name| app.lab(name).ok()) {
        plan.entry("stack").or_insert_with(|| json!(known.stack.name()));
    }
    if let Some(lab) = lab {
        plan.insert("lab".into(), json!(lab));
    }
    let data_center =
        plan.get("faults").and_then(Value::as_array).is_some_and(|faults| faults.iter().any(|fault| fault == "dc"));
    plan.entry("stack").or_insert_with(|| json!(if data_center { "cassandra-6" } else { "cassandra-3" }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Asked, Problem> {
        plan(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_plan_is_read_from_words() {
        let given = ["rf=1,3", "write=one,QUORUM", "read=ALL", "faults=none,stop-two", "trials=5", "hints=on"];
        let (plan, _) = read(&given).unwrap();
        let expected = json!({ "rf": [1, 3], "write": ["ONE", "QUORUM"], "read": ["ALL"],
            "faults": ["none", "stop_two"], "trials": 5, "hints": true });
        assert_eq!(Value::Object(plan), expected);
    }

    #[test]
    fn expectations_go_by_cell() {
        let (_, expectations) = read(&["write=ONE", "expect=rf3-stop-whole-ONE-ONE:stale"]).unwrap();
        assert_eq!(expectations["rf3-stop-whole-ONE-ONE"], "stale");
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for wrong in
            ["rf=three", "trials=many", "hints=maybe", "write", "expect=x", "write=SOME", "fault=rain", "red=1"]
        {
            let problem = read(&[wrong]).unwrap_err();
            assert_eq!(problem.code, Code::ActionInvalid, "{wrong}");
            assert!(!problem.hint.is_empty(), "{wrong}");
        }
    }
}
