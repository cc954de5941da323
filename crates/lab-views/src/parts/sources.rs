//! Which sources are heard. A node is heard when it says anything at all, not only by its beats; but its beats are about
//! the port that clients use, and while that one does not answer, nothing said beside it makes the node answer.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Millis, Observation, Source,
    facts::lab::{LabFact, NodeState},
};
use serde::{Deserialize, Serialize};

use super::nodes::Node;
use crate::Hearing;

/// Why a node is silent that cannot be otherwise.
const ENDED: &str = "its container has ended";

/// All sources that were ever asked, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sources(BTreeMap<String, Heard>);

/// What is known of one source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// Does it answer?
    pub(crate) hearing: Hearing,
    /// When it last did.
    pub(crate) at: Option<Millis>,
    /// Why not, if it does not.
    pub(crate) why: Option<String>,
    /// The port that clients use answered when it was last asked; none before it was. An agent beside it may speak first.
    pub(crate) serves: Option<bool>,
}

/// A source began or ceased to answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Turn {
    /// The source.
    pub(crate) source: String,
    /// Now.
    pub(crate) to: Hearing,
    /// When it answered last before.
    pub(crate) last: Option<Millis>,
    /// Why it is silent now.
    pub(crate) why: Option<String>,
}

impl Sources {
    /// Folds one observation in; tells if a source began or ceased to answer.
    pub(crate) fn apply(&mut self, observation: &Observation) -> Option<Turn> {
        match &observation.fact {
            Fact::Lab(LabFact::Heard) => self.hears(&observation.source, observation.heard_at, Some(true)),
            Fact::Lab(LabFact::FellSilent { why }) => self.misses(name(&observation.source), why),
            Fact::Lab(LabFact::NodeChanged { node, state, .. }) => {
                // No process can answer from a container that has ended; a paused one is left to the deadline.
                let ended = matches!(state, NodeState::Stopped | NodeState::Absent);
                let answered = self.of(node).hearing == Hearing::Answering;
                if ended && answered { self.misses(node.clone(), ENDED) } else { None }
            }
            Fact::Lab(LabFact::LabStarted { .. }) => {
                self.0.clear();
                None
            }
            Fact::Lab(LabFact::LabStopped) => {
                // Nobody is asked any more. When they answered last is known as before.
                self.0.values_mut().for_each(|heard| *heard = Heard { at: heard.at, ..Heard::default() });
                None
            }
            _ if matches!(observation.source, Source::Node(_)) => {
                // What speaks beside a closed port, like the agent of a node that starts, does not make the node answer.
                let known = self.of(&name(&observation.source));
                if known.hearing == Hearing::Silent {
                    return None;
                }
                self.hears(&observation.source, observation.heard_at, known.serves)
            }
            _ => None,
        }
    }

    /// Whether the observation may change when somebody was last heard.
    pub(crate) fn concerns(observation: &Observation) -> bool {
        matches!(observation.source, Source::Node(_))
            || matches!(
                observation.fact,
                Fact::Lab(LabFact::NodeChanged { .. } | LabFact::LabStarted { .. } | LabFact::LabStopped)
            )
    }

    /// What is known of a source.
    pub(crate) fn of(&self, source: &str) -> Heard {
        self.0.get(source).cloned().unwrap_or_default()
    }

    /// The same of a node, as pictures show it: nobody asks one whose container has ended, so it is not waited for either; and
    /// a spare that never ran has not kept silent, although its port was knocked at.
    pub(crate) fn of_node(&self, name: &str, node: Option<&Node>) -> Heard {
        let ended = |node: &Node| matches!(node.state, Some(NodeState::Stopped | NodeState::Absent));
        match self.of(name) {
            _ if node.is_some_and(|node| node.waits) => Heard::default(),
            heard if heard.hearing == Hearing::NotAsked && node.is_some_and(ended) => {
                Heard { hearing: Hearing::Silent, why: Some(ENDED.to_owned()), ..heard }
            }
            heard => heard,
        }
    }

    fn hears(&mut self, source: &Source, at: Millis, serves: Option<bool>) -> Option<Turn> {
        self.turn(name(source), Heard { hearing: Hearing::Answering, at: Some(at), why: None, serves })
    }

    fn misses(&mut self, name: String, why: &str) -> Option<Turn> {
        let at = self.of(&name).at;
        self.turn(name, Heard { hearing: Hearing::Silent, at, why: Some(why.to_owned()), serves: Some(false) })
    }

    fn turn(&mut self, source: String, now: Heard) -> Option<Turn> {
        let (to, why) = (now.hearing, now.why.clone());
        let before = self.0.insert(source.clone(), now).unwrap_or_default();
        let Heard { hearing: from, at: last, .. } = before;
        (from != to).then_some(Turn { source, to, last, why })
    }
}

/// A client may bear the name of a node: they are told apart.
fn name(source: &Source) -> String {
    match source {
        Source::Client(name) => format!("client {name}"),
        other => other.to_string(),
    }
}
