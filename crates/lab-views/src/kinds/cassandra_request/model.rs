//! The shape of the picture: one request as its trace tells it, as messages between lanes.

use lab_model::facts::cassandra::RequestKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/cassandra_request/model.gen.ts")]
pub struct Params {
    /// The request's id; the newest traced one if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub request: Option<String>,
    /// Only requests whose statement names this `keyspace.table` or keyspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub about: Option<String>,
}

/// A traced request.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_request/model.gen.ts")]
pub struct Model {
    /// The id; none while no traced request fits.
    pub request: Option<String>,
    /// The trace's id.
    pub trace: Option<String>,
    /// The statement.
    pub cql: Option<String>,
    /// What it was for.
    pub kind: Option<RequestKind>,
    /// The node asked.
    pub coordinator: Option<String>,
    /// The level.
    pub level: Option<String>,
    /// How it ended, as in `cassandra_requests`.
    pub outcome: Option<String>,
    /// How it ended, in words.
    pub words: Option<String>,
    /// How long the coordinator worked on it, microseconds.
    #[ts(type = "number | null")]
    pub duration_micros: Option<u64>,
    /// The coordinator first, then the others as they come into play.
    pub lanes: Vec<Lane>,
    /// In the order of their time.
    pub messages: Vec<Message>,
    /// What a lane did without sending anything, in the order of its time.
    pub marks: Vec<Mark>,
    /// Replicas asked to write.
    pub mutations: u32,
    /// Acknowledgements the coordinator heard, its own among them.
    pub acknowledged: u32,
    /// Acknowledgements heard after the coordinator had answered.
    pub late: u32,
    /// Replicas asked for data at first, the coordinator itself among them. What is read in full after a mismatch,
    /// and who is asked because another one is slow, is told by the messages.
    pub data_reads: u32,
    /// Replicas asked at first for a digest only, the coordinator itself among them.
    pub digest_reads: u32,
    /// Digests or data differed.
    pub digest_mismatch: bool,
    /// Repair mutations sent.
    pub repairs: u32,
    /// Replicas for which the trace says that a hint was kept. Cassandra 5.0 writes no such line: `cassandra_hints` tells.
    pub hinted: Vec<String>,
    /// Lines of the trace in all.
    pub lines: u32,
}

/// A node in the picture.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_request/model.gen.ts")]
pub struct Lane {
    /// Node name.
    pub node: String,
    /// Whether the node is the coordinator.
    pub coordinator: bool,
    /// Whether the node holds the row: it read, wrote or repaired it.
    pub replica: bool,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "views/cassandra_request/model.gen.ts")]
pub enum About {
    /// Asked to write.
    Mutation,
    /// Wrote, and says so.
    Ack,
    /// Asked for the row.
    Data,
    /// Asked for a digest of the row.
    Digest,
    /// The answer to either.
    Answer,
    /// Sent what it lacks.
    Repair,
    /// Mended, and says so.
    Repaired,
    /// A round of Paxos.
    Paxos,
    /// Anything else that the trace tells of.
    Other,
}

/// A message between two nodes. Times are microseconds since the coordinator heard of the request; all nodes of a lab
/// share one machine's clock.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_request/model.gen.ts")]
pub struct Message {
    /// From.
    pub from: String,
    /// To.
    pub to: String,
    /// What it is about.
    pub about: About,
    /// When it was sent; none if the trace does not tell.
    #[ts(type = "number | null")]
    pub sent: Option<i64>,
    /// When it was received; none if it never was, or the trace does not tell.
    #[ts(type = "number | null")]
    pub received: Option<i64>,
    /// Whether it came after the coordinator had answered the client.
    pub late: bool,
    /// Cassandra's name of the message, e.g. `MUTATION_REQ`.
    pub verb: String,
}

/// What a lane did by itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/cassandra_request/model.gen.ts")]
pub struct Mark {
    /// Node name.
    pub node: String,
    /// When, microseconds since the coordinator heard of the request.
    #[ts(type = "number")]
    pub at: i64,
    /// Cassandra's words.
    pub words: String,
    /// Worth a place in the picture; the others are in the table.
    pub main: bool,
}
