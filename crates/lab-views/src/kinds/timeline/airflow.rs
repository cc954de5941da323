//! Changes of Airflow: its components, its DAGs and their files, and runs.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Observation,
    facts::{
        airflow::{AirflowFact, ComponentSeen, RunNamed},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::{change::Change, model::Mood};
use crate::parts::{
    dags::{Change as DagChange, Dags},
    words::{brief, short},
};

/// How things were, as far as entries depend on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Airflow {
    dags: Dags,
    /// The status of each component.
    components: BTreeMap<String, Option<String>>,
}

impl Airflow {
    /// Folds one observation in; tells what changed.
    pub(super) fn apply(&mut self, observation: &Observation) -> Vec<Change> {
        let changes = self.dags.apply(observation).unwrap_or_default();
        let changes = changes.into_iter().map(told).collect();
        match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted: false, .. }) => self.components.clear(),
            Fact::Airflow(AirflowFact::HealthTold { components, .. }) => {
                return components.iter().filter_map(|component| self.turned(component)).collect();
            }
            _ => {}
        }
        changes
    }

    /// One that was never healthy is only starting.
    fn turned(&mut self, now: &ComponentSeen) -> Option<Change> {
        let is = |status: &Option<String>| status.as_deref() == Some("healthy");
        let before = self.components.insert(now.name.clone(), now.status.clone());
        let (was, is) = (before.as_ref().is_some_and(is), is(&now.status));
        if was == is || before.is_none() && !is {
            return None;
        }
        let status = now.status.as_deref().unwrap_or("not started");
        let mood = if is { Mood::Good } else { Mood::Bad };
        Some(Change { kind: "component", about: now.name.clone(), says: format!("{} is {status}", now.name), mood })
    }
}

fn told(change: DagChange) -> Change {
    let dag = |about: String, words: &str, mood| Change {
        kind: "dag",
        says: format!("DAG {} {words}", brief(&about)),
        about,
        mood,
    };
    match change {
        DagChange::Added(id) => dag(id, "was added", Mood::Plain),
        DagChange::Stale(id) => dag(id, "is stale: no file defines it any more", Mood::Ended),
        DagChange::Back(id) => dag(id, "is defined again", Mood::Good),
        DagChange::Paused(id, true) => dag(id, "is paused", Mood::Plain),
        DagChange::Paused(id, false) => dag(id, "is no longer paused", Mood::Plain),
        DagChange::Version(id, version) => dag(id, &format!("has version {version}"), Mood::Plain),
        DagChange::Broken(error) => {
            let line = error.line.map(|line| format!(", line {line}")).unwrap_or_default();
            let says = format!("{} cannot be imported{line}: {}", brief(&error.filename), short(&error.error, 120));
            Change { kind: "import_error", about: error.filename, says, mood: Mood::Bad }
        }
        DagChange::Mended(file) => {
            let says = format!("{} has no import error any more", brief(&file));
            Change { kind: "import_error", about: file, says, mood: Mood::Good }
        }
        DagChange::Run(run) => of_run(run),
    }
}

fn of_run(run: RunNamed) -> Change {
    let mood = match run.state.as_str() {
        "success" => Mood::Good,
        "failed" => Mood::Bad,
        _ => Mood::Plain,
    };
    let says = format!("run {} of {} is {}", brief(&run.dag_run_id), brief(&run.dag_id), run.state);
    Change { kind: "run", about: run.dag_id, says, mood }
}
