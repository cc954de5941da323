//! What is remembered of task instances that somebody looked at.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use lab_model::{
    Fact, Observation,
    facts::{
        airflow::{
            AirflowFact, EntrySeen, EventSeen, InstanceSeen, LOG_BYTES, LOG_ENTRIES, LogSeen, TaskPlace, TaskTold,
            TrySeen, XComsSeen,
        },
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::Params;
use crate::parts::{airflows, clock::Clock, nodes::Nodes, sources::Sources};

/// So many task instances are remembered, those that were told last.
const TASKS: usize = 64;
/// Of each the logs of so many tries, those with the highest numbers.
const LOGS: usize = 8;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) clock: Clock,
    /// By DAG: its newest run, none if it has none.
    #[serde(default)]
    newest: BTreeMap<String, Option<String>>,
    /// DAGs that Airflow did not have when it was last asked for their tasks or runs.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    missing: BTreeSet<String>,
    /// The one that was told last stands last.
    of: Vec<OfTask>,
}

/// What was said of one task instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct OfTask {
    dag: String,
    run: String,
    place: TaskPlace,
    /// When it was last asked for, there was none.
    pub(super) missing: bool,
    pub(super) instance: Option<InstanceSeen>,
    pub(super) tries: Option<Vec<TrySeen>>,
    /// By try.
    pub(super) logs: BTreeMap<u32, LogKept>,
    pub(super) xcoms: Option<XComsSeen>,
    /// The newest first; and whether there are more.
    pub(super) events: Option<(Vec<EventSeen>, bool)>,
}

/// The newest part of a log.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct LogKept {
    /// The number of the first entry that is kept.
    pub(super) first: u64,
    pub(super) entries: VecDeque<EntrySeen>,
    pub(super) finished: bool,
    pub(super) unread: Option<String>,
    pub(super) error: Option<String>,
    pub(super) sources: Vec<String>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let turned = airflows::apply(&mut self.nodes, &mut self.sources, observation);
        let dated = self.clock.apply(observation);
        let told = match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted, .. }) => {
                if !adopted {
                    self.of.clear();
                    self.newest.clear();
                    self.missing.clear();
                }
                true
            }
            Fact::Airflow(AirflowFact::RunsListed { dag, runs, .. }) => {
                let newest = runs.first().map(|run| run.dag_run_id.clone());
                let come = self.missing.remove(dag);
                self.newest.insert(dag.clone(), newest.clone()) != Some(newest) || come
            }
            Fact::Airflow(AirflowFact::DagMissing { dag }) => {
                let had_runs = self.newest.remove(dag).is_some();
                self.missing.insert(dag.clone()) || had_runs
            }
            Fact::Airflow(AirflowFact::TasksListed { dag, .. }) => self.missing.remove(dag),
            Fact::Airflow(AirflowFact::TaskTold { dag, run, place, told }) => {
                self.entry(dag, run, place).hear(told);
                true
            }
            _ => false,
        };
        // Who answers changes what is waited for.
        told || dated || turned
    }

    pub(super) fn of(&self, params: &Params) -> Option<&OfTask> {
        let run = self.run(params)?;
        let is = |of: &&OfTask| of.is(&params.dag, run, &params.task) && of.place.map_index == params.map_index;
        self.of.iter().find(is)
    }

    /// The run that is named, or the newest one.
    pub(super) fn run<'a>(&'a self, params: &'a Params) -> Option<&'a str> {
        params.run.as_deref().or_else(|| self.newest.get(&params.dag)?.as_deref())
    }

    /// There is no such DAG.
    pub(super) fn has_no_dag(&self, params: &Params) -> bool {
        params.run.is_none() && self.missing.contains(&params.dag)
    }

    /// The DAG has no run at all.
    pub(super) fn has_no_run(&self, params: &Params) -> bool {
        params.run.is_none() && self.newest.get(&params.dag) == Some(&None)
    }

    /// Puts it last.
    fn entry(&mut self, dag: &str, run: &str, place: &TaskPlace) -> &mut OfTask {
        let known = self.of.iter().position(|of| of.is(dag, run, &place.task_id) && of.place == *place);
        let of = match known {
            Some(at) => self.of.remove(at),
            None => OfTask::new(dag, run, place),
        };
        self.of.push(of);
        if self.of.len() > TASKS {
            self.of.remove(0);
        }
        let last = self.of.len() - 1;
        &mut self.of[last]
    }
}

impl OfTask {
    fn new(dag: &str, run: &str, place: &TaskPlace) -> Self {
        Self {
            dag: dag.to_owned(),
            run: run.to_owned(),
            place: place.clone(),
            missing: false,
            instance: None,
            tries: None,
            logs: BTreeMap::new(),
            xcoms: None,
            events: None,
        }
    }

    fn is(&self, dag: &str, run: &str, task: &str) -> bool {
        self.dag == dag && self.run == run && self.place.task_id == task
    }

    fn hear(&mut self, told: &TaskTold) {
        match told {
            TaskTold::Missing => *self = Self { missing: true, ..Self::new(&self.dag, &self.run, &self.place) },
            TaskTold::Instance(seen) => (self.missing, self.instance) = (false, Some((**seen).clone())),
            TaskTold::Tries(tries) => self.tries = Some(tries.clone()),
            TaskTold::Log(log) => {
                self.logs.entry(log.try_number).or_default().hear(log);
                while self.logs.len() > LOGS {
                    self.logs.pop_first();
                }
            }
            TaskTold::XComs(xcoms) => self.xcoms = Some(xcoms.clone()),
            TaskTold::Events { events, more } => self.events = Some((events.clone(), *more)),
        }
    }
}

impl LogKept {
    fn hear(&mut self, log: &LogSeen) {
        let end = self.first.saturating_add(self.entries.len() as u64);
        if log.anew || log.from < self.first || log.from > end {
            self.entries.clear();
            self.first = log.from;
        }
        self.entries.truncate(usize::try_from(log.from - self.first).unwrap_or(usize::MAX));
        self.entries.extend(log.entries.iter().cloned());
        let mut bytes: usize = self.entries.iter().map(EntrySeen::size).sum();
        while self.entries.len() > 1 && (self.entries.len() > LOG_ENTRIES || bytes > LOG_BYTES) {
            bytes -= self.entries.pop_front().map_or(0, |gone| gone.size());
            self.first = self.first.saturating_add(1);
        }
        self.finished = log.finished;
        self.unread.clone_from(&log.unread);
        self.error.clone_from(&log.error);
        self.sources.clone_from(&log.sources);
    }
}
