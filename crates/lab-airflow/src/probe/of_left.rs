//! What one task left under one key, in the newest runs of a DAG.

use std::collections::BTreeMap;

use lab_model::facts::airflow::{AirflowFact, RunValue, ValueSeen};

use super::{closer::Account, looking::note};
use crate::{
    ask::{self, Left, Place},
    rest::{Failure, Rest},
};

/// Runs that are looked at.
const RUNS: usize = 100;
/// Of each value so many characters are told: lists of records are compared whole.
const LONGEST: usize = 20_000;
/// Values that are read in one look.
const AT_ONCE: usize = 10;

/// A task's key: DAG, task, key.
pub(super) type Named = (String, String, String);

/// The values under one key.
#[derive(Debug, Default)]
pub(super) struct OfLeft {
    /// By run: its state when the value was read, and the value.
    read: BTreeMap<String, (String, Option<ValueSeen>)>,
    told: Option<(u64, u64)>,
    goes_on: bool,
}

impl OfLeft {
    pub(super) async fn look(
        &mut self,
        rest: &mut Rest,
        account: &Account,
        named: &Named,
        fresh: bool,
    ) -> Result<(), Failure> {
        let (dag, task, key) = named;
        let Some((runs, total)) = note(ask::states(rest, dag, RUNS).await)? else { return Ok(()) };
        self.goes_on = runs.iter().any(|(_, state)| state == "running" || state == "queued");
        self.read.retain(|known, _| runs.iter().any(|(run, _)| run == known));
        let mut values = Vec::new();
        for (run, state) in self.due(&runs, fresh) {
            let place = Place { dag: dag.clone(), run: run.clone(), task: task.clone(), map_index: -1 };
            let of = Left { task: task.clone(), map_index: -1, key: key.clone(), at: None };
            let Some(value) = note(ask::value(rest, &place, &of, LONGEST).await)? else { continue };
            let now = (state, value);
            if self.read.get(&run) != Some(&now) {
                values.push(RunValue { run: run.clone(), run_state: now.0.clone(), value: now.1.clone() });
                self.read.insert(run, now);
            }
        }
        let told = (self.read.len() as u64, total);
        if !values.is_empty() || self.told != Some(told) {
            self.told = Some(told);
            let (dag, task, key) = named.clone();
            account.send(AirflowFact::ValuesLeft { dag, task, key, values, total, read: told.0 });
        }
        Ok(())
    }

    pub(super) fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// The runs of which the value is read now: those under way, and those whose state is another than when it was read. The
    /// newest first; all, if somebody waits.
    fn due(&self, runs: &[(String, String)], fresh: bool) -> Vec<(String, String)> {
        let is_due = |(run, state): &&(String, String)| {
            state == "running" || self.read.get(run).is_none_or(|(before, _)| before != state)
        };
        runs.iter().filter(is_due).take(if fresh { RUNS } else { AT_ONCE }).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_of_a_run_that_ended_is_not_read_again() {
        let run = |id: &str, state: &str| (id.to_owned(), state.to_owned());
        let mut left = OfLeft::default();
        let runs = [run("c", "running"), run("b", "success"), run("a", "failed")];
        assert_eq!(left.due(&runs, false), runs);
        left.read.insert("c".into(), ("running".into(), None));
        left.read.insert("b".into(), ("success".into(), None));
        left.read.insert("a".into(), ("running".into(), None));
        assert_eq!(left.due(&runs, false), [run("c", "running"), run("a", "failed")]);
        let many: Vec<_> = (0..40).map(|number| run(&format!("r{number}"), "success")).collect();
        assert_eq!((left.due(&many, false).len(), left.due(&many, true).len()), (AT_ONCE, 40));
    }
}
