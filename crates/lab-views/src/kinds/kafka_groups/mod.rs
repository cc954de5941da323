//! Consumer groups: who is in them, who has which partitions, and where they go on reading.
//!
//! What the clients themselves read is another kind's matter: this one repeats what coordinators say.

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
    const KIND: &'static str = "kafka_groups";
    const SAYS: &'static str = "Consumer groups, their members, assignments and committed offsets";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        let mut needs = vec![Need::Kafka(KafkaNeed::Groups)];
        if let Some(topic) = &params.topic {
            needs.push(Need::Kafka(KafkaNeed::Partitions { topic: topic.clone() }));
        }
        needs
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
