//! How a DAG is drawn and why its tasks wait, as plain sentences.

use std::fmt::{Formatter, Result as FmtResult};

use super::{
    super::{DagLimits, StructureSeen, TaskDependencies, TaskRule},
    joined,
};
use crate::counted;

pub(super) fn structure(dag: &str, structure: &StructureSeen, f: &mut Formatter<'_>) -> FmtResult {
    let groups = structure.groups.iter().map(|group| group.group_id.clone());
    let (tasks, edges) = (counted(structure.tasks.len() as u64, "task"), counted(structure.edges.len() as u64, "edge"));
    let more = if structure.more { ", and more" } else { "" };
    write!(f, "{dag} is drawn with {tasks} and {edges}{more}; groups: {}", joined(groups))
}

pub(super) fn limits(dag: &str, limits: DagLimits, f: &mut Formatter<'_>) -> FmtResult {
    let said = |limit: Option<u32>| limit.map_or_else(|| "an unknown number of".to_owned(), |limit| limit.to_string());
    let (tasks, runs) = (said(limits.max_active_tasks), said(limits.max_active_runs));
    write!(f, "{dag} may have {tasks} tasks of a run and {runs} runs active at once")
}

pub(super) fn rules(dag: &str, rules: &[TaskRule], f: &mut Formatter<'_>) -> FmtResult {
    let (retried, past) =
        (rules.iter().filter(|rule| rule.retries > 0), rules.iter().filter(|rule| rule.depends_on_past));
    let (retried, past) = (counted(retried.count() as u64, "task"), counted(past.count() as u64, "task"));
    write!(f, "{dag} retries {retried}, and {past} of it depend on the run before")
}

pub(super) fn run_after(dag: &str, run: &str, run_after: Option<i64>, f: &mut Formatter<'_>) -> FmtResult {
    match run_after {
        Some(at) => write!(f, "{run} of {dag} may run after {at} (Unix ms)"),
        None => write!(f, "{run} of {dag} may run at any time"),
    }
}

pub(super) fn dependencies(dag: &str, run: &str, told: &[TaskDependencies], f: &mut Formatter<'_>) -> FmtResult {
    let each = told.iter().map(|of| {
        let index = if of.place.map_index < 0 { String::new() } else { format!("[{}]", of.place.map_index) };
        let unmet = of.dependencies.iter().map(|dependency| dependency.reason.clone());
        let unmet = if of.dependencies.is_empty() { "nothing".to_owned() } else { joined(unmet) };
        format!("{}{index}: {unmet}", of.place.task_id)
    });
    write!(f, "says what stands in the way in {run} of {dag}: {}", joined(each))
}

#[cfg(test)]
mod tests {
    use super::super::super::{AirflowFact as Fact, DependencySeen, TaskPlace};
    use super::*;

    #[test]
    fn what_stands_in_the_way_is_said_in_airflows_words() {
        let reason = "Task's DAG 'd' is paused.".to_owned();
        let dependencies = vec![DependencySeen { name: "Dag Not Paused".into(), reason }];
        let place = |task: &str, map_index| TaskPlace { task_id: task.into(), map_index };
        let told = vec![
            TaskDependencies { place: place("a", -1), dependencies },
            TaskDependencies { place: place("b", 2), dependencies: Vec::new() },
        ];
        let fact = Fact::DependenciesTold { dag: "d".into(), run: "r".into(), told };
        assert_eq!(
            fact.to_string(),
            "says what stands in the way in r of d: a: Task's DAG 'd' is paused., b[2]: nothing"
        );
    }

    #[test]
    fn a_limit_that_is_not_told_is_none_of_zero() {
        let limits = DagLimits { max_active_tasks: Some(16), max_active_runs: None };
        let said = Fact::LimitsTold { dag: "d".into(), limits }.to_string();
        assert_eq!(said, "d may have 16 tasks of a run and an unknown number of runs active at once");
    }
}
