//! Recent requests of our clients with their outcomes, loads, and what nodes count of read repair.
//!
//! What happened inside one of them is `cassandra_request`'s matter.

mod fold;
mod model;
mod project;
#[cfg(test)]
mod tests;

use lab_model::{CassandraNeed, Need, Observation};

pub use fold::State;
pub use model::*;

use crate::{Gaps, Projection, View};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "cassandra_requests";
    const SAYS: &'static str = "Recent requests of our clients and what came of them";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_: &Params) -> Vec<Need> {
        // Clients report their requests by themselves; what a read mended, only its coordinator counts.
        vec![Need::Cassandra(CassandraNeed::Ring), Need::Cassandra(CassandraNeed::ReadRepairs)]
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
