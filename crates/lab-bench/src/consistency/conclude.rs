//! What follows from a cell's trials: its counts, how they stand beside the rules, and beside what the learner expected.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cell, CellPlan, Theory, Trial, Verdict, counting, grading};
use crate::{CellState, LatencyMs};

impl Cell {
    /// A cell that has not begun.
    pub fn waiting(plan: &CellPlan, trials: u32, expected: Option<Verdict>) -> Self {
        Self {
            cell: plan.cell.clone(),
            rf: plan.rf,
            write: plan.write,
            read: plan.read,
            fault: plan.fault,
            phase: plan.phase,
            state: CellState::Waiting,
            why: None,
            planned: trials,
            trials: 0,
            straddled: 0,
            outcomes: BTreeMap::new(),
            write_outcomes: BTreeMap::new(),
            read_outcomes: BTreeMap::new(),
            after_return_outcomes: BTreeMap::new(),
            stale: 0,
            stale_during: 0,
            stale_after_return: 0,
            unacknowledged_seen: 0,
            write_ms: LatencyMs::default(),
            read_ms: LatencyMs::default(),
            hints: None,
            read_repairs: 0,
            read_repairs_of: 0,
            theory: Theory::default(),
            expected,
            verdict: None,
            surprise: None,
        }
    }

    /// Everything about a cell that follows from its trials. Before its end it has counts and no verdict: trials are
    /// still made, read once more after the node's return, and set aside.
    pub fn conclude(&mut self, trials: &[Trial]) {
        counting::count(self, trials);
        self.theory.must_be_fresh_reads = must_be_fresh_reads(trials);
        self.theory.disagrees = disagreements(trials);
        self.verdict = if self.ended() { grading::verdict(self) } else { None };
        self.surprise = grading::surprise(self, trials);
    }

    /// Ends a cell in the middle: what was made is all that it has.
    pub fn break_off(&mut self, why: &str, trials: &[Trial]) {
        self.state = CellState::Incomplete;
        self.why = Some(why.into());
        self.conclude(trials);
    }

    /// Every trial that could be made was made, or nothing more will come.
    pub fn ended(&self) -> bool {
        self.state.ended()
    }
}

fn must_be_fresh_reads(trials: &[Trial]) -> u64 {
    let counted = trials.iter().filter(|trial| trial.set_aside.is_none() && trial.acknowledged);
    let reads = counted.flat_map(|trial| trial.during.iter().chain(&trial.after_return));
    reads.filter(|read| read.must_be_fresh && read.request.outcome == "ok").count() as u64
}

/// Where trials did what the rules do not allow, a sentence for each way, the first trial named.
fn disagreements(trials: &[Trial]) -> Vec<String> {
    let mut ways: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for trial in trials.iter().filter(|trial| trial.set_aside.is_none()) {
        let mut note = |way: String| {
            ways.entry(way).or_default().insert(trial.trial);
        };
        if !trial.write_theory.contains(&trial.write.outcome) {
            note(unexpected("write", &trial.write.outcome, &trial.write_theory));
        }
        let reads = [("read during the fault", &trial.during), ("read after the return", &trial.after_return)];
        for (which, read) in reads.into_iter().filter_map(|(which, read)| Some((which, read.as_ref()?))) {
            if !read.theory.contains(&read.request.outcome) {
                note(unexpected(which, &read.request.outcome, &read.theory));
            }
            if read.stale && read.must_be_fresh {
                note(format!("a {which} had to return the acknowledged write, but returned an older value"));
            }
        }
    }
    ways.into_iter()
        .map(|(way, trials)| {
            let first = trials.first().copied().unwrap_or_default();
            format!("In {} of the trials, e.g. trial {first}, {way}.", trials.len())
        })
        .collect()
}

fn unexpected(what: &str, outcome: &str, theory: &[String]) -> String {
    let allowed: Vec<String> = theory.iter().map(|end| end.replace('_', " ")).collect();
    format!("the {what} ended with {}, but the rules allow only {}", outcome.replace('_', " "), allowed.join(" or "))
}

#[cfg(test)]
mod tests {
    use crate::{
        CellState,
        consistency::{
            Verdict,
            samples::{cell, read, trial},
        },
    };

    #[test]
    fn a_cell_has_no_verdict_before_its_end() {
        let mut cell = cell("ONE", "ONE");
        (cell.state, cell.expected) = (CellState::Running, Some(Verdict::Stale));
        let mut trial = trial(1, "ok");
        trial.during = Some(read("ok", "new", false));
        cell.conclude(std::slice::from_ref(&trial));
        assert_eq!((cell.trials, cell.verdict, &cell.surprise), (1, None, &None), "the node has not returned yet");
        trial.after_return = Some(read("ok", "old", true));
        cell.conclude(std::slice::from_ref(&trial));
        assert_eq!((cell.stale, cell.verdict), (1, None), "it is counted at once, and may still be set aside");
        cell.state = CellState::Done;
        cell.conclude(&[trial]);
        assert_eq!((cell.verdict, cell.surprise), (Some(Verdict::Stale), None));
    }

    #[test]
    fn a_cell_that_broke_off_is_judged_by_what_was_made() {
        let mut cell = cell("ALL", "ONE");
        (cell.state, cell.expected) = (CellState::Running, Some(Verdict::Fresh));
        cell.break_off("Docker went away.", &[trial(1, "unavailable")]);
        assert_eq!((cell.state, cell.why.as_deref()), (CellState::Incomplete, Some("Docker went away.")));
        assert_eq!(cell.verdict, Some(Verdict::WriteFails));
        assert!(cell.surprise.is_some());
    }

    #[test]
    fn what_the_rules_do_not_allow_is_said_not_hidden() {
        let mut cell = cell("QUORUM", "QUORUM");
        let mut stale = trial(7, "ok");
        let mut older = read("ok", "old", true);
        older.must_be_fresh = true;
        stale.during = Some(older);
        let timed_out = trial(9, "write_timeout");
        cell.conclude(&[stale, timed_out]);
        assert_eq!(cell.theory.must_be_fresh_reads, 1);
        assert_eq!(cell.theory.disagrees.len(), 2);
        assert!(cell.theory.disagrees[0].contains("trial 7"), "{:?}", cell.theory.disagrees);
        assert!(cell.theory.disagrees[1].contains("ended with write timeout, but the rules allow only ok"));
    }

    #[test]
    fn a_trial_that_was_set_aside_disagrees_with_nothing() {
        let mut cell = cell("QUORUM", "QUORUM");
        let mut aside = trial(1, "write_timeout");
        aside.set_aside = Some("n1 changed its mind".into());
        cell.conclude(&[aside]);
        assert!(cell.theory.disagrees.is_empty());
        assert_eq!(cell.verdict, None);
    }
}
