//! `kafka.stop_consumer`

use lab_model::Problem;
use lab_probe::action::{Verb, check_name, counted};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope};

/// Stops a consumer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StopConsumer {
    /// The consumer's name.
    #[schemars(length(min = 1, max = 60))]
    name: String,
}

impl Verb<Actions> for StopConsumer {
    const NAME: &'static str = "kafka.stop_consumer";
    const TITLE: &'static str = "Stop a consumer";
    const SAYS: &'static str = "Stops a consumer. The consumer commits what it has read and leaves its group.";

    fn check(&self) -> Result<(), String> {
        check_name("name", &self.name)
    }

    fn by_hand(&self, _: &ByHand) -> Vec<String> {
        vec![format!("# press Ctrl-C in the terminal where {} runs", self.name.replace('\n', " "))]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let member = scope.running.take(&self.name)?;
        let group = member.group.clone();
        let leaving = async {
            let records = member.leave().await;
            let records = counted(records, "record");
            Ok(format!("{} left group {group} after {records}", self.name))
        };
        scope.or_cancelled("be told that it leaves", leaving).await
    }
}
