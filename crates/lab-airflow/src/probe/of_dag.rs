//! What is asked of one DAG: its tasks, its newest runs, and the task instances in them.

use std::collections::BTreeMap;

use lab_model::facts::airflow::{AirflowFact, RunSeen, TaskRule};

use super::{
    account::{Account, Subject},
    instances::Instances,
    looking::note,
};
use crate::{
    ask,
    rest::{Dated, Failure, Rest},
};

/// Of runs that ended before somebody looked, so many are read in one look.
const AT_ONCE: usize = 5;

/// One DAG being looked at.
pub(super) struct OfDag {
    dag: String,
    runs: Vec<RunSeen>,
    /// By run.
    read: BTreeMap<String, Instances>,
    /// Whose turn it is among the runs that have ended.
    turn: usize,
    asked: bool,
    /// As they were last told with the tasks.
    rules: Vec<TaskRule>,
}

impl OfDag {
    pub(super) fn new(dag: &str) -> Self {
        let (runs, read, rules) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { dag: dag.to_owned(), runs, read, turn: 0, asked: false, rules }
    }

    /// It was not asked for yet.
    pub(super) fn is_new(&self) -> bool {
        !self.asked
    }

    /// The rules of its tasks, as they were last told with them.
    pub(super) fn rules(&self) -> &[TaskRule] {
        &self.rules
    }

    /// A run that was listed, the newest if none is named, and the task instances in it; none of either before they were told.
    pub(super) fn run(&self, id: Option<&str>) -> Option<(&RunSeen, Option<&Instances>)> {
        let run = match id {
            Some(id) => self.runs.iter().find(|run| run.dag_run_id == id)?,
            None => self.runs.first()?,
        };
        Some((run, self.read.get(&run.dag_run_id)))
    }

    pub(super) async fn look(
        &mut self,
        rest: &mut Rest,
        account: &Account,
        whole: bool,
        fresh: bool,
    ) -> Result<(), Failure> {
        let known = account.said(&Subject::Tasks(self.dag.clone())).is_some();
        self.asked = true;
        if whole || !known {
            let Some((tasks, rules)) = note(ask::tasks(rest, &self.dag).await)? else { return Ok(()) };
            self.rules = rules;
            if !self.hear_tasks(account, tasks) {
                return Ok(());
            }
        }
        let Some(runs) = note(ask::runs(rest, &self.dag).await)? else { return Ok(()) };
        let before = std::mem::take(&mut self.runs);
        self.hear_runs(account, runs, &before);
        for run in self.due(&before, whole, fresh) {
            // Who waits for many sees how far it is; later readings go on beside what is known.
            let unread = !self.read.contains_key(&run);
            let reading = |read, total| {
                if unread {
                    account.beat(AirflowFact::InstancesBeingRead {
                        dag: self.dag.clone(),
                        run: run.clone(),
                        read,
                        total,
                    });
                }
            };
            let Some(read) = note(ask::task_instances(rest, &self.dag, &run, &reading).await)? else { continue };
            self.read.entry(run.clone()).or_default().hear(account, (&self.dag, &run), read);
        }
        Ok(())
    }

    /// Gives whether there is such a DAG. What was told of one that is gone is news should it come again.
    fn hear_tasks(&mut self, account: &Account, Dated { at, said }: Dated<AirflowFact>) -> bool {
        let there = matches!(said, AirflowFact::TasksListed { .. });
        if !there {
            account.keep(|subject| *subject != Subject::Runs(self.dag.clone()));
            self.runs.clear();
            self.read.clear();
        }
        account.said_at(at).hear(Subject::Tasks(self.dag.clone()), said);
        there
    }

    fn hear_runs(&mut self, account: &Account, Dated { at, said }: Dated<AirflowFact>, before: &[RunSeen]) {
        let AirflowFact::RunsListed { runs, .. } = &said else {
            self.hear_tasks(account, Dated { at, said });
            return;
        };
        self.runs.clone_from(runs);
        self.read.retain(|known, _| runs.iter().any(|run| run.dag_run_id == *known));
        let newest = runs.iter().filter(|run| !before.contains(run)).filter_map(RunSeen::newest_time).max();
        account.said_at(newest.or(at)).hear(Subject::Runs(self.dag.clone()), said);
    }

    /// The runs whose task instances are read now: those under way, those that changed, and those that nobody read yet; of
    /// the others one in turn, because somebody may set a task's state in a run that has ended. All, if somebody waits.
    fn due(&mut self, before: &[RunSeen], whole: bool, fresh: bool) -> Vec<String> {
        let mut ended = Vec::new();
        let mut due = Vec::new();
        let mut unread = 0;
        for run in &self.runs {
            let is_read = self.read.contains_key(&run.dag_run_id);
            unread += usize::from(!is_read);
            if fresh || run.is_under_way() || is_read && !before.contains(run) || !is_read && unread <= AT_ONCE {
                due.push(run.dag_run_id.clone());
            } else if is_read {
                ended.push(run.dag_run_id.clone());
            }
        }
        if whole && !ended.is_empty() {
            self.turn = (self.turn + 1) % ended.len();
            due.push(ended.swap_remove(self.turn));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: &str, state: &str) -> RunSeen {
        RunSeen {
            dag_run_id: id.into(),
            state: state.into(),
            run_type: "manual".into(),
            logical_date: None,
            queued_at: None,
            started_at: None,
            ended_at: None,
            conf: None,
            version_number: None,
        }
    }

    fn of(runs: &[RunSeen], read: &[&str]) -> OfDag {
        let read = read.iter().map(|run| ((*run).to_owned(), Instances::default())).collect();
        OfDag { runs: runs.to_vec(), read, ..OfDag::new("d") }
    }

    #[test]
    fn runs_that_change_are_read_and_of_those_that_ended_one_in_turn() {
        let runs = [run("a", "running"), run("b", "success"), run("c", "success"), run("d", "failed")];
        let mut dag = of(&runs, &["a", "b", "c", "d"]);
        assert_eq!(dag.due(&runs, false, false), ["a"]);
        let turns: Vec<Vec<String>> = (0..3).map(|_| dag.due(&runs, true, false)).collect();
        assert_eq!(turns, [["a", "c"], ["a", "d"], ["a", "b"]]);
        let before = [run("a", "running"), run("b", "running"), run("c", "success"), run("d", "failed")];
        assert_eq!(dag.due(&before, false, false), ["a", "b"]);
        assert_eq!(dag.due(&runs, false, true), ["a", "b", "c", "d"]);
    }

    #[test]
    fn what_nobody_read_is_read_some_at_once() {
        let runs: Vec<RunSeen> = (0..12).map(|n| run(&format!("r{n:02}"), "success")).collect();
        let mut dag = of(&runs, &[]);
        assert_eq!(dag.due(&[], true, false), ["r00", "r01", "r02", "r03", "r04"]);
        let mut dag = of(&runs, &["r00", "r01", "r02", "r03", "r04"]);
        assert_eq!(dag.due(&runs, false, false), ["r05", "r06", "r07", "r08", "r09"]);
    }
}
