//! How often it rains, day by day: the windows as the stream wrote them to Cassandra, as it wrote them to their topic, and as the
//! batch counted them, beside each other, each as fresh as it is.
//!
//! A window that only one of them has is no difference: the others may not have counted it yet. A difference is two closed
//! windows of one day with other counts.

mod fold;
mod gather;
mod model;
mod project;
mod summary;
#[cfg(test)]
mod tests;

use lab_model::{Need, Observation};

pub use fold::State;
pub use model::*;

use crate::{Gaps, Projection, View, parts::pipeline};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "rain_chart";
    const SAYS: &'static str = "Rain by region and day, from Cassandra, from the topic and from the batch";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_params: &Params) -> Vec<Need> {
        pipeline::needs()
    }

    fn apply(state: &mut State, observation: &Observation) -> bool {
        state.apply(observation)
    }

    fn project(state: &State, params: &Params) -> Projection<Model> {
        project::project(state, params)
    }

    fn gaps(state: &State, _params: &Params) -> Gaps {
        project::gaps(state)
    }
}
