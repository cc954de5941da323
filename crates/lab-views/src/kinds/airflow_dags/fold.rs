//! What is remembered of DAGs.

use lab_model::{Fact, Observation, facts::lab::LabFact};
use serde::{Deserialize, Serialize};

use crate::parts::{airflows, clock::Clock, dags::Dags, nodes::Nodes, sources::Sources};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) clock: Clock,
    pub(super) dags: Dags,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let turned = airflows::apply(&mut self.nodes, &mut self.sources, observation);
        let dated = self.clock.apply(observation);
        let told = self.dags.apply(observation).is_some();
        // Who answers, and who there is, changes what is waited for.
        told || dated || turned || matches!(observation.fact, Fact::Lab(LabFact::LabStarted { .. }))
    }
}
