//! Facts about single things of Airflow as plain sentences without their source.

use std::fmt::{Formatter, Result as FmtResult};

use super::{AssetTold, LogSeen, RunValue, StoreTold, TaskPlace, TaskTold, words::joined};
use crate::counted;

/// `extract`, `clean[2]`.
fn named(place: &TaskPlace) -> String {
    match place.map_index {
        ..0 => place.task_id.clone(),
        index => format!("{}[{index}]", place.task_id),
    }
}

pub(super) fn of_values((dag, task, key): (&str, &str, &str), values: &[RunValue], f: &mut Formatter<'_>) -> FmtResult {
    write!(f, "{task} of {dag} left {key} in {}", joined(values.iter().map(|value| value.run.clone())))
}

pub(super) fn of_task(
    (dag, run, place): (&str, &str, &TaskPlace),
    told: &TaskTold,
    f: &mut Formatter<'_>,
) -> FmtResult {
    let task = named(place);
    match told {
        TaskTold::Missing => write!(f, "has no task instance {task} in {run} of {dag}"),
        TaskTold::Instance(seen) => {
            let state = seen.state.as_deref().unwrap_or("no state");
            write!(f, "{task} in {run} of {dag}: {state}, try {}", seen.try_number)
        }
        TaskTold::Tries(tries) => {
            let each =
                tries.iter().map(|one| format!("{} {}", one.try_number, one.state.as_deref().unwrap_or("no state")));
            write!(f, "tries of {task} in {run} of {dag}: {}", joined(each))
        }
        TaskTold::Log(log) => of_log(&task, run, dag, log, f),
        TaskTold::XComs(xcoms) => {
            let (own, before) = (counted(xcoms.own.len() as u64, "value"), xcoms.before.len());
            write!(f, "{task} in {run} of {dag} left {own}; those before it left {before}")
        }
        TaskTold::Events { events, .. } => {
            let each = events.iter().rev().map(|event| event.event.clone());
            write!(f, "event log of {task} in {run} of {dag}: {}", joined(each))
        }
    }
}

fn of_log(task: &str, run: &str, dag: &str, log: &LogSeen, f: &mut Formatter<'_>) -> FmtResult {
    let (entries, try_number) = (log.entries.len() as u64, log.try_number);
    write!(f, "log of try {try_number} of {task} in {run} of {dag}: ")?;
    match entries {
        0 => write!(f, "nothing new after {}", counted(log.from, "line"))?,
        _ => write!(f, "{} after {}", counted(entries, "line"), log.from)?,
    }
    if let Some(error) = &log.error {
        write!(f, "; {error}")?;
    }
    if let Some(why) = &log.unread {
        write!(f, "; {why}")?;
    }
    Ok(())
}

/// Values are not repeated here: these sentences go where nobody asked for them.
pub(super) fn of_store(told: &StoreTold, f: &mut Formatter<'_>) -> FmtResult {
    match told {
        StoreTold::Variables { variables, total, .. } => {
            let each = variables.iter().map(|variable| variable.key.clone());
            write!(f, "has {}: {}", counted(*total, "Variable"), joined(each))
        }
        StoreTold::Connections { connections, total } => {
            let each = connections.iter().map(|one| format!("{} ({})", one.connection_id, one.conn_type));
            write!(f, "has {}: {}", counted(*total, "connection"), joined(each))
        }
        StoreTold::Events { events } => {
            let each = events.iter().map(|event| match &event.about {
                Some(about) => format!("{} {about}", event.event),
                None => event.event.clone(),
            });
            write!(f, "event log of Variables and connections: {}", joined(each))
        }
    }
}

pub(super) fn of_asset(told: &AssetTold, f: &mut Formatter<'_>) -> FmtResult {
    match told {
        AssetTold::Assets { assets, total } => {
            write!(f, "has {}: {}", counted(*total, "asset"), joined(assets.iter().map(|asset| asset.name.clone())))
        }
        AssetTold::Events { events, total } => {
            let each = events.iter().map(|event| {
                let name = event.name.clone().unwrap_or_else(|| format!("asset {}", event.asset_id));
                format!("{name} by {}", event.source_task_id.as_deref().unwrap_or("no task"))
            });
            write!(f, "has {}: {}", counted(*total, "asset event"), joined(each))
        }
        AssetTold::Queued { asset_id, queued } => {
            let each = queued.iter().map(|one| one.dag_id.clone());
            write!(f, "events of asset {asset_id} wait for {}", joined(each))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AirflowFact as Fact, StoreEventSeen, VariableSeen, XComsSeen};
    use super::*;

    fn told(map_index: i32, told: TaskTold) -> String {
        let place = TaskPlace { task_id: "load".into(), map_index };
        Fact::TaskTold { dag: "d".into(), run: "r".into(), place, told }.to_string()
    }

    #[test]
    fn a_task_and_its_log_are_named() {
        assert_eq!(told(2, TaskTold::Missing), "has no task instance load[2] in r of d");
        let log = LogSeen {
            try_number: 1,
            from: 12,
            anew: false,
            entries: Vec::new(),
            finished: true,
            unread: None,
            error: Some("ValueError: no rows".into()),
            sources: Vec::new(),
        };
        assert_eq!(
            told(-1, TaskTold::Log(log)),
            "log of try 1 of load in r of d: nothing new after 12 lines; ValueError: no rows"
        );
        assert_eq!(
            told(-1, TaskTold::XComs(XComsSeen::default())),
            "load in r of d left 0 values; those before it left 0"
        );
    }

    #[test]
    fn a_value_is_not_repeated() {
        let variable = VariableSeen {
            key: "region".into(),
            value: Some("hush".into()),
            length: Some(4),
            digest: None,
            description: None,
            is_encrypted: true,
        };
        let told = StoreTold::Variables { variables: vec![variable], total: 1, since: None };
        assert_eq!(Fact::StoreTold { told }.to_string(), "has 1 Variable: region");
        let event =
            StoreEventSeen { at: None, event: "post_variable".into(), owner: None, about: Some("region".into()) };
        let told = StoreTold::Events { events: vec![event] };
        assert_eq!(
            Fact::StoreTold { told }.to_string(),
            "event log of Variables and connections: post_variable region"
        );
    }
}
