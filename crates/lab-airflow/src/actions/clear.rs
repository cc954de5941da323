//! `airflow.clear`

use lab_model::Problem;
use lab_probe::action::{Verb, failed};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    Actions, ByHand, Scope,
    clearing::{Clearing, task_ids, told},
    names::{check_dag, check_map_index, check_run, check_task},
    refused::RUNS,
};
use crate::{ask, rest::Failure};

/// Tasks that may be named at once.
const MOST: usize = 100;

/// Clears task instances of a run.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Clear {
    /// The DAG's id.
    #[schemars(length(min = 1, max = 250))]
    dag: String,
    /// The run's id.
    #[schemars(length(min = 1, max = 250))]
    run: String,
    /// The tasks; without them all of the run.
    #[serde(default)]
    #[schemars(length(max = 100), example = json!(["extract"]))]
    tasks: Vec<String>,
    /// The one instance of a mapped task; with exactly one task.
    #[serde(default)]
    #[schemars(range(min = 0))]
    map_index: Option<i32>,
    /// Only those that failed, or did not run because one before them failed.
    #[serde(default)]
    only_failed: bool,
    /// Also the tasks after them.
    #[serde(default)]
    downstream: bool,
    /// Only says which ones it would clear.
    #[serde(default)]
    dry_run: bool,
}

impl Clear {
    fn clearing(&self) -> Clearing<'_> {
        let tasks = match (self.tasks.as_slice(), self.map_index) {
            ([], _) => None,
            ([task], index) => Some(task_ids(task, index)),
            (tasks, _) => Some(json!(tasks)),
        };
        let (only_failed, downstream) = (self.only_failed, self.downstream);
        Clearing { dag: &self.dag, run: &self.run, tasks, only_failed, downstream }
    }
}

impl Verb<Actions> for Clear {
    const NAME: &'static str = "airflow.clear";
    const TITLE: &'static str = "Clear tasks";
    const SAYS: &'static str =
        "Tasks of a run are to run again: Airflow forgets how they ended, and keeps their tries.";

    fn check(&self) -> Result<(), String> {
        check_dag(&self.dag)?;
        check_run(&self.run)?;
        check_map_index(self.map_index)?;
        self.tasks.iter().try_for_each(|task| check_task(task))?;
        if self.tasks.len() > MOST {
            return Err(format!("`tasks` must be at most {MOST}"));
        }
        if self.downstream && self.tasks.is_empty() {
            return Err("`downstream` is for `tasks`: without them all tasks of the run are cleared".into());
        }
        if self.map_index.is_some() && self.tasks.len() != 1 {
            return Err("`map_index` is for exactly one of `tasks`".into());
        }
        Ok(())
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        if self.tasks.is_empty() && !self.dry_run {
            let run = format!("--run-id={}", self.run);
            let mut words = vec!["dags", "clear", "--yes", &run];
            words.extend(self.only_failed.then_some("--only-failed"));
            return vec![place.airflow_of(&words, &[&self.dag])];
        }
        let clearing = self.clearing();
        place.request("POST", &clearing.path(), Some(&clearing.body(self.dry_run)))
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("clear run {} of {}", self.run, self.dag);
        let (mut rest, clearing) = (scope.rest(), self.clearing());
        let planned = scope.or_cancelled(&doing, clearing.planned(&mut rest)).await?;
        let planned = planned.map_err(|failure| RUNS.on(&doing, &rest, &failure))?;
        let what = told(&planned, &self.run, &self.dag);
        if planned.is_empty() {
            let failed = if self.only_failed { " that failed" } else { "" };
            return Err(failed::not_now(
                &format!("Run {} of {} has no such task instance{failed}: nothing is cleared", self.run, self.dag),
                "Look at the tasks of the run, and how they ended.",
            ));
        }
        if self.dry_run {
            return Ok(format!("would clear {what}"));
        }
        scope.report(&format!("Clearing {what}"));
        let cleared = async {
            clearing.clear(&mut rest, &planned).await?;
            ask::run(&mut rest, &self.dag, &self.run).await
        };
        let run: Result<_, Failure> = scope.or_cancelled(&doing, cleared).await?;
        let run = run.map_err(|failure| RUNS.on(&doing, &rest, &failure))?;
        Ok(format!("cleared {what}; the run is {}", run.state))
    }
}
