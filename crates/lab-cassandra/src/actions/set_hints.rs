//! `cassandra.set_hints`

use lab_model::Problem;
use lab_probe::action::{Verb, check_range};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    operate::{QUICK, on_each},
};
use crate::{agent::Jolokia, node::Asked, wire::Failure};

/// `max_hint_window`: three hours, in seconds.
const DEFAULT_WINDOW: u32 = 3 * 60 * 60;

/// Sets how nodes treat hints.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetHints {
    /// The node; else all that answer.
    #[serde(default)]
    node: Option<String>,
    /// Whether hints are written.
    #[serde(default)]
    enabled: Option<bool>,
    /// For how long after a peer went down hints are written for it, seconds.
    #[serde(default)]
    #[schemars(range(min = 1, max = 604_800))]
    window_seconds: Option<u32>,
    /// Whether their delivery is paused.
    #[serde(default)]
    paused: Option<bool>,
}

impl Verb<Actions> for SetHints {
    const NAME: &'static str = "cassandra.set_hints";
    const TITLE: &'static str = "Set hints";
    const SAYS: &'static str =
        "Sets whether nodes write hints, for how long after a peer went down, and whether they deliver them.";

    fn check(&self) -> Result<(), String> {
        if self.enabled.is_none() && self.window_seconds.is_none() && self.paused.is_none() {
            return Err("give `enabled`, `window_seconds` or `paused`".into());
        }
        self.window_seconds.map_or(Ok(()), |window| check_range("window_seconds", window, 1, 604_800))
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let node = self.node.as_deref();
        let mut lines = Vec::new();
        if let Some(enabled) = self.enabled {
            let word = if enabled { "enablehandoff" } else { "disablehandoff" };
            lines.extend(place.nodetool_on(node, &[word]));
        }
        if let Some(window) = self.window_seconds {
            let milliseconds = (u64::from(window) * 1000).to_string();
            lines.extend(place.nodetool_on(node, &["setmaxhintwindow", &milliseconds]));
        }
        if let Some(paused) = self.paused {
            let word = if paused { "pausehandoff" } else { "resumehandoff" };
            lines.extend(place.nodetool_on(node, &[word]));
        }
        lines
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let asked = scope.driver.cluster.asked.clone();
        let set = |agent, node| self.clone().set(agent, node, asked.clone());
        let done = on_each(scope, self.node.as_deref(), QUICK, "set how it treats hints", set).await?;
        let mut words = Vec::new();
        words.extend(self.enabled.map(|enabled| (if enabled { "writes hints" } else { "writes no hints" }).to_owned()));
        words.extend(self.window_seconds.map(|window| format!("for {window} s after a peer went down")));
        words.extend(self.paused.map(|paused| (if paused { "delivers none" } else { "delivers them" }).to_owned()));
        Ok(format!("{done}: {}", words.join(", ")))
    }
}

impl SetHints {
    /// Cassandra's defaults.
    pub(super) fn as_at_start() -> Self {
        Self { node: None, enabled: Some(true), window_seconds: Some(DEFAULT_WINDOW), paused: Some(false) }
    }

    async fn set(self, mut agent: Jolokia, node: String, asked: Asked) -> Result<Result<(), String>, Failure> {
        let process = match agent.process().await? {
            Ok(process) => process,
            Err(words) => return Ok(Err(words)),
        };
        let mut done = Ok(());
        if let Some(enabled) = self.enabled {
            done = done.and(agent.enable_hints(enabled).await?);
        }
        if let Some(window) = self.window_seconds {
            done = done.and(agent.set_hint_window(i64::from(window) * 1000).await?);
        }
        if let Some(paused) = self.paused {
            done = done.and(agent.pause_hints(paused).await?);
            if done.is_ok() {
                asked.pause(&node, process, paused);
            }
        }
        Ok(done)
    }
}
