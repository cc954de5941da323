//! What is remembered: all that the pipeline's engines said.

use serde::{Deserialize, Serialize};

use crate::parts::pipeline::Pipeline;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) pipeline: Pipeline,
}
