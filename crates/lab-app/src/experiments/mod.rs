//! The runner of the consistency bench: its jobs, its lab, its files. What is pure of it is `lab-bench`'s: what a cell means
//! is decided neither here nor by a host.
//!
//! `begin` makes a job of a run; `run` brings a lab up and does episode after episode (`episode`, `keys`, `trial`) through its
//! `testbed`; `store` and `saved` keep runs on disk.

mod begin;
mod episode;
mod keys;
mod progress;
mod run;
mod saved;
mod store;
mod testbed;
mod trial;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lab_bench::consistency::{self, Consistency, Topology, WorkStatus};
use lab_model::{Code, Problem};
use tokio::sync::watch;

use self::store::Store;
use crate::{
    App,
    schema::{
        CellState, Comparison, ConsistencyPlan, Expectations, Experiment, ExperimentInfo, ExportFormat, Exported,
        JobId, PlanChecked, Replay, Trial, Verified,
    },
};

/// The saved runs.
type Runs = Store<Consistency>;

/// All runs, saved and under way.
pub struct Experiments {
    store: Runs,
    under_way: Mutex<BTreeMap<u32, Arc<WorkingRun>>>,
    pulse: watch::Sender<u64>,
}

/// A run that works.
struct WorkingRun {
    lab: String,
    began: Instant,
    took_before: Duration,
    job: Mutex<Option<u64>>,
    remaining: Mutex<Option<Duration>>,
    /// Tells other processes that it works.
    _taken: std::fs::File,
}

impl WorkingRun {
    fn status(&self) -> WorkStatus {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        WorkStatus {
            job: *self.job.lock().unwrap_or_else(PoisonError::into_inner),
            remaining_ms: self.remaining.lock().unwrap_or_else(PoisonError::into_inner).map(millis),
            took_ms: Some(millis(self.took_before + self.began.elapsed())),
        }
    }
}

impl Experiments {
    /// Over a data folder.
    pub fn open(data_dir: &Path) -> Arc<Self> {
        Arc::new(Self { store: Store::new(data_dir), under_way: Mutex::default(), pulse: watch::Sender::new(0) })
    }

    /// All runs, the newest first.
    ///
    /// # Errors
    /// `storage`.
    pub fn list(&self) -> Result<Vec<ExperimentInfo>, Problem> {
        let mut all = Vec::new();
        for number in self.store.all()?.into_iter().rev() {
            match saved::experiment(&self.store, number, self.status(number)) {
                Ok(run) => all.push(run.info),
                Err(problem) => tracing::warn!(number, %problem, "a saved run cannot be read"),
            }
        }
        Ok(all)
    }

    /// A run with its cells.
    ///
    /// # Errors
    /// `unknown`, `storage`.
    pub fn show(&self, number: u32) -> Result<Experiment, Problem> {
        saved::experiment(&self.store, number, self.status(number))
    }

    /// A cell's trials.
    ///
    /// # Errors
    /// `unknown`, `storage`.
    pub fn trials(&self, number: u32, cell: &str) -> Result<Vec<Trial>, Problem> {
        self.store.run(number)?.cell(cell)?;
        self.store.trials(number, cell)
    }

    /// A trial.
    ///
    /// # Errors
    /// `unknown`, `storage`.
    pub fn trial(&self, number: u32, cell: &str, trial: u32) -> Result<Trial, Problem> {
        saved::trial(&self.store, number, cell, trial)
    }

    /// Trials that were done once more, with traces.
    ///
    /// # Errors
    /// `unknown`, `storage`.
    pub fn replays(&self, number: u32) -> Result<Vec<Replay>, Problem> {
        self.store.run(number)?;
        self.store.replays(number)
    }

    /// Notes what the learner expects of cells that have not begun.
    ///
    /// # Errors
    /// `unknown` cell; `not_now` if it has begun: an expectation after the fact is none.
    pub fn expect(&self, number: u32, expectations: Expectations) -> Result<(), Problem> {
        let may = |run: &consistency::Run, cell: &str| {
            run.cell(cell)?;
            let begun = self.store.cell(number, cell)?.is_some_and(|cell| cell.state != CellState::Waiting);
            let late = || Problem {
                code: Code::NotNow,
                message: format!("{cell} has already begun, so it takes no expectation any more."),
                detail: String::new(),
                hint: "Enter your expectation before the cell runs.".into(),
            };
            if begun { Err(late()) } else { Ok(()) }
        };
        self.store.expect(number, expectations, may)
    }

    /// Two runs, cell by cell.
    ///
    /// # Errors
    /// `unknown`, `storage`.
    pub fn compare(&self, first: u32, second: u32) -> Result<Comparison, Problem> {
        saved::compare(&self.store, first, second)
    }

    /// Counts a run anew from its trials.
    ///
    /// # Errors
    /// `unknown`, `storage`.
    pub fn verify(&self, number: u32) -> Result<Verified, Problem> {
        saved::verify(&self.store, number)
    }

    /// Writes a run for use elsewhere.
    ///
    /// # Errors
    /// `unknown`, `storage`.
    pub fn export(&self, number: u32, format: ExportFormat) -> Result<Exported, Problem> {
        saved::export(&self.store, number, format)
    }

    /// Removes a saved run.
    ///
    /// # Errors
    /// `unknown`; `not_now` while it works.
    pub fn remove(&self, number: u32) -> Result<(), Problem> {
        if self.status(number).is_some() {
            return Err(Problem {
                code: Code::NotNow,
                message: format!("Run {number} is still running."),
                detail: String::new(),
                hint: "Cancel it first.".into(),
            });
        }
        self.store.remove(number)
    }

    /// The jobs of the runs that work.
    pub fn jobs(&self) -> Vec<JobId> {
        self.lock().values().filter_map(|run| run.status().job).map(|job| JobId { job }).collect()
    }

    /// Returns when no run works any more: faults are undone, hints are on again, everything is on disk.
    pub async fn settled(&self) {
        let mut pulse = self.pulse.subscribe();
        while !self.lock().is_empty() {
            if pulse.changed().await.is_err() {
                return;
            }
        }
    }

    /// What is known of a run that works: here, or in another process.
    fn status(&self, number: u32) -> Option<WorkStatus> {
        let here = self.lock().get(&number).map(|run| run.status());
        here.or_else(|| self.store.is_taken(number).then(WorkStatus::default))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<WorkingRun>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a plan can be run, and what it comes to.
///
/// # Errors
/// `action_invalid` with what does not make sense, `unknown` stack.
pub(crate) fn check(app: &App, plan: ConsistencyPlan) -> Result<PlanChecked, Problem> {
    let stack = app.stack(&plan.stack)?;
    let nodes = stack
        .node_infos(&BTreeMap::new())
        .into_iter()
        .filter(|node| node.is_of("cassandra") && node.role == "node" && !node.spare)
        .count();
    if nodes == 0 {
        return Err(Problem {
            code: Code::ActionInvalid,
            message: format!("Stack {} has no Cassandra nodes.", plan.stack),
            detail: String::new(),
            hint: "Use cassandra-3 or cassandra-6.".into(),
        });
    }
    let mut checked = consistency::check(plan, &Topology::of(stack.name(), nodes))?;
    begin::refuse_no_such_lab(app, &checked.plan)?;
    checked.remarks.extend(run::would_hit(app, &begin::lab_of(&checked.plan)));
    Ok(checked)
}

pub(crate) use begin::{begin, replay, resume};
