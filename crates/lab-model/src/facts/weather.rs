//! What was said of the weather pipeline beside its engines: by its source, which answers from a sample by a clock of its own,
//! and by a sink of ours.

use std::{
    collections::BTreeMap,
    fmt::{Display, Formatter, Result as FmtResult},
};

use serde::{Deserialize, Serialize};

use crate::counted;

/// A fact about the weather pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum WeatherFact {
    /// `GET /state`, when something in it but the clock is new (source: the node that answered).
    SourceTold {
        /// What it does.
        state: SourceState,
    },
    /// `GET /state`: the answers that it gave and had not told before, the oldest first (source: the node).
    AnswersGiven {
        /// The answers.
        answers: Vec<AnswerGiven>,
    },
    /// Its archive was asked for the forecast of one time (source: the node).
    ArchiveRead {
        /// When the forecast was made, as records write it.
        updated: String,
        /// What it answered, byte for byte.
        said: Archived,
    },
    /// How far a sink of ours is: at most twice a second while that changes, and at its end (source: our client).
    SinkTold {
        /// How far.
        told: SinkTold,
    },
}

/// An answer that the source gave to somebody who asked for the newest forecast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerGiven {
    /// Which one since it started; the first is 1.
    pub number: u64,
    /// When, Unix milliseconds.
    pub at: i64,
    /// The HTTP status.
    pub status: u16,
    /// Of when the forecast in it was, as records write it; none if there was none.
    #[serde(default)]
    pub updated: Option<String>,
    /// The content hash of the body.
    pub hash: String,
    /// How many pieces could be read from it.
    pub pieces: u64,
    /// The fault that spoiled it; none if none did.
    #[serde(default)]
    pub fault: Option<String>,
}

/// What an archive has of one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Archived {
    /// The body, whole.
    Body(String),
    /// None, in the source's own words.
    Refused(String),
}

/// How far a sink is: what carries records from Kafka into Cassandra's tables.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SinkTold {
    /// Its group.
    pub group: String,
    /// Records that it read; one that it read again counts again.
    pub read: u64,
    /// Rows that Cassandra confirmed.
    pub stored: u64,
    /// Records that were none, and are kept with the reason.
    pub rejected: u64,
    /// Rows confirmed a second since the first record came.
    pub per_second: f64,
    /// Records that its group has not dealt with in the partitions that it has; none while nobody told the ends of the logs.
    pub lag: Option<u64>,
    /// What it waits for, in words; none if it goes on.
    pub waits_for: Option<String>,
    /// Still under way.
    pub running: bool,
}

/// What the source does. Times are its own, Singapore's, as records write them: `2024-01-01T06:00:00+08:00`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceState {
    /// That it is no real weather, in its own words.
    pub sample: String,
    /// Its clock.
    pub clock: String,
    /// Seconds of that clock in a second.
    pub speed: f64,
    /// When the newest forecast was made.
    pub updated: String,
    /// When the next one will be.
    pub next_update: String,
    /// Of when the forecast in the last answer that had one was; none if none was given since the source started.
    pub served: Option<String>,
    /// Forecasts asked for since it started.
    pub requests: u64,
    /// How many of them were answered, by HTTP status.
    pub answered: BTreeMap<String, u64>,
    /// The fault in force; none if there is none.
    pub fault: Option<SourceFault>,
}

/// A fault that somebody demanded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceFault {
    /// `slow`, `500`, `429`, `malformed`, `missing_field`, `repeated`, `late`.
    pub name: String,
    /// Requests that it still spoils; none: until it is ended.
    #[serde(default)]
    pub left: Option<u64>,
    /// Requests that it has spoiled.
    #[serde(default)]
    pub spoiled: u64,
    /// How slow, seconds, of `slow`.
    #[serde(default)]
    pub seconds: Option<f64>,
}

impl Display for WeatherFact {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::SourceTold { state } => {
                let asked = counted(state.requests, "forecast");
                write!(f, "has the forecast of {}, and was asked for {asked}", state.updated)?;
                state.fault.as_ref().map_or(Ok(()), |fault| write!(f, "; fault {}", fault.name))
            }
            Self::AnswersGiven { answers } => {
                let newest = answers.last().map(|answer| answer.status);
                let newest = newest.map_or_else(String::new, |status| format!(", the newest with {status}"));
                write!(f, "answered {}{newest}", counted(answers.len() as u64, "question"))
            }
            Self::ArchiveRead { updated, said: Archived::Body(body) } => {
                write!(f, "has the forecast of {updated} in its archive, {}", counted(body.len() as u64, "byte"))
            }
            Self::ArchiveRead { updated, said: Archived::Refused(why) } => {
                write!(f, "has no forecast of {updated} in its archive: {why}")
            }
            Self::SinkTold { told } => write!(f, "the sink {told}"),
        }
    }
}

impl Display for SinkTold {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        let (stored, read) = (counted(self.stored, "row"), counted(self.read, "record"));
        let now = if self.running { "so far" } else { "in all" };
        write!(f, "{} read {read} and stored {stored} {now}", self.group)?;
        if self.rejected > 0 {
            write!(f, "; {} rejected", self.rejected)?;
        }
        if let Some(lag) = self.lag {
            write!(f, "; lag {lag}")?;
        }
        self.waits_for.as_ref().map_or(Ok(()), |why| write!(f, "; it waits for {why}"))
    }
}
