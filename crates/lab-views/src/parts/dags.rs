//! Airflow's DAGs, the files that it cannot import, and the newest runs of all DAGs.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Fact, Observation,
    facts::{
        airflow::{AirflowFact, DagSeen, ImportErrorSeen, RunNamed, WARM_UP},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

/// What was said of them since the lab was started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Dags {
    /// By id; of those that are listed.
    pub(crate) all: BTreeMap<String, DagSeen>,
    /// Ids that were listed; none before.
    listed: Option<BTreeSet<String>>,
    /// How many there are in all.
    total: u64,
    /// None before they were told.
    pub(crate) errors: Option<Vec<ImportErrorSeen>>,
    /// The newest first; none before they were told.
    pub(crate) runs: Option<Vec<RunNamed>>,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A DAG appeared.
    Added(String),
    /// A DAG's file is gone, or no longer defines it.
    Stale(String),
    /// It defines it again.
    Back(String),
    /// A DAG is paused, or no longer.
    Paused(String, bool),
    /// A DAG has a newer version.
    Version(String, u32),
    /// A file cannot be imported, or fails otherwise than before.
    Broken(ImportErrorSeen),
    /// A file can be imported again, or is gone.
    Mended(String),
    /// A run was made, or came into another state.
    Run(RunNamed),
}

impl Dags {
    /// Folds one observation in; none if it is about none of them. The warm-up DAG is among them and tells no change.
    pub(crate) fn apply(&mut self, observation: &Observation) -> Option<Vec<Change>> {
        let fact = match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted: false, .. }) => {
                *self = Self::default();
                return Some(Vec::new());
            }
            Fact::Airflow(fact) => fact,
            _ => return None,
        };
        let changes = match fact {
            AirflowFact::DagsListed { dags, total } => {
                self.list(dags, *total);
                Vec::new()
            }
            AirflowFact::DagDescribed { dag } => self.describe(dag),
            AirflowFact::ImportErrorsListed { errors, .. } => self.find_errors(errors),
            AirflowFact::NewestRunsListed { runs } => self.list_runs(runs),
            _ => return None,
        };
        Some(changes.into_iter().filter(|change| change.dag() != Some(WARM_UP)).collect())
    }

    /// Whether the DAGs were listed.
    pub(crate) fn known(&self) -> bool {
        self.listed.is_some()
    }

    /// There are more than were listed.
    pub(crate) fn more(&self) -> bool {
        self.listed.as_ref().is_some_and(|listed| (listed.len() as u64) < self.total)
    }

    /// Whether there is a DAG of this id; none if that is not known.
    pub(crate) fn exists(&self, dag: &str) -> Option<bool> {
        match &self.listed {
            Some(listed) if listed.contains(dag) => Some(true),
            Some(_) if !self.more() => Some(false),
            _ => None,
        }
    }

    /// Those of people, by id.
    pub(crate) fn of_people(&self) -> impl Iterator<Item = &DagSeen> {
        self.all.values().filter(|dag| dag.dag_id != WARM_UP)
    }

    /// The newest run of a DAG, if it is among the newest of all.
    pub(crate) fn newest_run(&self, dag: &str) -> Option<&RunNamed> {
        self.runs.iter().flatten().find(|run| run.dag_id == dag)
    }

    fn list(&mut self, dags: &[String], total: u64) {
        let listed: BTreeSet<String> = dags.iter().cloned().collect();
        self.all.retain(|dag, _| listed.contains(dag));
        self.listed = Some(listed);
        self.total = total;
    }

    /// Those that are there when Airflow is first asked are no news.
    fn describe(&mut self, dag: &DagSeen) -> Vec<Change> {
        let id = || dag.dag_id.clone();
        let before = self.all.insert(id(), dag.clone());
        let Some(before) = before else {
            let is_new = self.listed.as_ref().is_some_and(|listed| !listed.contains(&dag.dag_id));
            return if is_new { vec![Change::Added(id())] } else { Vec::new() };
        };
        let mut changes = Vec::new();
        if before.is_stale != dag.is_stale {
            changes.push(if dag.is_stale { Change::Stale(id()) } else { Change::Back(id()) });
        }
        if before.is_paused != dag.is_paused {
            changes.push(Change::Paused(id(), dag.is_paused));
        }
        if let (Some(before), Some(now)) = (before.version_number, dag.version_number)
            && now > before
        {
            changes.push(Change::Version(id(), now));
        }
        changes
    }

    fn find_errors(&mut self, now: &[ImportErrorSeen]) -> Vec<Change> {
        let before = self.errors.replace(now.to_vec());
        let told = |errors: &[ImportErrorSeen], error: &ImportErrorSeen| {
            errors
                .iter()
                .any(|other| (&other.filename, other.line, &other.error) == (&error.filename, error.line, &error.error))
        };
        let known = before.as_deref().unwrap_or_default();
        let broken = now.iter().filter(|error| !told(known, error)).cloned().map(Change::Broken);
        let is_broken = |file: &str| now.iter().any(|error| error.filename == file);
        let mended = known.iter().filter(|error| !is_broken(&error.filename));
        let mut files: Vec<&String> = mended.map(|error| &error.filename).collect();
        files.dedup();
        files.into_iter().cloned().map(Change::Mended).chain(broken).collect()
    }

    fn list_runs(&mut self, now: &[RunNamed]) -> Vec<Change> {
        let Some(before) = self.runs.replace(now.to_vec()) else { return Vec::new() };
        // The oldest is told first.
        now.iter().rev().filter(|run| !before.contains(run)).cloned().map(Change::Run).collect()
    }
}

impl Change {
    /// The DAG it is about.
    fn dag(&self) -> Option<&str> {
        match self {
            Self::Added(dag) | Self::Stale(dag) | Self::Back(dag) => Some(dag),
            Self::Paused(dag, _) | Self::Version(dag, _) => Some(dag),
            Self::Run(run) => Some(&run.dag_id),
            Self::Broken(_) | Self::Mended(_) => None,
        }
    }
}
