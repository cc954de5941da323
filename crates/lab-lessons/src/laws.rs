//! The two laws as data: what has to be done on real engines to prove a lesson, and what must come of it.
//!
//! Law 1: none of a step's checks is true when the step begins (a `never` aside: it is a guard, not a goal), and all are
//! after its solution. Law 2: a wrong attempt never makes them all true. One that a learner can come back from is made
//! before the step's solution, which must work all the same; any other one is made on ground of its own. Every attempt has
//! names of its own, so that none sees another's topics.

use lab_model::ActionCall;

use crate::{Error, Lesson, Step};

/// One way through a lesson, from its beginning.
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
    /// For the report: `begins undone`, `solution`, `wrong: one partition only`.
    pub says: String,
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
    /// Every attempt the laws ask for: the whole lesson first, with the wrong attempts that lead on; then each other one
    /// after the solutions of the steps before it. Names get `_<tag><n>`, n counted from 0.
    ///
    /// # Errors
    /// If `tag` makes a name impossible.
    pub fn attempts(&self, tag: &str) -> Result<Vec<Attempt>, Error> {
        let wrongs = self.steps.iter().enumerate().flat_map(|(at, step)| (0..step.wrong.len()).map(move |i| (at, i)));
        let alone = wrongs.filter(|(at, i)| self.steps[*at].wrong[*i].back.is_none());
        let plans = std::iter::once(None).chain(alone.map(Some));
        plans
            .enumerate()
            .map(|(n, wrong)| {
                let lesson = self.renamed(self.names.suffixed(&format!("_{tag}{n}"))?)?;
                let stages = wrong.map_or_else(|| whole(&lesson), |(at, i)| alone_at(&lesson, at, i));
                Ok(Attempt { lesson, stages })
            })
            .collect()
    }
}

/// Every step: as it begins, what does not count, what does.
fn whole(lesson: &Lesson) -> Vec<Stage> {
    lesson.steps.iter().enumerate().flat_map(|(at, step)| through(at, step)).collect()
}

fn through(step: usize, it: &Step) -> Vec<Stage> {
    let mut stages = vec![Stage { step, says: "begins undone".into(), actions: Vec::new(), then: Then::Untouched }];
    let mut ways_back = Vec::new();
    for (i, wrong) in it.wrong.iter().enumerate() {
        let Some(back) = &wrong.back else { continue };
        let mut stage = wrong_at(step, it, i);
        stage.actions.splice(0..0, std::mem::replace(&mut ways_back, back.clone()));
        stages.push(stage);
    }
    ways_back.extend(it.solution.iter().cloned());
    stages.push(Stage { step, says: "solution".into(), actions: ways_back, then: Then::Done });
    stages
}

/// What nothing leads back from, after the solutions of the steps before it.
fn alone_at(lesson: &Lesson, at: usize, i: usize) -> Vec<Stage> {
    let before = lesson.steps.iter().take(at).enumerate();
    let mut stages: Vec<Stage> = before
        .map(|(step, it)| Stage { step, says: "solution".into(), actions: it.solution.clone(), then: Then::DoneAgain })
        .collect();
    stages.push(wrong_at(at, &lesson.steps[at], i));
    stages
}

fn wrong_at(step: usize, it: &Step, i: usize) -> Stage {
    let wrong = &it.wrong[i];
    Stage { step, says: format!("wrong: {}", wrong.say), actions: wrong.actions.clone(), then: Then::NotDone }
}
