//! The three laws, proven on real engines for every step of a lesson.
//!
//! 1. Its checks are false, or not yet known, when the step begins, and true after the stored solution. Then one option of
//!    its prediction is right, and at no moment before was it another one.
//! 2. Each stored wrong attempt leaves the step undone.
//! 3. So does each rival cause: another way to what the checks look at, without what the step teaches.
//!
//! From most of these detours a learner can go on: they are made before the solution, which must work all the same.
//!
//! Attempts share a running lab: each gives the lesson's things names of its own.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

pub use lab_lessons::Lesson;
use lab_lessons::{Stage, Step, Then, Truth, When};
use lab_model::{ActionCall, Problem};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::{
    app::millis,
    faults,
    lab::{Following, Lab, NeedGuard},
    learning::{begin_step, do_all},
    problem,
    schema::CheckState,
};

/// After a solution the engines get this long to say so.
const SOLVED_LIMIT: Duration = Duration::from_secs(180);
/// When all checks hold, one option must be right within this time.
const DECIDED_LIMIT: Duration = Duration::from_secs(30);
/// Nodes that were started again get this long to be up.
const BACK_LIMIT: Duration = Duration::from_secs(60);
/// A lab is calm when nothing but beats was heard for this long …
const CALM_FOR: Duration = Duration::from_millis(1500);
/// … and it is looked at as it is if it never gets calm.
const CALM_LIMIT: Duration = Duration::from_secs(20);

/// The result of one law for one step.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// `track/lesson`.
    pub lesson: String,
    /// The step.
    pub step: String,
    /// `begins undone`, `solution`, `wrong: …`, `rival: …`, or what is predicted.
    pub law: String,
    /// The law holds.
    pub holds: bool,
    /// What was seen, where it does not hold; the engines' words, where it does.
    pub says: String,
    /// How long it took.
    pub millis: u64,
}

impl Proof {
    /// How many runs of a lesson came to which verdicts: it holds if all came to the same.
    pub fn of_runs(lesson: &Lesson, runs: &BTreeMap<Verdicts, u32>, took: Duration) -> Self {
        let option = |right: &Option<usize>| right.map_or_else(|| "none".into(), |option| (option + 1).to_string());
        let told = runs.iter().map(|(verdicts, times)| {
            let steps: Vec<String> = verdicts.iter().map(|(step, right)| format!("{step} {}", option(right))).collect();
            format!("{times} times: {}", steps.join(", "))
        });
        Self {
            lesson: lesson.id.clone(),
            step: String::new(),
            law: format!("{} runs, one verdict", runs.values().sum::<u32>()),
            holds: runs.len() == 1,
            says: told.collect::<Vec<_>>().join(" | "),
            millis: millis(took),
        }
    }

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

/// Proves the laws for a lesson; each proof is told as it is made.
///
/// # Errors
/// If the lab itself fails.
pub async fn prove(lab: &Arc<Lab>, lesson: &Lesson, mut tell: impl FnMut(Proof)) -> Result<bool, Problem> {
    let mut all_hold = true;
    for attempt in lesson.attempts(&tag()).map_err(|error| problem::of_lessons(&error))? {
        for stage in &attempt.stages {
            let mut note = |proof: Proof| {
                all_hold &= proof.holds;
                tell(proof);
            };
            let tried = StageRun { lab, lesson: &attempt.lesson, stage };
            match stage.then {
                Then::Untouched => note(tried.untouched().await?),
                Then::NotDone => note(tried.fail().await?),
                Then::Done => drop(tried.solve(&mut note).await?),
                Then::DoneAgain => tried.replay().await?,
            }
        }
        lab.calm_down().await?;
    }
    Ok(all_hold)
}

/// The option that was right, by step: what a lesson's solutions came to.
pub type Verdicts = BTreeMap<String, Option<usize>>;

/// Does a lesson's solutions once, in a run of its own; gives the verdicts, or none for a step that was not done.
///
/// # Errors
/// If the lab itself fails.
pub async fn solve(lab: &Arc<Lab>, lesson: &Lesson, mut tell: impl FnMut(Proof)) -> Result<Verdicts, Problem> {
    let attempt = lesson.solved(&tag()).map_err(|error| problem::of_lessons(&error))?;
    let mut verdicts = Verdicts::new();
    for stage in &attempt.stages {
        let tried = StageRun { lab, lesson: &attempt.lesson, stage };
        verdicts.insert(tried.step().id.clone(), tried.solve(&mut tell).await?);
    }
    lab.calm_down().await?;
    Ok(verdicts)
}

/// Different in every run, so that a lab can be used for many.
fn tag() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, millis);
    format!("{:x}_", now % 0x1000_0000)
}

/// A stage being done on a lab, and what is proven by it.
struct StageRun<'a> {
    lab: &'a Arc<Lab>,
    lesson: &'a Lesson,
    stage: &'a Stage,
}

impl StageRun<'_> {
    fn step(&self) -> &Step {
        &self.lesson.steps[self.stage.step]
    }

    fn begin(&self) -> Result<(Following, NeedGuard), Problem> {
        begin_step(self.lab, &self.lesson.id, self.step())
    }

    fn proof(&self, law: &str, began: Instant, holds: bool, says: String) -> Proof {
        Proof {
            lesson: self.lesson.id.clone(),
            step: self.step().id.clone(),
            law: law.to_owned(),
            holds,
            says,
            millis: millis(began.elapsed()),
        }
    }

    /// Goes from the detour before to where the step began; what the step is compared with is known then.
    async fn go_back(&self) -> Result<(), Problem> {
        if !self.stage.back.is_empty() {
            // Looked at while it is done: else the step would begin with what was seen before the detour was undone.
            let (_following, _needs) = self.begin()?;
            do_all(self.lab, &self.stage.back).await?;
            self.nodes_are_back(&self.stage.back).await;
            self.lab.settled().await;
        }
        Ok(())
    }

    /// After actions of which the last fault was undone, everybody has to be up again: before that nothing is proven. A lab
    /// that does not get there is looked at as it is.
    async fn nodes_are_back(&self, actions: &[ActionCall]) {
        let last = actions.iter().rev().find_map(|action| faults::of_action(&action.name));
        if last.is_some_and(|fault| fault.undo().is_none()) {
            let _ = tokio::time::timeout(BACK_LIMIT, self.lab.ready().checks_hold()).await;
        }
    }

    /// Law 1, its first half: not true when the step begins.
    async fn untouched(&self) -> Result<Proof, Problem> {
        let began = Instant::now();
        let (following, _needs) = self.begin()?;
        settle(self.lab).await;
        let early = true_already(self.step(), &following.told().states);
        Ok(self.proof(&self.stage.says, began, early.is_empty(), early.join("; ")))
    }

    /// Law 1, its second half: true after the stored solution, and then one option is right. Gives that option.
    async fn solve(&self, note: &mut impl FnMut(Proof)) -> Result<Option<usize>, Problem> {
        let began = Instant::now();
        let back = self.go_back().await;
        let (following, _needs) = self.begin()?;
        // What is compared with the beginning has to be known then.
        self.lab.settled().await;
        let done = match back {
            Ok(()) => do_all(self.lab, &self.stage.actions).await,
            refused => refused,
        };
        if let Err(problem) = done {
            note(self.proof(&self.stage.says, began, false, problem.to_string()));
            return Ok(None);
        }
        let checks = self.step().checks.len();
        let solved = tokio::time::timeout(SOLVED_LIMIT, following.checks_hold()).await.is_ok();
        note(self.proof(&self.stage.says, began, solved, in_words(&following.told().states[..checks], solved)));
        let Some(prediction) = self.step().prediction.as_ref().filter(|_| solved) else { return Ok(None) };
        let right = tokio::time::timeout(DECIDED_LIMIT, following.verdict()).await.ok().flatten();
        let told = following.told();
        let ever = told.verdict.ever_right();
        let one = right.is_some() && ever.len() == 1;
        let seemed: Vec<String> = ever.iter().map(|option| (option + 1).to_string()).collect();
        let seemed = format!("right at some moment: {}", seemed.join(", "));
        let says = format!("{seemed}; {}", in_words(&told.states[checks..], one));
        note(self.proof(&format!("one right answer to “{}”", prediction.ask), began, one, says));
        Ok(right)
    }

    /// Does a step's solution and waits until it is done, so that the steps after it find what they need.
    async fn replay(&self) -> Result<(), Problem> {
        let (following, _needs) = self.begin()?;
        do_all(self.lab, &self.stage.actions).await?;
        // If it is not done in time, the wrong attempt after it still shows what it shows.
        let _ = tokio::time::timeout(SOLVED_LIMIT, following.checks_hold()).await;
        Ok(())
    }

    /// Laws 2 and 3: a detour leaves the step undone.
    async fn fail(&self) -> Result<Proof, Problem> {
        let began = Instant::now();
        let not_back = self.go_back().await.err();
        let (following, _needs) = self.begin()?;
        self.lab.settled().await;
        let refused = attempt_all(self.lab, &self.stage.actions).await;
        self.nodes_are_back(&self.stage.actions).await;
        settle(self.lab).await;
        let told = following.told();
        let states = &told.states[..self.step().checks.len()];
        // A moment is enough to be taken for done.
        let undone = not_back.is_none() && !told.verdict.checks_ever_held();
        let mut says = in_words(states, undone);
        if let Some(refused) = not_back.map(|problem| problem.message).or(refused) {
            says = format!("{says} ({refused})");
        }
        Ok(self.proof(&self.stage.says, began, undone, says))
    }
}

/// Checks that are true before anything was done. A `never` is true until it happens: it is a guard, not a goal.
fn true_already(step: &Step, states: &[CheckState]) -> Vec<String> {
    let goals = step.checks.iter().zip(states).filter(|(check, _)| !matches!(check.when, When::Never));
    goals.filter(|(_, state)| state.truth == Truth::True).map(|(_, state)| state.says.clone()).collect()
}

/// Does a detour. That an engine refuses it is one of the ways in which it is wrong.
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
            Some(evidence) => {
                format!("{}: {truth}; last word by {}: {}", state.says, evidence.source, evidence.words)
            }
            None => format!("{}: {truth}", state.says),
        }
    };
    let lead = if as_expected { "" } else { "not as expected: " };
    format!("{lead}{}", states.iter().map(word).collect::<Vec<_>>().join(" | "))
}
