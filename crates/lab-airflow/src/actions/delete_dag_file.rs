//! `airflow.delete_dag_file`

use lab_model::Problem;
use lab_probe::action::{Verb, failed};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    names::check_file,
    parsed::{self, FileSeen},
};
use crate::{error, rest::Failure};

/// Removes a file from the DAGs folder.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteDagFile {
    /// The file's name, like `hello.py`.
    #[schemars(length(min = 4, max = 100))]
    file: String,
}

impl Verb<Actions> for DeleteDagFile {
    const NAME: &'static str = "airflow.delete_dag_file";
    const TITLE: &'static str = "Delete a DAG file";
    const SAYS: &'static str =
        "Removes a file from the DAGs folder, and waits until its DAGs are stale. Their runs stay in the database.";
    const DANGEROUS: bool = true;

    fn check(&self) -> Result<(), String> {
        check_file(&self.file)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.remove(&self.file)]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let file = &self.file;
        if !scope.files.remove(file).await? {
            let hint = "Look at the list of DAGs: each names its file.";
            return Err(failed::not_now(&format!("There is no file {file} in the DAGs folder"), hint));
        }
        let doing = format!("notice that {file} is gone");
        scope.report(&format!("Airflow notices that {file} is gone"));
        let mut rest = scope.rest();
        let gone: Result<Option<FileSeen>, Failure> = scope.or_cancelled(&doing, parsed::gone(&mut rest, file)).await?;
        match gone.map_err(|failure| error::asking(&doing, rest.node(), &failure))? {
            Some(seen) if seen.dags.is_empty() => Ok(format!("{file} is gone")),
            Some(seen) => {
                let stale: Vec<&str> = seen.dags.iter().map(|dag| dag.dag_id.as_str()).collect();
                Ok(format!("{file} is gone; stale now: {}", stale.join(", ")))
            }
            None => Err(error::timed_out(&format!("for Airflow to {doing}"), parsed::NOTICED)),
        }
    }
}
