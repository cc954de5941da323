//! What is remembered: all that the pipeline's engines said.

use lab_model::{Fact, Observation, Source, facts::cassandra::CassandraFact};
use serde::{Deserialize, Serialize};

use crate::parts::{
    pipeline::{Pipeline, RAIN},
    topic::Topic,
};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) pipeline: Pipeline,
}

impl State {
    /// Tells whether something may look different now; when something was read last is shown, too.
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let changed = self.pipeline.apply(observation);
        let read = matches!(observation.fact, Fact::Cassandra(CassandraFact::TableScanned { .. }));
        changed || read || matches!(&observation.source, Source::Node(node) if self.leads(node))
    }

    /// Whether a node leads a partition of the topic with the results.
    fn leads(&self, node: &str) -> bool {
        let Pipeline { topics, nodes, .. } = &self.pipeline;
        let partitions = topics.get(RAIN).map(Topic::partitions).unwrap_or_default();
        let leader = |partition| topics.leaders_log(RAIN, partition, |id| nodes.name(id));
        partitions.into_iter().filter_map(leader).any(|(leader, _)| leader == node)
    }
}
