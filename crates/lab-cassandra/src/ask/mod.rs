//! Questions to one node, answered in the lab's vocabulary. When to ask, and what is new, is not decided here.
//!
//! Answers are sorted, so that equal states give equal answers.

pub(crate) mod key;
pub(crate) mod repairs;
pub(crate) mod replica;
pub(crate) mod ring;
pub(crate) mod rows;
pub(crate) mod scan;
pub(crate) mod schema;
pub(crate) mod settings;
pub(crate) mod storage;
pub(crate) mod traces;
