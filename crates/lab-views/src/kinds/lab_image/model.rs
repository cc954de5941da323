//! The shape of the picture: the image that a node runs, layer by layer, and the newest build of one that extends it.

use lab_model::Millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whose image.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/lab_image/model.gen.ts")]
pub struct Params {
    /// The node, by its service name, e.g. `airflow-1`.
    pub node: String,
}

/// A node's image, those that it may run instead, and the newest build of one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_image/model.gen.ts")]
pub struct Model {
    /// The node.
    pub node: String,
    /// The image that its container was made from; none before the container engine told it, and after the lab was removed.
    pub image: Option<Image>,
    /// The images that it may run: the stack's own, then those that were built for this lab, the newest first. None before
    /// they were listed; empty if the node's image cannot be extended here.
    pub choices: Option<Vec<Choice>>,
    /// What the next build is made from: `Dockerfile`, `requirements.txt`. None before they were read; empty if the node's
    /// image cannot be extended here.
    pub files: Option<Vec<BuildFile>>,
    /// The newest build; none if nothing was built since the journal began.
    pub build: Option<Build>,
}

/// An image, as the container engine describes it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_image/model.gen.ts")]
pub struct Image {
    /// `name:tag`, as the container was made from it.
    pub reference: String,
    /// Content id, `sha256:…`.
    pub id: String,
    /// When it was made by the container engine's clock, Unix milliseconds; none if the engine does not say.
    #[ts(type = "number | null")]
    pub created: Option<i64>,
    /// All its layers, bytes; none if the engine does not say.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
    /// The one of the choices that it was built on: all of that one's layers are the first of its own. None if it is built
    /// on none of them, or that is not known yet.
    pub base: Option<String>,
    /// Its layers, the lowest first.
    pub layers: Vec<Layer>,
    /// Its environment, in its own order.
    pub env: Vec<Variable>,
    /// `ENTRYPOINT`; none if it has none.
    pub entrypoint: Option<Vec<String>>,
    /// `CMD`; none if it has none.
    pub cmd: Option<Vec<String>>,
    /// `USER`, as it is written there; empty if it names none, which is root.
    pub user: String,
    /// `WORKDIR`; empty if it names none.
    pub working_dir: String,
}

/// A line of an image's history.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_image/model.gen.ts")]
pub struct Layer {
    /// What made it, in the builder's words, e.g. `RUN /bin/sh -c pip install …`.
    pub created_by: String,
    /// What it adds, bytes; 0 for what only describes the image, like `ENV`.
    #[ts(type = "number")]
    pub size: u64,
    /// When by the container engine's clock, Unix milliseconds; none if the engine does not say.
    #[ts(type = "number | null")]
    pub created: Option<i64>,
    /// It is one of the base's; none if no base is known.
    pub of_base: Option<bool>,
}

/// A variable that an image sets.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_image/model.gen.ts")]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// An image that the node may run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_image/model.gen.ts")]
pub struct Choice {
    /// `name:tag`: the argument of `airflow.use_image`.
    pub reference: String,
    /// Content id, `sha256:…`.
    pub id: String,
    /// When it was made by the container engine's clock, Unix milliseconds; none if the engine does not say.
    #[ts(type = "number | null")]
    pub created: Option<i64>,
    /// All its layers, bytes; none if the engine does not say.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
    /// It was built for this lab, on another one.
    pub extends: bool,
    /// The node's container was made from it, just as it is now: a build under the same name makes another image.
    pub in_use: bool,
}

/// A file that an image is built from.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_image/model.gen.ts")]
pub struct BuildFile {
    /// `Dockerfile` or `requirements.txt`.
    pub name: String,
    /// What is in it.
    pub text: String,
    /// Somebody wrote it; else it is what everybody begins with.
    pub written: bool,
}

/// A build.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_image/model.gen.ts")]
pub struct Build {
    /// The name that its image gets, `name:tag`.
    pub tag: String,
    /// The images that its Dockerfile names after `FROM`.
    pub from: Vec<String>,
    /// `running`, `built`, `failed` or `cancelled`.
    pub state: String,
    /// Journal time it began.
    #[ts(type = "number")]
    pub began_at: Millis,
    /// How long it ran; none while it runs.
    #[ts(type = "number | null")]
    pub took: Option<Millis>,
    /// Steps in all; none before the first one.
    pub of: Option<u32>,
    /// Those that began.
    pub steps: Vec<Step>,
    /// Content id of the image, `sha256:…`; none if there is none.
    pub image: Option<String>,
    /// Why it failed, in the builder's words; none if it did not.
    pub error: Option<String>,
    /// The line of the Dockerfile at which it failed, from 1; none if it did not fail, or not at a line.
    pub failed_line: Option<u32>,
    /// The last lines that the step at which it failed wrote: pip's own words. Empty if it did not fail.
    pub output: Vec<String>,
}

/// A step of a build: one instruction of the Dockerfile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export, export_to = "views/lab_image/model.gen.ts")]
pub struct Step {
    /// Counted from 1.
    pub number: u32,
    /// The instruction, as the builder tells it.
    pub instruction: String,
    /// Where it begins in the Dockerfile, from 1; none for a step that is not in it: the label that makes the image ours.
    pub line: Option<u32>,
    /// `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// Its layer was there already; none while that is not known.
    pub cached: Option<bool>,
    /// Journal time it began.
    #[ts(type = "number")]
    pub began_at: Millis,
    /// How long it ran; none while it runs.
    #[ts(type = "number | null")]
    pub took: Option<Millis>,
}
