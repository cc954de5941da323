//! The containers of a lab, what the container engine says of them, and the actions done in the lab.
//!
//! What an engine inside a container is doing is other kinds' matter.

mod fold;
mod model;
mod project;
#[cfg(test)]
mod tests;

use lab_model::{Need, Observation};

pub use fold::State;
pub use model::*;

use crate::{Gaps, Projection, View};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "lab_nodes";
    const SAYS: &'static str = "Containers, their networks, and the actions done";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_: &Params) -> Vec<Need> {
        vec![Need::Nodes]
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
