//! The one list of everything a host can ask of the application, with the types that cross.
//!
//! ts-rs writes these types to `ui/src/rpc/schema.gen.ts`. No logic here; bodies are in `commands/`.

use std::sync::Arc;

use lab_model::{
    ActionCall, Code, Problem, Progress,
    facts::lab::{ImageInUse, NodeInfo},
};
pub use lab_lessons::Truth;
use lab_views::Table;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{App, commands};

/// Declares every command: its name, its request, its answer, its body. Gives the dispatch and the TypeScript map.
macro_rules! commands {
    ($( $(#[doc = $doc:literal])+ $name:ident : $request:ty => $answer:ty, $body:path );+ $(;)?) => {
        /// Every command by name: what `rpc` accepts.
        #[derive(TS)]
        #[ts(export, export_to = "rpc/schema.gen.ts")]
        #[allow(missing_docs, dead_code, reason = "a type-level table: it exists to be written as TypeScript")]
        pub struct Commands {
            $( $(#[doc = $doc])+ pub $name: Command<$request, $answer>, )+
        }

        /// Does a command: parses the request, runs the body, writes the answer.
        ///
        /// # Errors
        /// `unknown` for a name that is none, `action_invalid` for a request of another shape, or the body's problem.
        pub async fn dispatch(app: &Arc<App>, name: &str, payload: Value) -> Result<Value, Problem> {
            match name {
                $( stringify!($name) => {
                    let request: $request = request(name, payload)?;
                    let answer: $answer = $body(app, request).await?;
                    answer_json(&answer)
                } )+
                _ => Err(no_such_command(name)),
            }
        }
    };
}

fn request<T: serde::de::DeserializeOwned>(name: &str, payload: Value) -> Result<T, Problem> {
    let payload = if payload.is_null() { Value::Object(serde_json::Map::new()) } else { payload };
    serde_json::from_value(payload).map_err(|error| Problem {
        code: Code::ActionInvalid,
        message: format!("The request `{name}` has the wrong shape."),
        detail: error.to_string(),
        hint: String::new(),
    })
}

fn answer_json(answer: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(answer).map_err(|error| Problem {
        code: Code::Internal,
        message: "An answer could not be written as JSON.".into(),
        detail: error.to_string(),
        hint: String::new(),
    })
}

fn no_such_command(name: &str) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("There is no command `{name}`."),
        detail: String::new(),
        hint: String::new(),
    }
}

/// What a command takes and gives.
#[derive(TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
#[allow(missing_docs, dead_code, reason = "a type-level pair: it exists to be written as TypeScript")]
pub struct Command<Request, Answer> {
    pub request: Request,
    pub answer: Answer,
}

commands! {
    /// Versions and where things lie.
    about: Nothing => About, commands::machine::about;
    /// Looks at the machine and its container engines.
    doctor: Nothing => Doctor, commands::machine::doctor;
    /// The stacks there are.
    stacks: Nothing => Vec<StackInfo>, commands::labs::stacks;
    /// Starts a lab, or takes over the one that runs; answers at once, follow the job.
    up: Up => JobId, commands::labs::up;
    /// Removes a lab's containers and networks, and its data if asked; answers at once, follow the job.
    down: Down => JobId, commands::labs::down;
    /// Stops a running job.
    cancel_job: JobId => Nothing, commands::labs::cancel_job;
    /// The labs that run.
    labs: Nothing => Vec<LabInfo>, commands::labs::labs;
    /// The actions there are, with the JSON Schema of their arguments.
    actions: Nothing => Vec<ActionInfo>, commands::acting::actions;
    /// The kinds of view there are.
    views: Nothing => Vec<ViewInfo>, commands::acting::views;
    /// Does an action in a lab and waits for its end.
    act: Act => ActionResult, commands::acting::act;
    /// Stops a running action.
    cancel_action: CancelAction => Nothing, commands::acting::cancel_action;
    /// All lessons by track, with progress.
    lessons: Nothing => Vec<TrackInfo>, commands::learn::lessons;
    /// One lesson's text.
    lesson: LessonRef => LessonText, commands::learn::lesson;
    /// Opens a lesson: brings its lab up if need be (follow the session) and goes to the first open step.
    begin: LessonRef => Nothing, commands::learn::begin;
    /// Commits a prediction for a step. Once.
    predict: Predict => Nothing, commands::learn::predict;
    /// Shows the next hint of a step.
    hint: StepRef => Hint, commands::learn::hint;
    /// Does a step's stored solution.
    solve: StepRef => Nothing, commands::learn::solve;
    /// Goes to a step that is open (done ones and the first that is not).
    go_to_step: StepRef => Nothing, commands::learn::go_to_step;
    /// Starts the lesson over: a fresh lab, then the solutions of the steps before the one named.
    reset: StepRef => Nothing, commands::learn::reset;
    /// Writes a line of the UI into the log file.
    log: LogLine => Nothing, commands::machine::log;
}

/// No fields.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts", type = "Record<string, never>")]
pub struct Nothing {}

/// Names a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct JobId {
    /// Counted from 1 since the application started.
    #[ts(type = "number")]
    pub job: u64,
}

/// Versions and places.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct About {
    /// Version of Pipewright.
    pub version: String,
    /// Where journals, progress and logs lie.
    pub data_dir: String,
}

/// What the doctor found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Doctor {
    /// Nothing stands in the way of starting a lab.
    pub healthy: bool,
    /// Engines looked for, in the order of preference.
    pub engines: Vec<EngineFound>,
    /// Findings, each with what to do.
    pub findings: Vec<Finding>,
}

/// A place where a container engine might answer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct EngineFound {
    /// Address, e.g. `unix:///var/run/docker.sock`.
    pub address: String,
    /// Why we looked there, e.g. `DOCKER_HOST`.
    pub via: String,
    /// It answers.
    pub answers: bool,
    /// What it is, or the exact error.
    pub says: String,
    /// The one in use.
    pub chosen: bool,
}

/// One finding.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Finding {
    /// What was looked at, e.g. `memory`.
    pub name: String,
    /// Fine, or in the way.
    pub ok: bool,
    /// What was found.
    pub says: String,
    /// What to do; empty if fine.
    pub hint: String,
}

/// A stack as a choice.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct StackInfo {
    /// Folder name, e.g. `kafka-3`.
    pub name: String,
    /// For people.
    pub title: String,
    /// What it is good for.
    pub says: String,
    /// Memory it needs, MiB.
    pub memory_mib: u32,
    /// Its nodes.
    pub nodes: Vec<NodeInfo>,
    /// Faults it can have, e.g. `pause`.
    pub faults: Vec<String>,
}

/// Start a lab.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Up {
    /// The stack.
    pub stack: String,
    /// Name of the lab; by default `pipewright-<stack>`.
    #[serde(default)]
    #[ts(optional)]
    pub lab: Option<String>,
}

/// Remove a lab.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Down {
    /// The lab.
    pub lab: String,
    /// Its data too.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub volumes: bool,
}

/// A lab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct LabInfo {
    /// Its name: the Compose project.
    pub lab: String,
    /// Its stack.
    pub stack: String,
    /// What it is doing.
    pub phase: Phase,
    /// Its nodes.
    pub nodes: Vec<NodeInfo>,
    /// Images in use.
    pub images: Vec<ImageInUse>,
    /// Addresses for clients, by engine, e.g. `kafka → ["127.0.0.1:29092"]`.
    #[ts(type = "Record<string, string[]>")]
    pub endpoints: std::collections::BTreeMap<String, Vec<String>>,
    /// Memory its containers use now, MiB, if measured.
    pub memory_mib: Option<u32>,
    /// Memory of the machine the engine runs on, MiB.
    pub machine_memory_mib: u32,
    /// Ready sentences and what became of them.
    pub ready: Vec<CheckState>,
}

/// What a lab is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub enum Phase {
    /// Images, containers, or waiting for the ready sentences.
    Starting,
    /// Ready sentences were true.
    Ready,
    /// Being removed.
    Stopping,
}

/// An action as a choice.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ActionInfo {
    /// `system.verb_noun`.
    pub name: String,
    /// For people.
    pub title: String,
    /// One line.
    pub says: String,
    /// JSON Schema of the arguments.
    #[ts(type = "unknown")]
    pub params: Value,
    /// It takes something away (a fault, a deletion).
    pub dangerous: bool,
}

/// A kind of view as a choice.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ViewInfo {
    /// Its name.
    pub kind: String,
    /// One line.
    pub says: String,
    /// JSON Schema of its parameters.
    #[ts(type = "unknown")]
    pub params: Value,
}

/// Do an action.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Act {
    /// Where.
    pub lab: String,
    /// What.
    pub action: ActionCall,
}

/// How an action ended well; a failure is a [`Problem`].
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ActionResult {
    /// Its id in the journal.
    #[ts(type = "number")]
    pub id: u64,
    /// What came back, in plain words.
    pub says: String,
    /// Command lines that do the same by hand.
    pub by_hand: Vec<String>,
}

/// Stop an action.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct CancelAction {
    /// Where.
    pub lab: String,
    /// Its id in the journal.
    #[ts(type = "number")]
    pub id: u64,
}

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
    /// Its lessons in order.
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
    /// Its place in the track, from 1, and of how many.
    pub place: (u32, u32),
    /// The lab it runs in.
    pub lab: String,
    /// Its steps.
    pub steps: Vec<StepText>,
    /// The lesson after this one.
    pub next: Option<String>,
}

/// A step to read and do.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct StepText {
    /// Its id.
    pub id: String,
    /// Its heading.
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
    /// What the engines must say, in words.
    pub checks: Vec<String>,
    /// How many hints there are.
    pub hints: u32,
}

/// A view with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ViewRef {
    /// Its kind.
    pub kind: String,
    /// Its parameters.
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

/// One hint.
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

/// A line for the log file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct LogLine {
    /// `error`, `warn` or `info`.
    pub level: String,
    /// The line.
    pub message: String,
}

/// What a host can subscribe to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "to", rename_all = "snake_case", deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub enum Subscription {
    /// A view of a lab → [`ViewPush`].
    View {
        /// The lab.
        lab: String,
        /// The view.
        view: ViewRef,
    },
    /// All labs → `LabInfo[]`.
    Labs,
    /// Running and recently ended jobs → `JobInfo[]`.
    Jobs,
    /// A lesson being learned → [`Session`].
    Session {
        /// `track/lesson`.
        lesson: String,
    },
}

/// What a subscription pushes. The next push comes only after this one was acknowledged.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Push {
    /// Counted from 1 per subscription.
    #[ts(type = "number")]
    pub rev: u64,
    /// Ages are this minus a model's `heard_at`; milliseconds on the lab's journal clock, or 0 without a lab.
    #[ts(type = "number")]
    pub now: u64,
    /// The value, by kind of subscription; a [`Problem`] under `problem` if it cannot be had (any more).
    #[ts(type = "unknown")]
    pub value: Value,
    /// Why there is no value.
    pub problem: Option<Problem>,
}

/// A view's push.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ViewPush {
    /// The model, typed by the view's kind.
    #[ts(type = "unknown")]
    pub model: Value,
    /// As rows.
    pub table: Table,
    /// As a sentence.
    pub summary: String,
    /// False while nothing relevant was heard.
    pub known: bool,
}

/// A long piece of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct JobInfo {
    /// Its id.
    #[ts(type = "number")]
    pub job: u64,
    /// What it does, e.g. `start kafka-3`.
    pub title: String,
    /// The lab it is about.
    pub lab: Option<String>,
    /// How far it is.
    pub progress: Progress,
    /// Milliseconds since it began.
    #[ts(type = "number")]
    pub elapsed: u64,
    /// It ends with an error after this many milliseconds.
    #[ts(type = "number")]
    pub limit: u64,
    /// Running, done, failed or cancelled.
    pub state: JobState,
    /// Why it failed.
    pub problem: Option<Problem>,
}

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub enum JobState {
    /// At it.
    Running,
    /// It did what it says.
    Done,
    /// It did not.
    Failed,
    /// Stopped by the person.
    Cancelled,
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
    /// Its id.
    pub id: String,
    /// It may be gone to: done, or the first that is not.
    pub open: bool,
    /// Every check was true.
    pub done: bool,
    /// The checks, in order.
    pub checks: Vec<CheckState>,
    /// Option the learner chose.
    pub chosen: Option<u32>,
    /// What the engines say of each option; empty before the step is done.
    pub options: Vec<CheckState>,
    /// Hints shown so far.
    pub hints: Vec<String>,
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

/// The observation that decided a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Evidence {
    /// Position in the journal.
    #[ts(type = "number")]
    pub seq: u64,
    /// Journal time.
    #[ts(type = "number")]
    pub at: u64,
    /// Who said it.
    pub source: String,
    /// In the source's words.
    pub words: String,
    /// The view's summary at that moment.
    pub summary: String,
}
