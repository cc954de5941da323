//! An observed fact with its provenance: which source said it, when we heard it, and which action it answers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ActionId, Fact};

/// Milliseconds. In an [`Observation`], counted on a monotonic clock since the journal began.
pub type Millis = u64;

/// The source of a fact. Two sources may disagree; both observations are kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A node of an engine, by its service name, e.g. `kafka-1`.
    Node(String),
    /// A producer or consumer of our own, by its name: what a client of the engine saw.
    Client(String),
    /// The container engine.
    Docker,
    /// Pipewright itself: actions begun and ended, steps, predictions.
    Pipewright,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Node(name) | Self::Client(name) => f.write_str(name),
            Self::Docker => f.write_str("docker"),
            Self::Pipewright => f.write_str("pipewright"),
        }
    }
}

/// A line of the journal.
///
/// The lab is not repeated here: a journal belongs to one lab, named in its [`crate::Header`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Position in the journal, from 0, without gaps.
    pub seq: u64,
    /// When we heard it, on the journal's own monotonic clock.
    pub heard_at: Millis,
    /// The engine's own time, Unix milliseconds, where it gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_at: Option<i64>,
    /// The source that said it.
    pub source: Source,
    /// The action this answers, if one of ours caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<ActionId>,
    /// What was said.
    pub fact: Fact,
}

/// An observation before the journal gave it a place and a time: what probes and actions emit.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The engine's own time, Unix milliseconds, where it gives one.
    pub said_at: Option<i64>,
    /// The source that said it.
    pub source: Source,
    /// The action this answers.
    pub cause: Option<ActionId>,
    /// What was said.
    pub fact: Fact,
}

impl Draft {
    /// A fact heard from a source, caused by nothing of ours.
    pub fn new(source: Source, fact: impl Into<Fact>) -> Self {
        Self { said_at: None, source, cause: None, fact: fact.into() }
    }

    /// The same, answering an action.
    #[must_use]
    pub fn because_of(mut self, action: ActionId) -> Self {
        self.cause = Some(action);
        self
    }

    /// The same, with the engine's own time.
    #[must_use]
    pub fn said_at(mut self, unix_ms: i64) -> Self {
        self.said_at = Some(unix_ms);
        self
    }
}

/// Where probes and actions send what they hear. Called often and from anywhere: it must return at once.
pub type DraftSink = Arc<dyn Fn(Draft) + Send + Sync>;
