//! Why a question got no answer: nothing was sent, nothing came back, or an error in the coordinator's own words.

use lab_model::facts::cassandra::RequestOutcome;

use super::reader::{Garbled, Reader};

/// No answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// There was no connection: nothing was sent.
    #[error("{0}")]
    NoConnection(String),
    /// Sent, and nothing (or nothing that can be read) came back.
    #[error("{0}")]
    NoAnswer(String),
    /// The node answered with an error.
    #[error("{0}")]
    Refused(Box<Refusal>),
}

/// An error in the coordinator's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The protocol's code.
    pub(crate) code: i32,
    /// The coordinator's words.
    pub(crate) words: String,
    /// The same, understood.
    pub(crate) outcome: RequestOutcome,
    /// The trace's id, if it was traced.
    pub(crate) trace: Option<String>,
    /// The coordinator's warnings.
    pub(crate) warnings: Vec<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.outcome.fmt(f)
    }
}

impl Failure {
    /// As the end of a request.
    pub(crate) fn outcome(&self) -> RequestOutcome {
        match self {
            Self::NoConnection(why) => RequestOutcome::NoConnection { why: why.clone() },
            Self::NoAnswer(why) => RequestOutcome::NoAnswer { why: why.clone() },
            Self::Refused(refusal) => refusal.outcome.clone(),
        }
    }

    /// The node itself spoke.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl Refusal {
    /// Reads the body of an ERROR frame.
    pub(super) fn read(reader: &mut Reader<'_>, trace: Option<String>, warnings: Vec<String>) -> Result<Self, Garbled> {
        let code = reader.int()?;
        let words = reader.string()?;
        let outcome = match code {
            0x1000 => {
                reader.short()?;
                RequestOutcome::Unavailable { required: reader.int()?, alive: reader.int()? }
            }
            0x1100 => {
                let (received, required) = counts(reader)?;
                RequestOutcome::WriteTimeout { required, received, write_type: reader.string()? }
            }
            0x1200 => {
                let (received, required) = counts(reader)?;
                RequestOutcome::ReadTimeout { required, received, data_present: reader.byte()? != 0 }
            }
            0x1300 => {
                let (received, required) = counts(reader)?;
                RequestOutcome::ReadFailure { required, received, failed: reader.int()? }
            }
            0x1500 => {
                let (received, required) = counts(reader)?;
                RequestOutcome::WriteFailure { required, received, failed: reader.int()? }
            }
            other => RequestOutcome::Refused { error: named_error(other), words: words.clone() },
        };
        Ok(Self { code, words, outcome, trace, warnings })
    }
}

/// The level, then what came and what was needed.
fn counts(reader: &mut Reader<'_>) -> Result<(i32, i32), Garbled> {
    reader.short()?;
    Ok((reader.int()?, reader.int()?))
}

/// The protocol's name of an error.
pub(crate) fn named_error(code: i32) -> String {
    let name = match code {
        0x0000 => "ServerError",
        0x000A => "ProtocolError",
        0x0100 => "BadCredentials",
        0x1000 => "Unavailable",
        0x1001 => "Overloaded",
        0x1002 => "IsBootstrapping",
        0x1003 => "TruncateError",
        0x1100 => "WriteTimeout",
        0x1200 => "ReadTimeout",
        0x1300 => "ReadFailure",
        0x1400 => "FunctionFailure",
        0x1500 => "WriteFailure",
        0x1600 => "CdcWriteFailure",
        0x1700 => "CasWriteUnknown",
        0x2000 => "SyntaxError",
        0x2100 => "Unauthorized",
        0x2200 => "Invalid",
        0x2300 => "ConfigError",
        0x2400 => "AlreadyExists",
        0x2500 => "Unprepared",
        other => return format!("error 0x{other:04x}"),
    };
    name.to_owned()
}
