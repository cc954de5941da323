//! One partition, side by side as each node alone holds it.
//!
//! How a read merges them is told by its trace, in `cassandra_request`.

mod compare;
mod deletions;
mod fold;
mod merge;
mod model;
mod project;
mod summary;
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
    const KIND: &'static str = "cassandra_replicas";
    const SAYS: &'static str = "One partition across its replicas, as each of them holds it";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        let (table, key) = (as_stored(&params.table), params.key.clone());
        vec![
            Need::Cassandra(CassandraNeed::Ring),
            Need::Cassandra(CassandraNeed::Key { table: table.clone(), key: key.clone() }),
            Need::Cassandra(CassandraNeed::Rows { table, key }),
            Need::Cassandra(CassandraNeed::Hints),
            Need::Nodes,
        ]
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
