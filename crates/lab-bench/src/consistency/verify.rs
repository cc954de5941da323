//! Whether a run still adds up: every cell that `run.json` names is there, and is counted anew from its trials.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::TS;

use super::{Cell, CellPlan, Run, Trial, episode::episodes};

/// Whether a run's counts still follow from its trials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct Verified {
    /// Every count follows, and nothing is missing.
    pub holds: bool,
    /// Cells counted anew.
    pub cells: u32,
    /// Cells that the run has; those that have not begun have no counts.
    pub of_cells: u32,
    /// Trials counted anew.
    #[ts(type = "number")]
    pub trials: u64,
    /// What does not follow or is missing, a sentence each.
    pub findings: Vec<String>,
}

impl Verified {
    /// Counts a run's cells anew; `kept` gives what is kept of one, and `strays` are files of cells that the run has not.
    pub fn of(
        run: &Run,
        strays: &[String],
        kept: impl Fn(&CellPlan) -> Result<(Option<Cell>, Vec<Trial>), Problem>,
    ) -> Self {
        let of_cells = u32::try_from(run.cells.len()).unwrap_or(u32::MAX);
        let mut verified = Self { holds: true, cells: 0, of_cells, trials: 0, findings: unplanned(run) };
        for plan in &run.cells {
            let findings = match kept(plan) {
                Ok((Some(saved), trials)) => {
                    verified.cells += 1;
                    verified.trials += trials.len() as u64;
                    findings(run, plan, &saved, &trials)
                }
                Ok((None, _)) if has_begun(run, plan) => vec![format!("cells/{}.json is missing", plan.cell)],
                Ok((None, _)) => Vec::new(),
                Err(problem) => {
                    vec![format!("{} {}", problem.message, problem.detail).trim_end_matches([' ', '.']).into()]
                }
            };
            verified.findings.extend(findings.into_iter().map(|finding| format!("{}: {finding}.", plan.cell)));
        }
        verified.findings.extend(strays.iter().map(|file| format!("{file} is of no cell of this run.")));
        verified.holds = verified.findings.is_empty();
        verified
    }
}

/// Where the cells that `run.json` names are not those of its plan.
fn unplanned(run: &Run) -> Vec<String> {
    let planned: Vec<CellPlan> = episodes(&run.plan).into_iter().flat_map(|episode| episode.cells).collect();
    let missing = planned.iter().filter(|cell| !run.cells.contains(cell));
    let missing = missing.map(|cell| format!("{}: the plan has this cell, but run.json does not list it.", cell.cell));
    let mut seen = BTreeSet::new();
    let more = run.cells.iter().filter(|cell| !planned.contains(cell) || !seen.insert(*cell));
    let more = more.map(|cell| format!("{}: run.json lists it once more than the plan has it.", cell.cell));
    missing.chain(more).collect()
}

/// The run did what the cell is tried in, so there are counts of it.
fn has_begun(run: &Run, plan: &CellPlan) -> bool {
    run.done || run.episodes.iter().any(|episode| episode.rf == plan.rf && episode.fault == plan.fault.name())
}

/// What does not fit together of a cell: what it is, which trials there are, and what follows from them.
fn findings(run: &Run, plan: &CellPlan, saved: &Cell, trials: &[Trial]) -> Vec<String> {
    let mut findings = not_planned(run, plan, saved);
    if trials.is_empty() && saved.trials + saved.straddled > 0 {
        let all = saved.trials + saved.straddled;
        findings.push(format!("it counts {all} trials, but trials/{}.json has none", plan.cell));
        return findings;
    }
    findings.extend(wrong_numbers(saved, run.plan.trials, trials));
    findings.extend(miscounted(saved, trials));
    findings
}

/// Where a cell is not the one that `run.json` names.
fn not_planned(run: &Run, plan: &CellPlan, saved: &Cell) -> Vec<String> {
    let (wanted, found) = (json!(plan), json!(saved));
    let fields = wanted.as_object().into_iter().flatten();
    let mut findings: Vec<String> = fields
        .filter(|(name, wanted)| found[*name] != **wanted)
        .map(|(name, wanted)| format!("{name} is {}, but run.json says {wanted}", found[name]))
        .collect();
    if saved.planned != run.plan.trials {
        findings.push(format!("planned is {}, but run.json says {}", saved.planned, run.plan.trials));
    }
    if run.done && !saved.ended() {
        findings.push("it has not ended, but run.json says that the run is complete".into());
    }
    findings
}

/// Trials that cannot all be the cell's.
fn wrong_numbers(saved: &Cell, planned: u32, trials: &[Trial]) -> Vec<String> {
    let mut times: BTreeMap<u32, u32> = BTreeMap::new();
    trials.iter().for_each(|trial| *times.entry(trial.trial).or_default() += 1);
    let mut findings = Vec::new();
    for (number, times) in &times {
        if *times > 1 {
            findings.push(format!("trial {number} is there {times} times"));
        }
        if !(1..=planned).contains(number) {
            findings.push(format!("there is a trial {number}, but run.json says that {planned} were planned"));
        }
    }
    let missing = (planned as usize).saturating_sub(times.len());
    if saved.ended() && saved.why.is_none() && missing > 0 {
        findings.push(format!("{missing} of {planned} trials are missing, and nothing says why"));
    }
    findings
}

/// What does not follow from a cell's trials.
fn miscounted(saved: &Cell, trials: &[Trial]) -> Vec<String> {
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
    findings
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
        consistency::{
            Episode,
            samples::{cell, plan, read, trial},
        },
    };

    /// A complete run of one cell, with as many trials as it has.
    fn run(trials: &[Trial]) -> Run {
        let plan = serde_json::from_value(
            json!({ "write": ["ONE"], "read": ["ONE"], "faults": ["stop"], "trials": trials.len() }),
        );
        let mut run = Run::new(1, plan.unwrap(), vec![self::plan("ONE", "ONE")], "lab".into(), 0);
        run.done = true;
        run
    }

    fn counted(trials: &[Trial]) -> Cell {
        let mut counted = cell("ONE", "ONE");
        counted.planned = u32::try_from(trials.len()).unwrap();
        counted.conclude(trials);
        counted
    }

    fn verified(run: &Run, cell: Option<&Cell>, trials: &[Trial]) -> Verified {
        Verified::of(run, &[], |_: &CellPlan| Ok((cell.cloned(), trials.to_vec())))
    }

    #[test]
    fn a_verdict_that_an_earlier_pipewright_gave_on_the_way_is_no_finding() {
        let trials = vec![trial(1, "ok")];
        let mut under_way = counted(&trials);
        under_way.state = CellState::Running;
        assert!(under_way.verdict.is_some());
        let fine = verified(&Run { done: false, ..run(&trials) }, Some(&under_way), &trials);
        assert!(fine.holds, "{:?}", fine.findings);
        assert!(!verified(&run(&trials), Some(&under_way), &trials).holds, "a complete run has no such cell");
    }

    #[test]
    fn a_saved_run_adds_up_until_somebody_changes_it() {
        let mut stale = trial(1, "ok");
        stale.during = Some(read("ok", "old", true));
        let mut trials = vec![stale, trial(2, "unavailable")];
        let (run, counted) = (run(&trials), counted(&trials));
        let fine = verified(&run, Some(&counted), &trials);
        assert!(fine.holds, "{:?}", fine.findings);
        assert_eq!((fine.cells, fine.of_cells, fine.trials), (1, 1, 2));
        trials[0].during.as_mut().unwrap().stale = false;
        let wrong = verified(&run, Some(&counted), &trials);
        assert!(!wrong.holds);
        let all = wrong.findings.join("\n");
        assert!(
            all.contains("stale is 1, but the trials give 0")
                && all.contains("marked fresh, but its value does not fit"),
            "{all}"
        );
    }

    #[test]
    fn what_a_run_says_it_has_must_be_there() {
        let trials = [trial(1, "ok"), trial(2, "ok")];
        let run = run(&trials);
        let said = |cell: Option<&Cell>, trials: &[Trial]| verified(&run, cell, trials).findings.join("\n");
        assert_eq!(said(None, &[]), "rf3-stop-whole-ONE-ONE: cells/rf3-stop-whole-ONE-ONE.json is missing.");
        let counted = counted(&trials);
        assert_eq!(
            said(Some(&counted), &[]),
            "rf3-stop-whole-ONE-ONE: it counts 2 trials, but trials/rf3-stop-whole-ONE-ONE.json has none."
        );
        let twice = [trial(2, "ok"), trial(2, "ok")];
        assert!(said(Some(&counted), &twice).contains("trial 2 is there 2 times"));
        assert!(said(Some(&counted), &twice).contains("1 of 2 trials are missing, and nothing says why"));
        let beyond = [trial(1, "ok"), trial(3, "ok")];
        assert!(said(Some(&counted), &beyond).contains("there is a trial 3, but run.json says that 2 were planned"));
        let more = Cell { planned: 500, ..counted.clone() };
        assert!(said(Some(&more), &trials).contains("planned is 500, but run.json says 2"));
        let another = Cell { write: plan("ALL", "ONE").write, ..counted };
        assert!(said(Some(&another), &trials).contains("write is \"ALL\", but run.json says \"ONE\""));
    }

    #[test]
    fn only_what_has_not_begun_may_have_no_counts() {
        let mut run = Run { done: false, ..run(&[trial(1, "ok")]) };
        assert!(verified(&run, None, &[]).holds);
        run.episodes.push(Episode { rf: 3, fault: "stop".into(), ..Default::default() });
        assert!(!verified(&run, None, &[]).holds, "its fault was done");
    }

    #[test]
    fn the_cells_of_a_run_are_those_of_its_plan() {
        let trials = [trial(1, "ok")];
        let mut run = run(&trials);
        run.cells = vec![plan("ALL", "ONE")];
        let found = Verified::of(&run, &["cells/x.json".into()], |_: &CellPlan| Ok((None, Vec::new())));
        let all = found.findings.join("\n");
        assert!(
            all.contains("rf3-stop-whole-ONE-ONE: the plan has this cell, but run.json does not list it."),
            "{all}"
        );
        assert!(all.contains("rf3-stop-whole-ALL-ONE: run.json lists it once more than the plan has it."), "{all}");
        assert!(all.contains("cells/x.json is of no cell of this run."), "{all}");
    }
}
