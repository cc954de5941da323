//! The shape of the picture: the hops of one record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which record.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/record_journey/model.gen.ts")]
pub struct Params {
    /// Its topic: `periodic_weather`, unless told, or `general_weather`.
    #[serde(default = "topic")]
    #[ts(as = "Option<String>", optional)]
    pub topic: String,
    /// Its id; the newest record of the topic, if none is named. Only of one that is named each replica is asked alone.
    #[serde(default)]
    #[ts(optional)]
    pub record: Option<String>,
}

fn topic() -> String {
    crate::parts::pipeline::PERIODIC.to_owned()
}

/// A record's way.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/record_journey/model.gen.ts")]
pub struct Model {
    /// The topic.
    pub topic: String,
    /// The record's id; none while there is none.
    pub record: Option<String>,
    /// The content hash that its header in Kafka says; none while it is not read there.
    pub hash: Option<String>,
    /// The hops in the order of its way.
    pub hops: Vec<Hop>,
    /// At so many hops its content was read …
    pub read: usize,
    /// … and at so many of these it is what the hash says.
    pub same: usize,
    /// The newest records of the topic, the newest first, at most 60.
    pub newest: Vec<Named>,
    /// Airflow's clock minus the journal's, milliseconds; none while not known.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
}

/// A record to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/record_journey/model.gen.ts")]
pub struct Named {
    /// Its id.
    pub record: String,
    /// When it was written to Kafka, Unix milliseconds.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
}

/// Whether a record is at a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "views/record_journey/model.gen.ts")]
pub enum Standing {
    /// It is there.
    Found,
    /// It is not there yet, or waits there.
    Waits,
    /// It is not there, and will not be.
    Missing,
    /// That is not known.
    Unknown,
}

/// A hop.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/record_journey/model.gen.ts")]
pub struct Hop {
    /// Which: `payload`, `task`, `log`, `groups`, `row`, `window`, `chart`.
    pub hop: String,
    /// The stage it belongs to.
    pub stage: String,
    /// What is there.
    pub title: String,
    /// Whether the record is there.
    pub standing: Standing,
    /// Where, and what was read there, one line each.
    pub places: Vec<Place>,
    /// Why it is not there, or what it waits for; none if it is there.
    pub why: Option<String>,
    /// When it came there, Unix milliseconds, by the clock of who wrote that.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
    /// Milliseconds since the hop before of which the time is known.
    #[ts(type = "number | null")]
    pub took: Option<i64>,
}

/// A place at a hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/record_journey/model.gen.ts")]
pub struct Place {
    /// Where, in the engine's words.
    pub place: String,
    /// Who says so.
    pub said_by: Option<String>,
    /// The hash of what was read there; none where the content itself is not read.
    pub hash: Option<String>,
    /// It is the one that the record's header says; none where there is nothing to compare.
    pub same: Option<bool>,
}
