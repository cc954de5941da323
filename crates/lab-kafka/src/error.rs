//! What can go wrong when something is asked of Kafka, with what to do next.

use std::time::Duration;

use lab_model::{Code, Problem};

use crate::wire::Failure;

/// An action failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No action of that name.
    #[error("There is no Kafka action `{name}`.")]
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
    /// The action does not make sense at this moment.
    #[error("{what}.")]
    NotNow {
        /// What stands in the way.
        what: String,
        /// What to do first.
        hint: String,
    },
    /// No broker that could take the request answers.
    #[error("Kafka does not answer: {why}.")]
    Silent {
        /// Each broker asked, with its silence.
        why: String,
    },
    /// Kafka answered, and its answer could not be read.
    #[error("Kafka was asked to {doing}. Pipewright cannot read its answer.")]
    Unreadable {
        /// What was asked of it.
        doing: String,
        /// Which part of the answer, and why.
        words: String,
    },
    /// Kafka refused.
    #[error("Kafka refused to {doing}.")]
    Refused {
        /// What was asked of it, e.g. `create topic readings`.
        doing: String,
        /// Kafka's name of the error and its words.
        words: String,
        /// What to do next.
        hint: String,
    },
    /// A topic that a broker does not know.
    #[error("There is no topic {topic}.")]
    NoTopic {
        /// Its name.
        topic: String,
        /// Kafka's name of the error, and who said it.
        words: String,
    },
    /// The client library gave up, in its own words.
    #[error("The Kafka client could not {doing}.")]
    Client {
        /// What it was to do.
        doing: String,
        /// librdkafka's words.
        words: String,
    },
    /// Some records of a produce were not acknowledged.
    #[error("{refused} of {sent} records were not acknowledged.")]
    NotAcknowledged {
        /// Records not acknowledged.
        refused: usize,
        /// Records sent.
        sent: usize,
        /// What was acknowledged, and the newest error in Kafka's or the client's words.
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
    /// A bug of ours.
    #[error("A part of Pipewright ended without a word: {what}.")]
    Internal {
        /// Which.
        what: String,
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
            Self::Refused { .. }
            | Self::NoTopic { .. }
            | Self::Client { .. }
            | Self::NotAcknowledged { .. }
            | Self::Unreadable { .. } => Code::EngineSaidNo,
            Self::TimedOut { .. } => Code::TimedOut,
            Self::Cancelled { .. } => Code::Cancelled,
            Self::Internal { .. } => Code::Internal,
        }
    }

    /// The engine's own words, where there are any.
    pub fn detail(&self) -> &str {
        match self {
            Self::Refused { words, .. }
            | Self::NoTopic { words, .. }
            | Self::Client { words, .. }
            | Self::NotAcknowledged { words, .. }
            | Self::Unreadable { words, .. } => words,
            _ => "",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &str {
        match self {
            Self::Unknown { .. } => "`pipewright do` lists every action.",
            Self::Invalid { .. } => "`pipewright do ACTION --help` lists the arguments of an action.",
            Self::NotNow { hint, .. } | Self::Refused { hint, .. } => hint,
            Self::NoTopic { .. } => "Create the topic first.",
            Self::Silent { .. } => {
                "Look whether the brokers run, are paused or cut off; undo the fault, then try again."
            }
            Self::Unreadable { .. } => "Ask with Kafka's own tool.",
            Self::Client { .. } => "Look at the brokers' state, then try again.",
            Self::NotAcknowledged { .. } => "The facts say which records; look at leaders and in-sync replicas.",
            Self::TimedOut { .. } => "Look at the brokers' state, then try again.",
            Self::Cancelled { .. } => "",
            Self::Internal { .. } => "The log file says more; please report it.",
        }
    }

    /// As it crosses to a host.
    pub fn problem(&self) -> Problem {
        Problem {
            code: self.code(),
            message: self.to_string(),
            detail: self.detail().to_owned(),
            hint: self.hint().to_owned(),
        }
    }

    /// A question of ours failed while `doing` something at `node`.
    pub(crate) fn asking(doing: &str, node: &str, failure: Failure) -> Self {
        match failure {
            Failure::Unreadable(why) => {
                let words = format!("{node}: {why}");
                Self::Unreadable { doing: doing.to_owned(), words }
            }
            Failure::Silent(why) => Self::Silent { why: format!("{node}: {why}") },
            Failure::Refused(refusal) => {
                Self::Refused { doing: doing.to_owned(), words: refusal.to_string(), hint: String::new() }
            }
        }
    }

    /// The same refusal, with what to do next.
    pub(crate) fn advise(mut self, advice: &str) -> Self {
        if let Self::Refused { hint, .. } = &mut self {
            advice.clone_into(hint);
        }
        self
    }
}
