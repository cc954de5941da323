//! `airflow.delete_variable`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    variables::{self, check_key},
};

/// Takes a Variable away.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteVariable {
    /// Its key.
    #[schemars(length(min = 1, max = 250))]
    key: String,
}

impl Verb<Actions> for DeleteVariable {
    const NAME: &'static str = "airflow.delete_variable";
    const TITLE: &'static str = "Delete a Variable";
    const SAYS: &'static str = "Takes a Variable away: tasks that ask for it fail from now on.";
    const DANGEROUS: bool = true;

    fn check(&self) -> Result<(), String> {
        check_key(&self.key)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.airflow_of(&["variables", "delete"], &[&self.key])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let what = format!("variable {}", self.key);
        variables::kept(&self.key).delete(scope, &what, variables::ADVICE).await
    }
}
