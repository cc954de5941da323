//! Airflow's components as its API server tells them, and whether the first run after the start has ended.
//!
//! What a container is doing is `lab_nodes`' matter.

mod fold;
mod model;
mod project;
#[cfg(test)]
mod tests;

use lab_model::{AirflowNeed, Need, Observation};

pub use fold::State;
pub use model::*;

use crate::{Gaps, Projection, View};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "airflow_components";
    const SAYS: &'static str = "Airflow's components, and their newest heartbeats";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_: &Params) -> Vec<Need> {
        vec![Need::Airflow(AirflowNeed::Components), Need::Nodes]
    }

    fn apply(state: &mut State, observation: &Observation) -> bool {
        state.apply(observation)
    }

    fn project(state: &State, _: &Params) -> Projection<Model> {
        project::project(state)
    }

    fn gaps(state: &State, _: &Params) -> Gaps {
        project::gaps(state)
    }
}
