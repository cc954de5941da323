//! Airflow's DAGs, and the files from which it could make none.
//!
//! What their runs are doing is `airflow_runs`' matter.

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
    const KIND: &'static str = "airflow_dags";
    const SAYS: &'static str = "DAGs: paused, stale, their versions, and files that cannot be imported";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(_: &Params) -> Vec<Need> {
        vec![Need::Airflow(AirflowNeed::Dags), Need::Airflow(AirflowNeed::Components)]
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
