//! Sees and does what Airflow can, over its REST API alone.
//!
//! Layers, each using those before it alone: `rest` carries questions to an API server, `ask` makes questions of them in
//! the lab's vocabulary, [`Probe`] asks continually and says what is new, [`Airflow`] does actions. What pictures make of
//! the facts must never move in here: a probe fetches, a view interprets. Nothing here knows of containers: DAG files go
//! through [`DagFiles`], images through [`Images`].

mod actions;
mod ask;
mod error;
mod probe;
mod rest;
mod server;

pub use actions::{Airflow, ByHand, DagFiles, Images};
pub use probe::{DagFolder, Probe};
pub use server::Server;
