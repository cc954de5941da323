//! The shape of the picture: Kafka's own words for partitions, replicas and their logs.

use lab_model::Millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// Which topic.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/kafka_partitions/model.gen.ts")]
pub struct Params {
    /// The topic.
    pub topic: String,
    /// Show at most this many partitions, from `from`; 24 unless told.
    #[serde(default = "window")]
    #[ts(as = "Option<usize>", optional)]
    pub window: usize,
    /// First partition shown.
    #[serde(default)]
    #[ts(as = "Option<i32>", optional)]
    pub from: i32,
}

fn window() -> usize {
    24
}

/// A topic's partitions, each with what every replica says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_partitions/model.gen.ts")]
pub struct Model {
    /// The topic.
    pub topic: String,
    /// Whether the brokers' metadata knows it; none before any broker was asked.
    pub exists: Option<bool>,
    /// How many partitions there are in all.
    pub partition_count: i32,
    /// The partitions in the window, by index.
    pub partitions: Vec<Partition>,
    /// Logs that became shorter, oldest first, the newest 50.
    pub truncations: Vec<Truncation>,
}

/// A partition as the newest leader epoch heard describes it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_partitions/model.gen.ts")]
pub struct Partition {
    /// Index.
    pub partition: i32,
    /// Leader's broker id; none while offline.
    pub leader: Option<i32>,
    /// Leader epoch.
    pub leader_epoch: i32,
    /// In-sync replicas, broker ids.
    pub isr: Vec<i32>,
    /// Eligible leader replicas (KIP-966).
    pub elr: Vec<i32>,
    /// The leader's high watermark: consumers read below it. None while not known.
    #[ts(type = "number | null")]
    pub high_watermark: Option<i64>,
    /// The leader's last stable offset: readers of committed records read below it. Lower than the high watermark while a
    /// transaction is open. None while not known.
    #[ts(type = "number | null")]
    pub last_stable: Option<i64>,
    /// The leader's log end.
    #[ts(type = "number | null")]
    pub log_end: Option<i64>,
    /// Node that said leader and ISR.
    pub said_by: String,
    /// Journal time of that.
    #[ts(type = "number")]
    pub said_at: Millis,
    /// In assignment order, preferred leader first.
    pub replicas: Vec<Replica>,
    /// Groups that committed an offset here.
    pub cursors: Vec<Cursor>,
}

/// A replica, by its own words.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_partitions/model.gen.ts")]
pub struct Replica {
    /// Broker id.
    pub broker: i32,
    /// Node name, e.g. `kafka-2`.
    pub node: String,
    /// First offset in its log; none before it said so.
    #[ts(type = "number | null")]
    pub log_start: Option<i64>,
    /// Next offset to be written to its log.
    #[ts(type = "number | null")]
    pub log_end: Option<i64>,
    /// The high watermark it knows itself.
    #[ts(type = "number | null")]
    pub high_watermark: Option<i64>,
    /// Is it in the ISR of the newest epoch heard?
    pub in_sync: bool,
    /// The leader by this broker's own metadata; differs from the partition's leader while it is cut off.
    pub says_leader: Option<i32>,
    /// At which leader epoch.
    pub says_epoch: Option<i32>,
    /// Kafka's error name if the broker would not say anything of its replica when last asked.
    pub refused: Option<String>,
    /// Is the broker heard?
    pub heard: Hearing,
    /// Journal time it last answered.
    #[ts(type = "number | null")]
    pub heard_at: Option<Millis>,
}

/// A group's committed offset.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_partitions/model.gen.ts")]
pub struct Cursor {
    /// Group id.
    pub group: String,
    /// Next offset to read.
    #[ts(type = "number")]
    pub offset: i64,
    /// High watermark minus offset, if both are known and the offset is not beyond it.
    #[ts(type = "number | null")]
    pub lag: Option<i64>,
    /// So many of the offsets it lags by lie before the log's start: no record is there any more.
    #[ts(type = "number | null")]
    pub gone: Option<i64>,
    /// So far the offset lies beyond the high watermark: the log was made anew, or cut.
    #[ts(type = "number | null")]
    pub beyond: Option<i64>,
}

/// A replica's log became shorter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_partitions/model.gen.ts")]
pub struct Truncation {
    /// Partition.
    pub partition: i32,
    /// Broker id.
    pub broker: i32,
    /// Log end before.
    #[ts(type = "number")]
    pub from: i64,
    /// Log end after.
    #[ts(type = "number")]
    pub to: i64,
    /// Journal time.
    #[ts(type = "number")]
    pub at: Millis,
}
