//! One run of a DAG, and its task instances.

use std::collections::BTreeMap;

use lab_model::facts::airflow::{RunSeen, TaskInstanceSeen};

use super::{Reason, Run, StateCount, TaskInstance, why::Why};
use crate::parts::{runs::OfDag, task_states};

/// The run, with how many of its instances are in which state.
pub(super) fn run(of: &OfDag, seen: &RunSeen, why: &Why<'_>) -> Run {
    let all = of.instances.get(&seen.dag_run_id).into_iter().flatten().flat_map(|(_, all)| all.values());
    let states = counted(all.map(|seen| seen.state.as_deref()));
    Run {
        dag_run_id: seen.dag_run_id.clone(),
        state: seen.state.clone(),
        run_type: seen.run_type.clone(),
        logical_date: seen.logical_date.clone(),
        queued_at: seen.queued_at,
        start_date: seen.started_at,
        end_date: seen.ended_at,
        version_number: seen.version_number,
        states,
        unread: of.unread(&seen.dag_run_id),
        waits: seen.state == "queued",
        why: known(why.run()),
    }
}

/// A task in the run, all of its instances together.
pub(super) fn instance(is_mapped: bool, all: &BTreeMap<i32, TaskInstanceSeen>, why: &Why<'_>) -> TaskInstance {
    let mapped = is_mapped || all.keys().any(|index| *index >= 0);
    let earliest = |time: fn(&TaskInstanceSeen) -> Option<i64>| all.values().filter_map(time).min();
    let ends: Option<Vec<i64>> = all.values().map(|seen| seen.ended_at).collect();
    let one = all.values().next();
    let made = all.iter().filter(|(index, _)| **index >= 0).map(|(_, seen)| seen.state.as_deref());
    let (waiting, unexplained, reasons) = why.task(all);
    TaskInstance {
        state: task_states::shown(all.values().filter_map(|seen| seen.state.as_deref())),
        try_number: all.values().map(|seen| seen.try_number).max().unwrap_or_default(),
        mapped: mapped.then(|| counted(made)),
        scheduled_when: earliest(|seen| seen.scheduled_at),
        queued_when: earliest(|seen| seen.queued_at),
        start_date: earliest(|seen| seen.started_at),
        end_date: ends.and_then(|ends| ends.into_iter().max()),
        pool: one.and_then(|seen| seen.pool.clone()),
        pool_slots: one.and_then(|seen| seen.pool_slots),
        trigger: all
            .values()
            .filter(|seen| seen.state.as_deref() == Some("deferred"))
            .find_map(|seen| seen.trigger.clone()),
        waiting,
        unexplained,
        why: known(reasons),
    }
}

/// Where no fact shows a reason, it is not known.
fn known(reasons: Vec<Reason>) -> Option<Vec<Reason>> {
    (!reasons.is_empty()).then_some(reasons)
}

pub(super) fn counted<'a>(states: impl Iterator<Item = Option<&'a str>>) -> Vec<StateCount> {
    task_states::counts(states).into_iter().map(|(state, count)| StateCount { state, count }).collect()
}
