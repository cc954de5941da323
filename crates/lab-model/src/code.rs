//! What went wrong, as a small set of codes: the UI and scripts branch on these, never on text.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The class of a problem. A variant exists only where somebody acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/code.gen.ts")]
pub enum Code {
    /// No container engine answers at any known address.
    EngineNotFound,
    /// An engine was named but does not answer, or answers with an error.
    EngineRefused,
    /// An image is neither here, nor can it be pulled, nor could it be built.
    ImageUnavailable,
    /// A port on 127.0.0.1 is taken by somebody else.
    PortTaken,
    /// The machine has less free memory than the stack needs.
    NotEnoughMemory,
    /// The resource does not carry our label; we do not touch it.
    NotOurs,
    /// A compose.yaml or stack.toml is wrong.
    StackInvalid,
    /// No stack, lab, lesson, step, view or action of that name.
    Unknown,
    /// A lesson file is wrong.
    LessonInvalid,
    /// An action's arguments are wrong.
    ActionInvalid,
    /// The action does not make sense now (the lab is down, the step is not open, …).
    NotNow,
    /// The lab was there, and somebody removed it.
    LabRemoved,
    /// A lab holds what somebody made, and it would be lost or harmed: a person has to say so.
    HoldsThings,
    /// A node does not answer.
    NodeSilent,
    /// The engine answered with an error of its own; the message carries its words.
    EngineSaidNo,
    /// The limit of a wait was reached.
    TimedOut,
    /// Cancelled by the person.
    Cancelled,
    /// A journal cannot be read or written.
    JournalInvalid,
    /// A file or the disk refused.
    Storage,
    /// A bug of ours.
    Internal,
}

/// A problem as it crosses to the UI or a script: code, the user's words, the cause's words, what to do next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/problem.gen.ts")]
pub struct Problem {
    /// For branching.
    pub code: Code,
    /// What happened, in the user's words, one sentence.
    pub message: String,
    /// The cause as the engine or system put it; may be empty.
    #[serde(default)]
    pub detail: String,
    /// What to do next; may be empty.
    #[serde(default)]
    pub hint: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if !self.detail.is_empty() {
            write!(f, "\n  {}", self.detail)?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n  → {}", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
