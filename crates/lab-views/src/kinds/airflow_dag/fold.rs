//! What is remembered of DAGs: how they are drawn, their runs, and what reasons rest on, each with when it was heard.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Millis, Observation,
    facts::{
        airflow::{
            AirflowFact, ComponentSeen, DagLimits, DependencySeen, StructureSeen, TaskInstanceSeen, TaskPlace, TaskRule,
        },
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{
    airflows,
    clock::Clock,
    dags::Dags,
    nodes::Nodes,
    runs::Runs,
    slots::{Slots, Told, renew},
    sources::Sources,
};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) clock: Clock,
    pub(super) dags: Dags,
    pub(super) runs: Runs,
    pub(super) slots: Slots,
    /// By DAG.
    pub(super) drawn: BTreeMap<String, Drawn>,
    /// By DAG, when it became as it is.
    pub(super) described: BTreeMap<String, Millis>,
    /// By name.
    pub(super) components: BTreeMap<String, Told<ComponentSeen>>,
    /// The newest time that Airflow told of itself, by its clock, Unix milliseconds.
    pub(super) now: Option<i64>,
}

/// What was said of one DAG beside its tasks and runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Drawn {
    /// Why not, where it could not be read; none before it was told.
    pub(super) structure: Option<Result<StructureSeen, String>>,
    pub(super) limits: Option<Told<DagLimits>>,
    /// By task.
    pub(super) rules: BTreeMap<String, TaskRule>,
    /// Of which run, and the time before which it does not begin.
    pub(super) run_after: Option<(String, Told<Option<i64>>)>,
    /// When the list of runs became as it is.
    pub(super) runs_at: Option<Millis>,
    /// By run.
    pub(super) heard: BTreeMap<String, OfTasks>,
}

/// By task, then by map index.
pub(super) type OfTasks = BTreeMap<String, BTreeMap<i32, OfInstance>>;

/// What was said of a task instance beside what it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct OfInstance {
    /// When it became as it is.
    pub(super) heard_at: Millis,
    /// What stands in its way as it is now; none before Airflow said it.
    pub(super) dependencies: Option<Told<Vec<DependencySeen>>>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        self.hear(observation);
        let turned = airflows::apply(&mut self.nodes, &mut self.sources, observation);
        let dated = self.clock.apply(observation);
        let listed = self.dags.apply(observation).is_some();
        let told = self.runs.apply(observation);
        let held = self.slots.apply(observation);
        told || listed || dated || turned || held || matches!(observation.fact, Fact::Airflow(_))
    }

    /// Before the parts take it in, for it is compared with what they know.
    fn hear(&mut self, observation: &Observation) {
        let at = observation.heard_at;
        match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted: false, .. }) => {
                self.drawn.clear();
                self.described.clear();
                self.components.clear();
                self.now = None;
            }
            Fact::Airflow(AirflowFact::HealthTold { components, .. }) => self.hear_health(components, observation),
            Fact::Airflow(AirflowFact::DagDescribed { dag }) => {
                let known = self.dags.all.get(&dag.dag_id);
                let same =
                    known.is_some_and(|known| (known.is_paused, known.is_stale) == (dag.is_paused, dag.is_stale));
                if !same {
                    self.described.insert(dag.dag_id.clone(), at);
                }
            }
            Fact::Airflow(AirflowFact::DagsListed { dags, .. }) => self.described.retain(|dag, _| dags.contains(dag)),
            Fact::Airflow(fact) => self.hear_of_dag(fact, at),
            _ => {}
        }
    }

    fn hear_health(&mut self, components: &[ComponentSeen], observation: &Observation) {
        self.now = observation.said_at.or(self.now);
        let known = std::mem::take(&mut self.components);
        for component in components {
            // A heart that beats does not make its health any newer.
            let same = known.get(&component.name).filter(|known| known.said.status == component.status);
            let heard_at = same.map_or(observation.heard_at, |known| known.heard_at);
            self.components.insert(component.name.clone(), Told { heard_at, said: component.clone() });
        }
    }

    fn hear_of_dag(&mut self, fact: &AirflowFact, at: Millis) {
        match fact {
            AirflowFact::StructureTold { dag, structure } => self.of(dag).structure = Some(Ok(structure.clone())),
            AirflowFact::StructureUntold { dag, why } => self.of(dag).structure = Some(Err(why.clone())),
            AirflowFact::LimitsTold { dag, limits } => renew(&mut self.of(dag).limits, at, *limits),
            AirflowFact::TaskRulesListed { dag, rules } => {
                self.of(dag).rules = rules.iter().map(|rule| (rule.task_id.clone(), rule.clone())).collect();
            }
            AirflowFact::RunAfterTold { dag, run, run_after } => {
                let of = self.of(dag);
                let mut told = of.run_after.take().filter(|(known, _)| known == run).map(|(_, told)| told);
                renew(&mut told, at, *run_after);
                of.run_after = told.map(|told| (run.clone(), told));
            }
            AirflowFact::DependenciesTold { dag, run, told } => {
                let heard = self.of(dag).heard.entry(run.clone()).or_default();
                for of in told {
                    let TaskPlace { task_id, map_index } = &of.place;
                    let known = heard.entry(task_id.clone()).or_default().entry(*map_index).or_default();
                    renew(&mut known.dependencies, at, of.dependencies.clone());
                }
            }
            AirflowFact::RunsListed { dag, runs, .. } => {
                let before = self.runs.of(dag).and_then(|of| of.runs.as_ref());
                let same = before == Some(runs);
                let of = self.of(dag);
                of.heard.retain(|run, _| runs.iter().any(|listed| listed.dag_run_id == *run));
                if !same {
                    of.runs_at = Some(at);
                }
            }
            AirflowFact::DagMissing { dag } => {
                self.drawn.remove(dag);
            }
            AirflowFact::TaskInstancesSeen { dag, run, instances, gone, all, .. } => {
                self.hear_instances((dag, run), (instances, gone, *all), at);
            }
            _ => {}
        }
    }

    /// What was said of an instance counts until it is another.
    fn hear_instances(
        &mut self,
        (dag, run): (&str, &str),
        (instances, gone, all): (&[TaskInstanceSeen], &[TaskPlace], bool),
        at: Millis,
    ) {
        let now: BTreeMap<&TaskPlace, &TaskInstanceSeen> =
            instances.iter().map(|instance| (&instance.place, instance)).collect();
        let before = self.runs.of(dag).and_then(|of| of.instances.get(run)).cloned().unwrap_or_default();
        let heard = self.of(dag).heard.entry(run.to_owned()).or_default();
        if all {
            heard.retain(|task, of_task| {
                of_task.retain(|index, _| now.contains_key(&TaskPlace { task_id: task.clone(), map_index: *index }));
                !of_task.is_empty()
            });
        }
        for place in gone.iter().filter(|place| !now.contains_key(place)) {
            if let Some(of_task) = heard.get_mut(&place.task_id) {
                of_task.remove(&place.map_index);
            }
        }
        for (place, instance) in now {
            let known = before.get(&place.task_id).and_then(|of_task| of_task.get(&place.map_index));
            if known != Some(instance) {
                let of_task = heard.entry(place.task_id.clone()).or_default();
                of_task.insert(place.map_index, OfInstance { heard_at: at, dependencies: None });
            }
        }
    }

    fn of(&mut self, dag: &str) -> &mut Drawn {
        self.drawn.entry(dag.to_owned()).or_default()
    }
}

impl Drawn {
    /// What was said of an instance beside what it is.
    pub(super) fn heard(&self, run: &str, task: &str, map_index: i32) -> Option<&OfInstance> {
        self.heard.get(run)?.get(task)?.get(&map_index)
    }
}
