//! The state of a lesson under way: which step, what the engines say of its checks, what was predicted.

use std::sync::{Arc, Mutex, PoisonError};

use lab_lessons::{Lesson, Progress, Sentence, Step, Truth};
use lab_model::{Code, Problem};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Begin, drive};
use crate::{
    App,
    schema::{CheckState, Hint, Judged, Phase, Session, StepState},
};

/// A lesson under way.
pub struct UnderWay {
    /// The lesson, its names filled in.
    pub lesson: Lesson,
    session: watch::Sender<Session>,
    driver: Mutex<Option<CancellationToken>>,
}

impl UnderWay {
    pub(super) fn new(lesson: Lesson, progress: &Progress) -> Self {
        let known = progress.of(&lesson.id);
        let mut open = true;
        let steps: Vec<StepState> = lesson
            .steps
            .iter()
            .map(|step| {
                let done = known.done.contains(&step.id);
                let state = StepState {
                    id: step.id.clone(),
                    open: done || open,
                    done,
                    checks: if done { as_remembered(step) } else { unseen(step) },
                    chosen: known.predictions.get(&step.id).copied(),
                    options: Vec::new(),
                    judged: if done { Judged::Decided } else { Judged::Open },
                    pressed: Vec::new(),
                    hints: shown_hints(step, known.hints.get(&step.id)),
                };
                open = done && open;
                state
            })
            .collect();
        let step = steps.iter().find(|step| !step.done).or(steps.last()).map(|step| step.id.clone());
        let session = Session {
            lesson: lesson.id.clone(),
            lab: lab_name(&lesson.stack),
            phase: None,
            step: step.unwrap_or_default(),
            steps,
            solving: false,
            problem: None,
        };
        Self { lesson, session: watch::Sender::new(session), driver: Mutex::default() }
    }

    /// The state as it changes.
    pub fn session(&self) -> watch::Receiver<Session> {
        self.session.subscribe()
    }

    pub(super) fn now(&self) -> Session {
        self.session.borrow().clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Session)) {
        self.session.send_if_modified(|session| {
            let before = session.clone();
            change(session);
            *session != before
        });
    }

    pub(super) fn change_step(&self, step: &str, change: impl FnOnce(&mut StepState)) {
        self.change(|session| {
            if let Some(state) = session.steps.iter_mut().find(|state| state.id == step) {
                change(state);
            }
        });
    }

    /// Goes to a step that is open.
    ///
    /// # Errors
    /// `unknown` or `not_now`.
    pub fn go_to_step(&self, step: &str) -> Result<(), Problem> {
        let state = self.step_state(step)?;
        if !state.open {
            return Err(not_now(format!("Step {step} opens when the steps before it are done.")));
        }
        self.change(|session| step.clone_into(&mut session.step));
        Ok(())
    }

    /// Commits a prediction, once.
    ///
    /// # Errors
    /// `unknown`, or `not_now` if one was made, or the step is done.
    pub fn predict(&self, app: &App, step: &str, option: u32) -> Result<(), Problem> {
        let options = self.step(step)?.prediction.as_ref().map_or(0, |prediction| prediction.options.len());
        if option as usize >= options {
            return Err(unknown(format!("Step {step} has {options} options. {option} is not one of them.")));
        }
        if !self.choose(step, option)? {
            return Ok(());
        }
        let lesson = self.lesson.id.clone();
        app.learning.note(|progress| {
            progress.predict(&lesson, step, option);
        });
        if let Ok(lab) = app.lab(&self.now().lab) {
            drive::note_prediction(&lab, &lesson, step, option);
        }
        Ok(())
    }

    /// Chooses an option of a step; false if it was chosen already: the request came again, e.g. after a lost connection, and
    /// nothing is left to do. Looked and chosen at one moment: of two pages that choose at once one is refused.
    fn choose(&self, step: &str, option: u32) -> Result<bool, Problem> {
        let mut newly = Ok(true);
        self.change_step(step, |state| match state.chosen {
            Some(before) if before == option => newly = Ok(false),
            None if !state.done => state.chosen = Some(option),
            _ => newly = Err(not_now("You have already predicted. Now the engines decide.".into())),
        });
        newly
    }

    /// Shows the next hint; the last one again when all were shown.
    ///
    /// # Errors
    /// `unknown` if there is no such step.
    pub fn hint(&self, app: &App, step: &str) -> Result<Hint, Problem> {
        let told = self.step(step)?;
        let of = u32::try_from(told.hints.len()).unwrap_or(u32::MAX);
        let mut number = 0;
        app.learning.note(|progress| number = progress.hint(&self.lesson.id, step, of));
        let shown = shown_hints(told, Some(&number));
        let text = shown.last().cloned().unwrap_or_default();
        self.change_step(step, |state| state.hints = shown);
        Ok(Hint { text, number, of })
    }

    /// Brings the lab up and follows the current step, unless that is being done already.
    pub(super) fn drive(self: &Arc<Self>, app: &Arc<App>, how: Begin) {
        let mut driver = self.driver.lock().unwrap_or_else(PoisonError::into_inner);
        if driver.as_ref().is_some_and(|cancel| !cancel.is_cancelled()) {
            return;
        }
        let cancel = CancellationToken::new();
        *driver = Some(cancel.clone());
        tokio::spawn(drive::run(Arc::clone(app), Arc::clone(self), how, cancel));
    }

    /// Does a step's stored solution; follow the session. Returns at once.
    ///
    /// # Errors
    /// `not_now` unless the step is the current one.
    pub fn solve(self: &Arc<Self>, app: &Arc<App>, step: &str) -> Result<(), Problem> {
        self.step(step)?;
        let mut refused = None;
        // Asked and begun at one moment: two that ask at once do not both begin.
        self.change(|session| match not_to_be_solved(session, step) {
            None => (session.solving, session.problem) = (true, None),
            problem => refused = problem,
        });
        if let Some(problem) = refused {
            return Err(problem);
        }
        tokio::spawn(drive::solve(Arc::clone(app), Arc::clone(self), step.to_owned()));
        Ok(())
    }

    /// Starts over at a step: a fresh lab, then the solutions of the steps before it. Returns at once. `fresh`, also
    /// where the lab holds what others made.
    ///
    /// # Errors
    /// `unknown` if there is no such step, `holds_things` with what would go.
    pub fn reset(self: &Arc<Self>, app: &Arc<App>, step: &str, fresh: bool) -> Result<(), Problem> {
        self.step(step)?;
        if !fresh && let Ok(lab) = app.lab(&self.now().lab) {
            drive::refuse_to_remove_of_others(&lab, &self.lesson)?;
        }
        let mut driver = self.driver.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = driver.take() {
            old.cancel();
        }
        let cancel = CancellationToken::new();
        *driver = Some(cancel.clone());
        tokio::spawn(drive::reset(Arc::clone(app), Arc::clone(self), step.to_owned(), cancel));
        Ok(())
    }

    pub(super) fn step(&self, id: &str) -> Result<&Step, Problem> {
        let found = self.lesson.steps.iter().find(|step| step.id == id);
        found.ok_or_else(|| unknown(format!("Lesson {} has no step {id}.", self.lesson.id)))
    }

    fn step_state(&self, id: &str) -> Result<StepState, Problem> {
        let found = self.session.borrow().steps.iter().find(|step| step.id == id).cloned();
        found.ok_or_else(|| unknown(format!("Lesson {} has no step {id}.", self.lesson.id)))
    }
}

/// Why a step's stored solution cannot be done now, if it cannot.
fn not_to_be_solved(session: &Session, step: &str) -> Option<Problem> {
    if session.step != step || session.phase != Some(Phase::Ready) {
        return Some(not_now(format!(
            "Pipewright cannot solve step {step} now: go to the step, and wait until its lab is ready."
        )));
    }
    session.solving.then(|| not_now("A solution is already running.".into()))
}

/// The checks of a step that was done earlier: what decided them is not remembered.
pub(super) fn as_remembered(step: &Step) -> Vec<CheckState> {
    let state = |check: &Sentence| CheckState { says: check.say.clone(), truth: Truth::True, evidence: None };
    step.checks.iter().map(state).collect()
}

/// The checks of a step that nobody follows yet: nothing is known of them, and they tell no answer.
pub(crate) fn unseen(step: &Step) -> Vec<CheckState> {
    if step.prediction.is_some() {
        return hidden(step);
    }
    let state = |check: &Sentence| CheckState { says: check.say.clone(), truth: Truth::Unknown, evidence: None };
    step.checks.iter().map(state).collect()
}

/// The checks of a step as they are shown before the learner has predicted: what is looked at, and not what is seen.
pub(super) fn hidden(step: &Step) -> Vec<CheckState> {
    let state = |check: &Sentence| CheckState {
        says: check.looks_at.clone().unwrap_or_else(|| check.say.clone()),
        truth: Truth::Unknown,
        evidence: None,
    };
    step.checks.iter().map(state).collect()
}

/// The first so many hints of a step.
fn shown_hints(step: &Step, count: Option<&u32>) -> Vec<String> {
    let count = count.map_or(0, |count| *count as usize);
    step.hints.iter().take(count).cloned().collect()
}

/// What names of lessons' labs begin with.
pub(crate) const LESSON_LABS: &str = "pipewright-learn-";

/// Lessons run in a lab of their own beside free play; lessons on one stack share it, each with names of its own.
pub(crate) fn lab_name(stack: &str) -> String {
    format!("{LESSON_LABS}{stack}")
}

fn unknown(message: String) -> Problem {
    Problem { code: Code::Unknown, message, detail: String::new(), hint: String::new() }
}

fn not_now(message: String) -> Problem {
    Problem { code: Code::NotNow, message, detail: String::new(), hint: String::new() }
}

#[cfg(test)]
#[path = "under_way_test.rs"]
mod tests;
