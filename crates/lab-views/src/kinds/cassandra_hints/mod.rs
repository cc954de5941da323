//! Hints: who keeps writes for whom, and what became of them.

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
    const KIND: &'static str = "cassandra_hints";
    const SAYS: &'static str = "Hints: which node keeps writes for which, and whether they were delivered";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_: &Params) -> Vec<Need> {
        vec![Need::Cassandra(CassandraNeed::Hints), Need::Cassandra(CassandraNeed::Ring), Need::Nodes]
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
