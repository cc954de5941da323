//! Long pieces of work: each has progress, elapsed time, a limit and a cancel. The newest ended ones stay visible.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lab_model::{Code, Problem, Progress, ProgressSink};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::schema::{JobId, JobInfo, JobState};

/// Ended jobs kept for display.
const KEEP_ENDED: usize = 20;

/// All jobs.
pub struct Jobs {
    all: Mutex<BTreeMap<u64, Job>>,
    pulse: watch::Sender<u64>,
}

struct Job {
    title: String,
    lab: Option<String>,
    began: Instant,
    ended: Option<Duration>,
    limit: Duration,
    progress: Progress,
    state: JobState,
    problem: Option<Problem>,
    cancel: CancellationToken,
}

/// What a job is given to work with.
#[derive(Clone)]
pub struct JobContext {
    /// Where it reports how far it is.
    pub progress: ProgressSink,
    /// Cancelled by the person, or because the limit was reached.
    pub cancel: CancellationToken,
}

impl Jobs {
    /// None yet.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { all: Mutex::default(), pulse: watch::Sender::new(0) })
    }

    /// Begins a job on the runtime.
    pub fn begin<F, Fut>(self: &Arc<Self>, title: String, lab: Option<String>, limit: Duration, work: F) -> JobId
    where
        F: FnOnce(JobContext) -> Fut,
        Fut: Future<Output = Result<(), Problem>> + Send + 'static,
    {
        let cancel = CancellationToken::new();
        let id = self.add(Job {
            progress: Progress::step(title.clone()),
            title,
            lab,
            began: Instant::now(),
            ended: None,
            limit,
            state: JobState::Running,
            problem: None,
            cancel: cancel.clone(),
        });
        let jobs = Arc::clone(self);
        let progress: ProgressSink = Arc::new(move |report| jobs.change(id, |job| job.progress = report));
        let work = work(JobContext { progress, cancel: cancel.clone() });
        let jobs = Arc::clone(self);
        tokio::spawn(async move {
            let result = bounded(work, limit, &cancel).await;
            jobs.end(id, result);
        });
        JobId { job: id }
    }

    /// Asks a job to stop. It ends by itself soon after.
    ///
    /// # Errors
    /// `unknown` if there is no such job.
    pub fn cancel(&self, id: JobId) -> Result<(), Problem> {
        match self.lock().get(&id.job) {
            Some(job) => {
                job.cancel.cancel();
                Ok(())
            }
            None => Err(unknown(id)),
        }
    }

    /// All jobs, oldest first.
    pub fn list(&self) -> Vec<JobInfo> {
        self.lock().iter().map(|(id, job)| job.info(*id)).collect()
    }

    /// Returns when the job has ended.
    ///
    /// # Errors
    /// The job's own problem, or `unknown`.
    pub async fn wait(&self, id: JobId) -> Result<(), Problem> {
        let mut pulse = self.pulse.subscribe();
        loop {
            let info = self.list().into_iter().find(|info| info.job == id.job).ok_or_else(|| unknown(id))?;
            match (info.state, info.problem) {
                (JobState::Running, _) => {}
                (_, Some(problem)) => return Err(problem),
                (_, None) => return Ok(()),
            }
            if pulse.changed().await.is_err() {
                return Err(unknown(id));
            }
        }
    }

    /// Wakes whenever a job changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.pulse.subscribe()
    }

    fn add(&self, job: Job) -> u64 {
        let mut all = self.lock();
        let id = all.keys().next_back().map_or(1, |last| last + 1);
        all.insert(id, job);
        let ended: Vec<u64> = all.iter().filter(|(_, job)| job.ended.is_some()).map(|(id, _)| *id).collect();
        for old in ended.iter().rev().skip(KEEP_ENDED) {
            all.remove(old);
        }
        drop(all);
        self.pulse.send_modify(|n| *n += 1);
        id
    }

    fn change(&self, id: u64, change: impl FnOnce(&mut Job)) {
        if let Some(job) = self.lock().get_mut(&id) {
            change(job);
        }
        self.pulse.send_modify(|n| *n += 1);
    }

    fn end(&self, id: u64, result: Result<(), Problem>) {
        self.change(id, |job| {
            job.ended = Some(job.began.elapsed());
            (job.state, job.problem) = match result {
                Ok(()) => (JobState::Done, None),
                Err(problem) if problem.code == Code::Cancelled => (JobState::Cancelled, Some(problem)),
                Err(problem) => (JobState::Failed, Some(problem)),
            };
        });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Job>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    fn info(&self, id: u64) -> JobInfo {
        let elapsed = self.ended.unwrap_or_else(|| self.began.elapsed());
        JobInfo {
            job: id,
            title: self.title.clone(),
            lab: self.lab.clone(),
            progress: self.progress.clone(),
            elapsed: millis(elapsed),
            limit: millis(self.limit),
            state: self.state,
            problem: self.problem.clone(),
        }
    }
}

/// Runs work until it ends, is cancelled, or reaches its limit.
///
/// Cancelled work gets a few seconds to end in order, so that half-made things are taken away again.
async fn bounded(
    work: impl Future<Output = Result<(), Problem>>,
    limit: Duration,
    cancel: &CancellationToken,
) -> Result<(), Problem> {
    tokio::pin!(work);
    let stopped = tokio::select! {
        result = &mut work => return result,
        () = tokio::time::sleep(limit) => timed_out(limit),
        () = cancel.cancelled() => cancelled(),
    };
    cancel.cancel();
    match tokio::time::timeout(Duration::from_secs(10), work).await {
        // A job that was done at the very moment it was stopped is done.
        Ok(Ok(())) => Ok(()),
        _ => Err(stopped),
    }
}

fn timed_out(limit: Duration) -> Problem {
    Problem {
        code: Code::TimedOut,
        message: format!("Not done after {} s, the limit.", limit.as_secs()),
        detail: String::new(),
        hint: "Look at its last step. A slow disk or network is the usual reason. Try again.".into(),
    }
}

fn cancelled() -> Problem {
    Problem { code: Code::Cancelled, message: "Cancelled.".into(), detail: String::new(), hint: String::new() }
}

fn unknown(id: JobId) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("There is no job {}.", id.job),
        detail: String::new(),
        hint: String::new(),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_cancelled_job_ends_as_cancelled() {
        let jobs = Jobs::new();
        let id = jobs.begin("wait".into(), None, Duration::from_secs(600), |context| async move {
            context.cancel.cancelled().await;
            Err(cancelled())
        });
        jobs.cancel(id).unwrap();
        assert_eq!(jobs.wait(id).await.unwrap_err().code, Code::Cancelled);
        assert_eq!(jobs.list()[0].state, JobState::Cancelled);
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_ends_at_its_limit() {
        let jobs = Jobs::new();
        let id = jobs.begin("wait".into(), None, Duration::from_secs(5), |_| std::future::pending());
        assert_eq!(jobs.wait(id).await.unwrap_err().code, Code::TimedOut);
    }

    #[tokio::test]
    async fn progress_and_a_failure_are_seen() {
        let jobs = Jobs::new();
        let id = jobs.begin("try".into(), Some("lab".into()), Duration::from_secs(5), |context| async move {
            (context.progress)(Progress::step("halfway"));
            Err(unknown(JobId { job: 7 }))
        });
        assert_eq!(jobs.wait(id).await.unwrap_err().code, Code::Unknown);
        let info = jobs.list().remove(0);
        assert_eq!((info.state, info.progress.step.as_str()), (JobState::Failed, "halfway"));
    }
}
