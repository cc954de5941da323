//! Sees and does what the pipeline's weather source can: the API that forecasts come from, with faults on demand.
//!
//! Layers, each using those before it alone: `http` asks, `ask` reads answers in the lab's vocabulary, [`Probe`] asks
//! continually and says what is new, [`Weather`] does actions. What pictures make of the facts must never move in here.
//! Beside them, [`record`] says what a record of the pipeline is.

mod actions;
mod ask;
mod http;
mod probe;
pub mod record;

pub use actions::Weather;
pub use probe::Probe;

/// A weather source.
#[derive(Debug, Clone)]
pub struct Source {
    /// The node's name.
    pub node: String,
    /// Where it listens, `127.0.0.1:28000`.
    pub address: String,
}
