//! A DAG's newest runs, and in which state each task of each run is.

mod fold;
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
    const KIND: &'static str = "airflow_runs";
    const SAYS: &'static str = "A DAG's tasks in its newest runs, and the state of each";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        let runs = AirflowNeed::Runs { dag: params.dag.clone() };
        vec![Need::Airflow(runs), Need::Airflow(AirflowNeed::Dags), Need::Airflow(AirflowNeed::Components)]
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
