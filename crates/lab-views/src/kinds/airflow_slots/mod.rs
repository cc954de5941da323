//! Airflow's pools and its executor, and who held which slot when.

mod fold;
mod history;
mod model;
mod project;
mod summary;
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
    const KIND: &'static str = "airflow_slots";
    const SAYS: &'static str =
        "Airflow's pools, and which task held a slot when: running, rescheduled, deferred, waiting";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_params: &Params) -> Vec<Need> {
        vec![Need::Airflow(AirflowNeed::Slots), Need::Airflow(AirflowNeed::Components)]
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
