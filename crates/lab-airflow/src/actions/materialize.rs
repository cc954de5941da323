//! `airflow.materialize`

use lab_model::{Problem, facts::airflow::RunSeen};
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Actions, ByHand, Scope,
    again::Tries,
    assets::{self, ADVICE, Asset, called, check_asset},
};
use crate::{
    ask,
    rest::{DagRun, Failure, Rest, moment},
};

/// Makes a run of the DAG that makes an asset.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Materialize {
    /// The asset's name or URI.
    #[schemars(length(min = 1, max = 1500))]
    asset: String,
}

impl Verb<Actions> for Materialize {
    const NAME: &'static str = "airflow.materialize";
    const TITLE: &'static str = "Materialize an asset";
    const SAYS: &'static str = "Makes a run of the DAG that makes the asset, and does not wait for its end.";

    fn check(&self) -> Result<(), String> {
        check_asset(&self.asset)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.airflow(&["assets", "materialize", &called(&self.asset)])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("materialize {}", self.asset);
        let mut rest = scope.rest();
        let asset = assets::find(scope, &mut rest, &doing, &self.asset).await?;
        let made = async {
            let (dag, run) = make(&mut rest, &asset).await?;
            let paused = ask::dag(&mut rest, &dag).await?.is_paused;
            Ok((dag, run, paused))
        };
        let made: Result<_, Failure> = scope.or_cancelled(&doing, made).await?;
        let (dag, run, paused) = made.map_err(|failure| ADVICE.on(&doing, &rest, &failure))?;
        let waits = if paused { format!("; it waits, because {dag} is paused") } else { String::new() };
        Ok(format!("run {} of {dag}, which makes {}, is {}{waits}", run.dag_run_id, asset.name, run.state))
    }
}

/// Makes the run; gives its DAG, too. Where nobody knows whether it was made it is looked for, and made only if it is not there.
async fn make(rest: &mut Rest, asset: &Asset) -> Result<(String, RunSeen), Failure> {
    // Named as Airflow names them, and by us: by its name it can be found again if nobody hears how this ends.
    let run = format!("asset_materialization__{}", moment::now());
    let (path, body) =
        (format!("assets/{}/materialize", asset.id), json!({ "dag_run_id": run, "logical_date": Value::Null }));
    let mut tries = Tries::default();
    loop {
        let failure = match rest.post::<DagRun>(&path, &body).await {
            Ok(made) => return Ok((made.said.dag_id.clone(), ask::seen(made.said))),
            Err(failure) => failure,
        };
        let lost = matches!(failure, Failure::Refused { status: 409, .. }) && tries.is_second();
        if !lost && !tries.look(&failure).await {
            return Err(failure);
        }
        let Some(dag) = asset.producing_tasks.first().map(|task| task.dag_id.clone()) else { return Err(failure) };
        match ask::run(rest, &dag, &run).await {
            Ok(found) => return Ok((dag, found)),
            Err(missing) if missing.is_missing() && !lost => {}
            Err(other) => return Err(other),
        }
    }
}
