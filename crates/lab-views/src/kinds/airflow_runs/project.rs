//! Picture and table of runs.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::facts::airflow::{RunSeen, TaskInstanceSeen};

use super::{Model, Params, Run, State, StateCount, Task, TaskInstance, summary::summary};
use crate::{
    Gaps, Projection, Table,
    parts::{
        airflows::{as_heard, awaited, no_dag},
        clock::took,
        runs::{Instances, OfDag},
        task_order::ordered,
        task_states,
        words::{brief, cell, count},
    },
};

/// Runs shown, whatever is asked for.
const MOST: usize = 25;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let nothing = OfDag::default();
    let of = state.of.of(&params.dag).unwrap_or(&nothing);
    let newest = of.runs.iter().flatten().take(params.runs.min(MOST));
    let newest: Vec<&RunSeen> = newest.collect();
    let tasks = tasks(of, &newest);
    let runs = newest.iter().map(|seen| run(of, seen, &tasks)).collect();
    let exists = of.exists(state.dags.exists(&params.dag));
    let model = Model {
        clock_offset: state.clock.offset,
        dag_id: params.dag.clone(),
        exists,
        is_paused: state.dags.all.get(&params.dag).map(|dag| dag.is_paused),
        tasks,
        runs,
        run_count: of.runs.as_ref().map(|_| of.total),
    };
    let known = of.runs.is_some() || exists == Some(false);
    let summary = as_heard(&state.nodes, &state.sources, known, summary(&model));
    Projection { table: table(&model), summary, known, model }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let nothing = OfDag::default();
    let of = state.of.of(&params.dag).unwrap_or(&nothing);
    if of.exists(state.dags.exists(&params.dag)) == Some(false) {
        return Gaps { refusal: Some(no_dag(&params.dag)), awaits: Vec::new() };
    }
    let dag = brief(&params.dag);
    let awaits =
        |missing: bool, what: &str| missing.then(|| awaited(&state.nodes, &state.sources, &format!("{what} of {dag}")));
    let shown = of.runs.iter().flatten().take(params.runs.min(MOST));
    let unread: Vec<_> = shown.filter(|run| !of.instances.contains_key(&run.dag_run_id)).collect();
    let so_far = unread.iter().find_map(|run| of.being_read(&run.dag_run_id));
    let of_runs = format!("the tasks in {}", count(unread.len(), "run"));
    let so_far = so_far.map(|so_far| format!(": {so_far}")).unwrap_or_default();
    let what = format!("{of_runs} of {dag}{so_far}");
    let unread = (!unread.is_empty()).then(|| awaited(&state.nodes, &state.sources, &what));
    Gaps::default().and(awaits(of.tasks.is_none(), "the tasks")).and(awaits(of.runs.is_none(), "the runs")).and(unread)
}

/// Tasks of now, then those that only runs of earlier versions have.
fn tasks(of: &OfDag, runs: &[&RunSeen]) -> Vec<Task> {
    let now = ordered(of.tasks.as_deref().unwrap_or_default());
    let mut tasks: Vec<Task> = now
        .into_iter()
        .map(|(seen, depth)| Task {
            task_id: seen.task_id.clone(),
            operator_name: seen.operator_name.clone(),
            is_mapped: seen.is_mapped,
            trigger_rule: seen.trigger_rule.clone(),
            downstream_task_ids: seen.downstream_task_ids.clone(),
            depth,
            in_dag: true,
        })
        .collect();
    let known: BTreeSet<&str> = tasks.iter().map(|task| task.task_id.as_str()).collect();
    let of_runs = runs.iter().filter_map(|run| of.instances.get(&run.dag_run_id));
    let earlier: BTreeMap<&String, &TaskInstanceSeen> = of_runs
        .flatten()
        .filter(|(task, _)| !known.contains(task.as_str()))
        .filter_map(|(task, of_task)| Some((task, of_task.values().next()?)))
        .collect();
    let earlier = earlier.into_iter().map(|(task, seen)| Task {
        task_id: task.clone(),
        operator_name: seen.operator.clone(),
        is_mapped: seen.place.map_index >= 0,
        trigger_rule: None,
        downstream_task_ids: Vec::new(),
        depth: 0,
        in_dag: false,
    });
    let earlier: Vec<Task> = earlier.collect();
    tasks.extend(earlier);
    tasks
}

fn run(of: &OfDag, seen: &RunSeen, tasks: &[Task]) -> Run {
    let nothing = Instances::new();
    let told = of.instances.get(&seen.dag_run_id);
    let instances = told.unwrap_or(&nothing);
    let of_task = |task: &Task| Some(task_instance(task, instances.get(&task.task_id)?));
    Run {
        dag_run_id: seen.dag_run_id.clone(),
        state: seen.state.clone(),
        run_type: seen.run_type.clone(),
        logical_date: seen.logical_date.clone(),
        queued_at: seen.queued_at,
        start_date: seen.started_at,
        end_date: seen.ended_at,
        conf: seen.conf.clone(),
        version_number: seen.version_number,
        task_instances: tasks.iter().filter_map(of_task).collect(),
        unread: of.unread(&seen.dag_run_id),
    }
}

fn task_instance(task: &Task, all: &BTreeMap<i32, TaskInstanceSeen>) -> TaskInstance {
    let mapped = task.is_mapped || all.keys().any(|index| *index >= 0);
    let earliest = |time: fn(&TaskInstanceSeen) -> Option<i64>| all.values().filter_map(time).min();
    let ends: Option<Vec<i64>> = all.values().map(|seen| seen.ended_at).collect();
    let one = all.values().next();
    TaskInstance {
        task_id: task.task_id.clone(),
        state: task_states::shown(all.values().filter_map(|seen| seen.state.as_deref())),
        try_number: all.values().map(|seen| seen.try_number).max().unwrap_or_default(),
        mapped: mapped.then(|| counts(all)),
        scheduled_when: earliest(|seen| seen.scheduled_at),
        queued_when: earliest(|seen| seen.queued_at),
        start_date: earliest(|seen| seen.started_at),
        end_date: ends.and_then(|ends| ends.into_iter().max()),
        pool: one.and_then(|seen| seen.pool.clone()),
        pool_slots: one.and_then(|seen| seen.pool_slots),
        trigger: all.values().find_map(|seen| seen.trigger.clone()),
    }
}

/// One that stands for all before they are made is none of them.
fn counts(all: &BTreeMap<i32, TaskInstanceSeen>) -> Vec<StateCount> {
    let made = all.iter().filter(|(index, _)| **index >= 0).map(|(_, seen)| seen.state.as_deref());
    task_states::counts(made).into_iter().map(|(state, count)| StateCount { state, count }).collect()
}

fn table(model: &Model) -> Table {
    let mut table = Table::new(&["Run", "Type", "State of the run", "Task", "State", "#Try", "Instances", "#Took (s)"]);
    for run in &model.runs {
        let head = || [run.dag_run_id.clone(), run.run_type.clone(), run.state.clone()];
        let whole =
            [String::new(), String::new(), String::new(), String::new(), cell(took(run.start_date, run.end_date))];
        table.row(head().into_iter().chain(whole));
        for instance in &run.task_instances {
            table.row(head().into_iter().chain([
                instance.task_id.clone(),
                cell(instance.state.as_ref()),
                instance.try_number.to_string(),
                cell(instance.mapped.as_ref().map(|counts| written(counts))),
                cell(took(instance.start_date, instance.end_date)),
            ]));
        }
    }
    table
}

/// `3 success, 1 failed`.
fn written(counts: &[StateCount]) -> String {
    let count = |of: &StateCount| format!("{} {}", of.count, of.state.as_deref().unwrap_or("without a state"));
    if counts.is_empty() { "none yet".to_owned() } else { counts.iter().map(count).collect::<Vec<_>>().join(", ") }
}
