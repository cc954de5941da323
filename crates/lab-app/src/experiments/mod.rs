//! Experiments: their runs as jobs, their labs, their files. What an experiment computes is `lab-bench`'s.
//!
//! `begin` makes a job of a run; `run` brings a lab up, does episode after episode and leaves the lab healthy; `store` keeps
//! runs on disk. All of it is for any experiment: what is one experiment's own is its folder, as [`runner::Runner`] has it.

mod begin;
pub(crate) mod consistency;
mod lab;
mod progress;
mod run;
mod runner;
mod store;
mod under_way;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use lab_bench::{CellState, ExperimentKind, Run, WorkStatus, unknown};
use lab_model::{Code, Problem};

pub(crate) use self::begin::{replay, resume};
use self::{
    store::{Files, Store},
    under_way::UnderWay,
};
use crate::schema::{JobId, UnreadableRun};

/// All runs of all experiments, saved and under way.
pub struct Experiments {
    files: Files,
    under_way: UnderWay,
}

impl Experiments {
    /// Over a data folder.
    pub fn open(data_dir: &Path) -> Arc<Self> {
        Arc::new(Self { files: Files::new(data_dir), under_way: UnderWay::default() })
    }

    /// The runs of one experiment.
    fn store<K: ExperimentKind>(&self) -> Store<K> {
        Store::of(&self.files)
    }

    /// The runs of one experiment, the newest first, told by `tell`; and those that cannot be read, whoever's they are.
    ///
    /// # Errors
    /// `storage` if there is no looking into the folder.
    fn list<K: ExperimentKind, T>(
        &self,
        tell: impl Fn(u32) -> Result<T, Problem>,
    ) -> Result<(Vec<T>, Vec<UnreadableRun>), Problem> {
        let (mut told, mut unreadable) = (Vec::new(), Vec::new());
        for experiment in self.store::<K>().all()?.into_iter().rev() {
            match tell(experiment) {
                Ok(run) => told.push(run),
                Err(problem) => {
                    let folder = experiment.to_string();
                    unreadable.push(UnreadableRun { folder, experiment: Some(experiment), problem });
                }
            }
        }
        let misnamed = self.store::<K>().misnamed()?.into_iter();
        unreadable.extend(misnamed.map(|(folder, problem)| UnreadableRun { folder, experiment: None, problem }));
        Ok((told, unreadable))
    }

    /// A cell's trials.
    ///
    /// # Errors
    /// `unknown`, `storage`.
    pub(crate) fn trials<K: ExperimentKind>(&self, number: u32, cell: &str) -> Result<Vec<K::Trial>, Problem> {
        let store = self.store::<K>();
        store.run(number)?.cell(cell)?;
        store.trials(number, cell)
    }

    /// A trial.
    ///
    /// # Errors
    /// `unknown`, `storage`.
    pub(crate) fn trial<K: ExperimentKind>(&self, number: u32, cell: &str, trial: u32) -> Result<K::Trial, Problem> {
        let found = self.trials::<K>(number, cell)?.into_iter().find(|found| K::number_of(found) == trial);
        found.ok_or_else(|| unknown(format!("Cell {cell} of run {number} has no trial {trial}."), String::new()))
    }

    /// Trials that were done once more, with traces.
    ///
    /// # Errors
    /// `unknown`, `storage`.
    pub(crate) fn replays<K: ExperimentKind>(&self, number: u32) -> Result<Vec<K::Replay>, Problem> {
        let store = self.store::<K>();
        store.run(number)?;
        store.replays(number)
    }

    /// Notes what the learner expects of cells that have not begun.
    ///
    /// # Errors
    /// `unknown` cell; `not_now` if it has begun: an expectation after the fact is none.
    pub(crate) fn expect<K: ExperimentKind>(
        &self,
        number: u32,
        expectations: BTreeMap<String, K::Verdict>,
    ) -> Result<(), Problem> {
        let store = self.store::<K>();
        let may = |run: &Run<K>, cell: &str| {
            run.cell(cell)?;
            let begun = store.cell(number, cell)?.is_some_and(|cell| K::state(&cell) != CellState::Waiting);
            let late = || Problem {
                code: Code::NotNow,
                message: format!("{cell} has already begun, so it takes no expectation any more."),
                detail: String::new(),
                hint: "Enter your expectation before the cell runs.".into(),
            };
            if begun { Err(late()) } else { Ok(()) }
        };
        store.expect(number, expectations, may)
    }

    /// Removes a saved run, whatever experiment it is of, and also one that cannot be read.
    ///
    /// # Errors
    /// `unknown`; `not_now` while it works.
    pub(crate) fn remove(&self, number: u32) -> Result<(), Problem> {
        if self.status(number).is_some() {
            return Err(Problem {
                code: Code::NotNow,
                message: format!("Run {number} is still running."),
                detail: String::new(),
                hint: "Cancel it first.".into(),
            });
        }
        self.files.remove(number)
    }

    /// The jobs of the runs that work.
    pub fn jobs(&self) -> Vec<JobId> {
        self.under_way.jobs()
    }

    /// Returns when no run works any more: faults are undone, everything is on disk.
    pub async fn settled(&self) {
        self.under_way.none().await;
    }

    /// What is known of a run that works: here, or in another process.
    fn status(&self, number: u32) -> Option<WorkStatus> {
        let here = self.under_way.status(number);
        here.or_else(|| self.files.is_taken(number).then(WorkStatus::default))
    }
}
