//! The shape of the picture: groups, who is in them, who has which partitions, and where they go on reading.

use lab_model::Millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// What to show.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/kafka_groups/model.gen.ts")]
pub struct Params {
    /// Only this group.
    #[serde(default)]
    #[ts(optional)]
    pub group: Option<String>,
    /// Only what concerns this topic; needed for lag, since log ends are observed per topic.
    #[serde(default)]
    #[ts(optional)]
    pub topic: Option<String>,
}

/// Consumer groups, as their coordinators describe them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_groups/model.gen.ts")]
pub struct Model {
    /// Groups by name.
    pub groups: Vec<Group>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_groups/model.gen.ts")]
pub struct Group {
    /// Group id.
    pub group: String,
    /// `classic`, `consumer` (KIP-848), `share` or `streams`.
    pub protocol: String,
    /// What the members of a classic group are, in their own word: `consumer`, `connect`, …
    pub protocol_type: Option<String>,
    /// What of it is not known, and why; none if all of it is.
    pub unread: Option<String>,
    /// Kafka's word for its state.
    pub state: String,
    /// Group epoch (KIP-848) or generation, if the coordinator said it.
    pub epoch: Option<i32>,
    /// The node that coordinates it.
    pub coordinator: String,
    /// Does the coordinator answer? While it does not, what is said here was so at `said_at`.
    pub heard: Hearing,
    /// Journal time of the coordinator's newest description.
    #[ts(type = "number")]
    pub said_at: Millis,
    /// Members by client id.
    pub members: Vec<Member>,
    /// Committed offsets by topic and partition.
    pub offsets: Vec<Offset>,
    /// Why the committed offsets are not known, or not all of them, if so.
    pub offsets_unread: Option<String>,
    /// Sum of the lags; none if one of them is not known.
    #[ts(type = "number | null")]
    pub lag: Option<i64>,
    /// How often the settled assignment (state `Stable` or `Empty`) changed since we watch.
    pub rebalances: u32,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_groups/model.gen.ts")]
pub struct Member {
    /// Coordinator's id.
    pub member_id: String,
    /// The client's own name.
    pub client_id: String,
    /// As much of the member id as tells it from other members of that client id; none if there are none.
    pub apart: Option<String>,
    /// Where it connects from.
    pub host: String,
    /// What it has.
    pub partitions: Vec<Assigned>,
    /// Why that is not known, if it is not.
    pub unread: Option<String>,
}

/// An assigned partition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_groups/model.gen.ts")]
pub struct Assigned {
    /// Topic.
    pub topic: String,
    /// Partition.
    pub partition: i32,
}

/// A group's committed offset in a partition.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_groups/model.gen.ts")]
pub struct Offset {
    /// Topic.
    pub topic: String,
    /// Partition.
    pub partition: i32,
    /// Next offset to read.
    #[ts(type = "number")]
    pub committed: i64,
    /// The leader's high watermark, if observed.
    #[ts(type = "number | null")]
    pub high_watermark: Option<i64>,
    /// High watermark minus committed, if both are known and the committed offset is not beyond it.
    #[ts(type = "number | null")]
    pub lag: Option<i64>,
    /// So many of the offsets it lags by lie before the log's start: no record is there any more.
    #[ts(type = "number | null")]
    pub gone: Option<i64>,
    /// So far the committed offset lies beyond the high watermark: the log was made anew, or cut.
    #[ts(type = "number | null")]
    pub beyond: Option<i64>,
}
