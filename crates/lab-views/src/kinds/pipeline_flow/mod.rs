//! The weather pipeline's five stages: what runs in each, and what became of every record between the source and the table.
//!
//! A record is counted by what its engines say of it, never by what a stage should have done: it is in Kafka because its
//! leader returned it, stored because a coordinator returned its row, and lost only where the table was read from beginning
//! to end after the record was said to be stored.

mod account;
mod fold;
mod kept;
mod model;
mod project;
mod runs;
mod stages;
mod summary;
#[cfg(test)]
mod tests;
mod timing;
mod ways;
mod windows;

use lab_model::{Need, Observation};

pub use fold::State;
pub use model::*;

use crate::{Gaps, Projection, View, parts::pipeline};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "pipeline_flow";
    const SAYS: &'static str = "The weather pipeline's stages, and what became of its records";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_params: &Params) -> Vec<Need> {
        pipeline::needs()
    }

    fn apply(state: &mut State, observation: &Observation) -> bool {
        state.pipeline.apply(observation)
    }

    fn project(state: &State, params: &Params) -> Projection<Model> {
        project::project(state, params)
    }

    fn gaps(state: &State, _params: &Params) -> Gaps {
        project::gaps(state)
    }
}
