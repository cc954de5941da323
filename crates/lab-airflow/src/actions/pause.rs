//! `airflow.pause`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope, names::check_dag, switch};

/// Pauses a DAG.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Pause {
    /// The DAG's id.
    #[schemars(length(min = 1, max = 250))]
    dag: String,
}

impl Verb<Actions> for Pause {
    const NAME: &'static str = "airflow.pause";
    const TITLE: &'static str = "Pause a DAG";
    const SAYS: &'static str = "The scheduler starts no more runs of the DAG, and no more tasks of its runs.";

    fn check(&self) -> Result<(), String> {
        check_dag(&self.dag)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.airflow(&["dags", "pause", &self.dag])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let changed = switch::set(scope, &self.dag, true).await?;
        Ok(format!("{} {}", self.dag, if changed { "is paused" } else { "was paused already" }))
    }
}
