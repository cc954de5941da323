//! `airflow.mark`

use lab_model::{Problem, counted};
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Actions, ByHand, Scope,
    again::Tries,
    instances::{self, Instance},
    names::{check_dag, check_map_index, check_run, check_task},
    refused::RUNS,
    scope::NEWEST,
};
use crate::{
    ask,
    rest::{Failure, Rest, part},
};

/// Says how a task ended, whatever it does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
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
    /// As what it is to count.
    state: State,
}

/// A state in which a task has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It did its work.
    Success,
    /// It did not.
    Failed,
    /// It was not to be done.
    Skipped,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// What became of it.
enum Marked {
    /// There is no such task in the run.
    NoTask,
    /// It was so before.
    Already(Vec<Instance>),
    Now(Vec<Instance>),
}

impl Mark {
    fn run_id(&self) -> &str {
        self.run.as_deref().unwrap_or(NEWEST)
    }

    fn path(&self) -> String {
        let index = self.map_index.map(|index| format!("/{index}")).unwrap_or_default();
        format!("{}/{}{index}", instances::path(&self.dag, self.run_id()), part(&self.task))
    }

    fn body(&self) -> Value {
        json!({ "new_state": self.state.word() })
    }

    /// Its instances, and whether all are in that state.
    async fn look(&self, rest: &mut Rest) -> Result<(Vec<Instance>, bool), Failure> {
        let now = instances::of_task(rest, &self.dag, self.run_id(), &self.task, self.map_index).await?;
        let so = now.iter().all(|one| one.state.as_deref() == Some(self.state.word()));
        Ok((now, so))
    }

    async fn mark(&self, rest: &mut Rest) -> Result<Marked, Failure> {
        let (before, so) = self.look(rest).await?;
        match before {
            none if none.is_empty() => return Ok(Marked::NoTask),
            all if so => return Ok(Marked::Already(all)),
            _ => {}
        }
        let mut tries = Tries::default();
        loop {
            let failure = match rest.patch::<Value>(&self.path(), &self.body()).await {
                Ok(_) => return Ok(Marked::Now(self.look(rest).await?.0)),
                Err(failure) => failure,
            };
            // It is so already: by a try that only seemed lost, or by somebody else.
            let conflict = matches!(failure, Failure::Refused { status: 409, .. });
            if !conflict && !tries.look(&failure).await {
                return Err(failure);
            }
            match self.look(rest).await? {
                (now, true) => return Ok(Marked::Now(now)),
                _ if conflict => return Err(failure),
                _ => {}
            }
        }
    }
}

impl Verb<Actions> for Mark {
    const NAME: &'static str = "airflow.mark";
    const TITLE: &'static str = "Mark a task";
    const SAYS: &'static str =
        "Says how a task of a run ended: one that runs is ended, and tasks after it that failed with it run again.";

    fn check(&self) -> Result<(), String> {
        check_dag(&self.dag)?;
        self.run.as_deref().map_or(Ok(()), check_run)?;
        check_task(&self.task)?;
        check_map_index(self.map_index)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        place.request("PATCH", &self.path(), Some(&self.body()))
    }

    async fn run(mut self, scope: &Scope) -> Result<String, Problem> {
        self.run = Some(scope.run_meant(&self.dag, self.run).await?);
        let doing = format!("mark {} of run {} as {}", self.task, self.run_id(), self.state.word());
        let mut rest = scope.rest();
        let marking = async {
            let marked = self.mark(&mut rest).await?;
            Ok((marked, ask::run(&mut rest, &self.dag, self.run_id()).await?.state))
        };
        let marked: Result<_, Failure> = scope.or_cancelled(&doing, marking).await?;
        let (marked, run) = marked.map_err(|failure| RUNS.on(&doing, &rest, &failure))?;
        let told = |all: &[Instance], verb: &str| {
            let what = match all {
                [_] => instances::named(all),
                all => format!("{} ({})", self.task, counted(all.len() as u64, "task instance")),
            };
            format!("{what} of run {} {verb} {}; the run is {run}", self.run_id(), self.state.word())
        };
        match marked {
            Marked::NoTask => Err(instances::no_task(&self.dag, self.run_id(), &self.task, self.map_index)),
            Marked::Already(all) => Ok(told(&all, "was already")),
            Marked::Now(all) => Ok(told(&all, "is marked as")),
        }
    }
}
