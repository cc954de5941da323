//! The shape of the picture: what happened, newest last, in the sources' own words.

use lab_model::Millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to show.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/timeline/model.gen.ts")]
pub struct Params {
    /// At most this many entries, the newest; 200 unless told.
    #[serde(default = "newest")]
    #[ts(as = "Option<usize>", optional)]
    pub newest: usize,
    /// Only these kinds of change, by the names that entries have; all if empty.
    #[serde(default)]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub kinds: Vec<String>,
}

fn newest() -> usize {
    200
}

/// Changes, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/timeline/model.gen.ts")]
pub struct Model {
    /// Entries in journal order.
    pub entries: Vec<Entry>,
    /// How many there are in all, by kind.
    pub counts: Vec<KindCount>,
}

/// How often a kind of change happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/timeline/model.gen.ts")]
pub struct KindCount {
    /// The kind.
    pub kind: String,
    /// How often.
    pub count: u32,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/timeline/model.gen.ts")]
pub struct Entry {
    /// Position in the journal. What one observation tells has one.
    #[ts(type = "number")]
    pub seq: u64,
    /// Place among all changes, from 0: which came first, also of what one observation tells.
    #[serde(default)]
    #[ts(type = "number")]
    pub place: u64,
    /// Journal time.
    #[ts(type = "number")]
    pub at: Millis,
    /// The source that said it.
    pub source: String,
    /// What sort of change: `partition_leader`, `isr`, `controller`, `fenced`, `unfenced`, `silent`, `heard`, `node`,
    /// `action`, `group`, `topic`, `truncation`, `step`, `lab`; of Cassandra `believed`, `member`, `schema`, `request`,
    /// `load`, `hints`, `repair`; of Airflow `component`, `dag`, `import_error`, `run`.
    pub kind: String,
    /// What changed: `orders-0`, `kafka-3`, a topic, a group, a table, a client, a DAG, its file, a component, an action's
    /// name, a step's id; the stack for `lab`.
    pub about: String,
    /// In plain words.
    pub says: String,
    /// Good, bad or neither, for a mark beside the words.
    pub mood: Mood,
    /// The action it answers.
    #[ts(type = "number | null")]
    pub cause: Option<u64>,
}

/// Whether a change is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "views/timeline/model.gen.ts")]
pub enum Mood {
    /// Something recovered or was achieved.
    Good,
    /// Something was lost or failed.
    Bad,
    /// Neither: what it is about is no more.
    Ended,
    /// Neither.
    Plain,
}
