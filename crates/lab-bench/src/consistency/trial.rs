//! A trial and its evidence: what was asked, what came back, and what each replica held.

use lab_model::Millis;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A request of a trial, exactly as it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct TrialRequest {
    /// Names it within the lab's journal, e.g. `r17`.
    pub id: String,
    /// The statement.
    pub cql: String,
    /// The node asked.
    pub coordinator: Option<String>,
    /// The level.
    pub level: String,
    /// `SERIAL` or `LOCAL_SERIAL`, for a conditional write.
    pub serial_level: Option<String>,
    /// `ok`, `unavailable`, `write_timeout`, `read_timeout`, `write_failure`, `read_failure`, `refused`, `no_connection`,
    /// `no_answer`; `not_applied` for a conditional write whose condition did not hold.
    pub outcome: String,
    /// The outcome in words, with its numbers.
    pub says: String,
    /// Replicas the level needs, where the outcome says so.
    pub required: Option<i32>,
    /// Replicas believed up, if it was unavailable.
    pub alive: Option<i32>,
    /// Replicas that answered, if it timed out or failed.
    pub received: Option<i32>,
    /// From sending to the answer, milliseconds.
    pub took_ms: f64,
    /// The trace's id; only replays are traced.
    pub trace: Option<String>,
}

/// What one replica held of the trial's row, asked alone (NODE_LOCAL).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct ReplicaHolds {
    /// The node.
    pub node: String,
    /// The value; none if it has no such row.
    pub value: Option<String>,
    /// The write's timestamp, microseconds since 1970, as text.
    pub written_at: Option<String>,
    /// Why it could not be asked.
    pub error: Option<String>,
}

/// A read of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct TrialRead {
    /// What was asked and how it ended.
    pub request: TrialRequest,
    /// What it returned; none if there was no row or no answer.
    pub value: Option<String>,
    /// The write was acknowledged and this returned something older.
    pub stale: bool,
    /// By the rules it had to return the acknowledged write.
    pub must_be_fresh: bool,
    /// The read was sent right after the write, without looking at replicas in between: looking takes the time in which
    /// a replica may lag.
    pub at_once: bool,
    /// What each replica held just before.
    pub before: Vec<ReplicaHolds>,
    /// What each replica held just after.
    pub after: Vec<ReplicaHolds>,
    /// Ends the rules allow.
    pub theory: Vec<String>,
}

/// A trial: a fresh key with an acknowledged value on all its replicas, a write, and reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct Trial {
    /// Counted from 1 within its cell.
    pub trial: u32,
    /// The partition key.
    pub key: String,
    /// The acknowledged value before the fault.
    pub old: String,
    /// The value it writes.
    pub new: String,
    /// Nodes that hold the key.
    pub replicas: Vec<String>,
    /// Nodes that had the fault.
    pub victims: Vec<String>,
    /// Why it does not count, if it does not.
    pub set_aside: Option<String>,
    /// The write.
    pub write: TrialRequest,
    /// The write was acknowledged.
    pub acknowledged: bool,
    /// Ends of the write that the rules allow.
    pub write_theory: Vec<String>,
    /// The read during the fault.
    pub during: Option<TrialRead>,
    /// The read after the node was back, through that node where it can coordinate.
    pub after_return: Option<TrialRead>,
    /// Journal numbers of the lab's journal: from before the write to after the last read.
    #[ts(type = "[number, number]")]
    pub journal: (u64, u64),
    /// The journal that these are numbers of: how the names of its files begin, among the journals of the lab. None where the
    /// run was saved before this was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub journal_file: Option<String>,
    /// Journal time of the same, milliseconds. None where the run was saved before this was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "[number, number]")]
    pub journal_at: Option<(Millis, Millis)>,
}

impl Trial {
    /// Where its observations stand, for who wants to look; none where nobody noted the journal.
    pub fn place(&self) -> Option<String> {
        Some(place(self.journal_file.as_deref()?, self.journal, self.journal_at))
    }
}

/// A stretch of a journal: its observations, and when they were heard.
pub(super) fn place(file: &str, (from, to): (u64, u64), at: Option<(Millis, Millis)>) -> String {
    let heard = at.map(|(from, to)| format!(", {} to {} s", seconds(from), seconds(to)));
    format!("{file}, observations {from} to {to}{}", heard.unwrap_or_default())
}

/// As `watch --at` takes it, to the millisecond: what is cut off is a moment before.
fn seconds(at: Millis) -> String {
    format!("{}.{:03}", at / 1000, at % 1000)
}

/// A trial done once more with tracing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct Replay {
    /// The cell.
    pub cell: String,
    /// The trial it repeats.
    pub of: u32,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at: i64,
    /// The lab whose journal holds the traces.
    pub lab: String,
    /// What happened this time; its requests carry trace ids.
    pub trial: Trial,
}
