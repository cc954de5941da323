//! Sees and does what Cassandra can: the only crate that names scylla.
//!
//! Layers, each using those before it alone: `wire` carries CQL to one node and `agent` carries questions to its
//! management beans, `ask` makes questions of both in the lab's vocabulary, `driver` sends requests as an application
//! would, [`Probe`] asks continually and says what is new, [`Cassandra`] does actions. What pictures make of the facts
//! must never move in here: a probe fetches, a view interprets.

mod actions;
mod agent;
mod ask;
mod driver;
mod error;
mod files;
mod level;
mod node;
mod probe;
mod wire;

pub use actions::{ByHand, Cassandra};
pub use driver::{Bulk, Cell, Request, Table};
pub use files::lists_volumes;
pub use level::{Level, SerialLevel};
pub use node::{Agent, Asked, Cluster, Node};
pub use probe::{Probe, Shell};
