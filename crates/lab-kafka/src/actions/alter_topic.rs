//! `kafka.alter_topic`

use std::collections::BTreeMap;

use lab_model::Problem;
use lab_probe::action::{Verb, check_range, counted};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope, names::check_topic, scalar::Scalar};
use crate::{ask::changes, error};

/// Changes a topic's configs, or adds partitions to it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlterTopic {
    /// The topic.
    #[schemars(length(min = 1, max = 249))]
    topic: String,
    /// Configs to set; null returns one to its default. Others stay as they are.
    #[serde(default)]
    #[schemars(example = serde_json::json!({ "retention.ms": 60000 }))]
    configs: BTreeMap<String, Option<Scalar>>,
    /// How many partitions it shall have. More only: Kafka never takes one away.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    partitions: Option<i32>,
}

impl Verb<Actions> for AlterTopic {
    const NAME: &'static str = "kafka.alter_topic";
    const TITLE: &'static str = "Alter a topic";
    const SAYS: &'static str = "Changes a topic's configs, or adds partitions to it.";

    fn check(&self) -> Result<(), String> {
        check_topic(&self.topic)?;
        if self.configs.is_empty() && self.partitions.is_none() {
            return Err("give `configs` or `partitions`".into());
        }
        self.partitions.map_or(Ok(()), |count| check_range("partitions", count, 1, 1000))
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.configs.is_empty() {
            let mut arguments = vec!["--alter", "--entity-type", "topics", "--entity-name", &self.topic];
            let set: Vec<String> = self
                .configs
                .iter()
                .filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}={value}")))
                .collect();
            let reset: Vec<&str> =
                self.configs.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str()).collect();
            let (set, reset) = (set.join(","), reset.join(","));
            if !set.is_empty() {
                arguments.extend(["--add-config", &set]);
            }
            if !reset.is_empty() {
                arguments.extend(["--delete-config", &reset]);
            }
            lines.push(place.tool("kafka-configs", &arguments));
        }
        if let Some(count) = self.partitions {
            let count = count.to_string();
            let arguments = ["--alter", "--topic", &self.topic, "--partitions", &count];
            lines.push(place.tool("kafka-topics", &arguments));
        }
        lines
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("alter topic {}", self.topic);
        scope.or_cancelled(&doing, self.alter(scope, &doing)).await
    }
}

impl AlterTopic {
    async fn alter(&self, scope: &Scope, doing: &str) -> Result<String, Problem> {
        let mut reached = scope.reach().controller().await?;
        let mut done = Vec::new();
        if !self.configs.is_empty() {
            let configs: BTreeMap<String, Option<String>> = self
                .configs
                .iter()
                .map(|(name, value)| (name.clone(), value.as_ref().map(ToString::to_string)))
                .collect();
            let altered = changes::alter_topic(&mut reached.connection, &self.topic, &configs).await;
            altered.map_err(|failure| error::asking(doing, &reached.node, failure))?;
            done.extend(configs.iter().map(|(name, value)| match value {
                Some(value) => format!("{name}={value}"),
                None => format!("{name} back to its default"),
            }));
        }
        if let Some(count) = self.partitions {
            let grown = changes::add_partitions(&mut reached.connection, &self.topic, count).await;
            grown.map_err(|failure| error::asking(doing, &reached.node, failure))?;
            let wished = usize::try_from(count).unwrap_or_default();
            reached.learns(&self.topic, |topic| topic.is_some_and(|topic| topic.partitions.len() >= wished)).await?;
            done.push(counted(count, "partition"));
        }
        Ok(format!("{}: {}", self.topic, done.join(", ")))
    }
}
