//! What is remembered of Airflow's components: their health, the jobs behind them, and the runs of the warm-up DAG.

use lab_model::{
    Fact, Observation,
    facts::{
        airflow::{AirflowFact, ComponentSeen, JobSeen, RunSeen, WARM_UP},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{clock::Clock, nodes::Nodes, sources::Sources};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) clock: Clock,
    pub(super) version: Option<String>,
    pub(super) components: Vec<ComponentSeen>,
    /// Those that are alive; none before they were told.
    pub(super) jobs: Option<Vec<JobSeen>>,
    /// Runs of the warm-up DAG; none before they were told.
    warm_ups: Option<Vec<RunSeen>>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let container = self.nodes.apply(observation).is_some();
        self.sources.apply(observation);
        self.clock.apply(observation);
        match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted, .. }) => {
                if !adopted {
                    (self.version, self.jobs, self.warm_ups) = (None, None, None);
                    self.components.clear();
                }
            }
            Fact::Airflow(AirflowFact::HealthTold { version, components }) => {
                self.version.clone_from(version);
                self.components.clone_from(components);
            }
            Fact::Airflow(AirflowFact::JobsListed { jobs }) => self.jobs = Some(jobs.clone()),
            Fact::Airflow(AirflowFact::RunsListed { dag, runs, .. }) if dag == WARM_UP => {
                self.warm_ups = Some(runs.clone());
            }
            Fact::Airflow(AirflowFact::DagMissing { dag }) if dag == WARM_UP => self.warm_ups = Some(Vec::new()),
            _ => return container || Sources::concerns(observation),
        }
        true
    }

    /// When the newest of the jobs of that type that are alive was started.
    pub(super) fn job(&self, job_type: &str) -> Option<&JobSeen> {
        let of_type = self.jobs.iter().flatten().filter(|job| job.job_type == job_type);
        of_type.max_by_key(|job| job.started_at)
    }

    /// Runs of the warm-up DAG that failed after the scheduler was started.
    pub(super) fn cold(&self) -> usize {
        let started = self.job("SchedulerJob").and_then(|job| job.started_at);
        let runs = self.warm_ups.iter().flatten();
        runs.filter(|run| run.state == "failed" && started.is_some() && run.ended_at > started).count()
    }

    /// Whether a run of the warm-up DAG ended well after the scheduler was started. Without a scheduler nothing is warm.
    pub(super) fn warm(&self) -> Option<bool> {
        self.jobs.as_ref()?;
        let runs = self.warm_ups.as_ref()?;
        let Some(started) = self.job("SchedulerJob").and_then(|job| job.started_at) else { return Some(false) };
        Some(runs.iter().any(|run| run.state == "success" && run.ended_at.is_some_and(|ended| ended > started)))
    }
}
