//! `airflow.delete_pool`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    pools::{self, DEFAULT, check_pool},
};

/// Takes a pool away.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeletePool {
    /// Its name.
    #[schemars(length(min = 1, max = 256))]
    name: String,
}

impl Verb<Actions> for DeletePool {
    const NAME: &'static str = "airflow.delete_pool";
    const TITLE: &'static str = "Delete a pool";
    const SAYS: &'static str = "Takes a pool away: tasks that name it wait until there is one again.";
    const DANGEROUS: bool = true;

    fn check(&self) -> Result<(), String> {
        if self.name == DEFAULT {
            return Err(format!("`name` must be another one: Airflow keeps {DEFAULT}"));
        }
        check_pool(&self.name)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.airflow_of(&["pools", "delete"], &[&self.name])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let what = format!("pool {}", self.name);
        pools::kept(&self.name).delete(scope, &what, pools::ADVICE).await
    }
}
