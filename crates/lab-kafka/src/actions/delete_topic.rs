//! `kafka.delete_topic`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope, names::check_topic};
use crate::{ask::changes, error};

/// Deletes a topic.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteTopic {
    /// The topic.
    #[schemars(length(min = 1, max = 249))]
    topic: String,
}

impl Verb<Actions> for DeleteTopic {
    const NAME: &'static str = "kafka.delete_topic";
    const TITLE: &'static str = "Delete a topic";
    const SAYS: &'static str = "Deletes a topic and all its records.";
    const DANGEROUS: bool = true;

    fn check(&self) -> Result<(), String> {
        check_topic(&self.topic)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.tool("kafka-topics", &["--delete", "--topic", &self.topic])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("delete topic {}", self.topic);
        let deleting = async {
            let mut reached = scope.reach().controller().await?;
            let deleted = changes::delete_topic(&mut reached.connection, &self.topic).await;
            deleted.map_err(|failure| error::asking(&doing, &reached.node, failure))?;
            reached.learns(&self.topic, |topic| topic.is_none()).await?;
            Ok(format!("{} deleted", self.topic))
        };
        scope.or_cancelled(&doing, deleting).await
    }
}
