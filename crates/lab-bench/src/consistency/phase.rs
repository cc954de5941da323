//! Whether a trial lay wholly in its part of the fault: before the others marked the silent node down, after it, or
//! astride; and whether somebody else stopped a node meanwhile. Read from the ring's fold, like the picture of it.

use std::collections::BTreeSet;

use lab_model::Millis;
use lab_views::kinds::cassandra_ring::{Opinion, State};

use super::TrialPhase;

/// A changed belief is heard a little after the change: by push within milliseconds, by asking within this.
const HEARD_WITHIN: Millis = 400;
/// A node that shuts down serves nobody some time before its container has stopped, and is asked twice a second.
const SILENCE_HEARD_WITHIN: Millis = 1500;

/// From the beginning of a trial to its end, journal time.
pub type Span = (Millis, Millis);

/// A part of a fault: what nodes should believe of each other in it.
#[derive(Debug, Clone, Copy)]
pub struct Phase<'a> {
    /// The part.
    pub phase: TrialPhase,
    /// Members of the ring.
    pub members: &'a BTreeSet<String>,
    /// Nodes that have the fault.
    pub victims: &'a BTreeSet<String>,
}

impl Phase<'_> {
    /// Why a trial does not belong here, if it does not: somebody else stopped a node, or one of those asked changed its
    /// belief meanwhile, or believed something else than the phase is about.
    pub fn why_not(&self, ring: &State, (began, ended): Span, asked: &BTreeSet<String>) -> Option<String> {
        if let Some(node) = self.away(ring, (began, ended), asked) {
            return Some(format!("{node} did not answer, but not because of the fault"));
        }
        for who in asked {
            let of_members = |(whom, _): &(String, &Opinion)| whom != who && self.members.contains(whom);
            for (whom, opinion) in ring.opinions(who).into_iter().filter(of_members) {
                if let Some(up) = opinion.turned(&(began..=ended + HEARD_WITHIN)) {
                    return Some(format!("{who} marked {whom} {} during the trial", word(up)));
                }
                if let Some(up) = opinion.at(began).filter(|up| *up != self.up(who, &whom)) {
                    return Some(format!("{who} believed {whom} {}", word(up)));
                }
            }
        }
        None
    }

    /// A member that the fault has nothing to do with, and that did not serve within a time all the same: any that was
    /// stopped, and one of those asked also if it only fell silent.
    fn away(&self, ring: &State, (began, ended): Span, asked: &BTreeSet<String>) -> Option<String> {
        let within = began..=ended + SILENCE_HEARD_WITHIN;
        let silent = ring.silent(within.clone()).filter(|node| asked.contains(*node));
        let mut away = ring.stopped(within).chain(silent);
        away.find(|node| self.members.contains(*node) && !self.victims.contains(*node)).map(ToOwned::to_owned)
    }

    /// What `who` should believe about `whom`, another member.
    fn up(&self, who: &str, whom: &str) -> bool {
        let apart = self.victims.contains(who) != self.victims.contains(whom);
        self.phase == TrialPhase::Before || !apart
    }
}

fn word(up: bool) -> &'static str {
    if up { "up" } else { "down" }
}

/// Whether each of `who` believes that each of `whom` is `up`, as last said. Who never said is not known to believe it.
pub fn all_believe(ring: &State, who: &BTreeSet<String>, whom: &BTreeSet<String>, up: bool) -> bool {
    who.iter().all(|observer| {
        let opinions = ring.opinions(observer);
        let others = whom.iter().filter(|other| *other != observer);
        others.into_iter().all(|other| opinions.get(other).and_then(|opinion| opinion.last()) == Some(up))
    })
}

/// Whether any of `who` believes that any of `whom` is down, as last said.
pub fn any_believes_down(ring: &State, who: &BTreeSet<String>, whom: &BTreeSet<String>) -> bool {
    who.iter().any(|observer| {
        let opinions = ring.opinions(observer);
        whom.iter().any(|other| opinions.get(other).and_then(|opinion| opinion.last()) == Some(false))
    })
}

#[cfg(test)]
mod tests {
    use lab_model::{
        Draft, Fact, Observation, Source,
        facts::{
            cassandra::{CassandraFact, PeerBelief},
            lab::{LabFact, NodeInfo, NodeState},
        },
    };
    use lab_views::{View, kinds::cassandra_ring::TheView};

    use super::*;

    /// The ring's fold, as it is after what was said; node `n` has the address `10.0.0.n`.
    struct Said {
        ring: State,
        seq: u64,
    }

    impl Said {
        fn new() -> Self {
            let node = |id| NodeInfo {
                name: format!("n{id}"),
                role: "node".into(),
                address: Some(format!("10.0.0.{id}")),
                ..NodeInfo::default()
            };
            let started = LabFact::LabStarted {
                lab: "lab".into(),
                stack: "cassandra-3".into(),
                nodes: (1..=3).map(node).collect(),
                images: Vec::new(),
                adopted: false,
                settings: Vec::new(),
            };
            let mut said = Self { ring: State::default(), seq: 0 };
            said.hears(0, Source::Pipewright, started);
            said
        }

        fn hears(&mut self, heard_at: Millis, source: Source, fact: impl Into<Fact>) {
            let Draft { said_at, source, cause, fact } = Draft::new(source, fact);
            TheView::apply(&mut self.ring, &Observation { seq: self.seq, heard_at, said_at, source, cause, fact });
            self.seq += 1;
        }

        fn believes(&mut self, at: Millis, who: &str, whom: u32, up: bool) {
            let peers = vec![PeerBelief { address: format!("10.0.0.{whom}"), up }];
            self.hears(at, Source::Node(who.into()), CassandraFact::PeersBelieved { peers });
        }
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn convicted() -> Said {
        let mut said = Said::new();
        said.believes(10, "n1", 3, true);
        said.believes(10, "n2", 3, true);
        said.believes(20_000, "n1", 3, false);
        said.believes(21_000, "n2", 3, false);
        said
    }

    fn why_not(ring: &State, phase: TrialPhase, span: Span, asked: &[&str]) -> Option<String> {
        let (members, victims) = (set(&["n1", "n2", "n3"]), set(&["n3"]));
        Phase { phase, members: &members, victims: &victims }.why_not(ring, span, &set(asked))
    }

    #[test]
    fn a_trial_lies_before_after_or_astride() {
        let Said { ring, .. } = convicted();
        let before = |span, asked: &[&str]| why_not(&ring, TrialPhase::Before, span, asked);
        let after = |span, asked: &[&str]| why_not(&ring, TrialPhase::After, span, asked);
        assert_eq!(before((5_000, 7_000), &["n1", "n2"]), None);
        assert_eq!(before((19_000, 20_500), &["n1"]).unwrap(), "n1 marked n3 down during the trial");
        assert!(before((19_000, 19_700), &["n1"]).is_some(), "it is heard a little later");
        assert_eq!(before((19_700, 20_300), &["n2"]), None, "who was not asked does not matter");
        assert_eq!(after((20_500, 20_550), &["n1", "n2"]).unwrap(), "n2 believed n3 up");
        assert_eq!(after((22_000, 22_100), &["n1", "n2"]), None);
        assert_eq!(after((5_000, 5_100), &["n1"]).unwrap(), "n1 believed n3 up");
    }

    #[test]
    fn what_is_believed_of_a_node_outside_the_ring_does_not_matter() {
        let mut said = convicted();
        said.believes(30_000, "n1", 9, true);
        said.believes(30_100, "n1", 9, false);
        assert_eq!(why_not(&said.ring, TrialPhase::After, (30_000, 30_200), &["n1"]), None);
    }

    #[test]
    fn a_node_that_is_cut_off_should_believe_the_others_down() {
        let mut said = Said::new();
        said.believes(10, "n3", 1, true);
        assert_eq!(why_not(&said.ring, TrialPhase::Before, (50, 60), &["n3"]), None);
        assert!(why_not(&said.ring, TrialPhase::After, (50, 60), &["n3"]).is_some());
        said.believes(1000, "n3", 1, false);
        assert_eq!(why_not(&said.ring, TrialPhase::After, (5000, 5001), &["n3"]), None);
    }

    #[test]
    fn a_node_that_somebody_else_stopped_spoils_a_trial_until_it_is_heard_again() {
        let mut said = convicted();
        let node = |name: &str| Source::Node(name.to_owned());
        let container =
            |state| LabFact::NodeChanged { node: "n2".into(), state, exit_code: None, networks: Vec::new() };
        let silent = || LabFact::FellSilent { why: "no answer".into() };
        said.hears(31_000, Source::Docker, container(NodeState::Running));
        said.hears(31_000, node("n2"), LabFact::Heard);
        said.hears(34_000, node("n2"), silent());
        said.hears(36_000, Source::Docker, container(NodeState::Stopped));
        said.hears(37_000, Source::Docker, container(NodeState::Running));
        said.hears(39_000, node("n2"), LabFact::Heard);
        let members = set(&["n1", "n2", "n3"]);
        let away = |victim: &str, asked: &str, span| {
            let phase = Phase { phase: TrialPhase::After, members: &members, victims: &set(&[victim]) };
            phase.away(&said.ring, span, &set(&[asked]))
        };
        assert_eq!(away("n3", "n2", (31_000, 31_100)), None);
        assert_eq!(away("n3", "n2", (33_900, 33_950)).as_deref(), Some("n2"), "it is heard a little later");
        assert_eq!(away("n3", "n1", (33_900, 33_950)), None, "another one was asked");
        assert_eq!(away("n3", "n1", (35_900, 35_950)).as_deref(), Some("n2"), "a replica less");
        assert_eq!(away("n3", "n1", (38_000, 38_100)).as_deref(), Some("n2"), "it starts, and does not serve yet");
        assert_eq!(away("n3", "n2", (39_500, 39_600)), None);
        assert_eq!(away("n2", "n1", (38_000, 38_100)), None, "the fault itself stopped it");
        let why = why_not(&said.ring, TrialPhase::After, (38_000, 38_100), &["n1"]).unwrap();
        assert_eq!(why, "n2 did not answer, but not because of the fault");
    }

    #[test]
    fn conviction_is_told_apart_by_who_has_convicted() {
        let mut said = convicted();
        let (who, whom) = (set(&["n1", "n2"]), set(&["n3"]));
        assert!(all_believe(&said.ring, &who, &whom, false) && any_believes_down(&said.ring, &who, &whom));
        said.believes(30_000, "n2", 3, true);
        assert!(!all_believe(&said.ring, &who, &whom, false) && any_believes_down(&said.ring, &who, &whom));
        assert!(!all_believe(&said.ring, &set(&["n1", "n9"]), &whom, false), "who never said");
    }
}
