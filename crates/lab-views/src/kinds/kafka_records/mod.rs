//! The records of a topic as they lie in its partitions, and the order in which our clients read them.
//!
//! Replicas are not its matter: the leader's log is the partition's.

mod fold;
mod model;
mod project;
mod reading;
mod stored;
mod summary;
#[cfg(test)]
mod deleted_test;
#[cfg(test)]
mod odd_test;
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
    const KIND: &'static str = "kafka_records";
    const SAYS: &'static str = "Records in partitions, and the order in which clients read them";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        let topic = &params.topic;
        vec![
            Need::Kafka(KafkaNeed::Records { topic: topic.clone() }),
            // Without the log ends of the leader, records that were truncated, deleted or cleaned away would be shown for ever.
            Need::Kafka(KafkaNeed::Partitions { topic: topic.clone() }),
            // Other readers are seen by what their groups commit.
            Need::Kafka(KafkaNeed::Groups),
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
