//! A DAG's runs as sentences.

use std::collections::BTreeMap;

use super::{Model, Run};
use crate::parts::words::{brief, count, few, list};

/// Tasks and runs named one by one.
const NAMED: usize = 4;

pub(super) fn summary(model: &Model) -> String {
    let dag = brief(&model.dag_id);
    if model.exists == Some(false) {
        return format!("Airflow has no DAG {dag}.");
    }
    let Some(total) = model.run_count else {
        return format!("Airflow told of no runs of {dag} yet.");
    };
    let paused = if model.is_paused == Some(true) { format!(" {dag} is paused.") } else { String::new() };
    let Some((newest, before)) = model.runs.split_first() else {
        return format!("{dag} has no runs.{paused}");
    };
    let mut said = vec![format!("{dag} has {}.{paused}", count(total, "run")), of_newest(newest)];
    if !before.is_empty() {
        let states = before.iter().map(|run| run.state.as_str());
        said.push(format!("Before it: {}.", few(NAMED, counted(states))));
    }
    said.join(" ")
}

/// The newest run is `running`, 2 tasks success, 1 running (load).
fn of_newest(run: &Run) -> String {
    let mut by_state: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for instance in &run.task_instances {
        let state = instance.state.as_deref().unwrap_or("without a state");
        by_state.entry(state).or_default().push(&instance.task_id);
    }
    let name = brief(&run.dag_run_id);
    let unread = run.unread.as_ref().map(|why| format!(" Not all of its tasks are known: {why}.")).unwrap_or_default();
    if by_state.is_empty() {
        return format!("The newest, {name}, is {}.{unread}", run.state);
    }
    let tasks = by_state.into_iter().map(|(state, tasks)| {
        let named = if state == "success" {
            String::new()
        } else {
            format!(" ({})", few(NAMED, tasks.iter().map(|task| brief(task))))
        };
        format!("{} {state}{named}", count(tasks.len(), "task"))
    });
    format!("The newest, {name}, is {}: {}.{unread}", run.state, list(tasks))
}

/// `2 success`, `1 failed`.
fn counted<'a>(states: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for state in states {
        *counts.entry(state).or_default() += 1;
    }
    counts.into_iter().map(|(state, count)| format!("{count} {state}")).collect()
}
