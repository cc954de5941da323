//! The three laws as data: what has to be done on real engines to prove a lesson, and what must come of it.
//!
//! Law 1: none of a step's checks is true when the step begins (a `never` aside: it is a guard, not a goal), and all are
//! after its solution. Law 2: a wrong attempt never makes them all true. Law 3: neither does a rival cause, another way to
//! what the checks look at. A detour that a learner can come back from is made before the step's solution, which must
//! work all the same; any other one is made on ground of its own. Every attempt has names of its own, so that none sees
//! another's topics.

use lab_model::ActionCall;

use crate::{Detour, Error, Lesson, Step};

/// A way through a lesson, from its beginning.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The lesson with this attempt's names.
    pub lesson: Lesson,
    /// What to do, one after the other.
    pub stages: Vec<Stage>,
}

/// What an attempt does at a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// The step's place in the lesson, from 0.
    pub step: usize,
    /// For the report: `begins undone`, `solution`, `wrong: one partition only`, `rival: …`.
    pub says: String,
    /// What leads back from the detour before it to where the step began.
    pub back: Vec<ActionCall>,
    /// What to do there.
    pub actions: Vec<ActionCall>,
    /// What must come of it.
    pub then: Then,
}

/// What must come of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// No check of the step is true: nothing was done yet.
    Untouched,
    /// At least one check of the step is not true, and stays so.
    NotDone,
    /// All checks of the step are true.
    Done,
    /// The same, and it was proven before: only what comes after it counts.
    DoneAgain,
}

impl Lesson {
    /// Every attempt the laws ask for: the whole lesson first, with the detours that lead on; then each other one after
    /// the solutions of the steps before it. Names get `_<tag><n>`, n counted from 0.
    ///
    /// # Errors
    /// If `tag` makes a name impossible.
    pub fn attempts(&self, tag: &str) -> Result<Vec<Attempt>, Error> {
        let detours =
            self.steps.iter().enumerate().flat_map(|(at, step)| (0..step.detours().count()).map(move |i| (at, i)));
        let alone =
            detours.filter(|(at, i)| self.steps[*at].detours().nth(*i).is_some_and(|(_, way)| way.back.is_none()));
        let plans = std::iter::once(None).chain(alone.map(Some));
        plans
            .enumerate()
            .map(|(n, detour)| {
                let lesson = self.renamed(self.names.suffixed(&format!("_{tag}{n}"))?)?;
                let stages = detour.map_or_else(|| whole(&lesson), |(at, i)| alone_at(&lesson, at, i));
                Ok(Attempt { lesson, stages })
            })
            .collect()
    }

    /// The solutions alone, from the first step to the last. Names get `_<tag>`.
    ///
    /// # Errors
    /// If `tag` makes a name impossible.
    pub fn solved(&self, tag: &str) -> Result<Attempt, Error> {
        let lesson = self.renamed(self.names.suffixed(&format!("_{tag}"))?)?;
        let steps = lesson.steps.iter().enumerate();
        let stages = steps.map(|(step, it)| solution(step, it, Then::Done)).collect();
        Ok(Attempt { lesson, stages })
    }
}

/// Every step: as it begins, what does not count, what does.
fn whole(lesson: &Lesson) -> Vec<Stage> {
    lesson.steps.iter().enumerate().flat_map(|(at, step)| through(at, step)).collect()
}

fn through(step: usize, it: &Step) -> Vec<Stage> {
    let begins = "begins undone".to_owned();
    let mut stages = vec![Stage { step, says: begins, back: Vec::new(), actions: Vec::new(), then: Then::Untouched }];
    let mut back = Vec::new();
    for detour in it.detours() {
        let Some(its_back) = &detour.1.back else { continue };
        stages.push(Stage { back: std::mem::replace(&mut back, its_back.clone()), ..not_done(step, detour) });
    }
    stages.push(Stage { back, ..solution(step, it, Then::Done) });
    stages
}

/// What nothing leads back from, after the solutions of the steps before it.
fn alone_at(lesson: &Lesson, at: usize, i: usize) -> Vec<Stage> {
    let before = lesson.steps.iter().take(at).enumerate();
    let solved = before.map(|(step, it)| solution(step, it, Then::DoneAgain));
    solved.chain(lesson.steps[at].detours().nth(i).map(|detour| not_done(at, detour))).collect()
}

fn solution(step: usize, it: &Step, then: Then) -> Stage {
    Stage { step, says: "solution".into(), back: Vec::new(), actions: it.solution.clone(), then }
}

fn not_done(step: usize, (kind, way): (&str, &Detour)) -> Stage {
    let says = format!("{kind}: {}", way.say);
    Stage { step, says, back: Vec::new(), actions: way.actions.clone(), then: Then::NotDone }
}
