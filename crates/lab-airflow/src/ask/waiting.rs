//! What stands in the way of one task, and of one run.

use lab_model::facts::airflow::{DependencySeen, TaskPlace};

use super::at;
use crate::rest::{Dependencies, Failure, Rest, RunAfter, part};

/// Longer reasons are cut.
const SAID: usize = 600;

/// Airflow answers this for a task that has no state or is `scheduled`; of any other it says that nothing stands in its way.
pub(crate) async fn dependencies(
    rest: &mut Rest,
    (dag, run): (&str, &str),
    place: &TaskPlace,
) -> Result<Vec<DependencySeen>, Failure> {
    let task = format!("dags/{}/dagRuns/{}/taskInstances/{}", part(dag), part(run), part(&place.task_id));
    let path = match place.map_index {
        ..0 => format!("{task}/dependencies"),
        index => format!("{task}/{index}/dependencies"),
    };
    let said = rest.get::<Dependencies>(&path).await?.said;
    let dependency = |dependency: crate::rest::Dependency| DependencySeen {
        reason: timeless(&dependency.reason),
        name: dependency.name,
    };
    Ok(said.dependencies.into_iter().map(dependency).collect())
}

/// Without the time at which it was said, in which alone two answers would differ, and not without end.
fn timeless(reason: &str) -> String {
    let reason = without(reason, " (the current date is ", ")");
    let reason = without(&reason, "Current date is ", " and ");
    match reason.char_indices().nth(SAID) {
        Some((end, _)) => format!("{}…", &reason[..end]),
        None => reason,
    }
}

/// Without what stands between two texts, and without them.
fn without(text: &str, begins: &str, ends: &str) -> String {
    let found = text.split_once(begins).and_then(|(before, rest)| Some((before, rest.split_once(ends)?.1)));
    found.map_or_else(|| text.to_owned(), |(before, after)| format!("{before}{after}"))
}

/// The time before which a run that is `queued` does not begin.
pub(crate) async fn run_after(rest: &mut Rest, dag: &str, run: &str) -> Result<Option<i64>, Failure> {
    let path = format!("dags/{}/dagRuns/{}", part(dag), part(run));
    Ok(at(rest.get::<RunAfter>(&path).await?.said.run_after.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_saying_is_not_told() {
        let said =
            "Logical date 2027-01-01T00:00:00+00:00 is in the future (the current date is 2026-11-30T18:51:27+00:00).";
        assert_eq!(timeless(said), "Logical date 2027-01-01T00:00:00+00:00 is in the future.");
        let said =
            "Task is not ready yet. Current date is 2026-11-30T18:51:27+00:00 and task will be rescheduled at 18:52.";
        assert_eq!(timeless(said), "Task is not ready yet. task will be rescheduled at 18:52.");
        assert_eq!(timeless("Task's DAG 'd' is paused."), "Task's DAG 'd' is paused.");
        assert_eq!(timeless("x (the current date is never"), "x (the current date is never");
        assert_eq!(timeless(&"ü".repeat(900)).chars().count(), SAID + 1);
    }
}
