//! Two runs, cell by cell.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Cell, Experiment, ExperimentInfo, words};

/// Two runs, side by side.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct Comparison {
    /// The first run.
    pub first: ExperimentInfo,
    /// The second run.
    pub second: ExperimentInfo,
    /// Cells of either.
    pub cells: Vec<ComparedCell>,
    /// In words.
    pub says: String,
}

/// A cell in two runs.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct ComparedCell {
    /// The cell.
    pub cell: String,
    /// In one; none if it was not tried there.
    pub first: Option<Cell>,
    /// In the other.
    pub second: Option<Cell>,
    /// Where they differ, a few words each; empty if they agree.
    pub differs: Vec<String>,
}

impl Comparison {
    /// Of two runs.
    pub fn of(first: Experiment, second: Experiment) -> Self {
        let names: BTreeSet<&str> = first.cells.iter().chain(&second.cells).map(|cell| cell.cell.as_str()).collect();
        let find = |cells: &[Cell], name: &str| cells.iter().find(|cell| cell.cell == name && cell.trials > 0).cloned();
        let cells: Vec<ComparedCell> = names
            .into_iter()
            .map(|name| {
                let (one, other) = (find(&first.cells, name), find(&second.cells, name));
                let differs = one.as_ref().zip(other.as_ref()).map(|(a, b)| words::differs(a, b)).unwrap_or_default();
                ComparedCell { cell: name.to_owned(), first: one, second: other, differs }
            })
            .filter(|cell| cell.first.is_some() || cell.second.is_some())
            .collect();
        let says = words::comparison(&cells, first.info.experiment, second.info.experiment);
        Self { first: first.info, second: second.info, cells, says }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Run,
        consistency::{
            Experiment, Trial,
            compare::Comparison,
            samples::{cell, plan, read, trial},
        },
    };

    fn run(number: u32, trials: &[Trial]) -> Experiment {
        let consistency = serde_json::from_str(r#"{ "write": ["ONE"], "read": ["ONE"] }"#).unwrap();
        let mut counted = cell("ONE", "ONE");
        counted.conclude(trials);
        Experiment::of(Run::new(number, consistency, vec![plan("ONE", "ONE")], "lab".into(), 5), vec![counted], None)
    }

    #[test]
    fn two_runs_of_one_plan_are_compared_cell_by_cell() {
        let (mut stale, mut fresh) = (trial(1, "ok"), trial(1, "ok"));
        stale.during = Some(read("ok", "old", true));
        fresh.during = Some(read("ok", "new", false));
        let compared = Comparison::of(run(1, &[stale]), run(2, &[fresh]));
        assert_eq!(compared.cells.len(), 1);
        assert!(compared.cells[0].differs.join(" ").contains("stale"), "{:?}", compared.cells[0].differs);
        assert_eq!(compared.says, "Runs 1 and 2 differ in 1 of 1 cell that both have tried.");
    }

    #[test]
    fn a_cell_that_was_tried_nowhere_is_not_compared() {
        assert!(Comparison::of(run(1, &[]), run(2, &[])).cells.is_empty());
    }
}
