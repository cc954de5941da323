//! `airflow.create_asset_event`

use lab_model::Problem;
use lab_probe::action::{Verb, exec, quoted};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Actions, ByHand, Scope,
    again::Tries,
    assets::{self, ADVICE, Asset, called, check_asset},
};
use crate::rest::{Failure, Rest};

/// DAGs that are named one by one.
const NAMED: usize = 5;

/// Says that an asset was updated.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateAssetEvent {
    /// The asset's name or URI.
    #[schemars(length(min = 1, max = 1500))]
    asset: String,
    /// What is told with it: JSON that tasks can read.
    #[serde(default)]
    #[schemars(example = json!({ "rows": 100 }))]
    extra: Map<String, Value>,
}

/// What an event is known by.
#[derive(Debug, Clone, Deserialize)]
struct Event {
    id: i64,
    #[serde(default)]
    extra: Option<Map<String, Value>>,
    #[serde(default)]
    source_dag_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Events {
    asset_events: Vec<Event>,
}

const PATH: &str = "assets/events";

impl CreateAssetEvent {
    /// Makes the event. Where nobody knows whether it was made, one like it that was not there before is looked for.
    async fn make(&self, rest: &mut Rest, asset: &Asset) -> Result<i64, Failure> {
        let before = newest(rest, asset.id).await?.first().map_or(0, |event| event.id);
        let body = json!({ "asset_id": asset.id, "extra": self.extra });
        let mut tries = Tries::default();
        loop {
            match rest.post::<Event>(PATH, &body).await {
                Ok(made) => return Ok(made.said.id),
                Err(failure) if tries.look(&failure).await => {
                    let found = newest(rest, asset.id).await?;
                    if let Some(found) = found.iter().find(|event| event.id > before && self.is_ours(event)) {
                        return Ok(found.id);
                    }
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// No task made it, and it has what we gave; Airflow adds that it came this way.
    fn is_ours(&self, event: &Event) -> bool {
        let mut extra = event.extra.clone().unwrap_or_default();
        extra.remove("from_rest_api");
        event.source_dag_id.is_none() && extra == self.extra
    }
}

/// The newest ones, by id.
async fn newest(rest: &mut Rest, asset: i64) -> Result<Vec<Event>, Failure> {
    let path = format!("{PATH}?asset_id={asset}&order_by=-timestamp&limit=20");
    let mut events = rest.get::<Events>(&path).await?.said.asset_events;
    events.sort_by_key(|event| -event.id);
    Ok(events)
}

impl Verb<Actions> for CreateAssetEvent {
    const NAME: &'static str = "airflow.create_asset_event";
    const TITLE: &'static str = "Create an asset event";
    const SAYS: &'static str = "Says that the asset was updated: DAGs that wait for it run, without one that makes it.";

    fn check(&self) -> Result<(), String> {
        check_asset(&self.asset)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        // Airflow's own command line has no word for it, but knows the asset's id.
        let details = ["airflow", "assets", "details", &called(&self.asset), "-o", "json"];
        let details = exec("-i", &place.container, details);
        let id = format!("ASSET=$({details} | grep -o '\"id\": \"[0-9]*' | head -1 | grep -o '[0-9]*$')");
        let extra = format!(",\"extra\":{}}}", Value::Object(self.extra.clone()));
        let body = format!("{}\"$ASSET\"{}", quoted("{\"asset_id\":"), quoted(&extra));
        vec![place.token(), id, place.curl("POST", PATH, Some(&body))]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("create an event of {}", self.asset);
        let mut rest = scope.rest();
        let asset = assets::find(scope, &mut rest, &doing, &self.asset).await?;
        let made = scope.or_cancelled(&doing, self.make(&mut rest, &asset)).await?;
        let id = made.map_err(|failure| ADVICE.on(&doing, &rest, &failure))?;
        let mut dags: Vec<&str> = asset.scheduled_dags.iter().map(|dag| dag.dag_id.as_str()).collect();
        dags.sort_unstable();
        let more = if dags.len() > NAMED { ", …" } else { "" };
        let waiting = match dags.as_slice() {
            [] => "no DAG waits for it".to_owned(),
            dags => format!("scheduled by it: {}{more}", dags[..dags.len().min(NAMED)].join(", ")),
        };
        Ok(format!("event {id} of {} is there; {waiting}", asset.name))
    }
}
