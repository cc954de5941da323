//! The files in the folder in which Airflow looks for DAGs, and what is in one of them.
//!
//! What Airflow makes of them is `airflow_dags`' matter.

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
    const KIND: &'static str = "airflow_files";
    const SAYS: &'static str = "Files in the folder with DAGs, and the text of one";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        vec![Need::Airflow(AirflowNeed::Files { file: params.file.clone() })]
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
