//! Lessons to read, and a lesson under way.

use lab_lessons::{PipelineStage, Truth};
use lab_model::{ActionCall, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::Phase;

/// A track of lessons.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct TrackInfo {
    /// Folder name.
    pub id: String,
    /// For people.
    pub title: String,
    /// What it is about.
    pub says: String,
    /// The stage of the pipeline that it is about; none if it is about several.
    pub stage: Option<PipelineStage>,
    /// The lessons in order.
    pub lessons: Vec<LessonInfo>,
}

/// A lesson as a choice.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct LessonInfo {
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
    /// How many steps.
    pub steps: u32,
    /// How many of them are done.
    pub done: u32,
}

/// Names a lesson.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct LessonRef {
    /// `track/lesson`.
    pub lesson: String,
}

/// Begin a lesson, or go on with it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct BeginLesson {
    /// `track/lesson`.
    pub lesson: String,
    /// Start its lab also where memory seems too short.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub anyway: bool,
    /// Remove its lab with everything in it first, whoever made it.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub fresh: bool,
}

/// Start a lesson over.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Reset {
    /// `track/lesson`.
    pub lesson: String,
    /// The step to start at.
    pub step: String,
    /// Also what others made in the lab may go.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub fresh: bool,
}

/// Names a step.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct StepRef {
    /// `track/lesson`.
    pub lesson: String,
    /// The step's id.
    pub step: String,
}

/// A lesson to read.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct LessonText {
    /// The lesson as a choice.
    pub info: LessonInfo,
    /// Title of its track.
    pub track: String,
    /// The place in the track, from 1, and of how many.
    pub place: (u32, u32),
    /// The lab it runs in.
    pub lab: String,
    /// The steps.
    pub steps: Vec<StepText>,
    /// The lesson after this one.
    pub next: Option<String>,
}

/// A step to read and do.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct StepText {
    /// The id.
    pub id: String,
    /// The heading.
    pub title: String,
    /// Sanitised HTML, made from Markdown when the lesson was loaded.
    pub html: String,
    /// Shown once the step is done: what it proved, and on what engine version. Sanitised HTML; may be empty.
    pub after_html: String,
    /// Pictures beside the text.
    pub views: Vec<ViewRef>,
    /// Buttons.
    pub actions: Vec<Button>,
    /// A question to commit to before acting.
    pub prediction: Option<Question>,
    /// What the engines must say, in words; beside a prediction only what is looked at. The session says more once the
    /// learner has predicted.
    pub checks: Vec<String>,
    /// How many hints there are.
    pub hints: u32,
}

/// A view with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ViewRef {
    /// The kind.
    pub kind: String,
    /// The parameters.
    #[ts(type = "Record<string, unknown>")]
    pub with: Value,
}

/// An action as a button of a step.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it does.
    pub action: ActionCall,
    /// Command lines that do the same by hand.
    pub by_hand: Vec<String>,
    /// What Pipewright does not see of it when it is done by hand; empty if engines tell all of it.
    pub unseen: String,
}

/// A prediction to make.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Question {
    /// What is asked.
    pub ask: String,
    /// The options.
    pub options: Vec<String>,
}

/// A prediction made.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Predict {
    /// `track/lesson`.
    pub lesson: String,
    /// The step's id.
    pub step: String,
    /// Index of the option.
    pub option: u32,
}

/// A hint.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Hint {
    /// The hint's text.
    pub text: String,
    /// Which one, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
}

/// A lesson being learned, as the engines judge it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Session {
    /// `track/lesson`.
    pub lesson: String,
    /// The lab it runs in.
    pub lab: String,
    /// What the lab is doing; none while there is none.
    pub phase: Option<Phase>,
    /// The step being looked at.
    pub step: String,
    /// All steps.
    pub steps: Vec<StepState>,
    /// A stored solution is being done.
    pub solving: bool,
    /// What stands in the way.
    pub problem: Option<Problem>,
}

/// A step being learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct StepState {
    /// The id.
    pub id: String,
    /// The step may be opened: it is done, or the first that is not.
    pub open: bool,
    /// Every check was true.
    pub done: bool,
    /// The checks, in order. Until the learner has predicted they say what is looked at, and nothing of their truth.
    pub checks: Vec<CheckState>,
    /// Option the learner chose.
    pub chosen: Option<u32>,
    /// What the engines say of each option; empty before the step is done.
    pub options: Vec<CheckState>,
    /// How far the verdict on the step is.
    pub judged: Judged,
    /// Buttons of the step that were pressed, and whose actions ended well: their places, from 0. Also those whose
    /// action was done elsewhere through this program.
    pub pressed: Vec<u32>,
    /// Hints shown so far.
    pub hints: Vec<String>,
}

/// How far the verdict on a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub enum Judged {
    /// Some check does not hold.
    #[default]
    Open,
    /// All checks hold, and it is waited whether that stays so and one option holds alone.
    Settling,
    /// The step is done, and one option was right, if it asked for one.
    Decided,
    /// The step is done, and the engines did not decide between the options in time.
    Undecided,
}

/// A sentence and what the engines say of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct CheckState {
    /// The sentence in words.
    pub says: String,
    /// True, false, or not yet known.
    pub truth: Truth,
    /// What it was read from.
    pub evidence: Option<Evidence>,
}

/// The observation that decided a sentence: the last one of those it rests on, which may be words of several sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Evidence {
    /// Position in the journal.
    #[ts(type = "number")]
    pub seq: u64,
    /// Journal time.
    #[ts(type = "number")]
    pub at: u64,
    /// The source that said it.
    pub source: String,
    /// In the source's words.
    pub words: String,
    /// The view's summary at that moment.
    pub summary: String,
}
