//! The results of a cell: counts, latencies, the theory beside them, and how far they agree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::plan::{FaultKind, Level, TrialPhase, Verdict};
use crate::{CellState, LatencyMs};

/// What the rules say about a cell, computed from levels, replicas and the fault alone, never from the measurement.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct Theory {
    /// Ends a write can have, e.g. `["unavailable"]`.
    pub write: Vec<String>,
    /// Ends a read during the fault can have.
    pub read: Vec<String>,
    /// Replicas of a row, data centers summed.
    pub replicas: u32,
    /// Acknowledgements the write level needs, summed.
    pub write_needs: u32,
    /// Answers the read level needs, summed.
    pub read_needs: u32,
    /// Replicas that can answer a healthy coordinator during the fault.
    pub live: u32,
    /// Reads must return the acknowledged write whichever replicas answer: R + W > RF, in the sense of data centers.
    pub must_be_fresh: bool,
    /// Reads for which that holds: with LOCAL_ levels it depends on where they are asked.
    #[ts(type = "number")]
    pub must_be_fresh_reads: u64,
    /// In words.
    pub says: String,
    /// Where the measurement disagrees, a sentence each; empty if it agrees.
    pub disagrees: Vec<String>,
}

/// A cell whose measurement differs from what the learner expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct Surprise {
    /// What happened instead, and why, from the trial's own evidence.
    pub says: String,
    /// The trial that shows it best.
    pub trial: Option<u32>,
}

/// The results of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct Cell {
    /// Names it within the run.
    pub cell: String,
    /// Replication factor, per data center.
    pub rf: u32,
    /// Level of its writes.
    pub write: Level,
    /// Level of its reads.
    pub read: Level,
    /// The fault.
    pub fault: FaultKind,
    /// The part of the fault.
    pub phase: TrialPhase,
    /// How far it is.
    pub state: CellState,
    /// Why it is incomplete, or had fewer trials than planned.
    pub why: Option<String>,
    /// Trials asked for.
    pub planned: u32,
    /// Trials that count.
    pub trials: u32,
    /// Trials during which a node that was asked marked a peer up or down: set aside.
    pub straddled: u32,
    /// Trials by their outcome: `ok` if both the write and the read during the fault ended so, else the end of
    /// the first that did not.
    #[ts(type = "Record<string, number>")]
    pub outcomes: BTreeMap<String, u64>,
    /// Writes by how they ended.
    #[ts(type = "Record<string, number>")]
    pub write_outcomes: BTreeMap<String, u64>,
    /// Reads made during the fault, by how they ended.
    #[ts(type = "Record<string, number>")]
    pub read_outcomes: BTreeMap<String, u64>,
    /// Reads made after the node was back, by how they ended.
    #[ts(type = "Record<string, number>")]
    pub after_return_outcomes: BTreeMap<String, u64>,
    /// Trials in which the write was acknowledged and a read returned something older.
    pub stale: u32,
    /// Of these, by a read during the fault.
    pub stale_during: u32,
    /// Of these, by a read after the node was back.
    pub stale_after_return: u32,
    /// Trials in which the write was not acknowledged and a read returned it all the same.
    pub unacknowledged_seen: u32,
    /// Of writes that ended `ok`.
    pub write_ms: LatencyMs,
    /// Of reads that ended `ok`, during the fault and after.
    pub read_ms: LatencyMs,
    /// Hints written while the cell's trials ran; none where cells ran side by side (see the episode) or nobody said.
    #[ts(type = "number | null")]
    pub hints: Option<u64>,
    /// Reads after which a replica held something newer than before: it was mended by the read.
    pub read_repairs: u32,
    /// Reads whose replicas were looked at before and after, so that a repair could be seen.
    pub read_repairs_of: u32,
    /// What the rules say.
    pub theory: Theory,
    /// What the learner expected.
    pub expected: Option<Verdict>,
    /// What was measured; none before the cell's end, and without trials that count.
    pub verdict: Option<Verdict>,
    /// Where the two differ.
    pub surprise: Option<Surprise>,
}
