//! The shape of the files an author writes. The JSON Schema for editors, and the first check, are made from it.

use lab_model::ActionCall;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Names, Sentence,
    lesson::{Button, Detour, Prediction, ViewCall},
};

/// The newest format this code reads.
pub(crate) const FORMAT: u32 = 1;

/// `lesson.toml`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LessonFile {
    /// Format of this file: 1.
    pub(crate) format: u32,
    /// For people.
    #[schemars(length(min = 1))]
    pub(crate) title: String,
    /// What the learner will know.
    #[schemars(length(min = 1))]
    pub(crate) goal: String,
    /// About how long it takes.
    #[schemars(range(min = 1, max = 240))]
    pub(crate) minutes: u32,
    /// The stack it runs on.
    pub(crate) stack: String,
    /// Names the lesson creates in the engines; `{key}` anywhere in the lesson stands for the name.
    #[serde(default)]
    pub(crate) names: Names,
    /// The steps, in order.
    #[schemars(length(min = 1))]
    pub(crate) step: Vec<StepFile>,
}

/// `[[step]]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepFile {
    /// kebab-case. A key of saved progress: never change it. The step's text is in `<id>.md`.
    pub(crate) id: String,
    /// The heading.
    #[schemars(length(min = 1))]
    pub(crate) title: String,
    /// Pictures beside the text.
    #[serde(default)]
    pub(crate) views: Vec<ViewCall>,
    /// Buttons: `{ label = "…", do = "kafka.create_topic", … }`.
    #[serde(default)]
    #[schemars(with = "Vec<ButtonShape>")]
    pub(crate) actions: Vec<Button>,
    /// Hints, from the faintest to the plainest. Plain text.
    #[schemars(length(min = 1))]
    pub(crate) hints: Vec<String>,
    /// A question to commit to before acting.
    #[serde(default)]
    #[schemars(with = "Prediction")]
    pub(crate) prediction: Option<Prediction>,
    /// What the engines must say: the step is done when all are true.
    #[schemars(length(min = 1))]
    pub(crate) check: Vec<Sentence>,
}

/// `[<step>]` in `solution.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepSolution {
    /// Actions that make the checks true; empty if time alone does.
    #[schemars(with = "Vec<CallShape>")]
    pub(crate) solution: Vec<ActionCall>,
    /// Mistakes, which must leave the step undone.
    #[serde(default)]
    pub(crate) wrong: Vec<Detour>,
    /// Why there is no wrong attempt, although the step has buttons.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1))]
    pub(crate) no_wrong_because: Option<String>,
    /// Other causes of what the checks look at, without what the step teaches: they must leave the step undone.
    #[serde(default)]
    pub(crate) rival: Vec<Detour>,
    /// Why there is no rival cause.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1))]
    pub(crate) no_rival_because: Option<String>,
}

/// `track.toml`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrackFile {
    /// For people.
    #[schemars(length(min = 1))]
    pub(crate) title: String,
    /// What it is about.
    #[schemars(length(min = 1))]
    pub(crate) says: String,
    /// Its place among the tracks, as they should be learned: smaller ones first.
    pub(crate) place: u32,
    /// The stage of the pipeline that it is about; none if it is about several.
    #[serde(default)]
    #[schemars(with = "PipelineStage")]
    pub(crate) stage: Option<PipelineStage>,
    /// Folders of its lessons, in order.
    #[schemars(length(min = 1))]
    pub(crate) lessons: Vec<String>,
}

/// A stage of the weather pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/pipeline_stage.gen.ts")]
pub enum PipelineStage {
    /// From the weather API.
    Collection,
    /// Into Kafka.
    Ingestion,
    /// In Cassandra.
    Storage,
    /// Of windows.
    Computation,
    /// On a chart.
    Consumption,
}

/// An action call: its arguments are checked against the action itself.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "exists to be described")]
pub(crate) struct CallShape {
    /// `system.verb_noun`.
    r#do: String,
    #[serde(flatten)]
    args: Map<String, Value>,
}

/// A button.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "exists to be described")]
struct ButtonShape {
    /// What it says.
    label: String,
    /// `system.verb_noun`.
    r#do: String,
    #[serde(flatten)]
    args: Map<String, Value>,
}

/// JSON Schema of `lesson.toml`, for editors.
pub fn lesson_schema() -> Value {
    schemars::schema_for!(LessonFile).to_value()
}

pub(crate) fn solution_schema() -> Value {
    schemars::schema_for!(std::collections::BTreeMap<String, StepSolution>).to_value()
}

pub(crate) fn track_schema() -> Value {
    schemars::schema_for!(TrackFile).to_value()
}

pub(crate) fn sentence_schema() -> Value {
    schemars::schema_for!(Sentence).to_value()
}
