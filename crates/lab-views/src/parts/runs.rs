//! What was said of DAGs one by one: their tasks, their newest runs, and the task instances in them.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Fact, Observation,
    facts::{
        airflow::{AirflowFact, RunSeen, TaskInstanceSeen, TaskPlace, TaskSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

/// By DAG.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Runs(BTreeMap<String, OfDag>);

/// What was said of one DAG.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfDag {
    /// When it was last asked for, there was none.
    pub(crate) missing: bool,
    /// As it is written now; none before they were told.
    pub(crate) tasks: Option<Vec<TaskSeen>>,
    /// The newest first; none before they were told.
    pub(crate) runs: Option<Vec<RunSeen>>,
    /// How many runs there are in all.
    pub(crate) total: u64,
    /// By run; of those that are listed. A run whose instances were not told has none.
    pub(crate) instances: BTreeMap<String, Instances>,
    /// Runs that have more instances than were read.
    #[serde(default)]
    pub(crate) cut: BTreeSet<String>,
    /// Runs whose instances are being read for the first time: how many were read by now, and of how many.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) reading: BTreeMap<String, (u64, u64)>,
}

/// The task instances of one run: by task, then by map index.
pub(crate) type Instances = BTreeMap<String, BTreeMap<i32, TaskInstanceSeen>>;

impl Runs {
    /// Folds one observation in; tells whether it was about them.
    pub(crate) fn apply(&mut self, observation: &Observation) -> bool {
        match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted, .. }) => {
                if !adopted {
                    self.0.clear();
                }
                true
            }
            Fact::Airflow(fact) => self.hear(fact),
            _ => false,
        }
    }

    /// What was said of a DAG.
    pub(crate) fn of(&self, dag: &str) -> Option<&OfDag> {
        self.0.get(dag)
    }

    fn hear(&mut self, fact: &AirflowFact) -> bool {
        match fact {
            AirflowFact::TasksListed { dag, tasks } => {
                let of = self.0.entry(dag.clone()).or_default();
                (of.missing, of.tasks) = (false, Some(tasks.clone()));
            }
            AirflowFact::DagMissing { dag } => {
                self.0.insert(dag.clone(), OfDag { missing: true, ..OfDag::default() });
            }
            AirflowFact::RunsListed { dag, runs, total } => {
                let of = self.0.entry(dag.clone()).or_default();
                let listed = |known: &String| runs.iter().any(|run| run.dag_run_id == *known);
                of.instances.retain(|known, _| listed(known));
                of.cut.retain(listed);
                of.reading.retain(|known, _| listed(known));
                (of.missing, of.runs, of.total) = (false, Some(runs.clone()), *total);
            }
            AirflowFact::TaskInstancesSeen { dag, run, instances, gone, all, more } => {
                let of = self.0.entry(dag.clone()).or_default();
                if *more {
                    of.cut.insert(run.clone())
                } else {
                    of.cut.remove(run)
                };
                of.reading.remove(run);
                let known = of.instances.entry(run.clone()).or_default();
                if *all {
                    known.clear();
                }
                change(known, instances, gone);
            }
            AirflowFact::InstancesBeingRead { dag, run, read, total } => {
                self.0.entry(dag.clone()).or_default().reading.insert(run.clone(), (*read, *total));
            }
            _ => return false,
        }
        true
    }
}

impl OfDag {
    /// Whether there is such a DAG, by the newest answer about it; `listed` is what the list of DAGs says. Its tasks are
    /// forgotten when it is said to be missing, and a file that was just written may be read between two answers.
    pub(crate) fn exists(&self, listed: Option<bool>) -> Option<bool> {
        match listed {
            _ if self.tasks.is_some() => Some(true),
            Some(listed) => Some(listed),
            None => self.missing.then_some(false),
        }
    }

    /// Why not all tasks of a run are known; none if they are.
    pub(crate) fn unread(&self, run: &str) -> Option<String> {
        match (self.instances.get(run), self.being_read(run)) {
            (None, Some(so_far)) => Some(format!("they are being read, {so_far}")),
            (None, None) => Some("Airflow has not told the tasks of this run yet".to_owned()),
            (Some(_), _) if self.cut.contains(run) => Some("this run has more tasks than Pipewright reads".to_owned()),
            (Some(_), _) => None,
        }
    }

    /// How far the first reading of a run's instances is, if it has begun: `300 of 1000 task instances by now`.
    pub(crate) fn being_read(&self, run: &str) -> Option<String> {
        let (read, total) = self.reading.get(run)?;
        Some(format!("{read} of {total} task instances by now"))
    }
}

fn change(known: &mut Instances, instances: &[TaskInstanceSeen], gone: &[TaskPlace]) {
    for TaskPlace { task_id, map_index } in gone {
        if let Some(of_task) = known.get_mut(task_id) {
            of_task.remove(map_index);
        }
    }
    for instance in instances {
        let TaskPlace { task_id, map_index } = &instance.place;
        known.entry(task_id.clone()).or_default().insert(*map_index, instance.clone());
    }
    known.retain(|_, of_task| !of_task.is_empty());
}
