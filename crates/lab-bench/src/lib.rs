//! Experiments on running labs: what is tried, what the rules say, and what the trials show. Pure: no I/O, no clock.
//!
//! What any experiment needs stands here: what one is (`kind`), how a run is kept, how far it is and how long it still goes
//! on, latencies, words, and the parts of a report. What belongs to one experiment is its folder: [`consistency`]. Whoever runs an experiment (`lab-app`)
//! asks the engines and hands what they said to this crate.

pub mod consistency;
mod html;
mod kind;
mod latency;
mod pace;
pub mod proof;
mod saved;
mod state;
mod words;

pub use kind::{ExperimentKind, Kept, Replayed};
pub use latency::{LatencyMs, latency};
pub use pace::Pace;
pub use saved::{FORMAT, Run, kind_of};
pub use state::{CellState, RunState, WorkStatus};
pub use words::{list, unknown};
