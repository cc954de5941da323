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

use lab_lessons::{Lesson, Resolved, Step, Truth, When};
use lab_model::{ActionCall, Problem};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::{
    app::millis,
    lab::Lab,
    learning::{begin_step, do_all},
    schema::CheckState,
};

/// After a solution the engines get this long to say so.
const SOLVED_LIMIT: Duration = Duration::from_secs(90);
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

/// Proves both laws for a lesson; each proof is told as it is made.
///
/// # Errors
/// If the lab itself fails.
pub async fn prove(lab: &Arc<Lab>, lesson: &Lesson, mut tell: impl FnMut(Proof)) -> Result<bool, Problem> {
    let mut all_hold = true;
    let mut note = |proof: Proof| {
        all_hold &= proof.holds;
        tell(proof);
    };
    let solved = lesson.with_suffix(&suffix("s", 0))?;
    for step in &solved.steps {
        solve_and_prove(lab, &solved, step, &mut note).await?;
    }
    lab.calm_down().await?;
    for (index, step) in solved.steps.iter().enumerate() {
        for wrong in 0..step.wrong.len() {
            let attempt = lesson.with_suffix(&suffix("w", index * 100 + wrong))?;
            prove_wrong(lab, &attempt, index, wrong, &mut note).await?;
            lab.calm_down().await?;
        }
    }
    Ok(all_hold)
}

/// Different in every run, so that a lab can be used for many.
fn suffix(kind: &str, number: usize) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, millis);
    format!("-{kind}{number}-{:x}", now % 0x1000_0000)
}

async fn solve_and_prove(
    lab: &Arc<Lab>,
    lesson: &Resolved,
    step: &Step,
    note: &mut impl FnMut(Proof),
) -> Result<(), Problem> {
    let began = Instant::now();
    let proof = |law: &str, holds, says, began: Instant| Proof {
        lesson: lesson.id.clone(),
        step: step.id.clone(),
        law: law.to_owned(),
        holds,
        says,
        millis: millis(began.elapsed()),
    };
    let (following, _needs) = begin_step(lab, &lesson.id, step)?;
    let checks = step.checks.len();
    settle(lab).await;
    let early = true_already(step, &following.states());
    note(proof("begins undone", early.is_empty(), early.join("; "), began));
    let began = Instant::now();
    if let Err(problem) = do_all(lab, &step.solution).await {
        note(proof("solution", false, problem.to_string(), began));
        return Ok(());
    }
    let solved = tokio::time::timeout(SOLVED_LIMIT, following.first_true(checks)).await.is_ok();
    note(proof("solution", solved, in_words(&following.states()[..checks], solved), began));
    Ok(())
}

/// Checks that are true before anything was done. A `never` is true until it happens: it is a guard, not a goal.
fn true_already(step: &Step, states: &[CheckState]) -> Vec<String> {
    let goals = step.checks.iter().zip(states).filter(|(check, _)| !matches!(check.when, When::Never));
    goals.filter(|(_, state)| state.truth == Truth::True).map(|(_, state)| state.says.clone()).collect()
}

async fn prove_wrong(
    lab: &Arc<Lab>,
    lesson: &Resolved,
    index: usize,
    wrong: usize,
    note: &mut impl FnMut(Proof),
) -> Result<(), Problem> {
    let began = Instant::now();
    let step = &lesson.steps[index];
    let attempt = &step.wrong[wrong];
    for before in &lesson.steps[..index] {
        let (following, _needs) = begin_step(lab, &lesson.id, before)?;
        do_all(lab, &before.solution).await?;
        // The steps before were proven already; if one is not done now, the attempt still shows what it shows.
        let _ = tokio::time::timeout(SOLVED_LIMIT, following.first_true(before.checks.len())).await;
    }
    let (following, _needs) = begin_step(lab, &lesson.id, step)?;
    let refused = attempt_all(lab, &attempt.actions).await;
    settle(lab).await;
    let states = &following.states()[..step.checks.len()];
    let undone = states.iter().any(|state| state.truth != Truth::True);
    let mut says = in_words(states, undone);
    if let Some(refused) = refused {
        says = format!("{says} ({refused})");
    }
    note(Proof {
        lesson: lesson.id.clone(),
        step: step.id.clone(),
        law: format!("wrong: {}", attempt.say),
        holds: undone,
        says,
        millis: millis(began.elapsed()),
    });
    Ok(())
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
