//! `weather.begin_fault`

use lab_model::Problem;
use lab_probe::action::{Verb, check_range};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Actions, curl, set};
use crate::Source;

/// A fault of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Fault {
    /// The answer comes late.
    Slow,
    /// 500 Internal Server Error.
    #[serde(rename = "500")]
    ServerError,
    /// 429 Too Many Requests.
    #[serde(rename = "429")]
    TooMany,
    /// The answer ends in the middle.
    Malformed,
    /// Two fields are not there.
    MissingField,
    /// The answer is the one of before.
    Repeated,
    /// The answer is the forecast of two days before.
    Late,
}

/// Begins a fault of the weather source.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BeginFault {
    /// Which: `slow`, `500`, `429`, `malformed`, `missing_field`, `repeated` or `late`.
    fault: Fault,
    /// So many requests it spoils; until it is ended, if none is given.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1_000_000))]
    requests: Option<u64>,
    /// How slow, seconds; of `slow` alone.
    #[serde(default)]
    #[schemars(range(min = 1, max = 120))]
    seconds: Option<u64>,
}

impl BeginFault {
    fn wish(&self) -> Value {
        let mut wish = json!({ "fault": self.fault });
        if let Some(requests) = self.requests {
            wish["for"] = requests.into();
        }
        if let Some(seconds) = self.seconds {
            wish["seconds"] = seconds.into();
        }
        wish
    }

    fn name(&self) -> String {
        self.wish()["fault"].as_str().unwrap_or_default().to_owned()
    }
}

impl Verb<Actions> for BeginFault {
    const NAME: &'static str = "weather.begin_fault";
    const TITLE: &'static str = "Begin a fault of the source";
    const SAYS: &'static str = "The weather source answers slowly, with an error, or something that is amiss.";

    fn check(&self) -> Result<(), String> {
        self.requests.map_or(Ok(()), |requests| check_range("requests", requests, 1, 1_000_000))?;
        self.seconds.map_or(Ok(()), |seconds| check_range("seconds", seconds, 1, 120))?;
        if self.seconds.is_some() && self.fault != Fault::Slow {
            return Err("`seconds` belongs to the fault `slow` alone".to_owned());
        }
        Ok(())
    }

    fn by_hand(&self, place: &Source) -> Vec<String> {
        vec![curl(place, &self.wish())]
    }

    async fn run(self, scope: &Source) -> Result<String, Problem> {
        let name = self.name();
        set(scope, &self.wish(), &format!("begin the fault {name}")).await?;
        Ok(match self.requests {
            Some(1) => format!("The next answer of the weather source has the fault {name}"),
            Some(requests) => format!("The next {requests} answers of the weather source have the fault {name}"),
            None => format!("The answers of the weather source have the fault {name}, until you end it"),
        })
    }
}
