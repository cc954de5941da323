//! The two laws, proven on real engines for every step of a lesson.
//!
//! 1. Its checks are false, or not yet known, when the step begins, and true after the stored solution.
//! 2. Each stored wrong attempt leaves the step undone.
//!
//! Attempts share a running lab: each gives the lesson's things names of its own.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

pub use lab_lessons::Lesson;
use lab_lessons::{Attempt, Stage, Step, Then, Truth, When};
use lab_model::{ActionCall, Problem};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::{
    app::millis,
    lab::Lab,
    learning::{begin_step, do_all},
    problem,
    schema::CheckState,
};

/// After a solution the engines get this long to say so.
const SOLVED_LIMIT: Duration = Duration::from_secs(180);
/// A lab is calm when nothing but beats was heard for this long …
const CALM_FOR: Duration = Duration::from_millis(1500);
/// … and it is looked at as it is if it never gets calm.
const CALM_LIMIT: Duration = Duration::from_secs(20);

/// What became of one law for one step.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// `track/lesson`.
    pub lesson: String,
    /// The step.
    pub step: String,
    /// `begins undone`, `solution`, or `wrong: …`.
    pub law: String,
    /// It holds.
    pub holds: bool,
    /// What was seen, where it does not hold; the engines' words, where it does.
    pub says: String,
    /// How long it took.
    pub millis: u64,
}

impl Proof {
    /// For a lesson that could not be proven to its end, because its lab failed.
    pub fn without_a_lab(lesson: &Lesson, problem: &Problem) -> Self {
        Self {
            lesson: lesson.id.clone(),
            step: String::new(),
            law: "has a lab that works".into(),
            holds: false,
            says: problem.to_string(),
            millis: 0,
        }
    }
}

/// Proves both laws for a lesson; each proof is told as it is made.
///
/// # Errors
/// If the lab itself fails.
pub async fn prove(lab: &Arc<Lab>, lesson: &Lesson, mut tell: impl FnMut(Proof)) -> Result<bool, Problem> {
    let mut all_hold = true;
    for attempt in lesson.attempts(&tag()).map_err(|error| problem::of_lessons(&error))? {
        let first = attempt.stages.iter().all(|stage| stage.then == Then::Done);
        for stage in &attempt.stages {
            let mut note = |proof: Proof| {
                all_hold &= proof.holds;
                tell(proof);
            };
            match stage.then {
                // The steps before a wrong attempt were proven by the first attempt: they only have to be done.
                Then::Done if !first => replay(lab, &attempt, stage).await?,
                Then::Done => solve(lab, &attempt, stage, &mut note).await?,
                Then::NotDone => fail(lab, &attempt, stage, &mut note).await?,
            }
        }
        lab.calm_down().await?;
    }
    Ok(all_hold)
}

/// Different in every run, so that a lab can be used for many.
fn tag() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, millis);
    format!("{:x}_", now % 0x1000_0000)
}

fn proof(attempt: &Attempt, step: &Step, law: &str, began: Instant, holds: bool, says: String) -> Proof {
    Proof {
        lesson: attempt.lesson.id.clone(),
        step: step.id.clone(),
        law: law.to_owned(),
        holds,
        says,
        millis: millis(began.elapsed()),
    }
}

/// Law 1: not true when the step begins, true after the stored solution.
async fn solve(lab: &Arc<Lab>, attempt: &Attempt, stage: &Stage, note: &mut impl FnMut(Proof)) -> Result<(), Problem> {
    let step = &attempt.lesson.steps[stage.step];
    let began = Instant::now();
    let (following, _needs) = begin_step(lab, &attempt.lesson.id, step)?;
    settle(lab).await;
    let early = true_already(step, &following.states());
    note(proof(attempt, step, "begins undone", began, early.is_empty(), early.join("; ")));
    let began = Instant::now();
    if let Err(problem) = do_all(lab, &stage.actions).await {
        note(proof(attempt, step, "solution", began, false, problem.to_string()));
        return Ok(());
    }
    let checks = step.checks.len();
    let solved = tokio::time::timeout(SOLVED_LIMIT, following.first_true(checks)).await.is_ok();
    note(proof(attempt, step, "solution", began, solved, in_words(&following.states()[..checks], solved)));
    if let Some(prediction) = &step.prediction {
        let options = &following.states()[checks..];
        let right = options.iter().filter(|option| option.truth == Truth::True).count();
        let says = format!("{} of {} options are true: {}", right, options.len(), in_words(options, right == 1));
        note(proof(attempt, step, &format!("one right answer to “{}”", prediction.ask), began, right == 1, says));
    }
    Ok(())
}

/// Does a step's solution and waits until it is done, so that the steps after it find what they need.
async fn replay(lab: &Arc<Lab>, attempt: &Attempt, stage: &Stage) -> Result<(), Problem> {
    let step = &attempt.lesson.steps[stage.step];
    let (following, _needs) = begin_step(lab, &attempt.lesson.id, step)?;
    do_all(lab, &stage.actions).await?;
    // If it is not done in time, the wrong attempt after it still shows what it shows.
    let _ = tokio::time::timeout(SOLVED_LIMIT, following.first_true(step.checks.len())).await;
    Ok(())
}

/// Law 2: a wrong attempt leaves the step undone.
async fn fail(lab: &Arc<Lab>, attempt: &Attempt, stage: &Stage, note: &mut impl FnMut(Proof)) -> Result<(), Problem> {
    let began = Instant::now();
    let step = &attempt.lesson.steps[stage.step];
    let (following, _needs) = begin_step(lab, &attempt.lesson.id, step)?;
    let refused = attempt_all(lab, &stage.actions).await;
    settle(lab).await;
    let states = &following.states()[..step.checks.len()];
    let undone = states.iter().any(|state| state.truth != Truth::True);
    let mut says = in_words(states, undone);
    if let Some(refused) = refused {
        says = format!("{says} ({refused})");
    }
    note(proof(attempt, step, &format!("wrong: {}", attempt.says), began, undone, says));
    Ok(())
}

/// Checks that are true before anything was done. A `never` is true until it happens: it is a guard, not a goal.
fn true_already(step: &Step, states: &[CheckState]) -> Vec<String> {
    let goals = step.checks.iter().zip(states).filter(|(check, _)| !matches!(check.when, When::Never));
    goals.filter(|(_, state)| state.truth == Truth::True).map(|(_, state)| state.says.clone()).collect()
}

/// Does a wrong attempt. That an engine refuses it is one of the ways in which it is wrong.
async fn attempt_all(lab: &Lab, actions: &[ActionCall]) -> Option<String> {
    let mut refused = None;
    for action in actions {
        if let Err(problem) = lab.act(action, Arc::new(|_| ()), CancellationToken::new()).await {
            refused = Some(problem.message);
        }
    }
    refused
}

/// Waits until every probe has looked at what is, and nothing changes any more.
async fn settle(lab: &Lab) {
    lab.settled().await;
    let calm = async {
        while lab.recorder.quiet_for() < CALM_FOR {
            tokio::time::sleep(CALM_FOR.saturating_sub(lab.recorder.quiet_for())).await;
        }
    };
    // A lab that never gets calm is looked at as it is.
    let _ = tokio::time::timeout(CALM_LIMIT, calm).await;
    lab.settled().await;
}

/// Each sentence with what decided it.
fn in_words(states: &[CheckState], as_expected: bool) -> String {
    let word = |state: &CheckState| {
        let truth = match state.truth {
            Truth::True => "true",
            Truth::False => "false",
            Truth::Unknown => "not known",
        };
        match &state.evidence {
            Some(evidence) => format!("{}: {truth}; {} said: {}", state.says, evidence.source, evidence.words),
            None => format!("{}: {truth}", state.says),
        }
    };
    let lead = if as_expected { "" } else { "not as expected: " };
    format!("{lead}{}", states.iter().map(word).collect::<Vec<_>>().join(" | "))
}
