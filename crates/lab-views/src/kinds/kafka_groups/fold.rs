//! What is remembered of groups, and of the leaders' high watermarks that their lag is counted from.

use lab_model::{Millis, Observation};
use serde::{Deserialize, Serialize};

use crate::parts::{groups::Groups, nodes::Nodes, sources::Sources, topic::Numbers, topics::Topics};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) groups: Groups,
    pub(super) topics: Topics,
    pub(super) nodes: Nodes,
    #[serde(default)]
    pub(super) sources: Sources,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        self.nodes.apply(observation);
        self.sources.apply(observation);
        let about_topics = self.topics.apply(observation).is_some();
        // Which brokers there are, which of them run, and which answer says whose groups are to be heard of.
        self.groups.apply(observation).is_some() || about_topics || Sources::concerns(observation)
    }

    /// The log of a partition's leader, and when that leader was last heard.
    pub(super) fn log(&self, topic: &str, partition: i32) -> (Option<Numbers>, Option<Millis>) {
        let (leader, log) = self.topics.leaders_log(topic, partition, |id| self.nodes.name(id)).unzip();
        (log, leader.and_then(|leader| self.sources.of(&leader).at))
    }
}
