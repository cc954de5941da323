//! The two laws as data: what has to be done on real engines to prove a lesson, and what must come of it.
//!
//! Law 1: none of a step's checks is true when the step begins (a `never` aside: it is a guard, not a goal), and all are
//! after its solution. Law 2: a wrong attempt never makes them all true. Every attempt has names of its own, so that none
//! sees another's topics.

use lab_model::ActionCall;

use crate::{Error, Lesson};

/// One way through a lesson, from its beginning.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// For the report, e.g. `solution` or `create: one partition only`.
    pub says: String,
    /// The lesson with this attempt's names.
    pub lesson: Lesson,
    /// What to do, step by step.
    pub stages: Vec<Stage>,
}

/// What an attempt does at a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// The step's place in the lesson, from 0.
    pub step: usize,
    /// What to do there.
    pub actions: Vec<ActionCall>,
    /// What must come of it.
    pub then: Then,
}

/// What must come of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// All checks of the step are true.
    Done,
    /// At least one check of the step is not true, and stays so.
    NotDone,
}

impl Lesson {
    /// Every attempt the laws ask for: the whole solution first, then each wrong attempt after the solutions of the steps
    /// before it. Names get `_<tag><n>`, n counted from 0.
    ///
    /// # Errors
    /// If `tag` makes a name impossible.
    pub fn attempts(&self, tag: &str) -> Result<Vec<Attempt>, Error> {
        let wrongs = self.steps.iter().enumerate().flat_map(|(at, step)| (0..step.wrong.len()).map(move |i| (at, i)));
        let plans = std::iter::once(None).chain(wrongs.map(Some));
        plans
            .enumerate()
            .map(|(n, wrong)| {
                self.renamed(self.names.suffixed(&format!("_{tag}{n}"))?).map(|lesson| attempt(lesson, wrong))
            })
            .collect()
    }
}

fn attempt(lesson: Lesson, wrong: Option<(usize, usize)>) -> Attempt {
    let solved = wrong.map_or(lesson.steps.len(), |(step, _)| step);
    let solutions = lesson.steps.iter().take(solved).enumerate();
    let mut stages: Vec<Stage> =
        solutions.map(|(step, it)| Stage { step, actions: it.solution.clone(), then: Then::Done }).collect();
    let mut says = "solution".to_owned();
    if let Some((step, i)) = wrong {
        let it = &lesson.steps[step];
        says = format!("{}: {}", it.id, it.wrong[i].say);
        stages.push(Stage { step, actions: it.wrong[i].actions.clone(), then: Then::NotDone });
    }
    Attempt { says, lesson, stages }
}
