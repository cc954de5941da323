//! A Kafka cluster at a glance: its brokers, the true controller, the names of its topics.
//!
//! Topics' partitions, groups and records are other kinds' matter.

mod fold;
mod model;
mod project;
#[cfg(test)]
mod tests;

use lab_model::{KafkaNeed, Need, Observation};

pub use fold::State;
pub use model::*;

use crate::{Gaps, Projection, View};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "kafka_cluster";
    const SAYS: &'static str = "Brokers, the true controller and the names of topics";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_: &Params) -> Vec<Need> {
        vec![Need::Kafka(KafkaNeed::Cluster), Need::Nodes]
    }

    fn apply(state: &mut State, observation: &Observation) -> bool {
        state.apply(observation)
    }

    fn project(state: &State, params: &Params) -> Projection<Model> {
        project::project(state, params)
    }

    fn gaps(state: &State, _: &Params) -> Gaps {
        project::gaps(state)
    }
}
