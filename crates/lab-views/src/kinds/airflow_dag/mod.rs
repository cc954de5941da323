//! A DAG as a graph, how far one run of it is, and why what waits there waits.

mod drawn;
mod fold;
mod model;
mod project;
mod run;
mod summary;
#[cfg(test)]
mod tests;
mod why;

use lab_model::{AirflowNeed, Need, Observation};

pub use fold::State;
pub use model::*;

use crate::{Gaps, Projection, View};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "airflow_dag";
    const SAYS: &'static str = "A DAG as a graph: its tasks and groups in one run, and why a task is not running";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        let (dag, run) = (|| params.dag.clone(), params.run.clone());
        let needs = [
            AirflowNeed::Runs { dag: dag() },
            AirflowNeed::Graph { dag: dag() },
            AirflowNeed::Waiting { dag: dag(), run },
            AirflowNeed::Slots,
            AirflowNeed::Dags,
            AirflowNeed::Components,
        ];
        needs.map(Need::Airflow).to_vec()
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
