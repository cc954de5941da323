//! Whether a run still adds up: every cell is counted anew from its trials.

use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::TS;

use super::{Cell, Trial};

/// Whether a run's counts still follow from its trials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct Verified {
    /// Every count follows.
    pub holds: bool,
    /// Cells looked at.
    pub cells: u32,
    /// Trials counted anew.
    #[ts(type = "number")]
    pub trials: u64,
    /// What does not follow, a sentence each.
    pub findings: Vec<String>,
}

impl Verified {
    /// Counts these cells anew.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a (Cell, Vec<Trial>)>) -> Self {
        let mut verified = Self { holds: true, cells: 0, trials: 0, findings: Vec::new() };
        for (saved, trials) in cells {
            verified.cells += 1;
            verified.trials += trials.len() as u64;
            verified.findings.extend(findings(saved, trials));
        }
        verified.holds = verified.findings.is_empty();
        verified
    }
}

/// What does not follow from a cell's trials.
fn findings(saved: &Cell, trials: &[Trial]) -> Vec<String> {
    let mut saved = saved.clone();
    if !saved.ended() {
        // An earlier Pipewright gave verdicts also on the way; they were never final.
        (saved.verdict, saved.surprise) = (None, None);
    }
    let mut anew = saved.clone();
    anew.conclude(trials);
    let mut findings = differences(&saved, &anew);
    for trial in trials {
        let reads = [("read during the fault", &trial.during), ("read after the return", &trial.after_return)];
        for (which, read) in reads.into_iter().filter_map(|(which, read)| Some((which, read.as_ref()?))) {
            let older = trial.acknowledged && read.request.outcome == "ok" && read.value.as_ref() != Some(&trial.new);
            if older != read.stale {
                findings.push(format!(
                    "trial {}: the {which} is marked {}, but its value does not fit",
                    trial.trial,
                    if read.stale { "stale" } else { "fresh" }
                ));
            }
        }
        if trial.acknowledged != (trial.write.outcome == "ok") {
            findings.push(format!(
                "trial {}: the write is marked acknowledged = {}, but it ended with {}",
                trial.trial, trial.acknowledged, trial.write.outcome
            ));
        }
    }
    findings.into_iter().map(|finding| format!("{}: {finding}.", saved.cell)).collect()
}

/// Fields of a cell that differ, by name.
fn differences(saved: &Cell, anew: &Cell) -> Vec<String> {
    let (saved, anew) = (json!(saved), json!(anew));
    let names = saved.as_object().into_iter().flat_map(|fields| fields.keys());
    names
        .filter(|name| saved[*name] != anew[*name])
        .map(|name| format!("{name} is {}, but the trials give {}", saved[name], anew[name]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        CellState,
        consistency::samples::{cell, read, trial},
    };

    #[test]
    fn a_verdict_that_an_earlier_pipewright_gave_on_the_way_is_no_finding() {
        let trials = vec![trial(1, "ok")];
        let mut under_way = cell("ONE", "ONE");
        under_way.conclude(&trials);
        under_way.state = CellState::Running;
        assert!(under_way.verdict.is_some());
        let fine = Verified::of(&[(under_way, trials)]);
        assert!(fine.holds, "{:?}", fine.findings);
    }

    #[test]
    fn a_saved_run_adds_up_until_somebody_changes_it() {
        let mut stale = trial(1, "ok");
        stale.during = Some(read("ok", "old", true));
        let mut trials = vec![stale, trial(2, "unavailable")];
        let mut counted = cell("ONE", "ONE");
        counted.conclude(&trials);
        let fine = Verified::of(&[(counted.clone(), trials.clone())]);
        assert!(fine.holds, "{:?}", fine.findings);
        assert_eq!((fine.cells, fine.trials), (1, 2));
        trials[0].during.as_mut().unwrap().stale = false;
        let wrong = Verified::of(&[(counted, trials)]);
        assert!(!wrong.holds);
        let all = wrong.findings.join("\n");
        assert!(
            all.contains("stale is 1, but the trials give 0")
                && all.contains("marked fresh, but its value does not fit"),
            "{all}"
        );
    }
}
