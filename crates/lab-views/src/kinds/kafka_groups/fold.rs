//! What is remembered of groups, and of the leaders' high watermarks that their lag is counted from.

use lab_model::Observation;
use serde::{Deserialize, Serialize};

use crate::parts::{groups::Groups, lag::Ends, nodes::Nodes, sources::Sources, topics::Topics};

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

    /// The logs that lags are counted from.
    pub(super) fn ends(&self) -> Ends<'_> {
        Ends { topics: &self.topics, nodes: &self.nodes, sources: &self.sources }
    }
}
