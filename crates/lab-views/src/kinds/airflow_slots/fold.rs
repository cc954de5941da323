//! What is remembered of slots, and of those who held them.

use lab_model::{
    Fact, Millis, Observation,
    facts::{airflow::AirflowFact, lab::LabFact},
};
use serde::{Deserialize, Serialize};

use super::history::History;
use crate::parts::{airflows, clock::Clock, nodes::Nodes, slots::Slots, sources::Sources};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) clock: Clock,
    pub(super) slots: Slots,
    pub(super) history: History,
    /// When Airflow was last heard, in the journal's time.
    pub(super) latest: Option<Millis>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let turned = airflows::apply(&mut self.nodes, &mut self.sources, observation);
        self.clock.apply(observation);
        let told = self.slots.apply(observation);
        match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted: false, .. }) => {
                (self.history, self.latest) = (History::default(), None);
                return true;
            }
            Fact::Airflow(AirflowFact::ActiveInstancesSeen { instances, gone, all, .. }) => {
                self.history.apply(observation.heard_at, (instances, gone, *all));
                self.history.forget(observation.heard_at, self.clock.offset);
            }
            // Every look at all tells it, so time goes on also while no slot changes hands.
            Fact::Airflow(AirflowFact::HealthTold { .. }) => {}
            _ if told => {}
            _ => return turned,
        }
        self.latest = Some(observation.heard_at);
        true
    }
}
