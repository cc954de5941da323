//! `weather.run_sink`

use std::time::Duration;

use lab_model::{ActionCall, Code, Problem};
use lab_weather::record::Form;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{
    problem,
    sink::{At, Plan},
};

/// Carries records from Kafka into Cassandra's tables.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunSink {
    /// End after so many records; run on unless told.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100_000_000))]
    limit: Option<u64>,
    /// End after so many seconds; run on unless told.
    #[serde(default)]
    #[schemars(range(min = 1, max = 86_400))]
    seconds: Option<u32>,
    /// The group in which it reads.
    #[serde(default = "weather_sink")]
    #[schemars(length(min = 1, max = 60))]
    group: String,
    /// A topic whose records have the form of periodic_weather: it is read instead of general_weather and periodic_weather.
    #[serde(default)]
    #[schemars(length(min = 1, max = 249))]
    topic: Option<String>,
}

fn weather_sink() -> String {
    "weather_sink".into()
}

impl RunSink {
    pub(super) const NAME: &'static str = "weather.run_sink";
    pub(super) const TITLE: &'static str = "Run the sink";
    pub(super) const SAYS: &'static str = "Carries records from Kafka into Cassandra's tables, as they come; offsets are \
         committed after the rows are confirmed.";

    /// A call's arguments.
    pub(super) fn read(call: &ActionCall) -> Result<Self, Problem> {
        let invalid =
            |why: String| problem(Code::ActionInvalid, format!("`{}` cannot be done as written: {why}.", Self::NAME));
        let read: Self =
            serde_json::from_value(Value::Object(call.args.clone())).map_err(|why| invalid(why.to_string()))?;
        let named = |name: &str| !name.trim().is_empty() && name.chars().all(|c| !c.is_control());
        if !named(&read.group) {
            return Err(invalid("`group` is no name of a group".into()));
        }
        let of_topic = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if read.topic.as_ref().is_some_and(|topic| topic.is_empty() || !topic.chars().all(of_topic)) {
            return Err(invalid("`topic` is no name of a topic".into()));
        }
        if read.limit == Some(0) || read.seconds == Some(0) {
            return Err(invalid("`limit` and `seconds` begin at 1".into()));
        }
        Ok(read)
    }

    /// The pipeline's own way is a batch of its own two topics, in a group of its own.
    pub(super) fn by_hand(&self, container: &str) -> Vec<String> {
        if self.topic.is_some() {
            return Vec::new();
        }
        let limit = self.limit.unwrap_or(500).min(100_000);
        vec![format!("docker exec {container} weather_store --limit {limit}")]
    }

    pub(super) async fn run(self, at: At<'_>) -> Result<String, Problem> {
        let topics = match self.topic {
            Some(topic) => vec![(topic, Form::Periodic)],
            None => Form::ALL.map(|form| (form.topic().to_owned(), form)).to_vec(),
        };
        let seconds = self.seconds.map(|seconds| Duration::from_secs(u64::from(seconds)));
        let plan = Plan { group: self.group, topics, limit: self.limit.unwrap_or(u64::MAX), seconds };
        plan.run(at).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(args: Value) -> Result<RunSink, Problem> {
        let Value::Object(args) = args else { panic!("arguments are an object") };
        RunSink::read(&ActionCall { name: RunSink::NAME.into(), args })
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_named() {
        assert_eq!(read(json!({})).unwrap().group, "weather_sink");
        for (args, says) in [
            (json!({ "group": " " }), "`group`"),
            (json!({ "topic": "a b" }), "`topic`"),
            (json!({ "limit": 0 }), "`limit`"),
            (json!({ "limit": -1 }), "invalid value"),
            (json!({ "nodes": 3 }), "unknown field `nodes`"),
        ] {
            let said = read(args).unwrap_err();
            assert!(said.code == Code::ActionInvalid && said.message.contains(says), "{said}");
        }
    }
}
