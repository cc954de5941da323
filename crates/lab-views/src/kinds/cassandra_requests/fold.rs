//! What is remembered.

use lab_model::Observation;
use serde::{Deserialize, Serialize};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {}

impl State {
    pub(super) fn apply(&mut self, _: &Observation) -> bool {
        false
    }
}
