//! Bytes to and from one broker: a connection, and Kafka's own names of its errors. Knows no question in particular.

mod connection;
mod failure;

pub(crate) use connection::{Answer, Ask, Connection};
pub(crate) use failure::{Failure, Refusal, refusal};
