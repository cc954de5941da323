//! What is remembered of a cluster: what was said of it, who is heard, and its containers.

use lab_model::Observation;
use serde::{Deserialize, Serialize};

use crate::parts::{cluster::Cluster, nodes::Nodes, sources::Sources};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) cluster: Cluster,
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        self.nodes.apply(observation);
        self.sources.apply(observation);
        self.cluster.apply(observation).is_some() || Sources::concerns(observation)
    }
}
