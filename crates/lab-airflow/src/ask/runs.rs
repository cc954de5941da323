//! Runs, and the task instances in them.

use lab_model::facts::airflow::{AirflowFact, RunNamed, RunSeen, TaskInstanceSeen, TaskPlace};

use super::{PAGE, at, dags::missing};
use crate::rest::{DagRun, DagRuns, Dated, Failure, Rest, TaskInstance, TaskInstances, part};

/// Runs of one DAG that are told.
const RUNS: usize = 25;
/// Runs of all DAGs that are told.
const NEWEST: usize = 50;
/// Task instances of one run that are read.
const INSTANCES: usize = 2000;
/// Of what a run was given, so many characters are told.
const CONF: usize = 1000;

/// The newest runs of all DAGs.
pub(crate) async fn newest_runs(rest: &mut Rest) -> Result<Dated<Vec<RunNamed>>, Failure> {
    let path = format!("dags/~/dagRuns?order_by=-id&limit={NEWEST}");
    let Dated { at, said } = rest.get::<DagRuns>(&path).await?;
    let named = |run: DagRun| RunNamed { dag_id: run.dag_id, dag_run_id: run.dag_run_id, state: run.state };
    Ok(Dated { at, said: said.dag_runs.into_iter().map(named).collect() })
}

/// Whether any run goes on.
pub(crate) async fn goes_on(rest: &mut Rest) -> Result<bool, Failure> {
    Ok(rest.get::<DagRuns>("dags/~/dagRuns?state=running&limit=1").await?.said.total_entries > 0)
}

/// The newest runs of a DAG, or that there is no such DAG.
pub(crate) async fn runs(rest: &mut Rest, dag: &str) -> Result<Dated<AirflowFact>, Failure> {
    let path = format!("dags/{}/dagRuns?order_by=-id&limit={RUNS}", part(dag));
    let Dated { at, said } = match rest.get::<DagRuns>(&path).await {
        Err(failure) if failure.is_missing() => return Ok(missing(dag)),
        answered => answered?,
    };
    let runs = said.dag_runs.into_iter().map(seen).collect();
    Ok(Dated { at, said: AirflowFact::RunsListed { dag: dag.to_owned(), runs, total: said.total_entries } })
}

/// So many of the newest runs of a DAG, each with its state, and how many there are in all; none if there is no such DAG.
pub(crate) async fn states(rest: &mut Rest, dag: &str, limit: usize) -> Result<(Vec<(String, String)>, u64), Failure> {
    let path = format!("dags/{}/dagRuns?order_by=-id&limit={limit}", part(dag));
    let said = match rest.get::<DagRuns>(&path).await {
        Err(failure) if failure.is_missing() => return Ok((Vec::new(), 0)),
        answered => answered?.said,
    };
    Ok((said.dag_runs.into_iter().map(|run| (run.dag_run_id, run.state)).collect(), said.total_entries))
}

/// The id of a DAG's newest run, if it has any.
pub(crate) async fn newest_run(rest: &mut Rest, dag: &str) -> Result<Option<String>, Failure> {
    let path = format!("dags/{}/dagRuns?order_by=-id&limit=1", part(dag));
    Ok(rest.get::<DagRuns>(&path).await?.said.dag_runs.into_iter().next().map(|run| run.dag_run_id))
}

/// One run.
pub(crate) async fn run(rest: &mut Rest, dag: &str, run: &str) -> Result<RunSeen, Failure> {
    let path = format!("dags/{}/dagRuns/{}", part(dag), part(run));
    Ok(seen(rest.get::<DagRun>(&path).await?.said))
}

/// A run in the lab's words.
pub(crate) fn seen(run: DagRun) -> RunSeen {
    let conf = run.conf.filter(|conf| !conf.is_null() && conf.as_object().is_none_or(|conf| !conf.is_empty()));
    RunSeen {
        version_number: run.dag_versions.iter().map(|version| version.version_number).max(),
        dag_run_id: run.dag_run_id,
        state: run.state,
        run_type: run.run_type,
        queued_at: at(run.queued_at.as_ref()),
        started_at: at(run.start_date.as_ref()),
        ended_at: at(run.end_date.as_ref()),
        logical_date: run.logical_date,
        conf: conf.map(|conf| cut(&conf.to_string())),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(CONF) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The task instances of a run, and whether there are more than were read. `told` hears how many were read, and of how many,
/// after each page that is not the last one.
///
/// A page after the other: Airflow writes two at once no sooner.
pub(crate) async fn task_instances(
    rest: &mut Rest,
    dag: &str,
    run: &str,
    told: &(dyn Fn(u64, u64) + Sync),
) -> Result<(Vec<TaskInstanceSeen>, bool), Failure> {
    let place = format!("dags/{}/dagRuns/{}/taskInstances", part(dag), part(run));
    let mut all = Vec::new();
    loop {
        let path = format!("{place}?order_by=id&limit={PAGE}&offset={}", all.len());
        let said = rest.get::<TaskInstances>(&path).await?.said;
        let read = said.task_instances.len();
        all.extend(said.task_instances.into_iter().map(instance));
        // Where they are not counted, a page that is not full is the last one.
        let last = said.total_entries.map_or((read as u64) < PAGE, |total| all.len() as u64 >= total);
        if last || read == 0 || all.len() >= INSTANCES {
            return Ok((all, !last && read > 0));
        }
        if let Some(total) = said.total_entries {
            told(all.len() as u64, total);
        }
    }
}

pub(super) fn instance(instance: TaskInstance) -> TaskInstanceSeen {
    TaskInstanceSeen {
        place: TaskPlace { task_id: instance.task_id, map_index: instance.map_index },
        state: instance.state,
        try_number: instance.try_number,
        operator: instance.operator,
        pool: instance.pool,
        pool_slots: instance.pool_slots,
        scheduled_at: at(instance.scheduled_when.as_ref()),
        queued_at: at(instance.queued_when.as_ref()),
        started_at: at(instance.start_date.as_ref()),
        ended_at: at(instance.end_date.as_ref()),
        trigger: instance.trigger.map(|trigger| trigger.classpath),
    }
}
