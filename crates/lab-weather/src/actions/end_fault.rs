//! `weather.end_fault`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Actions, curl, set};
use crate::Source;

/// Ends the fault of the weather source.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EndFault {}

impl Verb<Actions> for EndFault {
    const NAME: &'static str = "weather.end_fault";
    const TITLE: &'static str = "End the fault of the source";
    const SAYS: &'static str = "The weather source answers as it should again.";

    fn by_hand(&self, place: &Source) -> Vec<String> {
        vec![curl(place, &json!({ "fault": null }))]
    }

    async fn run(self, scope: &Source) -> Result<String, Problem> {
        set(scope, &json!({ "fault": null }), "end the fault").await?;
        Ok("The weather source answers as it should".to_owned())
    }
}
