//! How far a run is: steps, trials, and how long it still goes on; and its cells, kept as they come.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use lab_bench::{
    Pace,
    consistency::{EpisodePlan, Run, about, episodes},
};
use lab_model::{Problem, Progress, ProgressSink};

use super::{Runs, WorkingRun};
use crate::{
    jobs::JobContext,
    schema::{Cell, Trial},
};

/// Who hears how far an episode is.
pub(super) trait Listener: Sync {
    /// What it is doing.
    fn step(&self, words: String);
    /// One more trial was made.
    fn tried(&self);
    /// A cell has other counts.
    fn cell(&self, cell: &Cell, trials: &[Trial]) -> Result<(), Problem>;
}

/// Tells a run's progress and keeps its cells.
pub(super) struct RunProgress {
    store: Runs,
    number: u32,
    progress: ProgressSink,
    pub(super) working: Arc<WorkingRun>,
    total: u64,
    tried: AtomicU64,
    step: Mutex<String>,
    timing: Mutex<Timing>,
    hints: bool,
    trials: u32,
}

/// How long the run still goes on.
#[derive(Default)]
struct Timing {
    pace: Pace,
    episode_began: Option<Instant>,
    /// Trials of the episodes that are done, made or not.
    trials: u64,
}

impl Timing {
    fn here(&self) -> Duration {
        self.episode_began.map(|began| began.elapsed()).unwrap_or_default()
    }
}

impl RunProgress {
    /// For a run of which some episodes may be done.
    pub(super) fn new(
        store: &Runs,
        run: &Run,
        context: &JobContext,
        working: &Arc<WorkingRun>,
    ) -> Result<Self, Problem> {
        let mut tried = 0;
        let mut left = Duration::ZERO;
        for episode in episodes(&run.plan) {
            if has_ended(store, run, &episode)? {
                tried += trials_of(&episode, run.plan.trials);
            } else {
                left += about(&episode, run.plan.trials, run.plan.hints);
            }
        }
        Ok(Self {
            store: store.clone(),
            number: run.experiment,
            progress: Arc::clone(&context.progress),
            working: Arc::clone(working),
            total: run.cells.len() as u64 * u64::from(run.plan.trials),
            tried: AtomicU64::new(tried),
            step: Mutex::default(),
            timing: Mutex::new(Timing { pace: Pace::of(left), episode_began: None, trials: tried }),
            hints: run.plan.hints,
            trials: run.plan.trials,
        })
    }

    fn timing(&self) -> MutexGuard<'_, Timing> {
        self.timing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An episode begins.
    pub(super) fn episode(&self) {
        self.timing().episode_began = Some(Instant::now());
    }

    /// The work has ended.
    pub(super) fn episode_done(&self, episode: &EpisodePlan) {
        let mut timing = self.timing();
        let took = timing.here();
        timing.episode_began = None;
        timing.pace.done(about(episode, self.trials, self.hints), took);
        // Trials that were not made are not waited for either.
        timing.trials += trials_of(episode, self.trials);
        self.tried.store(timing.trials, Ordering::Relaxed);
        drop(timing);
        self.report();
    }

    fn report(&self) {
        let timing = self.timing();
        let remaining = timing.pace.remaining(timing.here());
        drop(timing);
        *self.working.remaining.lock().unwrap_or_else(PoisonError::into_inner) = Some(remaining);
        (self.progress)(Progress {
            step: self.step.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            detail: format!("about {} s left", remaining.as_secs()),
            done: Some(self.tried.load(Ordering::Relaxed)),
            total: Some(self.total),
            unit: "trials".into(),
        });
    }
}

/// Every cell of an episode has ended.
pub(super) fn has_ended(store: &Runs, run: &Run, episode: &EpisodePlan) -> Result<bool, Problem> {
    let saved = episode.cells.iter().map(|plan| store.cell(run.experiment, &plan.cell));
    let saved = saved.collect::<Result<Vec<_>, _>>()?;
    Ok(saved.iter().all(|cell| cell.as_ref().is_some_and(Cell::ended)))
}

fn trials_of(episode: &EpisodePlan, trials: u32) -> u64 {
    episode.cells.len() as u64 * u64::from(trials)
}

impl Listener for RunProgress {
    fn step(&self, words: String) {
        *self.step.lock().unwrap_or_else(PoisonError::into_inner) = words;
        self.report();
    }

    fn tried(&self) {
        self.tried.fetch_add(1, Ordering::Relaxed);
        self.report();
    }

    fn cell(&self, cell: &Cell, trials: &[Trial]) -> Result<(), Problem> {
        self.store.save_cell(self.number, cell, trials)
    }
}

/// A replay tells its steps and keeps nothing on the way.
pub(super) struct ReplayProgress {
    pub(super) progress: ProgressSink,
}

impl Listener for ReplayProgress {
    fn step(&self, words: String) {
        (self.progress)(Progress::step(words));
    }

    fn tried(&self) {}

    fn cell(&self, _: &Cell, _: &[Trial]) -> Result<(), Problem> {
        Ok(())
    }
}
