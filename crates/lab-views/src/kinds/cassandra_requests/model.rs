//! The shape of the picture: recent requests of our clients, and what came of them.

use std::collections::BTreeMap;

use lab_model::{
    Datum, Millis,
    facts::cassandra::{Latency, RequestKind},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/cassandra_requests/model.gen.ts")]
pub struct Params {
    /// Only requests whose statement names this `keyspace.table` or keyspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub about: Option<String>,
    /// How many to show, the newest; 20 unless told, 200 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// Requests of our clients.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_requests/model.gen.ts")]
pub struct Model {
    /// The newest first.
    pub requests: Vec<Request>,
    /// Requests so far that fit the parameters, by outcome.
    #[ts(type = "Record<string, number>")]
    pub outcomes: BTreeMap<String, u64>,
    /// Loads, the newest first; 10 at most.
    pub loads: Vec<Load>,
    /// Coordinators that have met replicas which differed, whoever asked: also clients that are not ours.
    pub read_repairs: Vec<ReadRepairs>,
}

/// What a node counts of the reads it coordinated since it started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_requests/model.gen.ts")]
pub struct ReadRepairs {
    /// The coordinator.
    pub node: String,
    /// Reads that found replicas different, and waited for them to be mended.
    #[ts(type = "number")]
    pub blocking: u64,
    /// The same from tables with `read_repair = 'NONE'`: nothing was mended.
    #[ts(type = "number")]
    pub reconciled: u64,
    /// Mending that did not end in time.
    #[ts(type = "number")]
    pub timed_out: u64,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_requests/model.gen.ts")]
pub struct Request {
    /// Names it within the journal.
    pub id: String,
    /// Journal time it ended.
    #[ts(type = "number")]
    pub at: Millis,
    /// Which client of ours sent it.
    pub client: String,
    /// The action that sent it, by its id; none if no action did.
    #[ts(type = "number | null")]
    pub action: Option<u64>,
    /// The statement.
    pub cql: String,
    /// What it was for.
    pub kind: RequestKind,
    /// The node asked.
    pub coordinator: Option<String>,
    /// The level.
    pub level: String,
    /// `SERIAL` or `LOCAL_SERIAL`, for a conditional one.
    pub serial_level: Option<String>,
    /// `ok`, `unavailable`, `write_timeout`, `read_timeout`, `write_failure`, `read_failure`, `refused`,
    /// `no_connection`, `no_answer`.
    pub outcome: String,
    /// Replicas the level needs, where the outcome says so.
    pub required: Option<i32>,
    /// Replicas believed up, if it was unavailable.
    pub alive: Option<i32>,
    /// Replicas that answered, if it timed out or failed.
    pub received: Option<i32>,
    /// The outcome in words.
    pub words: String,
    /// From sending to the answer, microseconds.
    #[ts(type = "number")]
    pub took_micros: u64,
    /// The trace's id, if it was traced.
    pub trace: Option<String>,
    /// Columns of the answer.
    pub columns: Vec<String>,
    /// The first rows of the answer.
    pub rows: Vec<Vec<Datum>>,
    /// Rows in all.
    #[ts(type = "number")]
    pub row_count: u64,
    /// A conditional write: whether its condition held.
    pub applied: Option<bool>,
    /// The coordinator's warnings.
    pub warnings: Vec<String>,
}

/// A load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_requests/model.gen.ts")]
pub struct Load {
    /// Which client of ours.
    pub client: String,
    /// The action that it is, by its id.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub action: Option<u64>,
    /// `keyspace.table`.
    pub table: String,
    /// What it does.
    pub kind: RequestKind,
    /// The level.
    pub level: String,
    /// Requests asked for.
    #[ts(type = "number")]
    pub asked: u64,
    /// Requests that ended `ok`.
    #[ts(type = "number")]
    pub ok: u64,
    /// Requests that ended otherwise.
    #[ts(type = "number")]
    pub not_ok: u64,
    /// By outcome.
    #[ts(type = "Record<string, number>")]
    pub outcomes: BTreeMap<String, u64>,
    /// Of those that ended `ok`.
    pub latency: Latency,
    /// Requests a second.
    pub per_second: f64,
    /// Still under way.
    pub running: bool,
}
