//! One task instance: how it is, its tries, the log of one of them, what it was given and what it left.

mod fold;
mod model;
mod project;
mod summary;
mod table;
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
    const KIND: &'static str = "airflow_task";
    const SAYS: &'static str = "One task instance: its tries, its log, what it was given and what it left";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        let task = AirflowNeed::Task {
            dag: params.dag.clone(),
            run: params.run.clone(),
            task: params.task.clone(),
            map_index: params.map_index,
            try_number: params.try_number,
        };
        let newest = params.run.is_none().then(|| Need::Airflow(AirflowNeed::Runs { dag: params.dag.clone() }));
        [Need::Airflow(task), Need::Airflow(AirflowNeed::Components)].into_iter().chain(newest).collect()
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
