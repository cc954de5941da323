//! `kafka.reset_offsets`

use std::collections::BTreeMap;

use lab_model::{Problem, facts::kafka::CommittedOffset};
use lab_probe::action::{Verb, check_name};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    names::check_topic,
    reach::{Readable, no_partition},
};
use crate::{ask::groups, error};

/// Sets the committed offsets of a group in a topic.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetOffsets {
    /// The group. None of its members may run.
    #[schemars(length(min = 1, max = 60))]
    group: String,
    /// The topic.
    #[schemars(length(min = 1, max = 249))]
    topic: String,
    /// Where to: `"earliest"`, `"latest"`, or an offset.
    to: To,
    /// The only partition to reset; all of them unless told.
    #[serde(default)]
    #[schemars(range(min = 0))]
    partition: Option<i32>,
}

/// A place in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
enum To {
    /// An end of the log.
    End(EndWord),
    /// An offset; moved to the nearer end where the log does not reach it, as Kafka's own tool does.
    Offset(i64),
}

/// An end of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum EndWord {
    /// The first record.
    Earliest,
    /// After the last.
    Latest,
}

impl To {
    fn within(self, log: Readable) -> i64 {
        match self {
            Self::End(EndWord::Earliest) => log.from,
            Self::End(EndWord::Latest) => log.to,
            Self::Offset(offset) => offset.clamp(log.from, log.to.max(log.from)),
        }
    }
}

impl Verb<Actions> for ResetOffsets {
    const NAME: &'static str = "kafka.reset_offsets";
    const TITLE: &'static str = "Reset a group's offsets";
    const SAYS: &'static str = "Sets the committed offsets of a group that has no running members.";
    const DANGEROUS: bool = true;

    fn check(&self) -> Result<(), String> {
        check_topic(&self.topic)?;
        check_name("group", &self.group)?;
        match self.to {
            To::Offset(offset) if offset < 0 => Err(format!("`to` must not be negative, not {offset}")),
            _ => Ok(()),
        }
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let topic = match self.partition {
            Some(partition) => format!("{}:{partition}", self.topic),
            None => self.topic.clone(),
        };
        let mut arguments = vec!["--group", &self.group, "--topic", &topic, "--reset-offsets"];
        let offset;
        match self.to {
            To::End(EndWord::Earliest) => arguments.push("--to-earliest"),
            To::End(EndWord::Latest) => arguments.push("--to-latest"),
            To::Offset(to) => {
                offset = to.to_string();
                arguments.extend(["--to-offset", &offset]);
            }
        }
        arguments.push("--execute");
        vec![place.tool("kafka-consumer-groups", &arguments)]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("reset the offsets of group {}", self.group);
        scope.or_cancelled(&doing, self.reset(scope, &doing)).await
    }
}

impl ResetOffsets {
    async fn reset(&self, scope: &Scope, doing: &str) -> Result<String, Problem> {
        let mut logs: BTreeMap<i32, Readable> = scope.reach().readable(&self.topic).await?;
        if let Some(only) = self.partition {
            logs.retain(|partition, _| *partition == only);
            if logs.is_empty() {
                return Err(no_partition(&self.topic, only));
            }
        }
        let offsets: Vec<CommittedOffset> = logs
            .into_iter()
            .map(|(partition, log)| CommittedOffset {
                topic: self.topic.clone(),
                partition,
                offset: self.to.within(log),
            })
            .collect();
        let mut coordinator = scope.reach().coordinator(&self.group).await?;
        let committed = groups::commit(&mut coordinator.connection, &self.group, &offsets).await;
        committed.map_err(|failure| {
            let advice = "Stop the group's consumers first: while one runs, only it may say how far it has read.";
            error::advised(doing, &coordinator.node, failure, advice)
        })?;
        let said: Vec<String> =
            offsets.iter().map(|at| format!("partition {} at {}", at.partition, at.offset)).collect();
        Ok(format!("group {} now reads {} from: {}", self.group, self.topic, said.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_outside_the_log_is_moved_to_its_nearer_end() {
        let log = Readable { from: 10, to: 20 };
        assert_eq!(To::Offset(3).within(log), 10);
        assert_eq!(To::Offset(15).within(log), 15);
        assert_eq!(To::Offset(99).within(log), 20);
        assert_eq!(To::End(EndWord::Earliest).within(log), 10);
        assert_eq!(To::End(EndWord::Latest).within(log), 20);
    }
}
