//! Which task instances are looked at: a need may name no run, and then means the DAG's newest.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::AirflowNeed;

use crate::{
    ask,
    ask::Place,
    rest::{Failure, Rest},
};

/// A task instance, and the try whose log is wanted; the newest if none.
pub(super) type Wanted = (Place, Option<u32>);

/// The task instances that somebody looks at, each with its run. A DAG without a run has none.
pub(super) async fn wanted(rest: &mut Rest, needs: &BTreeSet<AirflowNeed>) -> Result<BTreeSet<Wanted>, Failure> {
    let mut newest: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut all = BTreeSet::new();
    for need in needs {
        let AirflowNeed::Task { dag, run, task, map_index, try_number } = need else { continue };
        let run = match (run, newest.get(dag)) {
            (Some(run), _) => Some(run.clone()),
            (None, Some(known)) => known.clone(),
            (None, None) => {
                let found = newest_run(rest, dag).await?;
                newest.insert(dag.clone(), found.clone());
                found
            }
        };
        if let Some(run) = run {
            let place = Place { dag: dag.clone(), run, task: task.clone(), map_index: *map_index };
            all.insert((place, *try_number));
        }
    }
    Ok(all)
}

async fn newest_run(rest: &mut Rest, dag: &str) -> Result<Option<String>, Failure> {
    match ask::newest_run(rest, dag).await {
        Err(failure) if failure.is_missing() => Ok(None),
        answered => answered,
    }
}
