//! Which node believed which node up or down, and when that changed, as the journal has it: whether a trial lay wholly
//! before a conviction, wholly after it, or astride; and whether somebody else stopped a node meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::Millis;
use serde_json::Value;

use crate::schema::TrialPhase;

/// A changed belief is heard a little after the change: by push within milliseconds, by asking within this.
pub(super) const HEARD_WITHIN: Millis = 400;
/// A node that shuts down serves nobody some time before its container has stopped, and is asked twice a second.
const SILENCE_HEARD_WITHIN: Millis = 1500;

/// From the beginning of a trial to its end, journal time.
type Span = (Millis, Millis);

/// What each node believed of each other one, over time.
#[derive(Debug, Clone, Default)]
pub(super) struct Beliefs {
    /// By observer and peer: each belief and since when, in the order of time.
    changes: BTreeMap<(String, String), Vec<(Millis, bool)>>,
    /// By node: from when it did not answer us until when it did again.
    silent: BTreeMap<String, Vec<(Millis, Option<Millis>)>>,
    /// By node: from when its container did not run until when it was heard again.
    stopped: BTreeMap<String, Vec<(Millis, Option<Millis>)>>,
}

impl Beliefs {
    /// Learns what the model of `cassandra_ring` says at a time.
    pub(super) fn learn(&mut self, ring: &Value, now: Millis) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for node in ring["nodes"].as_array().into_iter().flatten() {
            self.note_whether_away(node, now);
            for belief in node["believes"].as_array().into_iter().flatten() {
                let (Some(up), Some(since)) = (belief["up"].as_bool(), belief["since"].as_u64()) else { continue };
                let known = self.changes.entry((text(&node["node"]), text(&belief["peer"]))).or_default();
                if known.last().is_none_or(|(_, before)| *before != up) {
                    known.push((since, up));
                }
            }
        }
    }

    fn note_whether_away(&mut self, node: &Value, now: Millis) {
        let Some(name) = node["node"].as_str() else { return };
        let (silent, stopped) =
            (node["heard"] == "silent", node["container"].as_str().is_some_and(|is| is != "running"));
        let back = node["heard"] == "answering" && !stopped;
        for (spans, away) in [(&mut self.silent, silent), (&mut self.stopped, stopped)] {
            let spans = spans.entry(name.to_owned()).or_default();
            match spans.last_mut() {
                Some((_, until @ None)) if back => *until = Some(now),
                Some((_, None)) => {}
                _ if away => spans.push((now, None)),
                _ => {}
            }
        }
    }

    /// A member that the fault has nothing to do with, and that did not serve within a time all the same: any that was
    /// stopped, and one of those asked also if it only fell silent.
    fn away(&self, (began, ended): Span, asked: &BTreeSet<String>, scene: &Believing<'_>) -> Option<&str> {
        let within = |spans: &Vec<(Millis, Option<Millis>)>| {
            spans
                .iter()
                .any(|&(from, until)| from <= ended + SILENCE_HEARD_WITHIN && until.is_none_or(|until| until >= began))
        };
        let stopped = self.stopped.iter().filter(|(_, spans)| within(spans));
        let silent = self.silent.iter().filter(|(node, spans)| asked.contains(*node) && within(spans));
        let mut away = stopped.chain(silent).map(|(node, _)| node);
        away.find(|node| scene.members.contains(*node) && !scene.victims.contains(*node)).map(String::as_str)
    }

    /// What `who` believed about `whom` at a time; none if `who` had not said it.
    fn at(&self, who: &str, whom: &str, time: Millis) -> Option<bool> {
        let known = self.changes.get(&(who.to_owned(), whom.to_owned()))?;
        known.iter().rev().find(|(since, _)| *since <= time).or(known.first()).map(|(_, up)| *up)
    }

    /// Why a trial does not belong to its phase, if it does not: somebody else stopped a node, or one of those asked
    /// changed its belief meanwhile, or believed something else than the phase is about.
    pub(super) fn against(&self, span: Span, asked: &BTreeSet<String>, scene: &Believing<'_>) -> Option<String> {
        if let Some(node) = self.away(span, asked, scene) {
            return Some(format!("{node} did not answer, but not because of the fault"));
        }
        let (began, ended) = span;
        for ((who, whom), changes) in self.changes.iter().filter(|((who, _), _)| asked.contains(who)) {
            if let Some((_, up)) =
                changes.iter().skip(1).find(|(since, _)| *since >= began && *since <= ended + HEARD_WITHIN)
            {
                let turned = if *up { "up" } else { "down" };
                return Some(format!("{who} marked {whom} {turned} during the trial"));
            }
            let (Some(up), Some(expected)) = (self.at(who, whom, began), scene.up(who, whom)) else { continue };
            if up != expected {
                let believed = if up { "up" } else { "down" };
                return Some(format!("{who} believed {whom} {believed}"));
            }
        }
        None
    }

    /// Whether each of `who` believes that each of `whom` is `up`, as last said.
    pub(super) fn all(&self, who: &BTreeSet<String>, whom: &BTreeSet<String>, up: bool) -> bool {
        let last = |a: &String, b: &String| self.changes.get(&(a.clone(), b.clone())).and_then(|known| known.last());
        who.iter().all(|a| whom.iter().filter(|b| *b != a).all(|b| last(a, b).is_some_and(|(_, is)| *is == up)))
    }

    /// Whether any of `who` believes that any of `whom` is down, as last said.
    pub(super) fn any_down(&self, who: &BTreeSet<String>, whom: &BTreeSet<String>) -> bool {
        let down = |(a, b): &(String, String), known: &Vec<(Millis, bool)>| {
            who.contains(a) && whom.contains(b) && known.last().is_some_and(|(_, up)| !up)
        };
        self.changes.iter().any(|(pair, known)| down(pair, known))
    }
}

/// What nodes should believe in a phase.
pub(super) struct Believing<'a> {
    pub(super) phase: TrialPhase,
    pub(super) members: &'a BTreeSet<String>,
    pub(super) victims: &'a BTreeSet<String>,
}

impl Believing<'_> {
    /// What `who` should believe about `whom`; none if it does not matter.
    fn up(&self, who: &str, whom: &str) -> Option<bool> {
        if !self.members.contains(whom) {
            return None;
        }
        let apart = self.victims.contains(who) != self.victims.contains(whom);
        Some(self.phase == TrialPhase::Before || !apart)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(who: &str, whom: &str, up: bool, since: u64) -> Value {
        json!({ "nodes": [{ "node": who, "believes": [{ "peer": whom, "up": up, "since": since }] }] })
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn beliefs() -> Beliefs {
        let mut beliefs = Beliefs::default();
        beliefs.learn(&said("n1", "n3", true, 10), 10);
        beliefs.learn(&said("n2", "n3", true, 10), 10);
        beliefs.learn(&said("n1", "n3", false, 20_000), 20_000);
        beliefs.learn(&said("n2", "n3", false, 21_000), 21_000);
        beliefs
    }

    fn against(phase: TrialPhase, span: (u64, u64), asked: &[&str]) -> Option<String> {
        let (members, victims) = (set(&["n1", "n2", "n3"]), set(&["n3"]));
        beliefs().against(span, &set(asked), &Believing { phase, members: &members, victims: &victims })
    }

    #[test]
    fn a_trial_lies_before_after_or_astride() {
        assert_eq!(against(TrialPhase::Before, (5_000, 7_000), &["n1", "n2"]), None);
        assert!(against(TrialPhase::Before, (19_000, 20_500), &["n1"]).unwrap().contains("n1 marked n3 down"));
        assert!(against(TrialPhase::Before, (19_000, 19_700), &["n1"]).is_some(), "it is heard a little later");
        assert_eq!(against(TrialPhase::Before, (19_700, 20_300), &["n2"]), None, "who was not asked does not matter");
        assert!(against(TrialPhase::After, (20_500, 20_700), &["n1", "n2"]).is_some(), "n2 believed otherwise");
        assert_eq!(against(TrialPhase::After, (22_000, 22_100), &["n1", "n2"]), None);
        assert!(against(TrialPhase::After, (5_000, 5_100), &["n1"]).unwrap().contains("n1 believed n3 up"));
    }

    #[test]
    fn a_node_that_is_cut_off_should_believe_the_others_down() {
        let mut beliefs = Beliefs::default();
        beliefs.learn(&said("n3", "n1", true, 10), 10);
        let (members, victims) = (set(&["n1", "n3"]), set(&["n3"]));
        let scene = |phase| Believing { phase, members: &members, victims: &victims };
        assert_eq!(beliefs.against((50, 60), &set(&["n3"]), &scene(TrialPhase::Before)), None);
        assert!(beliefs.against((50, 60), &set(&["n3"]), &scene(TrialPhase::After)).is_some());
        beliefs.learn(&said("n3", "n1", false, 1000), 1000);
        assert_eq!(beliefs.against((5000, 5001), &set(&["n3"]), &scene(TrialPhase::After)), None);
    }

    #[test]
    fn a_node_that_somebody_else_stopped_spoils_a_trial_until_it_is_heard_again() {
        let mut beliefs = beliefs();
        let story = [
            (100, "running", "answering"),
            (4000, "running", "silent"),
            (6000, "stopped", "silent"),
            (7000, "running", "silent"),
            (9000, "running", "answering"),
        ];
        for (at, container, heard) in story {
            beliefs.learn(&json!({ "nodes": [{ "node": "n2", "container": container, "heard": heard }] }), at);
        }
        let members = set(&["n1", "n2", "n3"]);
        let against = |victim: &str, asked: &str, span| {
            let scene = Believing { phase: TrialPhase::Before, members: &members, victims: &set(&[victim]) };
            beliefs.against(span, &set(&[asked]), &scene)
        };
        assert_eq!(against("n3", "n2", (1000, 1100)), None);
        assert!(against("n3", "n2", (3900, 3950)).unwrap().contains("n2 did not answer"), "it is heard a little later");
        assert_eq!(against("n3", "n1", (3900, 3950)), None, "another one was asked");
        assert!(against("n3", "n1", (5900, 5950)).is_some(), "a replica less");
        assert!(against("n3", "n1", (8000, 8100)).is_some(), "it starts, and does not serve yet");
        assert_eq!(against("n3", "n2", (9500, 9600)), None);
        assert_eq!(against("n2", "n1", (8000, 8100)), None, "the fault itself stopped it");
    }

    #[test]
    fn conviction_is_told_apart_by_who_has_convicted() {
        let mut beliefs = beliefs();
        let (who, whom) = (set(&["n1", "n2"]), set(&["n3"]));
        assert!(beliefs.all(&who, &whom, false) && beliefs.any_down(&who, &whom));
        beliefs.learn(&said("n2", "n3", true, 30_000), 30_000);
        assert!(!beliefs.all(&who, &whom, false) && beliefs.any_down(&who, &whom));
        assert!(!beliefs.all(&set(&["n1", "n9"]), &whom, false), "who never said is not known to believe it");
    }
}
