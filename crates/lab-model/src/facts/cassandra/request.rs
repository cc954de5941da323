//! Requests of our own clients: what they asked, how they ended, what their traces tell.

use std::fmt::{Display, Formatter, Result as FmtResult};

use serde::{Deserialize, Serialize};

use crate::Datum;

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/request_kind.gen.ts")]
pub enum RequestKind {
    /// SELECT.
    Read,
    /// INSERT, UPDATE, DELETE, a batch.
    Write,
    /// A write with IF: a compare-and-set through Paxos.
    Conditional,
    /// CREATE, ALTER, DROP, TRUNCATE.
    Schema,
    /// Anything else.
    Other,
}

/// How a request ended, never flattened to text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "snake_case")]
pub enum RequestOutcome {
    /// The coordinator answered that it was done.
    Ok,
    /// The coordinator refused before it sent anything: it believes too few replicas up.
    Unavailable {
        /// Replicas the level needs.
        required: i32,
        /// Replicas believed up.
        alive: i32,
    },
    /// Too few replicas acknowledged in time. The write may be anywhere.
    WriteTimeout {
        /// Acknowledgements the level needs.
        required: i32,
        /// Acknowledgements that came.
        received: i32,
        /// `SIMPLE`, `BATCH`, `CAS`, ….
        write_type: String,
    },
    /// Too few replicas answered in time.
    ReadTimeout {
        /// Answers the level needs.
        required: i32,
        /// Answers that came.
        received: i32,
        /// The replica asked for data, not a digest, was among them.
        data_present: bool,
    },
    /// Replicas answered with an error of their own.
    WriteFailure {
        /// Acknowledgements the level needs.
        required: i32,
        /// Acknowledgements that came.
        received: i32,
        /// Replicas that failed.
        failed: i32,
    },
    /// Replicas answered with an error of their own.
    ReadFailure {
        /// Answers the level needs.
        required: i32,
        /// Answers that came.
        received: i32,
        /// Replicas that failed.
        failed: i32,
    },
    /// The coordinator refused for another reason: syntax, an unknown table, overload, ….
    Refused {
        /// The protocol's name of the error, e.g. `Invalid`, `SyntaxError`, `Overloaded`.
        error: String,
        /// The coordinator's words.
        words: String,
    },
    /// There was no connection to the coordinator: nothing was sent.
    NoConnection {
        /// The client's words.
        why: String,
    },
    /// The connection broke, or the client gave up, after the request was sent: nobody knows what became of it.
    NoAnswer {
        /// The client's words.
        why: String,
    },
}

impl RequestOutcome {
    /// The short name: `ok`, `unavailable`, `write_timeout`, `read_timeout`, `write_failure`, `read_failure`, `refused`,
    /// `no_connection`, `no_answer`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unavailable { .. } => "unavailable",
            Self::WriteTimeout { .. } => "write_timeout",
            Self::ReadTimeout { .. } => "read_timeout",
            Self::WriteFailure { .. } => "write_failure",
            Self::ReadFailure { .. } => "read_failure",
            Self::Refused { .. } => "refused",
            Self::NoConnection { .. } => "no_connection",
            Self::NoAnswer { .. } => "no_answer",
        }
    }
}

impl Display for RequestOutcome {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Unavailable { required, alive } => write!(f, "Unavailable: {required} required, {alive} alive"),
            Self::WriteTimeout { required, received, write_type } => {
                write!(f, "WriteTimeout: {received} of {required} acknowledged ({write_type})")
            }
            Self::ReadTimeout { required, received, .. } => {
                write!(f, "ReadTimeout: {received} of {required} answered")
            }
            Self::WriteFailure { required, received, failed } => {
                write!(f, "WriteFailure: {received} of {required} acknowledged, {failed} failed")
            }
            Self::ReadFailure { required, received, failed } => {
                write!(f, "ReadFailure: {received} of {required} answered, {failed} failed")
            }
            Self::Refused { error, words } => write!(f, "{error}: {words}"),
            Self::NoConnection { why } => write!(f, "no connection: {why}"),
            Self::NoAnswer { why } => write!(f, "no answer: {why}"),
        }
    }
}

/// A request of ours and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestSeen {
    /// Names it within the journal, e.g. `r17`.
    pub id: String,
    /// The statement, the first 500 characters.
    pub cql: String,
    /// What it was for.
    pub kind: RequestKind,
    /// The node asked, by name; none if the driver found none to ask.
    pub coordinator: Option<String>,
    /// `ONE`, `QUORUM`, …; `NODE_LOCAL` for one replica's own.
    pub level: String,
    /// `SERIAL` or `LOCAL_SERIAL` where the statement is conditional.
    #[serde(default)]
    pub serial_level: Option<String>,
    /// How it ended.
    pub outcome: RequestOutcome,
    /// From sending to the answer, or to giving up.
    pub took_micros: u64,
    /// The trace's id, if it was traced and the coordinator said one, also with an error.
    #[serde(default)]
    pub trace: Option<String>,
    /// Columns of the answer.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The first 20 rows of the answer.
    #[serde(default)]
    pub rows: Vec<Vec<Datum>>,
    /// Rows in all.
    #[serde(default)]
    pub row_count: u64,
    /// A conditional write: whether its condition held.
    #[serde(default)]
    pub applied: Option<bool>,
    /// The coordinator's warnings.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// One line of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceEvent {
    /// Address of the node that wrote it.
    pub source: String,
    /// By that node's own clock: microseconds since it heard of the request.
    pub elapsed_micros: i64,
    /// By that node's own clock, microseconds since 1970 (from the event's time-based id).
    pub at_micros: i64,
    /// The words.
    pub activity: String,
    /// The thread.
    #[serde(default)]
    pub thread: String,
}

/// Latencies, microseconds. `p99` only where at least 200 were measured: fewer do not carry it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, ts_rs::TS)]
#[ts(export, export_to = "rpc/latency.gen.ts")]
pub struct Latency {
    /// How many were measured.
    #[ts(type = "number")]
    pub count: u64,
    /// The middle.
    #[ts(type = "number")]
    pub median: u64,
    /// 99 of 100 were faster.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub p99: Option<u64>,
    /// The slowest.
    #[ts(type = "number")]
    pub most: u64,
}
