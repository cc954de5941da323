//! The runs that work in this process.

use std::{
    collections::BTreeMap,
    fs::File,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lab_bench::WorkStatus;
use tokio::sync::watch;

use crate::schema::JobId;

/// All of them, by number.
pub(super) struct UnderWay {
    all: Mutex<BTreeMap<u32, Arc<WorkingRun>>>,
    pulse: watch::Sender<u64>,
}

impl Default for UnderWay {
    fn default() -> Self {
        Self { all: Mutex::default(), pulse: watch::Sender::new(0) }
    }
}

impl UnderWay {
    pub(super) fn begin(&self, number: u32, run: Arc<WorkingRun>) {
        self.lock().insert(number, run);
        self.pulse.send_modify(|n| *n += 1);
    }

    pub(super) fn end(&self, number: u32) {
        self.lock().remove(&number);
        self.pulse.send_modify(|n| *n += 1);
    }

    /// The run that works in a lab.
    pub(super) fn in_lab(&self, lab: &str) -> Option<u32> {
        self.lock().iter().find(|(_, run)| run.lab == lab).map(|(number, _)| *number)
    }

    pub(super) fn status(&self, number: u32) -> Option<WorkStatus> {
        self.lock().get(&number).map(|run| run.status())
    }

    pub(super) fn jobs(&self) -> Vec<JobId> {
        self.lock().values().filter_map(|run| run.status().job).map(|job| JobId { job }).collect()
    }

    /// Returns when there is none.
    pub(super) async fn none(&self) {
        let mut pulse = self.pulse.subscribe();
        while !self.lock().is_empty() {
            if pulse.changed().await.is_err() {
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<WorkingRun>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run that works.
pub(crate) struct WorkingRun {
    lab: String,
    began: Instant,
    took_before: Duration,
    job: Mutex<Option<u64>>,
    remaining: Mutex<Option<Duration>>,
    /// Tells other processes that it works.
    _taken: File,
}

impl WorkingRun {
    /// In a lab, after it has run that long before.
    pub(super) fn new(lab: String, took_before: Duration, taken: File) -> Arc<Self> {
        let (job, remaining) = (Mutex::default(), Mutex::default());
        Arc::new(Self { lab, began: Instant::now(), took_before, job, remaining, _taken: taken })
    }

    pub(super) fn is_job(&self, job: JobId) {
        *self.job.lock().unwrap_or_else(PoisonError::into_inner) = Some(job.job);
    }

    pub(super) fn goes_on_for(&self, remaining: Duration) {
        *self.remaining.lock().unwrap_or_else(PoisonError::into_inner) = Some(remaining);
    }

    /// How long it has run, milliseconds.
    pub(super) fn took_ms(&self) -> u64 {
        millis(self.took_before + self.began.elapsed())
    }

    fn status(&self) -> WorkStatus {
        WorkStatus {
            job: *self.job.lock().unwrap_or_else(PoisonError::into_inner),
            remaining_ms: self.remaining.lock().unwrap_or_else(PoisonError::into_inner).map(millis),
            took_ms: Some(self.took_ms()),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
