//! A lesson's `solution.toml`: one solution for every step, a wrong attempt where there is something to get wrong, and the
//! rival causes of what the checks look at.

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
            Some(of_step)
                if step.has_actions && !has(of_step, "wrong") && of_step.get("no_wrong_because").is_none() =>
            {
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
    slips.extend(steps.iter().filter_map(|step| without_rival(step.id, solutions.get(step.id)?)));
    if !solutions.values().any(|of_step| has(of_step, "wrong")) {
        let hint = "At least one step shows what does not count.";
        slips.push(Slip::value("", "the lesson has no wrong attempt at all", hint));
    }
    slips
}

/// A step names the other ways to what its checks look at, or says why there are none.
fn without_rival(id: &str, of_step: &Value) -> Option<Slip> {
    let (has, says_why) = (has(of_step, "rival"), of_step.get("no_rival_because").is_some());
    let (says, hint) = match (has, says_why) {
        (false, false) => (
            format!("the step `{id}` has no rival cause"),
            format!("Add `[[{id}.rival]]`, another way to what the checks look at, or say `no_rival_because = \"…\"`."),
        ),
        (true, true) => (format!("the step `{id}` has a rival, and says why it has none"), "Keep one of them.".into()),
        _ => return None,
    };
    Some(Slip::key(format!("/{id}"), says, hint))
}

fn has(of_step: &Value, ways: &str) -> bool {
    of_step.get(ways).and_then(Value::as_array).is_some_and(|ways| !ways.is_empty())
}

fn of_one_step(of_step: &Value, calls: &Calls<'_>) -> Vec<Slip> {
    let mut slips = actions(of_step.get("solution"), "/solution", calls);
    for (kind, called) in [("wrong", "wrong attempt"), ("rival", "rival cause")] {
        let ways = of_step.get(kind).and_then(Value::as_array).into_iter().flatten();
        for (i, way) in ways.enumerate() {
            for list in ["actions", "back"] {
                slips.extend(actions(way.get(list), &format!("/{kind}/{i}/{list}"), calls));
            }
            if way.get("actions") == of_step.get("solution") {
                slips.push(Slip::value(
                    format!("/{kind}/{i}"),
                    format!("this {called} is the same as the solution"),
                    "",
                ));
            }
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
