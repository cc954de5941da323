//! A Cassandra ring as its nodes describe it: members, tokens, who believes whom down, where a key lies.
//!
//! What a row holds is `cassandra_replicas`' matter.

mod fold;
mod history;
mod model;
mod project;
mod ranges;
mod summary;
#[cfg(test)]
mod tests;

use lab_model::{CassandraNeed, Need, Observation};

pub use fold::State;
pub use history::Opinion;
pub use model::*;

use crate::{Gaps, Projection, View, parts::schema::as_stored};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "cassandra_ring";
    const SAYS: &'static str = "Members, their tokens, which node thinks which is down, and where a key lies";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        let mut needs = vec![
            Need::Cassandra(CassandraNeed::Ring),
            Need::Cassandra(CassandraNeed::Phi),
            Need::Cassandra(CassandraNeed::Repairs),
            Need::Nodes,
        ];
        if let (Some(table), Some(key)) = (&params.table, &params.key) {
            needs.push(Need::Cassandra(CassandraNeed::Key { table: as_stored(table), key: key.clone() }));
        }
        needs
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
