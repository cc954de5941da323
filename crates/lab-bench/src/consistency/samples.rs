//! Cells and trials for the tests of what is computed from them.

use super::{Cell, CellPlan, FaultKind, Level, ReplicaHolds, Trial, TrialPhase, TrialRead, TrialRequest};
use crate::CellState;

pub(crate) fn level(name: &str) -> Level {
    serde_json::from_value(name.into()).unwrap()
}

pub(crate) fn plan(write: &str, read: &str) -> CellPlan {
    CellPlan {
        cell: format!("rf3-stop-whole-{write}-{read}"),
        rf: 3,
        write: level(write),
        read: level(read),
        fault: FaultKind::Stop,
        phase: TrialPhase::Whole,
    }
}

pub(crate) fn waiting(write: &str, read: &str) -> Cell {
    Cell::waiting(&plan(write, read), 20, None)
}

/// A cell that has ended; what it came to is for the test to conclude.
pub(crate) fn cell(write: &str, read: &str) -> Cell {
    Cell { state: CellState::Done, ..waiting(write, read) }
}

pub(crate) fn request(outcome: &str) -> TrialRequest {
    TrialRequest {
        id: "r1".into(),
        cql: "SELECT v FROM t".into(),
        coordinator: Some("n1".into()),
        level: "ONE".into(),
        serial_level: None,
        outcome: outcome.into(),
        says: outcome.into(),
        required: None,
        alive: None,
        received: None,
        took_ms: 1.5,
        trace: None,
    }
}

pub(crate) fn read(outcome: &str, value: &str, stale: bool) -> TrialRead {
    TrialRead {
        request: request(outcome),
        value: (!value.is_empty()).then(|| value.to_owned()),
        stale,
        must_be_fresh: false,
        at_once: false,
        before: Vec::new(),
        after: Vec::new(),
        theory: vec!["ok".into()],
    }
}

pub(crate) fn trial(number: u32, write: &str) -> Trial {
    Trial {
        trial: number,
        key: format!("k{number}"),
        old: "old".into(),
        new: "new".into(),
        replicas: ["n1", "n2", "n3"].map(str::to_owned).to_vec(),
        victims: vec!["n3".into()],
        set_aside: None,
        acknowledged: write == "ok",
        write: request(write),
        write_theory: vec!["ok".into()],
        during: None,
        after_return: None,
        journal: (0, 0),
        journal_file: None,
        journal_at: None,
    }
}

pub(crate) fn holds(node: &str, value: &str, at: &str) -> ReplicaHolds {
    ReplicaHolds { node: node.into(), value: Some(value.into()), written_at: Some(at.into()), error: None }
}
