//! Reasons that Airflow says itself.

use lab_model::{
    Millis,
    facts::airflow::{DependencySeen, TaskInstanceSeen},
};

use super::{Reason, ReasonKind, Why, facts::ground, reason};
use crate::parts::words::short;

/// Dependencies of which facts say more, or by which the scheduler does not go.
const SAID_BY_FACTS: [&str; 6] = [
    "Task Instance State",
    "Task Instance Not Running",
    "Task Instance Slots Available",
    "Dagrun Running",
    "Dag Not Paused",
    "Pool Slots Available",
];

impl Why<'_> {
    /// What stands in the way of one that has no state: slots are no matter yet.
    pub(super) fn told_without_state(&self, seen: &TaskInstanceSeen) -> Vec<Reason> {
        let counts = |name: &str| !SAID_BY_FACTS.contains(&name) && name != "Task Concurrency";
        self.told(seen, counts)
    }

    /// What stands in the way of one that is scheduled: what it waited for before is over.
    pub(super) fn told_scheduled(&self, seen: &TaskInstanceSeen) -> Vec<Reason> {
        self.told(seen, |name| !SAID_BY_FACTS.contains(&name) && name != "Trigger Rule")
    }

    fn told(&self, seen: &TaskInstanceSeen, counts: impl Fn(&str) -> bool) -> Vec<Reason> {
        let place = &seen.place;
        let run = &self.run.dag_run_id;
        let heard = self.drawn.and_then(|drawn| drawn.heard(run, &place.task_id, place.map_index));
        let Some(told) = heard.and_then(|heard| heard.dependencies.as_ref()) else { return Vec::new() };
        let said = told.said.iter().filter(|dependency| counts(&dependency.name));
        said.map(|dependency| in_its_words(dependency, told.heard_at)).collect()
    }
}

fn in_its_words(dependency: &DependencySeen, heard_at: Millis) -> Reason {
    let kind = match dependency.name.as_str() {
        "Task Concurrency" => ReasonKind::TaskConcurrency,
        "Logical Date" => ReasonKind::LogicalDate,
        _ => ReasonKind::Airflow,
    };
    let facts = vec![ground(format!("{}: {}", dependency.name, short(&dependency.reason, 300)), heard_at)];
    Reason { facts, ..reason(kind, format!("Airflow says: {}", short(&dependency.reason, 300))) }
}
