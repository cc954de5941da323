//! What was so before: what each node believed of each other one, and which nodes did not answer or run.
//!
//! The picture shows how it is. Whoever asks whether something fell wholly before a change, or after it, asks here.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::RangeInclusive,
};

use lab_model::{
    Fact, Millis, Observation, Source,
    facts::{
        cassandra::CassandraFact,
        lab::{LabFact, NodeState},
    },
};
use serde::{Deserialize, Serialize};

use super::State;
use crate::{Hearing, parts::members::Members};

/// Changes kept of each belief, and absences of each node: the newest.
const KEPT: usize = 100;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct History {
    /// By observer, then by the other's address.
    opinions: BTreeMap<String, BTreeMap<String, Opinion>>,
    /// By node: when it did not answer.
    silent: BTreeMap<String, VecDeque<Absence>>,
    /// By node: when its container did not run, until it was heard again.
    stopped: BTreeMap<String, VecDeque<Absence>>,
}

/// What one node believed of another one, over time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// The oldest first; no two that follow each other are the same.
    turns: VecDeque<Turn>,
    /// There were earlier ones.
    forgotten: bool,
}

/// A belief, and since when it was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Turn {
    since: Millis,
    up: bool,
}

/// From when to when; without an end while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Absence {
    from: Millis,
    until: Option<Millis>,
}

impl Opinion {
    /// Whether the other one was believed up at a time; none if nothing had been said by then, or if it is forgotten.
    pub fn at(&self, time: Millis) -> Option<bool> {
        self.turns.iter().rev().find(|turn| turn.since <= time).map(|turn| turn.up)
    }

    /// What was said last.
    pub fn last(&self) -> Option<bool> {
        self.turns.back().map(|turn| turn.up)
    }

    /// The first change within a time: to what it changed. What was said first changed nothing.
    pub fn turned(&self, within: &RangeInclusive<Millis>) -> Option<bool> {
        let changes = self.turns.iter().skip(usize::from(!self.forgotten));
        changes.into_iter().find(|turn| within.contains(&turn.since)).map(|turn| turn.up)
    }

    fn note(&mut self, up: bool, since: Millis) {
        if self.last() == Some(up) {
            return;
        }
        self.turns.push_back(Turn { since, up });
        if self.turns.len() > KEPT {
            self.turns.pop_front();
            self.forgotten = true;
        }
    }
}

impl State {
    /// What a node believed of the others, by their names.
    pub fn opinions(&self, observer: &str) -> BTreeMap<String, &Opinion> {
        let all = self.history.opinions.get(observer).into_iter().flatten();
        all.map(|(address, opinion)| (self.members.ring.name(address), opinion)).collect()
    }

    /// The nodes that did not answer at some time within.
    pub fn silent(&self, within: RangeInclusive<Millis>) -> impl Iterator<Item = &str> {
        away(&self.history.silent, within)
    }

    /// The nodes whose container did not run at some time within, or had not been heard again since.
    pub fn stopped(&self, within: RangeInclusive<Millis>) -> impl Iterator<Item = &str> {
        away(&self.history.stopped, within)
    }
}

fn away(
    all: &BTreeMap<String, VecDeque<Absence>>,
    within: RangeInclusive<Millis>,
) -> impl Iterator<Item = &str> {
    let meets = move |absence: &Absence| {
        absence.from <= *within.end() && absence.until.is_none_or(|until| until >= *within.start())
    };
    all.iter().filter(move |(_, absences)| absences.iter().any(&meets)).map(|(node, _)| node.as_str())
}

impl History {
    /// Notes what an observation changed, after `members` heard of it.
    pub(super) fn apply(&mut self, members: &Members, observation: &Observation) {
        match (&observation.fact, &observation.source) {
            (Fact::Lab(LabFact::LabStarted { adopted: false, .. }), _) => *self = Self::default(),
            (Fact::Lab(LabFact::LabStopped), _) => {
                for node in &members.nodes.all {
                    self.note_absence(members, &node.info.name, observation.heard_at);
                }
            }
            (Fact::Lab(LabFact::NodeChanged { node, .. }), _) => {
                self.note_absence(members, node, observation.heard_at);
            }
            (fact, Source::Node(node)) => {
                if let Fact::Cassandra(CassandraFact::PeersBelieved { .. } | CassandraFact::PeerTurned { .. }) = fact {
                    let opinions = self.opinions.entry(node.clone()).or_default();
                    for (address, belief) in members.ring.beliefs_of(node) {
                        opinions.entry(address.to_owned()).or_default().note(belief.up, belief.since);
                    }
                }
                self.note_absence(members, node, observation.heard_at);
            }
            _ => {}
        }
    }

    fn note_absence(&mut self, members: &Members, node: &str, at: Millis) {
        let hearing = members.heard(node).hearing;
        let container = members.container(node).and_then(|node| node.state);
        let stopped = container.is_some_and(|state| state != NodeState::Running);
        let back = hearing == Hearing::Answering && !stopped;
        let silent = hearing == Hearing::Silent;
        for (all, away) in [(&mut self.silent, silent), (&mut self.stopped, stopped)] {
            let Some(absences) = all.get_mut(node) else {
                if away {
                    all.insert(node.to_owned(), [Absence { from: at, until: None }].into());
                }
                continue;
            };
            match absences.back_mut() {
                Some(Absence { until: until @ None, .. }) if back => *until = Some(at),
                Some(Absence { until: None, .. }) => {}
                _ if away => absences.push_back(Absence { from: at, until: None }),
                _ => {}
            }
            if absences.len() > KEPT {
                absences.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kinds::cassandra_ring::TheView,
        testing::{app, believes, c, container, journal, silent, start_cassandra, whole_ring},
        view::View,
    };

    /// What was said, 100 ms apart.
    fn state(said: &[lab_model::Draft]) -> State {
        let mut state = State::default();
        for observation in journal(said) {
            TheView::apply(&mut state, &observation);
        }
        state
    }

    #[test]
    fn an_opinion_is_known_from_when_it_was_said_and_changes_when_it_does() {
        let mut said = whole_ring();
        let began = said.len() as u64 * 100;
        said.extend([c(1, believes(&[2, -3])), c(1, believes(&[2, -3])), c(1, believes(&[2, 3]))]);
        let state = state(&said);
        let all = state.opinions("cassandra-1");
        let third = all["cassandra-3"];
        assert_eq!((third.at(0), third.at(began - 1), third.at(began)), (None, Some(true), Some(false)));
        assert_eq!((third.at(began + 199), third.at(began + 200), third.last()), (Some(false), Some(true), Some(true)));
        assert_eq!(third.turned(&(0..=began - 1)), None, "what was said first is no change");
        assert_eq!(third.turned(&(began..=began + 50)), Some(false));
        assert_eq!(third.turned(&(began + 1..=began + 500)), Some(true), "said twice, it changed once");
        assert_eq!(all["cassandra-2"].turned(&(0..=began + 500)), None);
        assert!(state.opinions("cassandra-4").is_empty(), "who said nothing has none");
    }

    #[test]
    fn of_many_changes_the_newest_are_known_and_the_oldest_is_one_too() {
        let mut opinion = Opinion::default();
        (0..250_u64).for_each(|at| opinion.note(at % 2 == 0, at));
        assert_eq!((opinion.at(149), opinion.at(150)), (None, Some(true)));
        assert_eq!(opinion.turned(&(0..=150)), Some(true));
    }

    #[test]
    fn a_node_is_away_until_it_runs_and_answers() {
        let mut said = whole_ring();
        let began = said.len() as u64 * 100;
        let both = &["a-client", "b-cluster"];
        said.extend([
            c(2, silent()),
            container("cassandra-2", NodeState::Stopped, &[]),
            c(2, LabFact::FellSilent { why: "refused".to_owned() }),
            container("cassandra-2", NodeState::Running, both),
            c(2, LabFact::Heard),
        ]);
        let ring = state(&said);
        let silent = |from: Millis, to: Millis| ring.silent(began + from..=began + to).collect::<Vec<_>>();
        let stopped = |from: Millis, to: Millis| ring.stopped(began + from..=began + to).collect::<Vec<_>>();
        assert_eq!((silent(0, 50), stopped(0, 99)), (vec!["cassandra-2"], vec![]));
        assert_eq!((silent(350, 390), stopped(350, 390)), (vec!["cassandra-2"], vec!["cassandra-2"]), "it starts");
        assert_eq!((silent(401, 999), stopped(401, 999)), (vec![], vec![]));
    }

    #[test]
    fn a_lab_that_ends_takes_every_node_away_and_a_new_one_begins_anew() {
        let mut said = whole_ring();
        said.push(app(LabFact::LabStopped));
        let ended = state(&said);
        assert_eq!(ended.stopped(0..=Millis::MAX).count(), 5, "four nodes and the sidecar");
        said.push(app(start_cassandra(false)));
        let anew = state(&said);
        assert_eq!(anew.stopped(0..=Millis::MAX).count(), 0);
        assert!(anew.opinions("cassandra-1").is_empty());
    }
}
