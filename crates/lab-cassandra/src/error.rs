//! What can go wrong when something is asked of Cassandra, with what to do next.

use std::time::Duration;

use lab_model::{Code, Problem, facts::cassandra::RequestOutcome};

use crate::wire::Failure;

/// An action failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No action of that name.
    #[error("There is no Cassandra action `{name}`.")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// Arguments that make no sense.
    #[error("`{action}` cannot be done as written: {what}.")]
    Invalid {
        /// The action.
        action: &'static str,
        /// What is wrong, naming the argument.
        what: String,
    },
    /// An action that makes no sense at this moment.
    #[error("{what}.")]
    NotNow {
        /// What stands in the way.
        what: String,
        /// What to do first.
        hint: String,
    },
    /// No node that could take the request answers.
    #[error("Cassandra does not answer: {why}.")]
    Silent {
        /// Each node asked, with its silence.
        why: String,
    },
    /// A request did not end well.
    #[error("{doing} did not succeed: {outcome}.")]
    NotDone {
        /// What was asked, e.g. `INSERT at QUORUM`.
        doing: String,
        /// How it ended.
        outcome: RequestOutcome,
    },
    /// A node refused what its operator asked.
    #[error("{node} refused to {doing}.")]
    Refused {
        /// The node.
        node: String,
        /// What was asked of it, e.g. `flush lab.readings`.
        doing: String,
        /// The words.
        words: String,
        /// What to do next.
        hint: String,
    },
    /// Some requests of a load did not end well.
    #[error("{refused} of {sent} requests did not end well.")]
    NotAll {
        /// Requests that did not end well.
        refused: u64,
        /// Requests sent.
        sent: u64,
        /// How many ended how.
        words: String,
    },
    /// The limit of a wait was reached.
    #[error("Waited {:.0} s in vain: {doing}.", limit.as_secs_f64())]
    TimedOut {
        /// What was waited for.
        doing: String,
        /// How long.
        limit: Duration,
    },
    /// The person stopped it.
    #[error("Stopped. {so_far}.")]
    Cancelled {
        /// What had been done by then.
        so_far: String,
    },
}

impl Error {
    /// For branching.
    pub fn code(&self) -> Code {
        match self {
            Self::Unknown { .. } => Code::Unknown,
            Self::Invalid { .. } => Code::ActionInvalid,
            Self::NotNow { .. } => Code::NotNow,
            Self::Silent { .. } => Code::NodeSilent,
            Self::NotDone { outcome, .. } => match outcome {
                RequestOutcome::NoConnection { .. } | RequestOutcome::NoAnswer { .. } => Code::NodeSilent,
                _ => Code::EngineSaidNo,
            },
            Self::Refused { .. } | Self::NotAll { .. } => Code::EngineSaidNo,
            Self::TimedOut { .. } => Code::TimedOut,
            Self::Cancelled { .. } => Code::Cancelled,
        }
    }

    /// The engine's own words, where there are any.
    pub fn detail(&self) -> String {
        match self {
            Self::Refused { words, .. } | Self::NotAll { words, .. } => words.clone(),
            Self::NotDone { outcome: RequestOutcome::Refused { words, .. }, .. } => words.clone(),
            _ => String::new(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &str {
        match self {
            Self::Unknown { .. } => "`pipewright do` lists every action.",
            Self::Invalid { .. } => "`pipewright do ACTION --help` lists the arguments of an action.",
            Self::NotNow { hint, .. } | Self::Refused { hint, .. } => hint,
            Self::Silent { .. } => "Look whether the nodes run, are paused or cut off; undo the fault, then try again.",
            Self::NotDone { outcome, .. } => advice(outcome),
            Self::NotAll { .. } => "The facts count them by kind; look at whom the coordinators believe up.",
            Self::TimedOut { .. } => "Look at the nodes' state, then try again.",
            Self::Cancelled { .. } => "",
        }
    }

    /// As it crosses to a host.
    pub fn problem(&self) -> Problem {
        Problem { code: self.code(), message: self.to_string(), detail: self.detail(), hint: self.hint().to_owned() }
    }

    /// A question of ours failed while `doing` something at `node`.
    pub(crate) fn asking(doing: &str, node: &str, failure: &Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::refused(doing, node, refusal.to_string()),
            silent => Self::Silent { why: format!("{node}: {silent}") },
        }
    }

    /// A node's operator was refused.
    pub(crate) fn refused(doing: &str, node: &str, words: String) -> Self {
        let hint = "The node's words say what stands in the way.".to_owned();
        Self::Refused { node: node.to_owned(), doing: doing.to_owned(), words, hint }
    }
}

/// What to do about a request that did not end well.
fn advice(outcome: &RequestOutcome) -> &'static str {
    match outcome {
        RequestOutcome::Ok => "",
        RequestOutcome::Unavailable { .. } => {
            "Nothing was written. Bring replicas back, or ask at a level that needs fewer of them."
        }
        RequestOutcome::WriteTimeout { .. } | RequestOutcome::NoAnswer { .. } => {
            "Nobody knows whether it was written; read it, or write it again if that does no harm."
        }
        RequestOutcome::ReadTimeout { .. } => "Ask again, or at a level that needs fewer replicas.",
        RequestOutcome::WriteFailure { .. } | RequestOutcome::ReadFailure { .. } => {
            "The replicas' logs say what failed there."
        }
        RequestOutcome::Refused { .. } => "Change the statement as Cassandra's words say.",
        RequestOutcome::NoConnection { .. } => {
            "Nothing was sent. Look whether the node runs, is paused or cut off, or ask another one."
        }
    }
}
