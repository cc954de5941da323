//! A lesson's `solution.toml`: one solution for every step, a wrong attempt where there is something to get wrong.

use serde_json::Value;

use super::calls::Calls;
use crate::flaw::{Slip, did_you_mean};

/// A step as far as its solution is concerned.
pub(super) struct Asked<'a> {
    pub(super) id: &'a str,
    pub(super) has_actions: bool,
}

/// Everything wrong with the solutions. The file's shape is taken for checked.
pub(super) fn slips(solution: &Value, steps: &[Asked<'_>], calls: &Calls<'_>) -> Vec<Slip> {
    let Some(solutions) = solution.as_object() else { return Vec::new() };
    let mut slips = Vec::new();
    for (id, of_step) in solutions {
        if steps.iter().any(|step| step.id == id) {
            slips.extend(of_one_step(of_step, calls).into_iter().map(|slip| slip.under(&format!("/{id}"))));
        } else {
            let hint = did_you_mean(id, steps.iter().map(|step| step.id));
            slips.push(Slip::key(format!("/{id}"), format!("the lesson has no step `{id}`"), hint));
        }
    }
    for step in steps {
        let id = step.id;
        match solutions.get(id) {
            None => slips.push(Slip::value(
                "",
                format!("the step `{id}` has no solution"),
                format!("Add `[{id}]` with `solution = […]`."),
            )),
            Some(of_step) if step.has_actions && !has_wrong(of_step) && of_step.get("no_wrong_because").is_none() => {
                let hint = format!("Add `[[{id}.wrong]]`, or say `no_wrong_because = \"…\"`.");
                slips.push(Slip::key(
                    format!("/{id}"),
                    format!("the step `{id}` has buttons, but no wrong attempt"),
                    hint,
                ));
            }
            Some(_) => {}
        }
    }
    if !solutions.values().any(has_wrong) {
        let hint = "At least one step shows what does not count.";
        slips.push(Slip::value("", "the lesson has no wrong attempt at all", hint));
    }
    slips
}

fn has_wrong(of_step: &Value) -> bool {
    of_step.get("wrong").and_then(Value::as_array).is_some_and(|wrong| !wrong.is_empty())
}

fn of_one_step(of_step: &Value, calls: &Calls<'_>) -> Vec<Slip> {
    let mut slips = actions(of_step.get("solution"), "/solution", calls);
    let wrongs = of_step.get("wrong").and_then(Value::as_array).into_iter().flatten();
    for (i, wrong) in wrongs.enumerate() {
        for list in ["actions", "back"] {
            slips.extend(actions(wrong.get(list), &format!("/wrong/{i}/{list}"), calls));
        }
        if wrong.get("actions") == of_step.get("solution") {
            slips.push(Slip::value(format!("/wrong/{i}"), "this wrong attempt is the solution", ""));
        }
    }
    slips
}

fn actions(list: Option<&Value>, base: &str, calls: &Calls<'_>) -> Vec<Slip> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.enumerate()
        .flat_map(|(i, action)| calls.action(action).into_iter().map(move |slip| (i, slip)))
        .map(|(i, slip)| slip.under(&format!("{base}/{i}")))
        .collect()
}
