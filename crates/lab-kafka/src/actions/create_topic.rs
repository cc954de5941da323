//! `kafka.create_topic`

use std::collections::BTreeMap;

use lab_model::Problem;
use lab_probe::action::{Verb, check_range, counted};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope, names::check_topic, scalar::Scalar};
use crate::{ask::changes, error, wire::Failure};

/// Creates a topic.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateTopic {
    /// The topic's name: letters, digits, dots, underscores, hyphens.
    #[schemars(length(min = 1, max = 249))]
    topic: String,
    /// How many partitions.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
    partitions: i32,
    /// How many brokers hold a copy of each partition; the cluster's default unless told.
    #[serde(default)]
    #[schemars(range(min = 1, max = 32))]
    replication_factor: Option<i16>,
    /// Topic configs that differ from the default.
    #[serde(default)]
    #[schemars(example = serde_json::json!({ "min.insync.replicas": 2 }))]
    configs: BTreeMap<String, Scalar>,
    /// A topic of that name may be there already; it is then left as it is.
    #[serde(default)]
    if_not_exists: bool,
}

fn one() -> i32 {
    1
}

impl Verb<Actions> for CreateTopic {
    const NAME: &'static str = "kafka.create_topic";
    const TITLE: &'static str = "Create a topic";
    const SAYS: &'static str = "Creates a topic with so many partitions and replicas.";

    fn check(&self) -> Result<(), String> {
        check_topic(&self.topic)?;
        check_range("partitions", self.partitions, 1, 1000)?;
        self.replication_factor.map_or(Ok(()), |factor| check_range("replication_factor", factor, 1, 32))
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let (partitions, factor) = (self.partitions.to_string(), self.replication_factor.map(|f| f.to_string()));
        let mut arguments = vec!["--create", "--topic", &self.topic, "--partitions", &partitions];
        if let Some(factor) = &factor {
            arguments.extend(["--replication-factor", factor]);
        }
        let configs: Vec<String> = self.configs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        for config in &configs {
            arguments.extend(["--config", config]);
        }
        if self.if_not_exists {
            arguments.push("--if-not-exists");
        }
        vec![place.tool("kafka-topics", &arguments)]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("create topic {}", self.topic);
        scope.or_cancelled(&doing, self.create(scope, &doing)).await
    }
}

impl CreateTopic {
    async fn create(&self, scope: &Scope, doing: &str) -> Result<String, Problem> {
        let mut reached = scope.reach().controller().await?;
        let configs = self.configs.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
        let created = changes::create_topic(
            &mut reached.connection,
            &self.topic,
            Some(self.partitions),
            self.replication_factor,
            &configs,
        )
        .await;
        let created = match created {
            Err(Failure::Refused(refusal)) if self.if_not_exists && refusal.name() == "TOPIC_ALREADY_EXISTS" => {
                return Ok(format!("{} was there already", self.topic));
            }
            Err(failure) => {
                let advice = "Choose another name, fewer replicas, or other configs, as Kafka's words say.";
                return Err(error::advised(doing, &reached.node, failure, advice));
            }
            Ok(created) => created,
        };
        let complete = |partitions: usize| usize::try_from(created.partitions).is_ok_and(|all| partitions == all);
        reached
            .learns(&self.topic, |topic| {
                topic.is_some_and(|topic| {
                    complete(topic.partitions.iter().filter(|partition| partition.leader.is_some()).count())
                })
            })
            .await?;
        Ok(format!(
            "{} created: {}, {} each",
            self.topic,
            counted(created.partitions, "partition"),
            counted(created.replication_factor, "replica"),
        ))
    }
}
