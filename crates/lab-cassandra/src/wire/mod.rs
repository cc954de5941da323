//! The Cassandra query language's protocol, version 4, as far as drivers leave something out: NODE_LOCAL, trace ids on
//! errors, and every node's own pushed events. What is asked, and when, must never move in here.

mod connection;
mod events;
mod failure;
mod frame;
mod moments;
mod numbers;
mod reader;
mod types;
mod values;

pub(crate) use connection::{Connection, Question};
pub(crate) use events::Event;
pub(crate) use failure::{Failure, Refusal, named_error};
pub(crate) use frame::{Answer, Row, Table};
pub(crate) use types::{CqlType, UserTypes, named, native};
pub(crate) use values::{
    bytes_of_hex, datum, datum_of_beginning, digest, hex, literal, quoted, render, shown, uuid_text,
};
