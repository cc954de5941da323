//! What the actions of all engines share: how one is declared and read, rules for arguments, command lines, failures.
//!
//! What an action does stays with its engine, and so do the words for what only that engine can answer.

mod arguments;
pub mod failed;
mod line;
mod verb;

pub use arguments::{check_name, check_range, check_text};
pub use line::{exec, quoted};
pub use verb::{Acting, Verb, read, spec};

// For the macro, wherever it is used.
#[doc(hidden)]
pub use lab_model::{ActionCall, ActionSpec, Problem, counted};
