//! Why something is not running, from facts alone. Where they show no reason, there is none: the scheduler may just not have
//! looked yet.
//!
//! A reason stands here only if it is one by which Airflow's scheduler goes (`jobs/scheduler_job_runner.py`, `models/dagrun.py`
//! and `ti_deps/` of 3.3.2), and every fact that it needs was told. What Airflow itself answers is said in its words, except
//! `Task Instance Slots Available`: that answer counts the tasks of all runs of a DAG, the scheduler those of each run.

mod dependencies;
mod facts;
mod limits;
mod rules;
mod states;
mod upstream;

use std::collections::BTreeMap;

use lab_model::facts::airflow::{RunSeen, TaskInstanceSeen, TaskSeen};

use self::facts::ground;
use super::{Ground, Reason, ReasonKind, State, fold::Drawn};
use crate::parts::{
    runs::{Instances, OfDag},
    words::brief,
};

/// Reasons of one task that are told.
const REASONS: usize = 10;

/// A run of a DAG, and all that reasons in it may rest on.
pub(super) struct Why<'a> {
    state: &'a State,
    dag: &'a str,
    drawn: Option<&'a Drawn>,
    of: &'a OfDag,
    run: &'a RunSeen,
    /// None before they were told.
    instances: Option<&'a Instances>,
    tasks: BTreeMap<&'a str, &'a TaskSeen>,
    /// By task, the ids of those that it waits for.
    upstream: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Why<'a> {
    pub(super) fn of(state: &'a State, (dag, of): (&'a str, &'a OfDag), run: &'a RunSeen) -> Self {
        let tasks = of.tasks.as_deref().unwrap_or_default();
        let mut upstream: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for task in tasks {
            for after in &task.downstream_task_ids {
                let before = upstream.entry(after).or_default();
                if !before.contains(&task.task_id.as_str()) {
                    before.push(&task.task_id);
                }
            }
        }
        Self {
            state,
            dag,
            drawn: state.drawn.get(dag),
            of,
            run,
            instances: of.instances.get(&run.dag_run_id),
            tasks: tasks.iter().map(|task| (task.task_id.as_str(), task)).collect(),
            upstream,
        }
    }

    /// Why the run is `queued`.
    pub(super) fn run(&self) -> Vec<Reason> {
        if self.run.state != "queued" {
            return Vec::new();
        }
        let mut reasons = self.kept();
        reasons.extend(self.run_after());
        reasons.extend(self.max_active_runs());
        reasons
    }

    /// Why instances of a task are not running: how many wait, for how many of these nothing is known, and the reasons, those
    /// that hold for most of them first.
    pub(super) fn task(&self, all: &BTreeMap<i32, TaskInstanceSeen>) -> (u32, u32, Vec<Reason>) {
        let (mut waiting, mut unexplained) = (0, 0);
        let mut reasons: Vec<Reason> = Vec::new();
        for seen in all.values().filter(|seen| self.waits(seen.state.as_deref())) {
            let own = self.instance(seen);
            waiting += 1;
            unexplained += u32::from(own.is_empty());
            for reason in own {
                match reasons.iter_mut().find(|known| known.kind == reason.kind && known.says == reason.says) {
                    Some(known) => known.instances += 1,
                    None => reasons.push(reason),
                }
            }
        }
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.instances));
        reasons.truncate(REASONS);
        (waiting, unexplained, reasons)
    }

    /// In a run that has ended nothing waits.
    fn waits(&self, state: Option<&str>) -> bool {
        waits(state) && (self.run.is_under_way() || state == Some("upstream_failed"))
    }

    fn instance(&self, seen: &TaskInstanceSeen) -> Vec<Reason> {
        match seen.state.as_deref() {
            None => self.without_state(seen),
            Some("scheduled") => self.scheduled(seen),
            Some("queued") => self.queued(seen),
            Some("up_for_retry") => self.kept().into_iter().chain([self.retry(seen)]).collect(),
            Some("up_for_reschedule") => self.kept().into_iter().chain([self.reschedule(seen)]).collect(),
            Some("deferred") => self.deferred(seen),
            Some("awaiting_input") => vec![self.human(seen)],
            Some("upstream_failed") => self.upstream_failed(seen).into_iter().collect(),
            Some(_) => Vec::new(),
        }
    }

    fn without_state(&self, seen: &TaskInstanceSeen) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = self.held_by_run().into_iter().collect();
        if self.run.state == "running" {
            reasons.extend(self.kept());
            match self.upstream(seen) {
                Some(upstream) => reasons.push(upstream),
                // It was said when all before it had ended.
                None => reasons.extend(self.told_without_state(seen)),
            }
        }
        reasons
    }

    fn scheduled(&self, seen: &TaskInstanceSeen) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = self.held_by_run().into_iter().collect();
        if self.run.state == "running" {
            // That no file defines the DAG any more does not keep what is scheduled.
            reasons.extend(self.kept().into_iter().filter(|reason| reason.kind != ReasonKind::DagStale));
            reasons.extend(self.pool(seen));
            reasons.extend(self.max_active_tasks());
            reasons.extend(self.told_scheduled(seen));
        }
        reasons
    }

    /// A run that is queued, with its own reasons.
    fn held_by_run(&self) -> Option<Reason> {
        if self.run.state != "queued" {
            return None;
        }
        let own = self.run();
        let says = match own.first() {
            Some(first) => format!("The run is still queued. {}", first.says),
            None => "The run is still queued: the scheduler looks at none of its tasks.".to_owned(),
        };
        let mut facts = vec![self.run_ground(self.run)];
        facts.extend(own.into_iter().next().into_iter().flat_map(|first| first.facts));
        Some(Reason { facts, ..reason(ReasonKind::RunQueued, says) })
    }

    /// What keeps the scheduler from all of the DAG's runs.
    fn kept(&self) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = self.unhealthy("scheduler", ReasonKind::Scheduler).into_iter().collect();
        let Some(dag) = self.state.dags.all.get(self.dag) else { return reasons };
        let name = brief(self.dag);
        let marks = [
            (dag.is_paused, ReasonKind::DagPaused, format!("DAG {name} is paused")),
            (dag.is_stale, ReasonKind::DagStale, format!("No file defines DAG {name} any more")),
        ];
        for (_, kind, says) in marks.into_iter().filter(|(is, ..)| *is) {
            let facts = self.state.described.get(self.dag).map(|at| ground(says.clone(), *at)).into_iter().collect();
            reasons.push(Reason { facts, ..reason(kind, format!("{says}: the scheduler looks at none of its runs.")) });
        }
        reasons
    }

    fn run_ground(&self, run: &RunSeen) -> Ground {
        let heard_at = self.drawn.and_then(|drawn| drawn.runs_at).unwrap_or_default();
        ground(format!("run {} is {}", brief(&run.dag_run_id), run.state), heard_at)
    }
}

/// It is not running and has not ended, or never ran because of those before it.
fn waits(state: Option<&str>) -> bool {
    match state {
        None => true,
        Some(state) => matches!(
            state,
            "scheduled"
                | "queued"
                | "up_for_retry"
                | "up_for_reschedule"
                | "deferred"
                | "awaiting_input"
                | "upstream_failed"
        ),
    }
}

/// A reason with nothing beside its words.
fn reason(kind: ReasonKind, says: String) -> Reason {
    let (until, holders, facts) = (None, Vec::new(), Vec::new());
    Reason { kind, says, instances: 1, until, holders, holder_count: 0, facts }
}
