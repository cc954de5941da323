//! The Cassandra query language's protocol, version 4, as far as drivers leave something out: NODE_LOCAL, trace ids on
//! errors, and every node's own pushed events. What is asked, and when, must never move in here.

mod connection;
mod events;
mod failure;
mod frame;
mod reader;
mod types;
mod values;

pub(crate) use connection::{Connection, Question};
pub(crate) use events::Event;
pub(crate) use failure::{Failure, Refusal, named_error};
pub(crate) use frame::{Answer, Row, Table};
pub(crate) use types::CqlType;
use values::literal;
pub(crate) use values::{quoted, render, uuid_text};
