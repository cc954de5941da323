//! `airflow.delete_connection`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    connections::{self, check_connection},
};

/// Takes a connection away.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteConnection {
    /// Its id.
    #[schemars(length(min = 1, max = 200))]
    connection_id: String,
}

impl Verb<Actions> for DeleteConnection {
    const NAME: &'static str = "airflow.delete_connection";
    const TITLE: &'static str = "Delete a connection";
    const SAYS: &'static str = "Takes a connection away, with its password: tasks that use it fail from now on.";
    const DANGEROUS: bool = true;

    fn check(&self) -> Result<(), String> {
        check_connection(&self.connection_id)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.airflow_of(&["connections", "delete"], &[&self.connection_id])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let what = format!("connection {}", self.connection_id);
        connections::kept(&self.connection_id).delete(scope, &what, connections::ADVICE).await
    }
}
