//! Picture, table and sentence.

use super::{Model, Params, State};
use crate::{Projection, Table};

pub(super) fn project(_: &State, _: &Params) -> Projection<Model> {
    let model = Model { holders: Vec::new(), bytes: 0, delivered: 0, not_stored: 0, turns: Vec::new() };
    Projection { model, table: Table::new(&[]), summary: "Nothing was heard yet.".to_owned(), known: false }
}
