//! `airflow.retry`

use lab_model::Problem;
use lab_probe::action::{Verb, failed};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    clearing::{Clearing, task_ids, told},
    instances::{self, Instance},
    names::{check_dag, check_map_index, check_run, check_task},
    refused::RUNS,
    scope::NEWEST,
};
use crate::{
    ask,
    rest::{Failure, Rest},
};

/// States of a task that failed, or that did not run because one before it failed.
const FAILED: [&str; 2] = ["failed", "upstream_failed"];

/// Tries a failed task again.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Retry {
    /// The DAG's id.
    #[schemars(length(min = 1, max = 250))]
    dag: String,
    /// The run's id; without it the DAG's newest run.
    #[serde(default)]
    #[schemars(length(min = 1, max = 250))]
    run: Option<String>,
    /// The task's id.
    #[schemars(length(min = 1, max = 250))]
    task: String,
    /// The one instance of a mapped task; without it all of them.
    #[serde(default)]
    #[schemars(range(min = 0))]
    map_index: Option<i32>,
}

impl Retry {
    fn run_id(&self) -> &str {
        self.run.as_deref().unwrap_or(NEWEST)
    }

    fn clearing(&self) -> Clearing<'_> {
        let tasks = Some(task_ids(&self.task, self.map_index));
        Clearing { dag: &self.dag, run: self.run_id(), tasks, only_failed: false, downstream: true }
    }

    /// How the task is, and what clearing it would clear.
    async fn look(&self, rest: &mut Rest) -> Result<(Vec<Instance>, Vec<Instance>), Failure> {
        let now = instances::of_task(rest, &self.dag, self.run_id(), &self.task, self.map_index).await?;
        let planned = if now.is_empty() { Vec::new() } else { self.clearing().planned(rest).await? };
        Ok((now, planned))
    }
}

impl Verb<Actions> for Retry {
    const NAME: &'static str = "airflow.retry";
    const TITLE: &'static str = "Try a failed task again";
    const SAYS: &'static str = "Clears a failed task and all tasks after it, so that they run again.";

    fn check(&self) -> Result<(), String> {
        check_dag(&self.dag)?;
        self.run.as_deref().map_or(Ok(()), check_run)?;
        check_task(&self.task)?;
        check_map_index(self.map_index)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let clearing = self.clearing();
        place.request("POST", &clearing.path(), Some(&clearing.body(false)))
    }

    async fn run(mut self, scope: &Scope) -> Result<String, Problem> {
        self.run = Some(scope.run_meant(&self.dag, self.run).await?);
        let doing = format!("try {} of run {} again", self.task, self.run_id());
        let mut rest = scope.rest();
        let looked = scope.or_cancelled(&doing, self.look(&mut rest)).await?;
        let (now, planned) = looked.map_err(|failure| RUNS.on(&doing, &rest, &failure))?;
        if now.is_empty() {
            return Err(instances::no_task(&self.dag, self.run_id(), &self.task, self.map_index));
        }
        let failed = |one: &Instance| one.state.as_deref().is_some_and(|state| FAILED.contains(&state));
        if !now.iter().any(failed) {
            let state = now[0].state.as_deref().unwrap_or("without a state");
            return Err(failed::not_now(
                &format!("{} of run {} has not failed: it is {state}", self.task, self.run_id()),
                "Tasks that ended otherwise run again after airflow.clear.",
            ));
        }
        let what = told(&planned, self.run_id(), &self.dag);
        scope.report(&format!("Clearing {what}"));
        let cleared = async {
            self.clearing().clear(&mut rest, &planned).await?;
            ask::run(&mut rest, &self.dag, self.run_id()).await
        };
        let run: Result<_, Failure> = scope.or_cancelled(&doing, cleared).await?;
        let run = run.map_err(|failure| RUNS.on(&doing, &rest, &failure))?;
        Ok(format!("cleared {what}; the run is {}", run.state))
    }
}
