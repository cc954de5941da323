//! The shape of the picture: records as they lie in partitions, and the order in which clients read them.

use lab_model::{Datum, Millis};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which topic, how much of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/kafka_records/model.gen.ts")]
pub struct Params {
    /// The topic.
    pub topic: String,
    /// Newest records shown per partition and per reader; 40 unless told.
    #[serde(default = "window")]
    #[ts(as = "Option<usize>", optional)]
    pub window: usize,
    /// First partition shown.
    #[serde(default)]
    #[ts(as = "Option<i32>", optional)]
    pub from: i32,
    /// Show at most this many partitions, from `from`; 24 unless told.
    #[serde(default = "partitions")]
    #[ts(as = "Option<usize>", optional)]
    pub partitions: usize,
}

fn partitions() -> usize {
    24
}

fn window() -> usize {
    40
}

/// A topic's records and its readers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_records/model.gen.ts")]
pub struct Model {
    /// The topic.
    pub topic: String,
    /// How many records lie in all partitions; none while not all of them were read and counted, or a transaction is open.
    pub stored: Option<u32>,
    /// How many of them were read so far, also those outside the window.
    pub found: u32,
    /// From the log starts to the log ends of all leaders; none while one of them is not known. Offsets are not records:
    /// markers of transactions take some, and a cleaner leaves others empty.
    #[ts(type = "number | null")]
    pub offsets: Option<i64>,
    /// Records acknowledged to our producers. More than `stored` for good: some are lost (or deleted, or cleaned away).
    pub acknowledged: u32,
    /// The lab's producers, in order of appearance.
    pub writers: Vec<Writer>,
    /// How many partitions there are in all.
    pub partition_count: i32,
    /// The partitions in the window, by index.
    pub partitions: Vec<PartitionLog>,
    /// Where the records of each key lie, by key, at most 100 keys; among the newest 500 records of each partition.
    pub keys: Vec<Key>,
    /// These are all keys: each record was read, and so was its key.
    pub keys_whole: bool,
    /// Groups that committed an offset here or have members that are to read it, by name, at most 100. Whoever reads in no
    /// group, and commits nothing, cannot be seen.
    pub groups: Vec<Reads>,
    /// Whether all groups of the cluster were heard of: only then an empty list means that there is none.
    pub groups_known: bool,
    /// The lab's readers, in order of appearance.
    pub readers: Vec<Reader>,
}

/// A group and how far it is in this topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_records/model.gen.ts")]
pub struct Reads {
    /// Group id.
    pub group: String,
    /// `classic`, `consumer`, `share` or `streams`; empty while it was not described.
    pub protocol: String,
    /// The group's members that are to read this topic.
    pub members: usize,
    /// The next offsets to read, by partition.
    pub committed: Vec<Committed>,
}

/// A committed offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_records/model.gen.ts")]
pub struct Committed {
    /// Partition.
    pub partition: i32,
    /// Next offset to read.
    #[ts(type = "number")]
    pub offset: i64,
}

/// A key and where its records lie. Records without a key have none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_records/model.gen.ts")]
pub struct Key {
    /// Key.
    pub key: Datum,
    /// How many records with it were found.
    pub found: u32,
    /// In which partitions they lie, ascending.
    pub partitions: Vec<i32>,
}

/// The newest records of a partition, as its leader returned them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_records/model.gen.ts")]
pub struct PartitionLog {
    /// Index.
    pub partition: i32,
    /// How many records lie in it; none while not all of them were read and counted.
    pub stored: Option<u32>,
    /// How many of them were read so far, also those outside the window.
    pub found: u32,
    /// First offset in the leader's log.
    #[ts(type = "number | null")]
    pub log_start: Option<i64>,
    /// Next offset to be written to the leader's log.
    #[ts(type = "number | null")]
    pub log_end: Option<i64>,
    /// The leader's high watermark: consumers read below it.
    #[ts(type = "number | null")]
    pub high_watermark: Option<i64>,
    /// Its last stable offset: at this one a transaction began that has not ended. Neither its records nor those behind it
    /// are shown before it ends. None while no transaction is open.
    #[ts(type = "number | null")]
    pub open_from: Option<i64>,
    /// The node that returned the newest of them as leader.
    pub said_by: Option<String>,
    /// The newest, by offset.
    pub records: Vec<Record>,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_records/model.gen.ts")]
pub struct Record {
    /// Partition.
    pub partition: i32,
    /// Offset.
    #[ts(type = "number")]
    pub offset: i64,
    /// The last offset of the stretch it stands for: a batch that is too large, or cannot be read. Its value says which.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub through: Option<i64>,
    /// Number in sending order within its producer, from our record id; none for records of other tools.
    pub sent: Option<u32>,
    /// Producer, from our record id.
    pub producer: Option<String>,
    /// Key.
    pub key: Datum,
    /// Value.
    pub value: Datum,
    /// Headers, the first 20 but for ours.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// How many more there are.
    #[serde(default)]
    pub headers_more: u32,
}

/// A header of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_records/model.gen.ts")]
pub struct Header {
    /// Key.
    pub key: Datum,
    /// Value.
    pub value: Datum,
}

/// A client of ours that writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_records/model.gen.ts")]
pub struct Writer {
    /// The client's name.
    pub client: String,
    /// Records acknowledged.
    pub acknowledged: u32,
    /// Records refused or given up.
    pub refused: u32,
    /// The newest error, in Kafka's or the client's words.
    pub error: Option<String>,
}

/// A client of ours that reads, and what it got in the order it got it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_records/model.gen.ts")]
pub struct Reader {
    /// The client's name.
    pub client: String,
    /// The reader's group, if any.
    pub group: Option<String>,
    /// The reader still reads.
    pub reading: bool,
    /// Partitions of this topic its group gave it; empty when it reads alone.
    pub assigned: Vec<i32>,
    /// Records read in all.
    pub count: u32,
    /// How many of these were no news: it had read that far before, and came back (after a rebalance, say).
    pub read_again: u32,
    /// How many of them carry our ids: of others no order of sending is known.
    pub numbered: u32,
    /// The newest, oldest first, in reading order.
    pub read: Vec<Record>,
    /// How often a record came right after one of the same producer that was sent later, over all partitions.
    pub out_of_order: u32,
    /// How often it was sent earlier than the one read before it from the same partition and producer. Going back to an
    /// offset already read (after a rebalance, say) is reading again, not another order, and counts nowhere.
    pub out_of_order_within_partition: u32,
    /// The same for the records of one key.
    pub out_of_order_within_key: u32,
    /// Journal time of its first record.
    #[ts(type = "number | null")]
    pub since: Option<Millis>,
}
