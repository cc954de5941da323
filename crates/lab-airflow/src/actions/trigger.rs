//! `airflow.trigger`

use std::time::Duration;

use lab_model::{Code, Problem, facts::airflow::RunSeen};
use lab_probe::action::{Verb, failed};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, sleep};

use super::{Actions, ByHand, Scope, names::check_dag, refused};
use crate::{
    ask,
    rest::{DagRun, Failure, Rest, moment, part},
};

/// So often it is tried where nobody knows whether the run was made.
const TRIES: u32 = 3;
const BETWEEN: Duration = Duration::from_millis(300);
/// Between two looks for the end of a run, and how long it is waited for.
const LOOK: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(900);
/// The logical date that is the moment of the trigger.
const NOW: &str = "now";

/// Makes a run of a DAG.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Trigger {
    /// The DAG's id.
    #[schemars(length(min = 1, max = 250))]
    dag: String,
    /// What the run is given: JSON that its tasks can read.
    #[serde(default)]
    #[schemars(example = json!({ "rows": 100 }))]
    conf: Map<String, Value>,
    /// The date that the run stands for, like `2026-11-30T06:00:00Z`, or `now`; two runs of a DAG never have the same. Without
    /// one it stands for none, and templates know no `ds`.
    #[serde(default)]
    logical_date: Option<String>,
    /// Wait until the run has ended.
    #[serde(default)]
    until_ended: bool,
}

impl Trigger {
    fn date(&self) -> Option<String> {
        self.logical_date.as_ref().map(|date| if date == NOW { moment::now() } else { date.clone() })
    }
}

impl Verb<Actions> for Trigger {
    const NAME: &'static str = "airflow.trigger";
    const TITLE: &'static str = "Trigger a DAG";
    const SAYS: &'static str = "Makes a run of the DAG now, and waits for its end only if told to.";

    fn check(&self) -> Result<(), String> {
        check_dag(&self.dag)?;
        match &self.logical_date {
            Some(date) if date != NOW && moment::of(date).is_none() => {
                let shown: String = date.chars().take(60).filter(|letter| !letter.is_control()).collect();
                Err(format!("`logical_date` must be a time like `2026-11-30T06:00:00Z`, or `now`, not `{shown}`"))
            }
            _ => Ok(()),
        }
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let conf = Value::Object(self.conf.clone()).to_string();
        let mut words = vec!["dags", "trigger", &self.dag];
        if !self.conf.is_empty() {
            words.extend(["--conf", conf.as_str()]);
        }
        if let Some(date) = self.logical_date.as_deref().filter(|date| *date != NOW) {
            words.extend(["--logical-date", date]);
        }
        let line = place.airflow(&words);
        let now = self.logical_date.as_deref() == Some(NOW);
        vec![if now { format!("{line} --logical-date \"$(date -u +%FT%TZ)\"") } else { line }]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("trigger {}", self.dag);
        // Named as Airflow names them, and by us: by its name it can be found again if nobody hears how this ends.
        let run = format!("manual__{}", moment::now());
        let body = json!({ "dag_run_id": run, "logical_date": self.date(), "conf": self.conf });
        let mut rest = scope.rest();
        let made = async {
            let made = make(&mut rest, &self.dag, &run, &body).await?;
            Ok((made, ask::dag(&mut rest, &self.dag).await?.is_paused))
        };
        let made: Result<(RunSeen, bool), Failure> = scope.or_cancelled(&doing, made).await?;
        let (made, paused) = match made {
            Ok(made) => made,
            Err(failure) => return Err(refused::of_dag(&mut rest, &doing, &self.dag, &failure).await),
        };
        let waits = if paused { format!("; it waits, because {} is paused", self.dag) } else { String::new() };
        let made = if self.until_ended && !paused { self.end_of(scope, &mut rest, made).await? } else { made };
        Ok(format!("run {} of {} is {}{waits}", made.dag_run_id, self.dag, made.state))
    }
}

impl Trigger {
    /// The run as it ended. A server that is silent meanwhile is asked again.
    async fn end_of(&self, scope: &Scope, rest: &mut Rest, made: RunSeen) -> Result<RunSeen, Problem> {
        let doing = format!("run {}", made.dag_run_id);
        let until = Instant::now() + LONGEST;
        let mut now = made;
        while !matches!(now.state.as_str(), "success" | "failed") {
            scope.report(&format!("run {} is {}", now.dag_run_id, now.state));
            if Instant::now() > until {
                let message =
                    format!("Run {} of {} had not ended after {} s.", now.dag_run_id, self.dag, LONGEST.as_secs());
                let hint = "It goes on. Look at its tasks: one may wait for something.";
                return Err(failed::problem(Code::TimedOut, message, &format!("it is {}", now.state), hint));
            }
            let looked = async {
                sleep(LOOK).await;
                ask::run(rest, &self.dag, &now.dag_run_id).await
            };
            match scope.or_cancelled(&doing, looked).await? {
                Ok(seen) => now = seen,
                Err(failure) if failure.leaves_open() => {}
                Err(failure) => return Err(refused::of_dag(rest, &doing, &self.dag, &failure).await),
            }
        }
        Ok(now)
    }
}

/// Makes the run. Where nobody knows whether it was made it is looked for, and made only if it is not there.
async fn make(rest: &mut Rest, dag: &str, run: &str, body: &Value) -> Result<RunSeen, Failure> {
    let path = format!("dags/{}/dagRuns", part(dag));
    let mut tries = 1;
    loop {
        match rest.post::<DagRun>(&path, body).await {
            Ok(made) => return Ok(ask::seen(made.said)),
            Err(failure) if failure.leaves_open() && tries < TRIES => {
                tries += 1;
                sleep(BETWEEN).await;
                match ask::run(rest, dag, run).await {
                    Err(failure) if failure.is_missing() => {}
                    found => return found,
                }
            }
            // Made by an earlier try that only seemed lost.
            Err(Failure::Refused { status: 409, .. }) if tries > 1 => return ask::run(rest, dag, run).await,
            Err(failure) => return Err(failure),
        }
    }
}
