//! What is beside the engines: the weather source with its answers and its archive, and sinks of ours.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Millis, Observation, Source,
    facts::{
        lab::LabFact,
        weather::{AnswerGiven, Archived, SinkTold, SourceState, WeatherFact},
    },
};
use serde::{Deserialize, Serialize};

/// Answers that are remembered, the newest.
const ANSWERS: usize = 500;
/// Forecasts of the archive that are remembered; of more, the one that was read longest ago makes room.
const ARCHIVED: usize = 20;

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Weather {
    /// None before it told.
    pub(crate) source: Option<SourceSaid>,
    /// In the order of time.
    pub(crate) answers: Vec<AnswerGiven>,
    /// By the time of the forecast: what the archive has, who said so and when.
    pub(crate) archive: BTreeMap<String, InArchive>,
    /// By group.
    pub(crate) sinks: BTreeMap<String, SinkTold>,
}

/// What the weather source said of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SourceSaid {
    /// Its node.
    pub(crate) node: String,
    /// When.
    pub(crate) at: Millis,
    pub(crate) state: SourceState,
}

/// What the archive has of one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct InArchive {
    pub(crate) node: String,
    pub(crate) at: Millis,
    pub(crate) said: Archived,
}

impl Weather {
    /// Folds one observation in; tells whether it was about any of it.
    pub(crate) fn apply(&mut self, observation: &Observation) -> bool {
        match (&observation.fact, &observation.source) {
            (Fact::Lab(LabFact::LabStarted { adopted, .. }), _) => {
                let before = self.clone();
                // Sinks are ours: those of before are no more. What a source of before answered may still be on its way.
                (self.source, self.sinks) = (None, BTreeMap::new());
                if !adopted {
                    *self = Self::default();
                }
                *self != before
            }
            (Fact::Lab(LabFact::LabStopped), _) => self.source.take().is_some(),
            (Fact::Weather(WeatherFact::SinkTold { told }), _) => {
                self.sinks.insert(told.group.clone(), told.clone());
                true
            }
            (Fact::Weather(fact), Source::Node(node)) => self.hear(fact, node, observation.heard_at),
            _ => false,
        }
    }

    fn hear(&mut self, fact: &WeatherFact, node: &str, at: Millis) -> bool {
        match fact {
            WeatherFact::SourceTold { state } => {
                self.source = Some(SourceSaid { node: node.to_owned(), at, state: state.clone() });
            }
            WeatherFact::AnswersGiven { answers } => {
                for answer in
                    answers.iter().filter(|answer| !self.answers.contains(answer)).cloned().collect::<Vec<_>>()
                {
                    let place = self.answers.partition_point(|known| known.at <= answer.at);
                    self.answers.insert(place, answer);
                }
                let more = self.answers.len().saturating_sub(ANSWERS);
                self.answers.drain(..more);
            }
            WeatherFact::ArchiveRead { updated, said } => {
                self.archive.insert(updated.clone(), InArchive { node: node.to_owned(), at, said: said.clone() });
                if self.archive.len() > ARCHIVED {
                    let oldest = self.archive.iter().min_by_key(|(_, known)| known.at).map(|(name, _)| name.clone());
                    oldest.and_then(|oldest| self.archive.remove(&oldest));
                }
            }
            WeatherFact::SinkTold { .. } => return false,
        }
        true
    }
}
