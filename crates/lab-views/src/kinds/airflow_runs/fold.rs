//! What is remembered of DAGs' tasks and runs.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Fact, Observation,
    facts::{
        airflow::{AirflowFact, RunSeen, TaskInstanceSeen, TaskPlace, TaskSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{clock::Clock, dags::Dags, nodes::Nodes, sources::Sources};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) clock: Clock,
    pub(super) dags: Dags,
    /// By DAG.
    pub(super) of: BTreeMap<String, OfDag>,
}

/// What was said of one DAG.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct OfDag {
    /// When it was last asked for, there was none.
    pub(super) missing: bool,
    /// As it is written now; none before they were told.
    pub(super) tasks: Option<Vec<TaskSeen>>,
    /// The newest first; none before they were told.
    pub(super) runs: Option<Vec<RunSeen>>,
    /// How many runs there are in all.
    pub(super) total: u64,
    /// By run; of those that are listed. A run whose instances were not told has none.
    pub(super) instances: BTreeMap<String, Instances>,
    /// Runs that have more instances than were read.
    #[serde(default)]
    pub(super) cut: BTreeSet<String>,
}

/// The task instances of one run: by task, then by map index.
pub(super) type Instances = BTreeMap<String, BTreeMap<i32, TaskInstanceSeen>>;

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        self.nodes.apply(observation);
        let turned = self.sources.apply(observation).is_some();
        let dated = self.clock.apply(observation);
        let listed = self.dags.apply(observation).is_some();
        let told = match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted, .. }) => {
                if !adopted {
                    self.of.clear();
                }
                true
            }
            Fact::Airflow(fact) => self.hear(fact),
            _ => false,
        };
        // Who answers changes what is waited for.
        told || listed || dated || turned
    }

    fn hear(&mut self, fact: &AirflowFact) -> bool {
        match fact {
            AirflowFact::TasksListed { dag, tasks } => {
                let of = self.of.entry(dag.clone()).or_default();
                (of.missing, of.tasks) = (false, Some(tasks.clone()));
            }
            AirflowFact::DagMissing { dag } => {
                self.of.insert(dag.clone(), OfDag { missing: true, ..OfDag::default() });
            }
            AirflowFact::RunsListed { dag, runs, total } => {
                let of = self.of.entry(dag.clone()).or_default();
                let listed = |known: &String| runs.iter().any(|run| run.dag_run_id == *known);
                of.instances.retain(|known, _| listed(known));
                of.cut.retain(listed);
                (of.missing, of.runs, of.total) = (false, Some(runs.clone()), *total);
            }
            AirflowFact::TaskInstancesSeen { dag, run, instances, gone, all, more } => {
                let of = self.of.entry(dag.clone()).or_default();
                if *more { of.cut.insert(run.clone()) } else { of.cut.remove(run) };
                let known = of.instances.entry(run.clone()).or_default();
                if *all {
                    known.clear();
                }
                change(known, instances, gone);
            }
            _ => return false,
        }
        true
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
