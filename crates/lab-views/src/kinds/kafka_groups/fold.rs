//! What is remembered of groups, and of the leaders' high watermarks that their lag is counted from.

use lab_model::{Fact, Observation, facts::lab::LabFact};
use serde::{Deserialize, Serialize};

use crate::parts::{groups::Groups, nodes::Nodes, topics::Topics};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) groups: Groups,
    pub(super) topics: Topics,
    pub(super) nodes: Nodes,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        self.nodes.apply(observation);
        let about_topics = self.topics.apply(observation).is_some();
        // Which brokers there are, and which of them run, says whose groups are to be heard of.
        let about_nodes = matches!(observation.fact, Fact::Lab(LabFact::LabStarted { .. } | LabFact::LabStopped | LabFact::NodeChanged { .. }));
        self.groups.apply(observation).is_some() || about_topics || about_nodes
    }

    /// The high watermark of a partition, as its leader knows it.
    pub(super) fn high_watermark(&self, topic: &str, partition: i32) -> Option<i64> {
        let topic = self.topics.get(topic)?;
        let leader = topic.best(partition)?.seen.leader?;
        topic.log(&self.nodes.name(leader), partition)?.numbers?.high_watermark
    }
}
