//! Picture, table and sentence.

use super::{Model, Params, State};
use crate::{Projection, Table};

pub(super) fn project(_: &State, _: &Params) -> Projection<Model> {
    let model = Model { cluster_name: None, nodes: Vec::new(), data_centers: Vec::new(), all_up: false, schema_agreed: None, keyspaces: Vec::new(), placement: None, streams: Vec::new() };
    Projection { model, table: Table::new(&[]), summary: "Nothing was heard yet.".to_owned(), known: false }
}
