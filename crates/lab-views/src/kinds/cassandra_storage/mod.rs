//! One table's way to disk on each node: commit log, memtable, SSTables, compactions.

mod fold;
mod model;
mod project;
#[cfg(test)]
mod tests;

use lab_model::{CassandraNeed, Need, Observation};

pub use fold::State;
pub use model::*;

use crate::{Gaps, Projection, View, parts::schema::as_stored};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "cassandra_storage";
    const SAYS: &'static str = "Commit log, memtable, SSTables and compactions of one table, node by node";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        let table = as_stored(&params.table);
        vec![Need::Cassandra(CassandraNeed::Storage { table }), Need::Cassandra(CassandraNeed::Ring)]
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
