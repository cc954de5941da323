//! Journals on disk.

use lab_model::Millis;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A journal that is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct JournalInfo {
    /// The lab.
    pub lab: String,
    /// Its name: what the names of its parts begin with.
    pub journal: String,
    /// The stack of the lab; empty if that cannot be read.
    pub stack: String,
    /// When it began, Unix milliseconds.
    #[ts(type = "number")]
    pub began_at: i64,
    /// Journal time of its last observation; none if there is none, or none that can be read.
    #[ts(type = "number | null")]
    pub until_ms: Option<Millis>,
    /// Bytes of its parts.
    #[ts(type = "number")]
    pub bytes: u64,
    /// How many parts there are.
    pub parts: u32,
    /// How many parts at its beginning were removed, because there was too much.
    pub parts_gone: u32,
    /// How it stands.
    pub state: JournalState,
}

/// How a journal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub enum JournalState {
    /// It is being written.
    Written,
    /// It ended with a whole line. What is between its beginning and its end is read only when it is opened.
    Closed,
    /// Its program ended in the middle of a line; everything before that line can be read.
    CutOff,
    /// A part or its beginning is missing, or does not begin or end as one; what is before can be read.
    Damaged,
    /// Nothing was written: its program ended before.
    Empty,
    /// Its header cannot be read.
    Unreadable,
}
