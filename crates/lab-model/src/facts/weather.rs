//! What the pipeline's weather source said of itself. It answers from a sample, by a clock of its own.

use std::{
    collections::BTreeMap,
    fmt::{Display, Formatter, Result as FmtResult},
};

use serde::{Deserialize, Serialize};

use crate::counted;

/// A fact about the weather source. The source is the node that answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum WeatherFact {
    /// `GET /state`, when something in it but the clock is new.
    SourceTold {
        /// What it does.
        state: SourceState,
    },
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
        let Self::SourceTold { state } = self;
        write!(f, "has the forecast of {}, and was asked for {}", state.updated, counted(state.requests, "forecast"))?;
        match &state.fault {
            Some(fault) => write!(f, "; fault {}", fault.name),
            None => Ok(()),
        }
    }
}
