//! What tasks left under a key, run by run.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Observation,
    facts::{
        airflow::{AirflowFact, ValueSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

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
}

/// What was left in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfRun {
    /// The run's state then.
    pub(crate) state: String,
    pub(crate) value: Option<ValueSeen>,
}

impl OfRun {
    /// Nothing more is left in it.
    pub(crate) fn ended(&self) -> bool {
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

impl Left {
    /// Folds one observation in; tells whether it was about them.
    pub(crate) fn apply(&mut self, observation: &Observation) -> bool {
        match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted: false, .. }) => self.0.clear(),
            Fact::Airflow(AirflowFact::ValuesLeft { dag, task, key, values, total, read })
                if dag == super::COLLECTS =>
            {
                let known = self.0.entry(name((task, key))).or_default();
                (known.read, known.total) = (*read, *total);
                for value in values {
                    let now = OfRun { state: value.run_state.clone(), value: value.value.clone() };
                    known.runs.insert(value.run.clone(), now);
                }
                while known.runs.len() > KEPT {
                    known.runs.pop_first();
                }
            }
            _ => return false,
        }
        true
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
        };
        assert_eq!(
            (run("\"2026", 50).text(), run("\"2026\"", 6).text(), run("21", 2).json()),
            (None, Some("2026"), Some("21"))
        );
    }
}
