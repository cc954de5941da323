//! `check`: proves the three laws on real engines, several lessons side by side, each in a lab of its own; or plays the
//! solutions of lessons many times, to see that they come to one verdict.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions, TryLockError},
    path::Path,
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use futures::future::join_all;
use lab_app::{
    App, Lab, LocalHost,
    laws::{self, Lesson, Proof},
};
use lab_model::{Code, Problem};
use tokio::sync::Mutex as AsyncMutex;

use super::{follow, load::Load};
use crate::output::Output;

/// Proving is mostly waiting: for a ring to believe that a node is gone, for a lab to be calm. Two cores carry this many
/// labs beside each other.
const MOST_LABS: u64 = 3;

/// What is asked of `check`.
pub(crate) struct Asked {
    /// The lessons. Without a name: all lessons.
    pub(crate) lessons: Vec<String>,
    /// How many labs run at once; as many as the machine carries if not said.
    pub(crate) labs: Option<u64>,
    /// Leave the labs running afterwards.
    pub(crate) keep: bool,
    /// Play each lesson's solutions so many times, in place of proving the laws once.
    pub(crate) times: Option<u32>,
    /// Keep one processor busy during the check.
    pub(crate) load: bool,
}

pub(crate) async fn run(out: &Output, host: LocalHost, asked: Asked) -> Result<ExitCode, Problem> {
    let _alone = alone(&std::env::temp_dir().join("pipewright-check.lock"))?;
    let app = super::app(host)?;
    let began = Instant::now();
    let _busy = asked.load.then(Load::begin);
    let left = app.lessons_by_stack(&asked.lessons)?;
    let labs = match asked.labs {
        Some(labs) => labs.max(1),
        None => carried(&app, &left).await?,
    };
    let check = Check {
        out,
        app: &app,
        keep: asked.keep,
        times: asked.times,
        left: Mutex::new(left),
        starting: AsyncMutex::default(),
        proofs: Mutex::default(),
    };
    join_all((1..=labs).map(|lane| check.lane(lane))).await;
    let passed = check.close(began);
    app.leave_all().await;
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The right to be the one that checks on this machine, until dropped; also when the process dies. Where the file cannot
/// be locked nobody is kept from anything.
fn alone(path: &Path) -> Result<Option<File>, Problem> {
    let Ok(file) = OpenOptions::new().create(true).append(true).open(path) else { return Ok(None) };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Problem {
            code: Code::NotNow,
            message: "Another `pipewright check` is running on this machine.".into(),
            detail: String::new(),
            hint: "Wait until it ends. Two checks would use the same labs and disturb each other.".into(),
        }),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(file)),
    }
}

/// How many labs this machine carries: half of the engine's memory, shared by labs of the largest stack.
async fn carried(app: &App, left: &BTreeMap<String, Vec<Lesson>>) -> Result<u64, Problem> {
    let mut largest = 1;
    for stack in left.keys() {
        largest = largest.max(app.stack(stack)?.memory_mib());
    }
    let memory = app.engine().await?.info().memory_bytes.unwrap_or_default() / 1024 / 1024;
    Ok((memory / 2 / largest).clamp(1, MOST_LABS))
}

/// A run of `check`.
struct Check<'a> {
    out: &'a Output,
    app: &'a Arc<App>,
    keep: bool,
    times: Option<u32>,
    /// Lessons that nobody proves yet, by stack.
    left: Mutex<BTreeMap<String, Vec<Lesson>>>,
    /// Labs start one after the other: the first can be used while the next one starts.
    starting: AsyncMutex<()>,
    proofs: Mutex<Vec<Proof>>,
}

impl Check<'_> {
    /// Proves one lesson after the other until none is left. A lab that failed is given up, and the next lesson gets a
    /// new one.
    async fn lane(&self, lane: u64) {
        let mut lab: Option<Arc<Lab>> = None;
        while let Some(lesson) = self.next(lab.as_deref()) {
            let proven = match self.lab_for(&lesson, lane, lab.take()).await {
                Ok(ground) => self.prove(&lab.insert(ground).clone(), &lesson).await,
                Err(problem) => Err(problem),
            };
            if let Err(problem) = proven {
                self.note(Proof::without_a_lab(&lesson, &problem));
                // A lab that never got ready runs all the same.
                let failed = lab.take().or_else(|| self.app.lab(&name(lane, &lesson)).ok());
                self.leave(failed).await;
            }
        }
        if !self.keep {
            self.leave(lab).await;
        }
    }

    async fn prove(&self, lab: &Arc<Lab>, lesson: &Lesson) -> Result<(), Problem> {
        match self.times {
            None => laws::prove(lab, lesson, |proof| self.note(proof)).await.map(drop),
            Some(times) => self.repeat(lab, lesson, times).await,
        }
    }

    /// Plays a lesson's solutions many times: every run must come to the same verdicts.
    async fn repeat(&self, lab: &Arc<Lab>, lesson: &Lesson, times: u32) -> Result<(), Problem> {
        let began = Instant::now();
        let mut runs: BTreeMap<laws::Verdicts, u32> = BTreeMap::new();
        for _ in 0..times {
            *runs.entry(laws::solve(lab, lesson, |proof| self.note(proof)).await?).or_default() += 1;
        }
        self.note(Proof::of_runs(lesson, &runs, began.elapsed()));
        Ok(())
    }

    /// The next lesson for whoever has this lab: one on the same stack, or else one on the largest stack, since that
    /// takes longest.
    fn next(&self, lab: Option<&Lab>) -> Option<Lesson> {
        let mut left = lock(&self.left);
        left.retain(|_, lessons| !lessons.is_empty());
        let size = |stack: &String| self.app.stack(stack).map_or(0, |stack| stack.memory_mib());
        let same = lab.map(|lab| lab.stack.name().to_owned()).filter(|stack| left.contains_key(stack));
        let stack = same.or_else(|| left.keys().max_by_key(|stack| size(stack)).cloned())?;
        left.get_mut(&stack)?.pop()
    }

    /// The lab that runs, if it has the lesson's stack; a new one otherwise.
    async fn lab_for(&self, lesson: &Lesson, lane: u64, lab: Option<Arc<Lab>>) -> Result<Arc<Lab>, Problem> {
        match lab {
            Some(lab) if lab.stack.name() == lesson.stack => return Ok(lab),
            other => self.leave(other).await,
        }
        let name = name(lane, lesson);
        let _one = self.starting.lock().await;
        follow(self.out, self.app, self.app.up(&lesson.stack, Some(&name))?).await?;
        self.app.lab(&name)
    }

    /// Removes a lab with its data. That it cannot be removed is said, and disproves nothing.
    async fn leave(&self, lab: Option<Arc<Lab>>) {
        let Some(lab) = lab else { return };
        if let Err(problem) = follow(self.out, self.app, self.app.down(&lab.name, true)).await {
            self.out.problem(&problem);
        }
    }

    fn note(&self, proof: Proof) {
        self.out.give(&proof);
        self.say(&proof);
        lock(&self.proofs).push(proof);
    }

    fn say(&self, proof: &Proof) {
        let Proof { lesson, step, law, holds, says, millis } = proof;
        let mark = if *holds { "ok " } else { "NO " };
        let seconds = *millis as f64 / 1000.0;
        self.out.say(format!("{mark} {lesson} {}: {law} ({seconds:.1} s)", self.out.strong(step)));
        if !holds {
            self.out.say(format!("     {says}"));
        }
    }

    /// Prints the result, and repeats every proof that does not hold, so that nobody has to look for it.
    fn close(&self, began: Instant) -> bool {
        let proofs = lock(&self.proofs);
        let failed: Vec<&Proof> = proofs.iter().filter(|proof| !proof.holds).collect();
        let hold = proofs.len() - failed.len();
        let seconds = began.elapsed().as_secs_f64();
        if !failed.is_empty() {
            self.out.say("\nProofs that do not hold:");
            failed.iter().for_each(|proof| self.say(proof));
        }
        self.out.say(format!("{hold} proofs hold, {} do not; {seconds:.0} s.", failed.len()));
        self.out.give(&serde_json::json!({ "event": "checked", "hold": hold, "fail": failed.len(),
            "seconds": seconds, "failed": failed }));
        failed.is_empty() && hold > 0
    }
}

/// The lab of a lane while it proves lessons on one stack.
fn name(lane: u64, lesson: &Lesson) -> String {
    format!("pipewright-check-{lane}-{}", lesson.stack)
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_until_the_first_is_done() {
        let path = std::env::temp_dir().join(format!("pipewright-check-test-{}.lock", std::process::id()));
        let first = alone(&path).unwrap();
        assert_eq!(alone(&path).unwrap_err().code, Code::NotNow);
        drop(first);
        assert!(alone(&path).unwrap().is_some());
        std::fs::remove_file(&path).unwrap();
    }
}
