//! The shape of the picture: five stages, and where each record is.

use lab_model::{Millis, facts::lab::NodeState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// What to show.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Params {
    /// At most this many records by name of each sort; 20 unless told.
    #[serde(default = "named")]
    #[ts(as = "Option<usize>", optional)]
    pub named: usize,
}

fn named() -> usize {
    20
}

/// The pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Model {
    /// The five stages in their order.
    pub stages: Vec<Stage>,
    /// The weather source; none before it told of itself.
    pub source: Option<Source>,
    /// Ways that a record can take here, the usual one first; none where the lab has nothing that takes a stage's place.
    pub ways: Vec<Way>,
    /// Sinks of ours, by group.
    pub sinks: Vec<Sink>,
    /// How many records are where.
    pub counts: Counts,
    /// Nothing is lost, nothing was stored that no record says, and the counts of all engines are the same. None while one
    /// of them is not known, records are on their way from one to the next, or an engine does not answer.
    pub agrees: Option<bool>,
    /// What does not agree, one sentence each.
    pub disagreements: Vec<String>,
    /// Records that wait between two stages.
    pub waiting: Vec<Waiting>,
    /// Records that are more than once in Kafka, the newest first.
    pub duplicates: Vec<Duplicate>,
    /// Records that are lost, the newest first.
    pub lost: Vec<Lost>,
    /// What was rejected on the way and kept in Kafka, the newest first.
    pub rejected: Vec<Rejected>,
    /// Records that came for a window that was closed, and are in no result of the stream; the newest first.
    pub late: Vec<Late>,
    /// Forecasts that the source handed out and nobody kept, though later ones were kept; the newest first.
    pub unkept: Vec<Unkept>,
    /// How long records take from one stage to the next.
    pub hops: Vec<Hop>,
    /// What keeps records waiting, in a sentence; none if nothing does.
    pub slow: Option<String>,
    /// Airflow's clock minus the journal's, milliseconds, so that ages of what engines date can be told; none while not known.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
}

/// Which way a record takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub enum WayId {
    /// Airflow, Kafka, Cassandra.
    Whole,
    /// A plain timer in the place of Airflow.
    WithoutAirflow,
    /// A timer writes rows.
    WithoutKafka,
    /// The stream job's results are in their topic alone.
    WithoutCassandra,
}

/// A way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Way {
    /// Which.
    pub way: WayId,
    /// What it is, in a sentence.
    pub says: String,
    /// It is the way taken now, by the containers that run; none while that is not known.
    pub taken: Option<bool>,
    /// What is lost by it, as far as this lab shows it, one sentence each.
    pub loses: Vec<String>,
}

/// A sink of ours.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Sink {
    /// Its group.
    pub group: String,
    /// It is under way.
    pub running: bool,
    /// Records that it read; one that it read again counts again.
    #[ts(type = "number")]
    pub read: u64,
    /// Rows that Cassandra confirmed.
    #[ts(type = "number")]
    pub stored: u64,
    /// Rows a second since its first record came.
    pub per_second: f64,
    /// Records that its group has not dealt with; none while not known.
    #[ts(type = "number | null")]
    pub lag: Option<u64>,
    /// What it waits for; none if it goes on.
    pub waits_for: Option<String>,
}

/// A forecast that nobody kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Unkept {
    /// When it was made, by the source's clock.
    pub updated: String,
    /// When it was handed out, Unix milliseconds.
    #[ts(type = "number")]
    pub at: i64,
}

/// The weather source, as it was at `said_at`. Times are its own, Singapore's.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Source {
    /// The node.
    pub node: String,
    /// Whether it answers.
    pub heard: Hearing,
    /// Journal time.
    #[ts(type = "number")]
    pub said_at: Millis,
    /// What its clock showed then.
    pub clock: String,
    /// Seconds of that clock in a second.
    pub speed: f64,
    /// When the newest forecast was made.
    pub updated: String,
    /// When the next one will be.
    pub next_update: String,
    /// Forecasts asked for since it started.
    #[ts(type = "number")]
    pub requests: u64,
    /// How they were answered.
    pub answers: Vec<Answers>,
    /// The fault in force; none if there is none.
    pub fault: Option<Fault>,
}

/// Answers of one HTTP status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Answers {
    /// The status, e.g. `200`.
    pub status: String,
    /// How many.
    #[ts(type = "number")]
    pub answers: u64,
}

/// A fault of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Fault {
    /// Its name.
    pub name: String,
    /// Requests that it still spoils; none: until it is ended.
    #[ts(type = "number | null")]
    pub left: Option<u64>,
    /// Requests that it has spoiled.
    #[ts(type = "number")]
    pub spoiled: u64,
}

/// Which stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub enum StageId {
    /// Airflow asks the weather source.
    Collection,
    /// Into Kafka.
    Ingestion,
    /// Into Cassandra.
    Storage,
    /// Windows.
    Computation,
    /// The chart.
    Consumption,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Stage {
    /// Which.
    pub stage: StageId,
    /// What acts in it, e.g. `the DAG collect_weather`.
    pub acts: String,
    /// The containers in which that is.
    pub nodes: Vec<StageNode>,
    /// All of them run, none is silent; none while that is not known.
    pub runs: Option<bool>,
    /// The records that it has handled; none while that is not known.
    #[ts(type = "number | null")]
    pub count: Option<u64>,
    /// What is counted: `pieces fetched`, `records`, `rows`, `windows closed`, `points`.
    pub unit: String,
    /// What is known of it, one sentence each.
    pub says: Vec<String>,
}

/// A container of a stage.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct StageNode {
    /// The node's name.
    pub node: String,
    /// What the container engine says; none before it said anything.
    pub state: Option<NodeState>,
    /// Whether it answers, where somebody asks it.
    pub heard: Hearing,
}

/// How many records are where. Each is none while that is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Counts {
    /// Pieces of forecasts that were fetched: as the task `split` says of each run, else as the records' headers say.
    #[ts(type = "number | null")]
    pub fetched: Option<u64>,
    /// Records in the topics of forecasts, each as often as it is there.
    #[ts(type = "number | null")]
    pub produced: Option<u64>,
    /// Pieces and records that were rejected, and kept in Kafka.
    #[ts(type = "number | null")]
    pub rejected: Option<u64>,
    /// Records that the storage has read, by the offsets that it committed.
    #[ts(type = "number | null")]
    pub consumed: Option<u64>,
    /// Rows of forecasts in Cassandra.
    #[ts(type = "number | null")]
    pub stored: Option<u64>,
    /// Records that are in the stream's closed windows.
    #[ts(type = "number | null")]
    pub aggregated: Option<u64>,
    /// Records in Kafka whose id was there before.
    #[ts(type = "number | null")]
    pub duplicates: Option<u64>,
    /// Pieces that were fetched and never came to Kafka, and records that were said to be stored and have no row.
    #[ts(type = "number | null")]
    pub lost: Option<u64>,
    /// Records in Kafka that the storage has not read.
    #[ts(type = "number | null")]
    pub unread: Option<u64>,
    /// Records that were said to be stored, and whose table was not read since.
    #[ts(type = "number | null")]
    pub unseen: Option<u64>,
    /// Rows that say they came from Kafka, and no record there is about them: their log was deleted.
    #[ts(type = "number | null")]
    pub unlogged: Option<u64>,
    /// Rows that came without Kafka, and no record there is about them.
    #[ts(type = "number | null")]
    pub direct: Option<u64>,
    /// Forecasts that the source handed out and nobody kept, though later ones were kept; of the newest 500 answers.
    #[ts(type = "number | null")]
    pub unkept: Option<u64>,
    /// Windows that the stream closed.
    #[ts(type = "number | null")]
    pub windows: Option<u64>,
    /// Windows that have records and are not closed.
    #[ts(type = "number | null")]
    pub open_windows: Option<u64>,
    /// Records that came for a window that was closed.
    #[ts(type = "number | null")]
    pub late: Option<u64>,
}

/// Records between two stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Waiting {
    /// Where they wait, e.g. `in Kafka, for the storage`.
    pub place: String,
    /// The stage for which they wait.
    pub before: StageId,
    /// How many.
    #[ts(type = "number")]
    pub records: u64,
    /// When the oldest of them was written, Unix milliseconds, if it says so.
    #[ts(type = "number | null")]
    pub oldest_at: Option<i64>,
    /// What stands in the way, as far as a node says so.
    pub because: Option<String>,
}

/// A place in Kafka.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Place {
    /// Partition.
    pub partition: i32,
    /// Offset.
    #[ts(type = "number")]
    pub offset: i64,
    /// The run that sent it, if its header says so.
    pub run: Option<String>,
}

/// A record that is more than once in Kafka.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Duplicate {
    /// Its id.
    pub record: String,
    /// The topic.
    pub topic: String,
    /// Where it is, in the order of partition and offset.
    pub places: Vec<Place>,
    /// The content is the same everywhere; none where a record has no hash.
    pub same: Option<bool>,
    /// How many rows it has: a natural key makes it one.
    pub rows: Option<u32>,
}

/// A record that is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Lost {
    /// Its id; of pieces that never came to Kafka, how many of which run.
    pub record: String,
    /// How many.
    #[ts(type = "number")]
    pub records: u64,
    /// Where it was last: `Airflow` or `Kafka`.
    pub last: String,
    /// What is known of it, in a sentence.
    pub says: String,
}

/// What was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Rejected {
    /// The part of the payload, or the record's place in Kafka.
    pub part: String,
    /// Why.
    pub reason: String,
    /// The run that rejected it; none if the storage did.
    pub run: Option<String>,
    /// Its place in `weather_rejected`.
    pub at: Place,
}

/// A record that came too late for its window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Late {
    /// Its id.
    pub record: String,
    /// The day of its window.
    pub day: String,
    /// Where it is.
    pub at: Place,
    /// The record that had closed the window: `topic/partition/offset`.
    pub closed_by: String,
}

/// The way from one stage to the next. Milliseconds; over the newest 500 records of which both moments are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/pipeline_flow/model.gen.ts")]
pub struct Hop {
    /// `fetched to Kafka`, `Kafka to row`, `last record to result`.
    pub hop: String,
    /// From how many records or windows.
    pub of: usize,
    /// Half of them took no longer.
    #[ts(type = "number | null")]
    pub p50: Option<i64>,
    /// 99 of 100 took no longer.
    #[ts(type = "number | null")]
    pub p99: Option<i64>,
}
