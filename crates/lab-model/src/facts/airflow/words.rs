//! Facts about Airflow as plain sentences without their source.

mod slots;
mod waiting;

use std::{
    collections::BTreeMap,
    fmt::{Formatter, Result as FmtResult},
};

use super::{AirflowFact as Fact, DagSeen, FileListed, FileRead, RunSeen, TaskInstanceSeen, closer_words};
use crate::counted;

/// Names said one by one.
const NAMED: usize = 8;

pub(super) fn write(fact: &Fact, f: &mut Formatter<'_>) -> FmtResult {
    match fact {
        Fact::HealthTold { version, components } => {
            let version = version.as_ref().map(|version| format!("Airflow {version}; ")).unwrap_or_default();
            let each = components.iter().map(|component| {
                format!("{} {}", component.name, component.status.as_deref().unwrap_or("never started"))
            });
            write!(f, "says: {version}{}", joined(each))
        }
        Fact::JobsListed { jobs } => {
            write!(f, "has jobs alive: {}", joined(jobs.iter().map(|job| job.job_type.clone())))
        }
        Fact::DagsListed { dags, total } => {
            write!(f, "has {}: {}", counted(*total, "DAG"), joined(dags.iter().cloned()))
        }
        Fact::DagDescribed { dag } => described(dag, f),
        Fact::ImportErrorsListed { errors, total } => {
            let each = errors.iter().map(|error| format!("{}: {}", error.filename, error.error));
            write!(f, "cannot import {}: {}", counted(*total, "file"), joined(each))
        }
        Fact::FilesListed { files, total } => listed(files, *total, f),
        Fact::FileRead { file } => read(file, f),
        Fact::FilesUnread { why } => write!(f, "does not show its files: {why}"),
        Fact::NewestRunsListed { runs } => {
            let each = runs.iter().map(|run| format!("{} of {} {}", run.dag_run_id, run.dag_id, run.state));
            write!(f, "lists the newest runs: {}", joined(each))
        }
        Fact::TasksListed { dag, tasks } => {
            let each = tasks.iter().map(|task| task.task_id.clone());
            write!(f, "{dag} has {}: {}", counted(tasks.len() as u64, "task"), joined(each))
        }
        Fact::StructureTold { dag, structure } => waiting::structure(dag, structure, f),
        Fact::StructureUntold { dag, why } => write!(f, "does not tell how {dag} is drawn: {why}"),
        Fact::LimitsTold { dag, limits } => waiting::limits(dag, *limits, f),
        Fact::TaskRulesListed { dag, rules } => waiting::rules(dag, rules, f),
        Fact::RunAfterTold { dag, run, run_after } => waiting::run_after(dag, run, *run_after, f),
        Fact::DependenciesTold { dag, run, told } => waiting::dependencies(dag, run, told, f),
        Fact::PoolsListed { pools, total } => slots::pools(pools, *total, f),
        Fact::ParallelismTold { parallelism, why } => slots::parallelism(*parallelism, why.as_deref(), f),
        Fact::ActiveInstancesSeen { instances, gone, .. } => slots::active(instances, gone, f),
        Fact::DagMissing { dag } => write!(f, "has no DAG {dag}"),
        Fact::RunsListed { dag, runs, total } => {
            write!(f, "{dag} has {}: {}", counted(*total, "run"), joined(runs.iter().map(run)))
        }
        Fact::TaskInstancesSeen { dag, run, instances, .. } => seen((dag, run), instances, f),
        Fact::InstancesBeingRead { dag, run, read, total } => being_read((dag, run), *read, *total, f),
        Fact::ValuesLeft { dag, task, key, values, .. } => closer_words::of_values((dag, task, key), values, f),
        Fact::TaskTold { dag, run, place, told } => closer_words::of_task((dag, run, place), told, f),
        Fact::StoreTold { told } => closer_words::of_store(told, f),
        Fact::AssetTold { told } => closer_words::of_asset(told, f),
    }
}

fn seen((dag, run): (&str, &str), instances: &[TaskInstanceSeen], f: &mut Formatter<'_>) -> FmtResult {
    write!(f, "{run} of {dag}: {}", states(instances))
}

fn being_read((dag, run): (&str, &str), read: u64, total: u64, f: &mut Formatter<'_>) -> FmtResult {
    write!(f, "{run} of {dag} has {}, of which {read} are read", counted(total, "task instance"))
}

fn listed(files: &[FileListed], total: u64, f: &mut Formatter<'_>) -> FmtResult {
    write!(f, "has {} for DAGs: {}", counted(total, "file"), joined(files.iter().map(|file| file.name.clone())))
}

fn read(file: &FileRead, f: &mut Formatter<'_>) -> FmtResult {
    match (&file.text, &file.unread) {
        (Some(text), _) => write!(f, "has {} with {}", file.name, counted(text.lines().count() as u64, "line")),
        (None, Some(why)) => write!(f, "has {}, which cannot be read: {why}", file.name),
        (None, None) => write!(f, "has no file {}", file.name),
    }
}

fn described(dag: &DagSeen, f: &mut Formatter<'_>) -> FmtResult {
    write!(f, "DAG {}", dag.dag_id)?;
    if let Some(file) = &dag.relative_fileloc {
        write!(f, " of {file}")?;
    }
    if let Some(version) = dag.version_number {
        write!(f, ", version {version}")?;
    }
    let marks = [(dag.is_paused, "paused"), (dag.is_stale, "stale"), (dag.has_import_errors, "with import errors")];
    for (_, mark) in marks.into_iter().filter(|(is, _)| *is) {
        write!(f, ", {mark}")?;
    }
    Ok(())
}

fn run(run: &RunSeen) -> String {
    format!("{} ({}) {}", run.dag_run_id, run.run_type, run.state)
}

/// `extract success, load running`; of many, how many are in which state.
fn states(instances: &[TaskInstanceSeen]) -> String {
    let state = |instance: &TaskInstanceSeen| instance.state.clone().unwrap_or_else(|| "no state".to_owned());
    if instances.len() <= NAMED {
        return joined(instances.iter().map(|instance| match instance.place.map_index {
            ..0 => format!("{} {}", instance.place.task_id, state(instance)),
            index => format!("{}[{index}] {}", instance.place.task_id, state(instance)),
        }));
    }
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for instance in instances {
        *counts.entry(state(instance)).or_default() += 1;
    }
    joined(counts.into_iter().map(|(state, count)| format!("{count} {state}")))
}

pub(super) fn joined(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    let more = words.len().saturating_sub(NAMED);
    if more > 0 {
        words.truncate(NAMED);
        words.push(format!("{more} more"));
    }
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::super::{ComponentSeen, TaskPlace};
    use super::*;

    fn instance(task: &str, map_index: i32, state: Option<&str>) -> TaskInstanceSeen {
        TaskInstanceSeen {
            place: TaskPlace { task_id: task.into(), map_index },
            state: state.map(Into::into),
            try_number: 1,
            operator: None,
            pool: None,
            pool_slots: None,
            scheduled_at: None,
            queued_at: None,
            started_at: None,
            ended_at: None,
            trigger: None,
        }
    }

    fn seen(instances: Vec<TaskInstanceSeen>) -> String {
        let (gone, all, more) = (Vec::new(), true, false);
        Fact::TaskInstancesSeen { dag: "d".into(), run: "r".into(), instances, gone, all, more }.to_string()
    }

    #[test]
    fn few_tasks_are_named_and_many_are_counted() {
        let few = vec![instance("a", -1, Some("success")), instance("b", 3, Some("running")), instance("c", -1, None)];
        assert_eq!(seen(few), "r of d: a success, b[3] running, c no state");
        let many = (0..40).map(|index| instance("b", index, Some(if index < 30 { "success" } else { "queued" })));
        assert_eq!(seen(many.collect()), "r of d: 10 queued, 30 success");
    }

    #[test]
    fn a_component_without_a_status_was_never_started() {
        let component = |name: &str, status: Option<&str>| ComponentSeen {
            name: name.into(),
            status: status.map(Into::into),
            heartbeat_at: None,
        };
        let components = vec![component("scheduler", Some("healthy")), component("triggerer", None)];
        let told = Fact::HealthTold { version: Some("3.3.2".into()), components };
        assert_eq!(told.to_string(), "says: Airflow 3.3.2; scheduler healthy, triggerer never started");
    }
}
