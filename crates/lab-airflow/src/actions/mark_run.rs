//! `airflow.mark_run`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Actions, ByHand, Scope,
    again::Tries,
    names::{check_dag, check_run},
    refused::RUNS,
};
use crate::{
    ask,
    rest::{DagRun, Failure, Rest, part},
};

/// Says how a run ended, whatever its tasks do.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkRun {
    /// The DAG's id.
    #[schemars(length(min = 1, max = 250))]
    dag: String,
    /// The run's id.
    #[schemars(length(min = 1, max = 250))]
    run: String,
    /// As what it is to count.
    state: State,
}

/// A state that somebody may give a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It is over, and its tasks that run are ended.
    Success,
    /// It is over, and its tasks that run are ended.
    Failed,
    /// It is to go on.
    Queued,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Queued => "queued",
        }
    }
}

impl MarkRun {
    fn path(&self) -> String {
        format!("dags/{}/dagRuns/{}", part(&self.dag), part(&self.run))
    }

    fn body(&self) -> Value {
        json!({ "state": self.state.word() })
    }

    async fn is_so(&self, rest: &mut Rest) -> Result<bool, Failure> {
        Ok(ask::run(rest, &self.dag, &self.run).await?.state == self.state.word())
    }

    /// Gives whether that changed anything.
    async fn mark(&self, rest: &mut Rest) -> Result<bool, Failure> {
        if self.is_so(rest).await? {
            return Ok(false);
        }
        let mut tries = Tries::default();
        loop {
            match rest.patch::<DagRun>(&self.path(), &self.body()).await {
                Ok(_) => return Ok(true),
                Err(failure) if tries.look(&failure).await => {
                    if self.is_so(rest).await? {
                        return Ok(true);
                    }
                }
                Err(failure) => return Err(failure),
            }
        }
    }
}

impl Verb<Actions> for MarkRun {
    const NAME: &'static str = "airflow.mark_run";
    const TITLE: &'static str = "Mark a run";
    const SAYS: &'static str = "Says how a run ended, and ends its tasks that run; or queues it again. Of a mapped task that \
        runs, Airflow marks all instances, also those that have ended.";

    fn check(&self) -> Result<(), String> {
        check_dag(&self.dag)?;
        check_run(&self.run)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        place.request("PATCH", &self.path(), Some(&self.body()))
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("mark run {} of {} as {}", self.run, self.dag, self.state.word());
        let mut rest = scope.rest();
        let changed = scope.or_cancelled(&doing, self.mark(&mut rest)).await?;
        let changed = changed.map_err(|failure| RUNS.on(&doing, &rest, &failure))?;
        let verb = if changed { "is marked as" } else { "was already" };
        Ok(format!("run {} of {} {verb} {}", self.run, self.dag, self.state.word()))
    }
}
