//! What holds for every kind, whatever it shows.

mod folds;
mod journals;
mod registry;
