//! Sees and does what Kafka can: the only crate that names rdkafka and kafka-protocol.
//!
//! Four layers, each using those before it alone: `wire` carries bytes to one broker, `ask` makes questions of them in
//! the lab's vocabulary, [`Probe`] asks continually and says what is new, [`Kafka`] does actions. What pictures make of
//! the facts must never move in here: a probe fetches, a view interprets.

mod actions;
mod ask;
mod broker;
mod clients;
mod error;
mod probe;
mod wire;

pub use actions::{ByHand, Kafka, TakeNumbers};
pub use broker::{Broker, Cluster};
pub use clients::streaming::{Extent, GroupReader, Next, Sender, Taken, Upto};
pub use probe::Probe;
