//! One request as its trace tells it: who was asked for what, who answered, and when.
//!
//! Nothing is drawn that no line of the trace says.

mod fold;
mod lines;
mod model;
mod project;
mod times;
mod read_trace;
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
    const KIND: &'static str = "cassandra_request";
    const SAYS: &'static str = "One traced request: who was asked for what, and who answered when";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_: &Params) -> Vec<Need> {
        // Clients report their requests and traces by themselves; the ring names the addresses in them.
        vec![Need::Cassandra(CassandraNeed::Ring)]
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
