//! Which DAGs there are, which files cannot be imported, and the tasks of one DAG.

use std::collections::BTreeMap;

use lab_model::facts::airflow::{AirflowFact, DagLimits, DagSeen, ImportErrorSeen, TaskRule, TaskSeen};

use super::{PAGE, at, trace};
use crate::rest::{Dag, DagSource, DagVersions, Dags, Dated, Failure, ImportErrors, Rest, Task, Tasks, part};

/// DAGs that are read.
const DAGS: usize = 500;
/// Versions that are read, those with the highest numbers.
const VERSIONS: u64 = 500;
/// Tasks that are told.
const TASKS: usize = 2000;

/// By DAG.
pub(crate) type Limits = BTreeMap<String, DagLimits>;

/// Every DAG, also stale ones, with the numbers of their newest versions; how many there are in all; and the limits of each.
pub(crate) async fn dags(rest: &mut Rest) -> Result<Dated<(Vec<DagSeen>, u64, Limits)>, Failure> {
    let mut all: Vec<Dag> = Vec::new();
    loop {
        let path = format!("dags?exclude_stale=false&order_by=dag_id&limit={PAGE}&offset={}", all.len());
        let Dated { at, said } = rest.get::<Dags>(&path).await?;
        let last = said.dags.is_empty();
        all.extend(said.dags);
        if last || all.len() as u64 >= said.total_entries || all.len() >= DAGS {
            all.truncate(DAGS);
            let versions = versions(rest).await?;
            let limits = all.iter().map(|dag| (dag.dag_id.clone(), limits(dag))).collect();
            let dags = all.into_iter().map(|dag| seen(dag, &versions)).collect();
            return Ok(Dated { at, said: (dags, said.total_entries, limits) });
        }
    }
}

/// One DAG, without its version.
pub(crate) async fn dag(rest: &mut Rest, dag: &str) -> Result<DagSeen, Failure> {
    Ok(seen(rest.get::<Dag>(&format!("dags/{}", part(dag))).await?.said, &BTreeMap::new()))
}

/// The text of the file that a DAG's newest version was made of.
pub(crate) async fn source(rest: &mut Rest, dag: &str) -> Result<String, Failure> {
    Ok(rest.get::<DagSource>(&format!("dagSources/{}", part(dag))).await?.said.content)
}

fn limits(dag: &Dag) -> DagLimits {
    DagLimits { max_active_tasks: dag.max_active_tasks, max_active_runs: dag.max_active_runs }
}

fn seen(dag: Dag, versions: &BTreeMap<String, u32>) -> DagSeen {
    DagSeen {
        version_number: versions.get(&dag.dag_id).copied(),
        dag_id: dag.dag_id,
        is_paused: dag.is_paused,
        is_stale: dag.is_stale,
        has_import_errors: dag.has_import_errors,
        relative_fileloc: dag.relative_fileloc,
        last_parsed_at: at(dag.last_parsed_time.as_ref()),
        timetable_summary: dag.timetable_summary,
    }
}

/// The number of each DAG's newest version. Of a DAG whose versions are beyond what is read nothing is known.
async fn versions(rest: &mut Rest) -> Result<BTreeMap<String, u32>, Failure> {
    let (mut newest, mut read) = (BTreeMap::new(), 0);
    loop {
        let path = format!("dags/~/dagVersions?order_by=-version_number&limit={PAGE}&offset={read}");
        let said = rest.get::<DagVersions>(&path).await?.said;
        let last = said.dag_versions.is_empty();
        read += said.dag_versions.len() as u64;
        for version in said.dag_versions {
            let known = newest.entry(version.dag_id).or_insert(version.version_number);
            *known = version.version_number.max(*known);
        }
        if last || read >= said.total_entries.min(VERSIONS) {
            return Ok(newest);
        }
    }
}

/// Files that cannot be imported, by name.
pub(crate) async fn import_errors(rest: &mut Rest) -> Result<Dated<(Vec<ImportErrorSeen>, u64)>, Failure> {
    let path = format!("importErrors?order_by=filename&limit={PAGE}");
    let Dated { at: answered, said } = rest.get::<ImportErrors>(&path).await?;
    let errors = said.import_errors.into_iter().map(|error| ImportErrorSeen {
        line: trace::line(&error.stack_trace, &error.filename),
        error: trace::error(&error.stack_trace),
        stack_trace: trace::end(&error.stack_trace),
        found_at: at(error.timestamp.as_ref()),
        filename: error.filename,
    });
    Ok(Dated { at: answered, said: (errors.collect(), said.total_entries) })
}

/// The tasks of a DAG as it is written now and the rules by which they are run, or that there is no such DAG.
pub(crate) async fn tasks(rest: &mut Rest, dag: &str) -> Result<(Dated<AirflowFact>, Vec<TaskRule>), Failure> {
    let Dated { at, said } = match rest.get::<Tasks>(&format!("dags/{}/tasks", part(dag))).await {
        Err(failure) if failure.is_missing() => return Ok((missing(dag), Vec::new())),
        answered => answered?,
    };
    let rules = said.tasks.iter().filter_map(rule).take(TASKS).collect();
    let task = |task: Task| {
        Some(TaskSeen {
            task_id: task.task_id?,
            operator_name: task.operator_name,
            is_mapped: task.is_mapped.unwrap_or_default(),
            trigger_rule: task.trigger_rule,
            downstream_task_ids: task.downstream_task_ids.unwrap_or_default(),
        })
    };
    let tasks = said.tasks.into_iter().filter_map(task).take(TASKS).collect();
    Ok((Dated { at, said: AirflowFact::TasksListed { dag: dag.to_owned(), tasks } }, rules))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "Airflow writes a whole number as a float")]
fn rule(task: &Task) -> Option<TaskRule> {
    let delay = task.retry_delay.as_ref();
    Some(TaskRule {
        task_id: task.task_id.clone()?,
        depends_on_past: task.depends_on_past.unwrap_or_default(),
        retries: task.retries.unwrap_or_default() as u32,
        retry_delay_ms: delay.map(|delay| (delay.days * 86_400 + delay.seconds) * 1000 + delay.microseconds / 1000),
        retry_delay_grows: task.retry_exponential_backoff.is_some_and(|factor| factor > 0.0),
    })
}

/// There is no such DAG.
pub(super) fn missing(dag: &str) -> Dated<AirflowFact> {
    Dated { at: None, said: AirflowFact::DagMissing { dag: dag.to_owned() } }
}
