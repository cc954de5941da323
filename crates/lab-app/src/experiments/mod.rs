//! The consistency bench: plans, runs on a real ring, their evidence, and what they show beside the rules.
//!
//! Levels, placement, theory, counting, grading and words are pure. `run` and below ask a lab; `store` and `saved` keep
//! runs on disk. What a cell means is never decided by a host.

mod beliefs;
mod cells;
mod counting;
mod episode;
mod fault;
mod grading;
mod ground;
mod keys;
mod levels;
mod placement;
mod plan;
mod report;
mod run;
#[cfg(test)]
mod samples;
mod saved;
mod sheet;
mod store;
mod telling;
mod theory;
mod trying;
mod words;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lab_model::{Code, Problem};
use tokio::sync::watch;

use self::{saved::Alive, store::Store};
use crate::{
    App,
    schema::{
        CellState, Comparison, ConsistencyPlan, Expectations, Experiment, ExperimentInfo, ExportFormat, Exported,
        JobId, PlanChecked, Replay, Trial, Verified,
    },
};

/// All runs, saved and under way.
pub struct Experiments {
    store: Store,
    under_way: Mutex<BTreeMap<u32, Arc<UnderWay>>>,
    pulse: watch::Sender<u64>,
}

/// A run that works.
struct UnderWay {
    lab: String,
    began: Instant,
    took_before: Duration,
    job: Mutex<Option<u64>>,
    remaining: Mutex<Option<Duration>>,
    /// Tells other processes that it works.
    _taken: std::fs::File,
}

impl UnderWay {
    fn alive(&self) -> Alive {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Alive {
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
            match saved::experiment(&self.store, number, self.alive(number)) {
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
        saved::experiment(&self.store, number, self.alive(number))
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
        let may = |run: &store::Run, cell: &str| {
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
        if self.alive(number).is_some() {
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
        self.lock().values().filter_map(|run| run.alive().job).map(|job| JobId { job }).collect()
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
    fn alive(&self, number: u32) -> Option<Alive> {
        let here = self.lock().get(&number).map(|run| run.alive());
        here.or_else(|| self.store.is_taken(number).then(Alive::default))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<UnderWay>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a plan can be run, and what it comes to.
///
/// # Errors
/// `action_invalid` with what does not make sense, `unknown` stack.
pub(crate) fn check(app: &App, plan: ConsistencyPlan) -> Result<PlanChecked, Problem> {
    let stack = app.stack(&plan.stack)?;
    let nodes =
        stack.node_infos(&BTreeMap::new()).into_iter().filter(|node| node.role == "node" && !node.spare).count();
    if nodes == 0 {
        return Err(Problem {
            code: Code::ActionInvalid,
            message: format!("Stack {} has no Cassandra nodes.", plan.stack),
            detail: String::new(),
            hint: "Use cassandra-3 or cassandra-6.".into(),
        });
    }
    let shape = plan::Shape::of(stack.name(), nodes);
    plan::check(plan, &shape)
}

pub(crate) use run::{begin, replay, resume};
