//! Picture, table and sentence.

use super::{Model, Params, State};
use crate::{Projection, Table};

pub(super) fn project(_: &State, _: &Params) -> Projection<Model> {
    let model = Model { request: None, trace: None, cql: None, kind: None, coordinator: None, level: None, outcome: None, words: None, duration_micros: None, lanes: Vec::new(), messages: Vec::new(), marks: Vec::new(), mutations: 0, acknowledged: 0, late: 0, data_reads: 0, digest_reads: 0, digest_mismatch: false, repairs: 0, hinted: Vec::new(), lines: 0 };
    Projection { model, table: Table::new(&[]), summary: "Nothing was heard yet.".to_owned(), known: false }
}
