//! How far a run is: steps, trials, and how long it still goes on; and its cells, kept as they come.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use lab_bench::{ExperimentKind, Pace, Run};
use lab_model::{Problem, Progress, ProgressSink};

use super::{store::Store, under_way::WorkingRun};
use crate::jobs::JobContext;

/// Who hears how far an episode is.
pub(crate) trait Listener<K: ExperimentKind>: Sync {
    /// What it is doing.
    fn step(&self, words: String);
    /// One more trial was made.
    fn tried(&self);
    /// A cell has other counts.
    fn cell(&self, cell: &K::Cell, trials: &[K::Trial]) -> Result<(), Problem>;
}

/// Tells a run's progress and keeps its cells.
pub(super) struct RunProgress<K: ExperimentKind> {
    store: Store<K>,
    experiment: u32,
    plan: K::Plan,
    progress: ProgressSink,
    working: Arc<WorkingRun>,
    total: u64,
    tried: AtomicU64,
    step: Mutex<String>,
    timing: Mutex<Timing>,
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

impl<K: ExperimentKind> RunProgress<K> {
    /// For a run of which some episodes may be done.
    pub(super) fn new(
        store: &Store<K>,
        run: &Run<K>,
        context: &JobContext,
        working: &Arc<WorkingRun>,
    ) -> Result<Self, Problem> {
        let mut tried = 0;
        let mut left = Duration::ZERO;
        for episode in K::episodes(&run.plan) {
            if has_ended(store, run.experiment, &episode)? {
                tried += trials_of::<K>(&episode, &run.plan);
            } else {
                left += K::about(&episode, &run.plan);
            }
        }
        Ok(Self {
            store: store.clone(),
            experiment: run.experiment,
            plan: run.plan.clone(),
            progress: Arc::clone(&context.progress),
            working: Arc::clone(working),
            total: run.cells.len() as u64 * u64::from(K::trials(&run.plan)),
            tried: AtomicU64::new(tried),
            step: Mutex::default(),
            timing: Mutex::new(Timing { pace: Pace::of(left), episode_began: None, trials: tried }),
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
    pub(super) fn episode_done(&self, episode: &K::EpisodePlan) {
        let mut timing = self.timing();
        let took = timing.here();
        timing.episode_began = None;
        timing.pace.done(K::about(episode, &self.plan), took);
        // Trials that were not made are not waited for either.
        timing.trials += trials_of::<K>(episode, &self.plan);
        self.tried.store(timing.trials, Ordering::Relaxed);
        drop(timing);
        self.report();
    }

    /// The lab is left.
    pub(super) fn leaving(&self) {
        self.step("leave the lab as it was".into());
    }

    /// How long the run has gone on, milliseconds.
    pub(super) fn took_ms(&self) -> u64 {
        self.working.took_ms()
    }

    fn report(&self) {
        let timing = self.timing();
        let remaining = timing.pace.remaining(timing.here());
        drop(timing);
        self.working.goes_on_for(remaining);
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
pub(super) fn has_ended<K: ExperimentKind>(
    store: &Store<K>,
    experiment: u32,
    episode: &K::EpisodePlan,
) -> Result<bool, Problem> {
    let saved = K::cells(episode).iter().map(|cell| store.cell(experiment, K::name_of(cell)));
    let saved = saved.collect::<Result<Vec<_>, _>>()?;
    Ok(saved.iter().all(|cell| cell.as_ref().is_some_and(|cell| K::state(cell).ended())))
}

fn trials_of<K: ExperimentKind>(episode: &K::EpisodePlan, plan: &K::Plan) -> u64 {
    K::cells(episode).len() as u64 * u64::from(K::trials(plan))
}

impl<K: ExperimentKind> Listener<K> for RunProgress<K> {
    fn step(&self, words: String) {
        *self.step.lock().unwrap_or_else(PoisonError::into_inner) = words;
        self.report();
    }

    fn tried(&self) {
        self.tried.fetch_add(1, Ordering::Relaxed);
        self.report();
    }

    fn cell(&self, cell: &K::Cell, trials: &[K::Trial]) -> Result<(), Problem> {
        self.store.save_cell(self.experiment, cell, trials)
    }
}

/// A replay tells its steps and keeps nothing on the way.
pub(super) struct ReplayProgress {
    pub(super) progress: ProgressSink,
}

impl<K: ExperimentKind> Listener<K> for ReplayProgress {
    fn step(&self, words: String) {
        (self.progress)(Progress::step(words));
    }

    fn tried(&self) {}

    fn cell(&self, _: &K::Cell, _: &[K::Trial]) -> Result<(), Problem> {
        Ok(())
    }
}
