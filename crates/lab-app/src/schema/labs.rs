//! Stacks, labs, and the jobs that start and remove them.

use lab_model::{
    Problem, Progress,
    facts::lab::{ImageInUse, NodeInfo},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::CheckState;

/// Names a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct JobId {
    /// Counted from 1 since the application started.
    #[ts(type = "number")]
    pub job: u64,
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
    /// The nodes.
    pub nodes: Vec<NodeInfo>,
    /// Faults it can have, e.g. `pause`.
    pub faults: Vec<String>,
    /// What a person may choose when a lab is made.
    pub options: Vec<StackChoice>,
}

/// Something to choose when a lab is made.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct StackChoice {
    /// The name, e.g. `tokens`.
    pub name: String,
    /// What is chosen, in words.
    pub says: String,
    /// What may be chosen; the first unless something is said.
    pub values: Vec<ChoiceValue>,
}

/// A value that may be chosen.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct ChoiceValue {
    /// What to ask for.
    pub value: String,
    /// What it means, in words.
    pub says: String,
    /// Memory it takes beyond what the stack says, MiB.
    pub more_memory_mib: i32,
    /// Nodes it has beyond those the stack says.
    pub more_nodes: i32,
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
    /// What was chosen of the stack's options: name → value.
    #[serde(default)]
    #[ts(optional, type = "{ [name: string]: string }")]
    pub options: std::collections::BTreeMap<String, String>,
    /// Also where memory seems too short.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub anyway: bool,
}

/// Remove a lab.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct Down {
    /// The lab.
    pub lab: String,
    /// The lab's data too.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub volumes: bool,
}

/// A lab by its name.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct LabNamed {
    /// The lab.
    pub lab: String,
}

/// Pages that an engine of a lab has of its own, and as whom they let one in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct OwnPages {
    /// Where they are, on this machine.
    pub url: String,
    /// The user.
    pub user: String,
    /// The password that was chosen for this lab alone; none if the lab was made without one.
    pub password: Option<String>,
}

/// The password is for nobody's log.
impl std::fmt::Debug for OwnPages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnPages").field("url", &self.url).field("user", &self.user).finish_non_exhaustive()
    }
}

/// A lab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct LabInfo {
    /// The name: that of the Compose project.
    pub lab: String,
    /// The stack.
    pub stack: String,
    /// What it is doing.
    pub phase: Phase,
    /// The nodes.
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
    /// Ready sentences and their truth.
    pub ready: Vec<CheckState>,
    /// The lab is ready, every node that should run does and answers, and none is cut off.
    pub well: bool,
    /// What is wrong with its nodes, one sentence each.
    pub troubles: Vec<String>,
    /// The lab's data is there: of a removed lab, the volumes that it left.
    pub data_kept: bool,
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
    /// The lab's containers were removed; it is listed because its data is kept, or because somebody looked at it.
    Removed,
}

/// A long piece of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct JobInfo {
    /// The id.
    #[ts(type = "number")]
    pub job: u64,
    /// What it does, e.g. `start kafka-3`.
    pub title: String,
    /// The lab it is about.
    pub lab: Option<String>,
    /// How far it is.
    pub progress: Progress,
    /// Steps that went by, oldest first, each once and the newest only. Steps that are counted say themselves how many
    /// went by.
    pub steps: Vec<JobStep>,
    /// It was asked to stop, and has not ended yet.
    pub stopping: bool,
    /// Why it cannot be cancelled any more; none while it can.
    pub stays: Option<String>,
    /// Milliseconds since it began.
    #[ts(type = "number")]
    pub elapsed: u64,
    /// The job ends with an error after this many milliseconds.
    #[ts(type = "number")]
    pub limit: u64,
    /// Running, done, failed or cancelled.
    pub state: JobState,
    /// Why it failed.
    pub problem: Option<Problem>,
}

/// A step of a job that went by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub struct JobStep {
    /// Its place among all of the job, from 1.
    pub number: u32,
    /// What was done, e.g. `let kafka-2 go on: it was paused`.
    pub says: String,
    /// When it began, in milliseconds since the job did.
    #[ts(type = "number")]
    pub at: u64,
}

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/schema.gen.ts")]
pub enum JobState {
    /// At it.
    Running,
    /// The action did what it says.
    Done,
    /// The action did not.
    Failed,
    /// Stopped by the person.
    Cancelled,
}
