//! The image that a node runs, layer by layer, those that it may run instead, and the newest build of one.
//!
//! What the container does is `lab_nodes`' matter.

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
    const KIND: &'static str = "lab_image";
    const SAYS: &'static str = "A node's image, its layers, and the newest build of one that extends it";
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

    fn gaps(state: &State, params: &Params) -> Gaps {
        project::gaps(state, params)
    }
}
