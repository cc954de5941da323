//! `kafka.elect_leader`

use lab_model::Problem;
use lab_probe::action::{Verb, check_range};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    names::check_topic,
    reach::{Reached, believed},
};
use crate::{ask::changes, error, wire::Failure};

/// Has a leader elected for a partition.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ElectLeader {
    /// The topic.
    #[schemars(length(min = 1, max = 249))]
    topic: String,
    /// The partition.
    #[schemars(range(min = 0))]
    partition: i32,
    /// Which election.
    #[serde(default)]
    election: Election,
}

/// The replica to elect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Election {
    /// The first replica of the assignment, if it is in sync.
    #[default]
    Preferred,
    /// Any replica that is alive, even one that lacks records: what only others held is lost.
    Unclean,
}

impl Verb<Actions> for ElectLeader {
    const NAME: &'static str = "kafka.elect_leader";
    const TITLE: &'static str = "Elect a leader";
    const SAYS: &'static str = "Elects the preferred leader of a partition, or, unclean, any live replica.";
    const DANGEROUS: bool = true;

    fn check(&self) -> Result<(), String> {
        check_topic(&self.topic)?;
        check_range("partition", self.partition, 0, i32::MAX)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let partition = self.partition.to_string();
        let arguments = ["--election-type", self.kind(), "--topic", &self.topic, "--partition", &partition];
        vec![place.tool("kafka-leader-election", &arguments)]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("elect a leader of {}-{}", self.topic, self.partition);
        scope.or_cancelled(&doing, self.elect(scope, &doing)).await
    }
}

impl ElectLeader {
    fn kind(&self) -> &'static str {
        match self.election {
            Election::Preferred => "preferred",
            Election::Unclean => "unclean",
        }
    }

    async fn elect(&self, scope: &Scope, doing: &str) -> Result<String, Problem> {
        scope.reach().topic(&self.topic).await?;
        let mut reached = scope.reach().controller().await?;
        reached.learns(&self.topic, |topic| topic.is_some()).await?;
        let before = self.leader(&mut reached).await?;
        let unclean = self.election == Election::Unclean;
        let elected = changes::elect_leader(&mut reached.connection, &self.topic, self.partition, unclean).await;
        let place = format!("{}-{}", self.topic, self.partition);
        match elected {
            Ok(()) => {
                reached
                    .learns(&self.topic, |topic| {
                        let partitions = topic.map(|topic| topic.partitions.as_slice()).unwrap_or_default();
                        let ours = partitions.iter().find(|partition| partition.partition == self.partition);
                        ours.is_some_and(|ours| ours.leader.is_some() && ours.leader != before)
                    })
                    .await?;
                let now = self.leader(&mut reached).await?;
                Ok(now.map_or_else(|| format!("no broker leads {place}"), |id| format!("broker {id} leads {place}")))
            }
            Err(Failure::Refused(refusal)) if refusal.name() == "ELECTION_NOT_NEEDED" => {
                let leader = before.map_or("none".into(), |id| id.to_string());
                Ok(format!("no election needed: broker {leader} leads {place}"))
            }
            Err(failure) => {
                let advice = "Bring back a broker that holds a replica which may lead.";
                Err(error::advised(doing, &reached.node, failure, advice))
            }
        }
    }

    async fn leader(&self, reached: &mut Reached) -> Result<Option<i32>, Problem> {
        let topic = believed(reached, &self.topic).await?;
        let ours = topic.partitions.iter().find(|partition| partition.partition == self.partition);
        Ok(ours.and_then(|partition| partition.leader))
    }
}
