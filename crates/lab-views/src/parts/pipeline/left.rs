//! What tasks left under a key, run by run.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Millis, Observation,
    facts::{
        airflow::{AirflowFact, RunValue, ValueSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

/// A record that a run had sent may be told so long after the run's end: Kafka must have been read later than that.
const LATER: Millis = 2_000;
/// Runs that are remembered of each key; the first by id make room.
const KEPT: usize = 2000;

/// By task and key. The DAG is the pipeline's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Left(BTreeMap<String, OfKey>);

/// What was left under one key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfKey {
    /// By run.
    pub(crate) runs: BTreeMap<String, OfRun>,
    /// Of so many of the newest runs it was read …
    pub(crate) read: u64,
    /// … and so many there are.
    pub(crate) total: u64,
    /// Who told it.
    pub(crate) by: String,
    /// Runs that have ended, and since when Kafka was not read to its end.
    waiting: Vec<String>,
}

/// What was left in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfRun {
    /// The run's state then.
    pub(crate) state: String,
    pub(crate) value: Option<ValueSeen>,
    /// When this was told.
    told_at: Millis,
    /// It has ended, and Kafka was read to its end since: what is not there never comes.
    pub(crate) settled: bool,
}

impl OfRun {
    /// Nothing more is left in it.
    fn ended(&self) -> bool {
        matches!(self.state.as_str(), "success" | "failed")
    }

    /// The value as JSON, if all of it was read.
    pub(crate) fn json(&self) -> Option<&str> {
        match self.value.as_ref()? {
            ValueSeen::Json { text, length, .. } => (text.chars().count() as u64 == *length).then_some(text),
            ValueSeen::Unread { .. } => None,
        }
    }

    /// A text without quotes in it.
    pub(crate) fn text(&self) -> Option<&str> {
        self.json()?.strip_prefix('"')?.strip_suffix('"')
    }
}

impl OfKey {
    fn hear(&mut self, told: &RunValue, at: Millis) {
        let known = self.runs.get(&told.run);
        if known.is_some_and(|known| known.state == told.run_state && known.value == told.value) {
            return;
        }
        let (state, value) = (told.run_state.clone(), told.value.clone());
        let now = OfRun { state, value, told_at: at, settled: false };
        self.waiting.retain(|run| *run != told.run);
        if now.ended() {
            self.waiting.push(told.run.clone());
        }
        self.runs.insert(told.run.clone(), now);
    }
}

impl Left {
    /// Folds one observation in; tells whether it was about them.
    pub(crate) fn apply(&mut self, observation: &Observation) -> bool {
        match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted: false, .. }) => self.0.clear(),
            Fact::Airflow(AirflowFact::ValuesLeft { dag, task, key, values, total, read })
                if dag == super::COLLECTS =>
            {
                let known = self.0.entry(name((task, key))).or_default();
                (known.read, known.total, known.by) = (*read, *total, observation.source.to_string());
                for value in values {
                    known.hear(value, observation.heard_at);
                }
                while known.runs.len() > KEPT {
                    known.runs.pop_first();
                }
            }
            _ => return false,
        }
        true
    }

    /// Kafka was read to its end at this time. Tells whether a run is settled by it.
    pub(crate) fn settle(&mut self, read_at: Millis) -> bool {
        let Some(known) = self.0.get_mut(&name(super::PIECES)) else { return false };
        let before = known.waiting.len();
        let OfKey { waiting, runs, .. } = known;
        waiting.retain(|run| {
            let Some(run) = runs.get_mut(run).filter(|run| run.ended()) else { return false };
            run.settled = read_at >= run.told_at.saturating_add(LATER);
            !run.settled
        });
        waiting.len() != before
    }

    /// Whether a run waits for Kafka to be read.
    pub(crate) fn waits(&self) -> bool {
        self.0.get(&name(super::PIECES)).is_some_and(|known| !known.waiting.is_empty())
    }

    /// What a task left under a key; none before it was told.
    pub(crate) fn of(&self, place: (&str, &str)) -> Option<&OfKey> {
        self.0.get(&name(place))
    }
}

fn name((task, key): (&str, &str)) -> String {
    format!("{task}/{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_read_to_its_end_is_a_value() {
        let run = |text: &str, length| OfRun {
            state: "success".into(),
            value: Some(ValueSeen::Json { text: text.into(), length, kind: "string".into() }),
            told_at: 0,
            settled: false,
        };
        assert_eq!(
            (run("\"2026", 50).text(), run("\"2026\"", 6).text(), run("21", 2).json()),
            (None, Some("2026"), Some("21"))
        );
    }
}
