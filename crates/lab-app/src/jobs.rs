//! Long pieces of work: each has progress, elapsed time, a limit and a cancel. The newest ended ones stay visible.

use std::{
    collections::{BTreeMap, VecDeque},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lab_model::{Code, Problem, Progress, ProgressSink};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::schema::{JobId, JobInfo, JobState, JobStep};

/// Ended jobs kept for display.
const KEEP_ENDED: usize = 20;
/// Steps of a job kept for display.
const KEEP_STEPS: usize = 50;
/// Cancelled work has this long to end in order: what was half made is taken away again, on a busy machine too.
const ENDING_LIMIT: Duration = Duration::from_secs(30);

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
    /// When its step began.
    step_began: Duration,
    steps: VecDeque<JobStep>,
    state: JobState,
    problem: Option<Problem>,
    cancel: CancellationToken,
    stays: Option<String>,
}

/// What a job is given to work with.
#[derive(Clone)]
pub struct JobContext {
    /// Where it reports how far it is.
    pub progress: ProgressSink,
    /// Cancelled by the person, or because the limit was reached.
    pub cancel: CancellationToken,
    jobs: Arc<Jobs>,
    id: u64,
}

impl JobContext {
    /// From here on the job is carried through, whoever would cancel it; `why` is told to those who would.
    ///
    /// # Errors
    /// `cancelled` if somebody did so already.
    pub fn stays(&self, why: &str) -> Result<(), Problem> {
        let mut all = self.jobs.lock();
        if self.cancel.is_cancelled() {
            return Err(cancelled());
        }
        if let Some(job) = all.get_mut(&self.id) {
            job.stays = Some(why.to_owned());
        }
        drop(all);
        self.jobs.pulse.send_modify(|n| *n += 1);
        Ok(())
    }

    /// Waits for something that others may hold for long.
    ///
    /// # Errors
    /// `cancelled`.
    pub async fn wait_for<T>(&self, something: impl Future<Output = T>) -> Result<T, Problem> {
        self.cancel.run_until_cancelled(something).await.ok_or_else(cancelled)
    }
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
            step_began: Duration::ZERO,
            steps: VecDeque::new(),
            state: JobState::Running,
            problem: None,
            cancel: cancel.clone(),
            stays: None,
        });
        let jobs = Arc::clone(self);
        let progress: ProgressSink = Arc::new(move |report| jobs.change(id, |job| job.report(report)));
        let work = work(JobContext { progress, cancel: cancel.clone(), jobs: Arc::clone(self), id });
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
    /// `unknown` if there is no such job; `not_now` if it is carried through.
    pub fn cancel(&self, id: JobId) -> Result<(), Problem> {
        match self.lock().get(&id.job) {
            Some(Job { stays: Some(why), state: JobState::Running, .. }) => return Err(carried_through(why)),
            Some(job) => job.cancel.cancel(),
            None => return Err(unknown(id)),
        }
        self.pulse.send_modify(|n| *n += 1);
        Ok(())
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
            if result.is_ok() {
                job.step_went_by();
            }
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
    fn report(&mut self, report: Progress) {
        if report.step != self.progress.step {
            self.step_went_by();
            self.step_began = self.began.elapsed();
        }
        self.progress = report;
    }

    /// Keeps the step it is at, for those who look now and then. One that is counted is told by its numbers, and one that
    /// comes again, because several go on at once, is told already; the job's own title is no step.
    fn step_went_by(&mut self) {
        let Progress { step, done, .. } = &self.progress;
        let told = self.steps.iter().any(|kept| kept.says == *step);
        if done.is_some() || told || *step == self.title {
            return;
        }
        let number = self.steps.back().map_or(1, |last| last.number + 1);
        self.steps.push_back(JobStep { number, says: step.clone(), at: millis(self.step_began) });
        if self.steps.len() > KEEP_STEPS {
            self.steps.pop_front();
        }
    }

    fn info(&self, id: u64) -> JobInfo {
        let elapsed = self.ended.unwrap_or_else(|| self.began.elapsed());
        JobInfo {
            job: id,
            title: self.title.clone(),
            lab: self.lab.clone(),
            progress: self.progress.clone(),
            steps: self.steps.iter().cloned().collect(),
            stopping: self.state == JobState::Running && self.cancel.is_cancelled(),
            stays: self.stays.clone(),
            elapsed: millis(elapsed),
            limit: millis(self.limit),
            state: self.state,
            problem: self.problem.clone(),
        }
    }
}

/// Runs work until it ends, is cancelled, or reaches its limit.
///
/// Cancelled work gets some time to end in order, so that half-made things are taken away again.
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
    match tokio::time::timeout(ENDING_LIMIT, work).await {
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

fn carried_through(why: &str) -> Problem {
    Problem { code: Code::NotNow, message: why.to_owned(), detail: String::new(), hint: String::new() }
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
#[path = "jobs_test.rs"]
mod tests;
