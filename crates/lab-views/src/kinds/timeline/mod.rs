//! What happened, one entry for each change worth telling, whoever says it first.
//!
//! Numbers that merely grow (log ends, offsets, beats) are no change worth telling.

mod airflow;
mod cassandra;
mod change;
mod fold;
mod image;
mod lab;
mod model;
mod project;
#[cfg(test)]
mod tests;
mod words;

use lab_model::{AirflowNeed, CassandraNeed, KafkaNeed, Need, Observation};

pub use fold::State;
pub use model::*;

use crate::{Projection, View};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "timeline";
    const SAYS: &'static str = "What happened, oldest first";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_: &Params) -> Vec<Need> {
        vec![
            Need::Kafka(KafkaNeed::Cluster),
            Need::Kafka(KafkaNeed::Groups),
            Need::Cassandra(CassandraNeed::Ring),
            Need::Cassandra(CassandraNeed::Repairs),
            Need::Airflow(AirflowNeed::Components),
            Need::Airflow(AirflowNeed::Dags),
            Need::Nodes,
        ]
    }

    fn apply(state: &mut State, observation: &Observation) -> bool {
        state.apply(observation)
    }

    fn project(state: &State, params: &Params) -> Projection<Model> {
        project::project(state, params)
    }
}
