//! A running cell: its trials and the nodes that each of them asks, the rules for it, and its end.

use std::collections::BTreeSet;

use lab_views::kinds::cassandra_ring;

use super::{
    Cell, CellPlan, Episode, Theory, Trial,
    attempt::{TrialMade, TrialPlan},
    levels::{BlockFor, total},
    phase::Phase,
    theory::{self, Ends, Node},
};
use crate::CellState;

/// A cell under way.
#[derive(Debug, Clone)]
pub struct RunningCell {
    /// Its counts so far.
    pub cell: Cell,
    /// What it is about.
    pub plan: CellPlan,
    /// What is going to be tried.
    pub planned: Vec<TrialPlan>,
    /// What was.
    pub made: Vec<TrialMade>,
}

impl RunningCell {
    /// A cell of which nothing was tried yet; the rules are said before anything is.
    pub fn new(mut cell: Cell, plan: CellPlan, planned: Vec<TrialPlan>) -> Self {
        if let Some(theory) = theory_of(&plan, &planned) {
            cell.theory = theory;
        }
        Self { cell, plan, planned, made: Vec::new() }
    }

    /// The trials so far.
    pub fn trials(&self) -> Vec<Trial> {
        self.made.iter().map(|made| made.trial.clone()).collect()
    }

    /// Sets aside what does not belong to the phase.
    pub fn judge(&mut self, ring: &cassandra_ring::State, members: &BTreeSet<String>, victims: &BTreeSet<String>) {
        let phase = Phase { phase: self.plan.phase, members, victims };
        for made in &mut self.made {
            made.trial.set_aside = phase.why_not(ring, made.span, &made.asked);
        }
    }

    /// Counts what was made so far.
    pub fn count(&mut self) {
        self.conclude();
        self.cell.state = CellState::Running;
    }

    /// Counts what was made.
    pub fn conclude(&mut self) {
        self.made.sort_by_key(|made| made.trial.trial);
        let trials = self.trials();
        self.cell.conclude(&trials);
    }

    /// Ends the cell: now it has a verdict.
    pub fn end(&mut self, episode: &Episode) {
        let missing = self.cell.planned.saturating_sub(u32::try_from(self.made.len()).unwrap_or(u32::MAX));
        if missing > 0 {
            self.cell.why = Some(format!("{missing} trials did not run: the other nodes marked the node down before"));
        }
        self.cell.state = if self.made.iter().any(|made| made.trial.set_aside.is_none()) {
            CellState::Done
        } else {
            CellState::Incomplete
        };
        if self.cell.state == CellState::Incomplete {
            let aside = self.made.len();
            self.cell.why = Some(format!("no trial counts: {aside} were set aside, {missing} did not run"));
        }
        // If none were written in the whole episode, none were written in any of its cells.
        if episode.hints == Some(0) {
            self.cell.hints = Some(0);
        }
        self.conclude();
    }
}

/// The rules, from a cell's requests and the nodes that they ask; none without requests.
fn theory_of(plan: &CellPlan, planned: &[TrialPlan]) -> Option<Theory> {
    let first = planned.first()?;
    let all = first.conditions.all();
    let must = |trial: &TrialPlan, through: &Node| {
        trial.conditions.must_be_fresh((plan.write, &trial.writer), (plan.read, through))
    };
    let through = |trial: &TrialPlan| -> Vec<bool> {
        std::iter::once(&trial.reader).chain(&trial.returned).map(|node| must(trial, node)).collect()
    };
    let fresh: Vec<bool> = planned.iter().flat_map(through).collect();
    let (always, sometimes) = (fresh.iter().all(|must| *must), fresh.iter().any(|must| *must));
    let ends = |of: &dyn Fn(&TrialPlan) -> Ends| -> Vec<String> {
        planned.iter().flat_map(of).collect::<Ends>().into_iter().map(str::to_owned).collect()
    };
    let needs = |level| BlockFor::of(level, &all, &first.writer.dc).sum();
    Some(Theory {
        write: ends(&|trial| trial.conditions.write_ends(plan.write, &trial.writer)),
        read: ends(&|trial| trial.conditions.read_ends(plan.read, &trial.reader)),
        replicas: total(&all),
        write_needs: needs(plan.write),
        read_needs: needs(plan.read),
        live: total(&first.conditions.answering(&first.writer)),
        must_be_fresh: always,
        must_be_fresh_reads: 0,
        says: theory::says(plan, &first.conditions, &first.writer, always, sometimes && !always),
        disagrees: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consistency::{
        Conditions, Verdict,
        samples::{plan, read, trial, waiting},
    };

    fn made(trial: Trial) -> TrialMade {
        let node = |name: &str| Node { name: name.into(), dc: "dc1".into() };
        let plan = TrialPlan {
            number: trial.trial,
            key: trial.key.clone(),
            conditions: Conditions {
                replicas: ["n1", "n2", "n3"].map(node).to_vec(),
                victims: ["n3".to_owned()].into(),
                fault: plan("ONE", "ONE").fault,
                phase: plan("ONE", "ONE").phase,
            },
            writer: node("n1"),
            reader: node("n2"),
            returned: Some(node("n3")),
            at_once: false,
            trace: false,
        };
        TrialMade { plan, trial, span: (0, 0), asked: BTreeSet::new() }
    }

    #[test]
    fn a_verdict_comes_with_the_end_and_not_with_the_counts() {
        let mut running = RunningCell::new(waiting("ONE", "ONE"), plan("ONE", "ONE"), Vec::new());
        running.cell.expected = Some(Verdict::Fresh);
        let mut fresh = trial(1, "ok");
        fresh.during = Some(read("ok", "new", false));
        running.made.push(made(fresh));
        running.count();
        assert_eq!((running.cell.trials, running.cell.state, running.cell.verdict), (1, CellState::Running, None));
        running.made[0].trial.after_return = Some(read("ok", "old", true));
        running.end(&Episode::default());
        assert_eq!((running.cell.state, running.cell.verdict), (CellState::Done, Some(Verdict::Stale)));
        assert!(running.cell.surprise.is_some());
    }
}
