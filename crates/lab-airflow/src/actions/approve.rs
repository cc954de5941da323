//! `airflow.approve`

use lab_model::Problem;
use lab_probe::action::{Verb, failed};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Actions, ByHand, Scope,
    again::Tries,
    instances,
    names::{check_dag, check_map_index, check_run, check_task, check_words},
    refused::Advice,
};
use crate::rest::{Failure, Rest, part};

const ADVICE: Advice = Advice {
    missing: "Look at the run's tasks: a task asks for an answer when it runs, and only one made for that does.",
    conflict: "It was answered already, by somebody else or in Airflow's own pages.",
};

/// Answers a task that waits for a human.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Approve {
    /// The DAG's id.
    #[schemars(length(min = 1, max = 250))]
    dag: String,
    /// The run's id.
    #[schemars(length(min = 1, max = 250))]
    run: String,
    /// The task's id.
    #[schemars(length(min = 1, max = 250))]
    task: String,
    /// The one instance of a mapped task.
    #[serde(default)]
    #[schemars(range(min = 0))]
    map_index: Option<i32>,
    /// What is chosen of the task's options.
    #[serde(default = "approve")]
    #[schemars(length(min = 1, max = 100), example = json!(["Approve"]))]
    chosen_options: Vec<String>,
    /// The parameters that the task asks for.
    #[serde(default)]
    #[schemars(example = json!({ "rows": 100 }))]
    params_input: Map<String, Value>,
}

fn approve() -> Vec<String> {
    vec!["Approve".to_owned()]
}

/// What a task asks, and what was answered.
#[derive(Debug, Deserialize)]
struct Detail {
    #[serde(default)]
    params: Map<String, Value>,
    #[serde(default)]
    response_received: bool,
    #[serde(default)]
    chosen_options: Option<Vec<String>>,
    #[serde(default)]
    responded_by_user: Option<User>,
}

#[derive(Debug, Deserialize)]
struct User {
    name: String,
}

impl Approve {
    fn path(&self) -> String {
        let (index, task) = (self.map_index.unwrap_or(-1), part(&self.task));
        format!("{}/{task}/{index}/hitlDetails", instances::path(&self.dag, &self.run))
    }

    fn body(&self) -> Value {
        json!({ "chosen_options": self.chosen_options, "params_input": self.params_input })
    }

    async fn look(&self, rest: &mut Rest) -> Result<Detail, Failure> {
        Ok(rest.get::<Detail>(&self.path()).await?.said)
    }

    /// Answers. Where nobody knows whether the answer was taken it is looked for.
    async fn answer(&self, rest: &mut Rest) -> Result<(), Failure> {
        let mut tries = Tries::default();
        loop {
            match rest.patch::<Value>(&self.path(), &self.body()).await {
                Ok(_) => return Ok(()),
                Err(failure) if tries.look(&failure).await => {
                    let now = self.look(rest).await?;
                    if now.response_received && now.chosen_options.as_ref() == Some(&self.chosen_options) {
                        return Ok(());
                    }
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// What is wrong with the answer before it is given; Airflow finds the rest when the task goes on, and fails it.
    fn fits(&self, asked: &Detail) -> Result<(), Problem> {
        if asked.response_received {
            let by = asked.responded_by_user.as_ref().map_or("somebody", |user| user.name.as_str());
            let chosen =
                asked.chosen_options.as_ref().map_or_else(|| "something".to_owned(), |chosen| chosen.join(", "));
            let what = format!("{} of run {} was answered already: {by} chose {chosen}", self.task, self.run);
            return Err(failed::not_now(&what, "An answer cannot be taken back; clear the task to be asked again."));
        }
        let mut given = self.params_input.keys().collect::<Vec<_>>();
        let mut wanted = asked.params.keys().collect::<Vec<_>>();
        given.sort();
        wanted.sort();
        if given.is_empty() || given == wanted {
            return Ok(());
        }
        let takes = match wanted.as_slice() {
            [] => "It takes no parameters.".to_owned(),
            wanted => format!("Give all of them, or none: {}.", join(wanted)),
        };
        let what = format!("{} does not take the parameters {}", self.task, join(&given));
        Err(failed::not_now(&what, &takes))
    }
}

fn join(names: &[&String]) -> String {
    names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ")
}

impl Verb<Actions> for Approve {
    const NAME: &'static str = "airflow.approve";
    const TITLE: &'static str = "Answer a task";
    const SAYS: &'static str =
        "Answers a task that waits for a human: what is chosen of its options, and its parameters.";

    fn check(&self) -> Result<(), String> {
        check_dag(&self.dag)?;
        check_run(&self.run)?;
        check_task(&self.task)?;
        check_map_index(self.map_index)?;
        if self.chosen_options.is_empty() {
            return Err("`chosen_options` must have at least one option".into());
        }
        self.chosen_options.iter().try_for_each(|option| check_words("chosen_options", option, 1000))
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        place.request("PATCH", &self.path(), Some(&self.body()))
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("answer {} of run {}", self.task, self.run);
        let mut rest = scope.rest();
        let asked = scope.or_cancelled(&doing, self.look(&mut rest)).await?;
        self.fits(&asked.map_err(|failure| ADVICE.on(&doing, &rest, &failure))?)?;
        let answered = scope.or_cancelled(&doing, self.answer(&mut rest)).await?;
        answered.map_err(|failure| ADVICE.on(&doing, &rest, &failure))?;
        Ok(format!("{} of run {} is answered: {}", self.task, self.run, self.chosen_options.join(", ")))
    }
}
