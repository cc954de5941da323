//! `airflow.unpause`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope, names::check_dag, switch};

/// Lets a paused DAG go on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Unpause {
    /// The DAG's id.
    #[schemars(length(min = 1, max = 250))]
    dag: String,
}

impl Verb<Actions> for Unpause {
    const NAME: &'static str = "airflow.unpause";
    const TITLE: &'static str = "Unpause a DAG";
    const SAYS: &'static str = "The scheduler starts runs of the DAG again, and tasks of runs that waited.";

    fn check(&self) -> Result<(), String> {
        check_dag(&self.dag)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.airflow(&["dags", "unpause", &self.dag])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let changed = switch::set(scope, &self.dag, false).await?;
        Ok(format!("{} {}", self.dag, if changed { "is no longer paused" } else { "was not paused" }))
    }
}
