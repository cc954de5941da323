//! How far a run is: steps, trials, and how long it still goes on; and its cells, kept as they come.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use lab_model::{Problem, Progress, ProgressSink};

use super::{
    UnderWay,
    episode::Told,
    plan::{EpisodePlan, about, episodes},
    store::{Run, Store},
};
use crate::{
    jobs::JobContext,
    schema::{Cell, CellState, Trial},
};

/// Tells a run's progress and keeps its cells.
pub(super) struct Teller {
    store: Store,
    number: u32,
    progress: ProgressSink,
    pub(super) under_way: Arc<UnderWay>,
    total: u64,
    tried: AtomicU64,
    step: Mutex<String>,
    pace: Mutex<Pace>,
    hints: bool,
    trials: u32,
}

/// How long it still goes on: the estimate, corrected by how long its parts really took.
#[derive(Default)]
struct Pace {
    /// Estimates of what is not done, the current episode included.
    left: Duration,
    /// Estimates of what is done, and how long it took.
    done: (Duration, Duration),
    episode_began: Option<Instant>,
    /// Trials of the episodes that are done, made or not.
    trials: u64,
}

impl Pace {
    fn remaining(&self) -> Duration {
        let (estimated, took) = self.done;
        let ratio =
            if estimated.is_zero() { 1.0 } else { (took.as_secs_f64() / estimated.as_secs_f64()).clamp(0.2, 5.0) };
        let here = self.episode_began.map(|began| began.elapsed()).unwrap_or_default();
        self.left.mul_f64(ratio).saturating_sub(here)
    }
}

impl Teller {
    /// For a run of which some episodes may be done.
    pub(super) fn new(
        store: &Store,
        run: &Run,
        context: &JobContext,
        under_way: &Arc<UnderWay>,
    ) -> Result<Self, Problem> {
        let ended = |cell: &Cell| matches!(cell.state, CellState::Done | CellState::Incomplete);
        let mut tried = 0;
        let mut left = Duration::ZERO;
        for episode in episodes(&run.plan) {
            let saved = episode.cells.iter().map(|plan| store.cell(run.experiment, &plan.cell));
            let saved = saved.collect::<Result<Vec<_>, _>>()?;
            if saved.iter().all(|cell| cell.as_ref().is_some_and(ended)) {
                tried += episode.cells.len() as u64 * u64::from(run.plan.trials);
            } else {
                left += about(&episode, run.plan.trials, run.plan.hints);
            }
        }
        Ok(Self {
            store: store.clone(),
            number: run.experiment,
            progress: Arc::clone(&context.progress),
            under_way: Arc::clone(under_way),
            total: run.cells.len() as u64 * u64::from(run.plan.trials),
            tried: AtomicU64::new(tried),
            step: Mutex::default(),
            pace: Mutex::new(Pace { left, trials: tried, ..Pace::default() }),
            hints: run.plan.hints,
            trials: run.plan.trials,
        })
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An episode begins.
    pub(super) fn episode(&self) {
        self.pace().episode_began = Some(Instant::now());
    }

    /// The work has ended.
    pub(super) fn episode_done(&self, episode: &EpisodePlan) {
        let estimate = about(episode, self.trials, self.hints);
        let mut pace = self.pace();
        let took = pace.episode_began.take().map(|began| began.elapsed()).unwrap_or_default();
        pace.left = pace.left.saturating_sub(estimate);
        pace.done = (pace.done.0 + estimate, pace.done.1 + took);
        // Trials that were not made are not waited for either.
        pace.trials += episode.cells.len() as u64 * u64::from(self.trials);
        self.tried.store(pace.trials, Ordering::Relaxed);
        drop(pace);
        self.report();
    }

    fn report(&self) {
        let remaining = self.pace().remaining();
        *self.under_way.remaining.lock().unwrap_or_else(PoisonError::into_inner) = Some(remaining);
        (self.progress)(Progress {
            step: self.step.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            detail: format!("about {} s left", remaining.as_secs()),
            done: Some(self.tried.load(Ordering::Relaxed)),
            total: Some(self.total),
            unit: "trials".into(),
        });
    }
}

impl Told for Teller {
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
pub(super) struct Quiet {
    pub(super) progress: ProgressSink,
}

impl Told for Quiet {
    fn step(&self, words: String) {
        (self.progress)(Progress::step(words));
    }

    fn tried(&self) {}

    fn cell(&self, _: &Cell, _: &[Trial]) -> Result<(), Problem> {
        Ok(())
    }
}
