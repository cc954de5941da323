//! A task instance as sentences.

use std::collections::BTreeMap;

use super::{Instance, Log, Model, XCom};
use crate::parts::{
    clock::took,
    words::{brief, count, list, short},
};

/// Letters of an error that are said.
const SAID: usize = 160;

pub(super) fn summary(model: &Model) -> String {
    let index = if model.map_index < 0 { String::new() } else { format!("[{}]", model.map_index) };
    let run = model.dag_run_id.as_deref().map_or_else(|| "the newest run".to_owned(), brief);
    let name = format!("{}{index} in {run} of {}", brief(&model.task_id), brief(&model.dag_id));
    let Some(instance) = &model.instance else {
        return match model.exists {
            Some(false) if model.dag_run_id.is_none() => format!("{} has no run.", brief(&model.dag_id)),
            Some(false) => format!("Airflow has no task instance {name}."),
            _ => format!("Airflow told nothing of {name} yet."),
        };
    };
    let mut said = vec![of_state(&name, instance)];
    if let Some(log) = &model.log {
        said.push(of_log(log, model.try_number));
    }
    said.extend(model.xcom_out.as_ref().map(|xcoms| of_xcoms("It left", xcoms)));
    let before = model.xcom_in.as_ref().filter(|xcoms| !xcoms.is_empty());
    said.extend(before.map(|xcoms| of_xcoms("The tasks before it left", xcoms)));
    said.extend(of_events(model));
    said.join(" ")
}

fn of_state(name: &str, instance: &Instance) -> String {
    let state = instance.state.as_deref().unwrap_or("without a state");
    let tries = instance.max_tries.map(|most| format!(" of {}", most.saturating_add(1))).unwrap_or_default();
    let tried = match instance.try_number {
        0 => String::new(),
        number => format!(", try {number}{tries}"),
    };
    let took =
        took(instance.start_date, instance.end_date).map(|seconds| format!(" after {seconds} s")).unwrap_or_default();
    let trigger = instance.trigger.as_ref().map(|trigger| format!(", waits for {}", short(&trigger.classpath, SAID)));
    format!("{name} is {state}{tried}{took}{}.", trigger.unwrap_or_default())
}

fn of_log(log: &Log, try_number: Option<u32>) -> String {
    let of = try_number.map(|number| format!(" of try {number}")).unwrap_or_default();
    let all = log.left_out.saturating_add(log.entries.len() as u64);
    let entries = if all == 1 { "1 entry".to_owned() } else { format!("{all} entries") };
    let kept = if log.left_out > 0 { format!(", the newest {} are here", log.entries.len()) } else { String::new() };
    let instead = log.advice.as_ref().map(|advice| format!(" {advice}")).unwrap_or_default();
    let error = log
        .error
        .as_ref()
        .map(|error| format!(" Its last error: {}.{instead}", short(error, SAID).trim_end_matches('.')));
    match &log.unread {
        Some(why) if all == 0 => format!("The log{of} was not read: {why}."),
        Some(why) => {
            let were = if all == 1 { "was" } else { "were" };
            format!("Of the log{of}, {entries} {were} read{kept}: {why}.{}", error.unwrap_or_default())
        }
        None if log.finished => format!("The log{of} has {entries}{kept}.{}", error.unwrap_or_default()),
        None => {
            format!("The log{of} had {entries} when it was last read{kept}.{}", error.unwrap_or_default())
        }
    }
}

/// `It left 2 values: return_value (array) and rows (number)`.
fn of_xcoms(who: &str, xcoms: &[XCom]) -> String {
    const NAMED: usize = 4;
    if xcoms.is_empty() {
        return format!("{who} no value.");
    }
    let named = |xcom: &XCom| match &xcom.value_type {
        Some(of) => format!("{} ({of})", brief(&xcom.key)),
        None => brief(&xcom.key),
    };
    let named = crate::parts::words::few(NAMED, xcoms.iter().map(named));
    format!("{who} {}: {named}.", count(xcoms.len(), "value"))
}

/// How often each event was noted: of a sensor that gives way between its pokes many times `up_for_reschedule`.
fn of_events(model: &Model) -> Option<String> {
    let events = model.event_log.as_ref().filter(|events| !events.is_empty())?;
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for event in events {
        *counts.entry(&event.event).or_default() += 1;
    }
    let counted = counts.into_iter().map(|(event, count)| format!("{count} {event}"));
    let newest = if model.more_events { "The newest part of its event log notes" } else { "Its event log notes" };
    Some(format!("{newest} {}.", list(counted)))
}
