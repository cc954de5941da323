//! What is remembered of DAGs' tasks and runs.

use lab_model::Observation;
use serde::{Deserialize, Serialize};

use crate::parts::{airflows, clock::Clock, dags::Dags, nodes::Nodes, runs::Runs, sources::Sources};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) clock: Clock,
    pub(super) dags: Dags,
    /// By DAG.
    pub(super) of: Runs,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let turned = airflows::apply(&mut self.nodes, &mut self.sources, observation);
        let dated = self.clock.apply(observation);
        let listed = self.dags.apply(observation).is_some();
        let told = self.of.apply(observation);
        // Who answers changes what is waited for.
        told || listed || dated || turned
    }
}
