//! A lesson as the application reads it: every name filled in, every sentence compiled, every text rendered.

use std::{collections::BTreeMap, sync::Arc};

use lab_model::ActionCall;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Error, Names, Sentence,
    file::{CallShape, LessonFile, StepFile, StepSolution},
    markdown::{self, Around},
};

/// A lesson.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// `track/lesson`.
    pub id: String,
    /// For people.
    pub title: String,
    /// What the learner will know.
    pub goal: String,
    /// About how long it takes.
    pub minutes: u32,
    /// The stack it runs on.
    pub stack: String,
    /// What things are called in the engines.
    pub names: Names,
    /// The steps, in order.
    pub steps: Vec<Step>,
    written: Arc<Written>,
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The id: a key of saved progress.
    pub id: String,
    /// The heading.
    pub title: String,
    /// What to do and what to look at: Markdown, for a terminal.
    pub text: String,
    /// The same as sanitised HTML.
    pub html: String,
    /// What is shown once the step is done: Markdown; may be empty.
    pub after: String,
    /// The same as sanitised HTML.
    pub after_html: String,
    /// Pictures beside the text.
    pub views: Vec<ViewCall>,
    /// Buttons.
    pub actions: Vec<Button>,
    /// A question to commit to before acting.
    pub prediction: Option<Prediction>,
    /// What the engines must say.
    pub checks: Vec<Sentence>,
    /// Hints, from the faintest to the plainest. Plain text.
    pub hints: Vec<String>,
    /// Actions that make the checks true.
    pub solution: Vec<ActionCall>,
    /// Mistakes: ways that must leave the step undone.
    pub wrong: Vec<Detour>,
    /// Other causes of what the checks look at, without what the step teaches: they must leave it undone too.
    pub rivals: Vec<Detour>,
}

/// A view with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewCall {
    /// The kind.
    pub kind: String,
    /// The parameters.
    #[serde(default)]
    pub with: Map<String, Value>,
}

/// An action as a button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it does.
    #[serde(flatten)]
    pub action: ActionCall,
}

/// A question whose answer the engines give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// What is asked.
    #[schemars(length(min = 1))]
    pub ask: String,
    /// What one can say: each is a sentence, followed from the beginning of the step, true if it was right.
    #[schemars(length(min = 3))]
    pub options: Vec<Sentence>,
}

/// A way through a step that must leave it undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Detour {
    /// What is wrong about it, or what else the checks could take for the step's subject.
    #[schemars(length(min = 1))]
    pub say: String,
    /// What it does.
    #[schemars(with = "Vec<CallShape>", length(min = 1))]
    pub actions: Vec<ActionCall>,
    /// What leads back to where the step began, so that its solution works after all: empty if it does as it is. Left
    /// out where nothing leads back.
    #[serde(default)]
    #[schemars(with = "Vec<CallShape>")]
    pub back: Option<Vec<ActionCall>>,
}

/// A lesson as its files say it, before names are filled in.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) id: String,
    pub(crate) lesson: Value,
    pub(crate) solution: Value,
    /// Markdown by step.
    pub(crate) texts: BTreeMap<String, String>,
    pub(crate) around: Around,
}

impl Lesson {
    /// The lesson with the names it was written with.
    pub(crate) fn tell(written: Arc<Written>) -> Result<Self, Error> {
        let names: Names = read(&written, written.lesson.get("names").unwrap_or(&Value::Object(Map::new())))?;
        Self::tell_with(written, names)
    }

    fn tell_with(written: Arc<Written>, names: Names) -> Result<Self, Error> {
        let file: LessonFile = read(&written, &names.fill_value(&written.lesson))?;
        let mut solutions: BTreeMap<String, StepSolution> = read(&written, &names.fill_value(&written.solution))?;
        let steps = file.step.into_iter().map(|step| {
            let solution = solutions.remove(&step.id).unwrap_or_default();
            let text = names.fill(written.texts.get(&step.id).map_or("", String::as_str));
            tell_step(step, solution, &text, &written.around)
        });
        Ok(Self {
            id: written.id.clone(),
            title: file.title,
            goal: file.goal,
            minutes: file.minutes,
            stack: file.stack,
            steps: steps.collect(),
            names,
            written,
        })
    }

    /// The same lesson with other names in the engines.
    ///
    /// # Errors
    /// [`Error::Renamed`] if a name's key is missing.
    pub fn renamed(&self, names: Names) -> Result<Self, Error> {
        if let Some((key, _)) = self.names.iter().find(|(key, _)| names.get(key).is_none()) {
            return Err(Error::Renamed { lesson: self.id.clone(), why: format!("there is no name for `{key}`") });
        }
        Self::tell_with(Arc::clone(&self.written), names)
    }

    /// The step of that id, with its place from 0.
    pub fn step(&self, id: &str) -> Option<(usize, &Step)> {
        self.steps.iter().enumerate().find(|(_, step)| step.id == id)
    }
}

impl Step {
    /// Every way that must leave it undone, with the word for its kind.
    pub(crate) fn detours(&self) -> impl Iterator<Item = (&'static str, &Detour)> {
        let wrong = self.wrong.iter().map(|way| ("wrong", way));
        wrong.chain(self.rivals.iter().map(|way| ("rival", way)))
    }
}

fn tell_step(step: StepFile, solution: StepSolution, text: &str, around: &Around) -> Step {
    let (first, after, _) = markdown::parts(text);
    Step {
        id: step.id,
        title: step.title,
        html: markdown::html(first, around),
        text: first.trim().to_owned(),
        after_html: markdown::html(after, around),
        after: after.trim().to_owned(),
        views: step.views,
        actions: step.actions,
        prediction: step.prediction,
        checks: step.check,
        hints: step.hints,
        solution: solution.solution,
        wrong: solution.wrong,
        rivals: solution.rival,
    }
}

fn read<T: serde::de::DeserializeOwned>(written: &Written, value: &Value) -> Result<T, Error> {
    T::deserialize(value).map_err(|error| Error::Renamed { lesson: written.id.clone(), why: error.to_string() })
}
