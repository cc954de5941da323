//! A run as it is kept, whatever its experiment: the format of `run.json`, its version, and what may be read of it.
//!
//! The format is this crate's own. Fields may come (older runs are read with their defaults); none changes its meaning
//! or goes while [`FORMAT`] stays.

use std::collections::BTreeMap;

use lab_model::{Code, Problem, facts::lab::ImageInUse};
use serde::{Deserialize, Serialize};

use crate::{ExperimentKind, words::unknown};

/// Of the files; a newer one is refused, not misread.
pub const FORMAT: u32 = 1;

/// A run as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Run<K: ExperimentKind> {
    /// [`FORMAT`] at the time of writing.
    pub format: u32,
    /// The experiment's [`ExperimentKind::NAME`]. Runs of before there was more than one do not say it.
    #[serde(default = "first_kind")]
    pub kind: String,
    /// The number.
    pub experiment: u32,
    /// Version of Pipewright.
    pub pipewright: String,
    /// What was chosen.
    pub plan: K::Plan,
    /// Its cells, in the order in which they are run.
    pub cells: Vec<K::CellPlan>,
    /// The lab.
    pub lab: String,
    /// True if the user said that the lab may be used although it holds what others made.
    #[serde(default)]
    pub shared: bool,
    /// Images the lab's nodes ran.
    #[serde(default)]
    pub images: Vec<ImageInUse>,
    /// When it began, Unix milliseconds.
    pub began_at: i64,
    /// How long it ran, milliseconds, interruptions left out.
    #[serde(default)]
    pub took_ms: u64,
    /// Every cell has ended.
    #[serde(default)]
    pub done: bool,
    /// Why it broke off, or did not leave its lab healthy.
    #[serde(default)]
    pub problem: Option<Problem>,
    /// How often it was begun or resumed: keys of one attempt are not those of another.
    #[serde(default)]
    pub attempts: u32,
    /// What the user expects, by cell.
    #[serde(default)]
    pub expectations: BTreeMap<String, K::Verdict>,
    /// What was done to the lab.
    #[serde(default)]
    pub episodes: Vec<K::Episode>,
}

fn first_kind() -> String {
    "consistency".into()
}

impl<K: ExperimentKind> Run<K> {
    /// A run that has not begun.
    pub fn new(experiment: u32, plan: K::Plan, cells: Vec<K::CellPlan>, lab: String, began_at: i64) -> Self {
        Self {
            format: FORMAT,
            kind: K::NAME.into(),
            experiment,
            pipewright: env!("CARGO_PKG_VERSION").into(),
            plan,
            cells,
            lab,
            shared: false,
            images: Vec::new(),
            began_at,
            took_ms: 0,
            done: false,
            problem: None,
            attempts: 0,
            expectations: BTreeMap::new(),
            episodes: Vec::new(),
        }
    }

    /// Reads a run from what `run.json` says. Its number is that of its folder: a copy is a run of its own, whatever it says.
    ///
    /// # Errors
    /// `storage` if a newer Pipewright wrote it, or if it is of another experiment; its version is looked at before
    /// anything else, because a newer file need not look like this one. `damaged` says what to say of other faults.
    pub fn read(number: u32, bytes: &[u8], damaged: impl Fn(serde_json::Error) -> Problem) -> Result<Self, Problem> {
        let head: Head = serde_json::from_slice(bytes).map_err(&damaged)?;
        if head.format > FORMAT {
            return Err(Problem {
                code: Code::Storage,
                message: format!("Run {number} was written by a newer Pipewright."),
                detail: format!("format {}", head.format),
                hint: "Use that version, or start a new run.".into(),
            });
        }
        if head.kind != K::NAME {
            return Err(Problem {
                code: Code::Storage,
                message: format!("Run {number} is of another experiment: {}.", head.kind),
                detail: String::new(),
                hint: format!("Choose a run of {}.", K::NAME),
            });
        }
        let run: Self = serde_json::from_slice(bytes).map_err(damaged)?;
        Ok(Self { experiment: number, ..run })
    }

    /// A cell of the run.
    ///
    /// # Errors
    /// `unknown`.
    pub fn cell(&self, cell: &str) -> Result<&K::CellPlan, Problem> {
        self.cells.iter().find(|plan| K::name_of(plan) == cell).ok_or_else(|| {
            let first = self.cells.first().map(|first| format!("Its first cell is {}.", K::name_of(first)));
            unknown(format!("Run {} has no cell {cell}.", self.experiment), first.unwrap_or_default())
        })
    }
}

/// The experiment that a `run.json` is of; none if that cannot be read.
pub fn kind_of(bytes: &[u8]) -> Option<String> {
    serde_json::from_slice::<Head>(bytes).ok().map(|head| head.kind)
}

/// What is read first.
#[derive(Deserialize)]
struct Head {
    format: u32,
    #[serde(default = "first_kind")]
    kind: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::consistency::Consistency;

    fn read(run: &serde_json::Value) -> Result<Run<Consistency>, Problem> {
        let damaged = |error: serde_json::Error| unknown(error.to_string(), String::new());
        Run::read(1, run.to_string().as_bytes(), damaged)
    }

    #[test]
    fn a_newer_run_is_refused_whatever_it_looks_like() {
        let newer = read(&json!({ "format": FORMAT + 1, "cells": "in another shape" })).unwrap_err();
        assert!(newer.message.contains("newer"), "{newer:?}");
        let same = read(&json!({ "format": FORMAT, "cells": "in another shape" })).unwrap_err();
        assert!(!same.message.contains("newer"), "{same:?}");
    }

    #[test]
    fn a_run_of_another_experiment_is_not_misread() {
        let other = read(&json!({ "format": FORMAT, "kind": "durability" })).unwrap_err();
        assert!(other.message.contains("another experiment: durability"), "{other:?}");
    }

    #[test]
    fn a_run_has_the_number_of_its_folder() {
        let mut copied = Run::<Consistency>::new(1, plan(), Vec::new(), "lab".into(), 0);
        copied.done = true;
        let damaged = |error: serde_json::Error| unknown(error.to_string(), String::new());
        let read = Run::<Consistency>::read(5, json!(copied).to_string().as_bytes(), damaged).unwrap();
        assert_eq!(read, Run { experiment: 5, ..copied });
    }

    fn plan() -> crate::consistency::ConsistencyPlan {
        serde_json::from_value(json!({ "write": ["ONE"], "read": ["ONE"] })).unwrap()
    }
}
