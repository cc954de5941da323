//! A topic's partitions: who leads, who is in sync, and what every replica says of its own log.
//!
//! Records and who reads them are other kinds' matter; of groups only the offsets they committed here are shown.

mod fold;
mod model;
mod project;
mod summary;
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
    const KIND: &'static str = "kafka_partitions";
    const SAYS: &'static str = "Leaders, in-sync replicas, log ends and high watermarks of a topic";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        let topic = params.topic.clone();
        vec![
            Need::Kafka(KafkaNeed::Partitions { topic }),
            Need::Kafka(KafkaNeed::Groups),
            Need::Kafka(KafkaNeed::Cluster),
        ]
    }

    fn apply(state: &mut State, observation: &Observation) -> bool {
        state.apply(observation)
    }

    fn project(state: &State, params: &Params) -> Projection<Model> {
        project::project(state, params)
    }

    fn gaps(state: &State, params: &Params) -> Gaps {
        project::gaps(state, params)
    }
}
