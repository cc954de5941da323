//! Picture, table and sentence.

use super::{Model, Params, State};
use crate::{Projection, Table};

pub(super) fn project(_: &State, _: &Params) -> Projection<Model> {
    let model = Model { settings: Vec::new(), nodes: Vec::new() };
    Projection { model, table: Table::new(&[]), summary: "Nothing was heard yet.".to_owned(), known: false }
}
