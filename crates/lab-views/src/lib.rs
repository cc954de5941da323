//! What a picture shows: pure folds from observations to models, each with a table and a one-sentence summary.
//!
//! A kind of view is a folder under `kinds/`; `build.rs` lists the folders, nothing else does. No I/O, no clock, no
//! randomness may ever move in here, and one kind never imports another.

mod kind;
mod parts;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod view;

/// The kinds, one folder each.
pub mod kinds {
    include!(concat!(env!("OUT_DIR"), "/kinds.rs"));
}

pub use kind::{Fold, Kind, ParamsError, kind, kinds};
pub use view::{Column, Gaps, Hearing, Projection, Table, View};
