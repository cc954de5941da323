//! Who believed whom up, and when each changed its mind, as the journal has it: whether a trial lay wholly before a
//! conviction, wholly after it, or astride.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::Millis;
use serde_json::Value;

use crate::schema::TrialPhase;

/// A change of mind is heard a little after it happened: by push within milliseconds, by asking within this.
pub(super) const HEARD_WITHIN: Millis = 400;

/// What each node believed of each other one, over time.
#[derive(Debug, Clone, Default)]
pub(super) struct Beliefs {
    /// By who believes and of whom: since when what is believed, in the order of time.
    changes: BTreeMap<(String, String), Vec<(Millis, bool)>>,
}

impl Beliefs {
    /// Learns what the model of `cassandra_ring` says now.
    pub(super) fn learn(&mut self, ring: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for node in ring["nodes"].as_array().into_iter().flatten() {
            for belief in node["believes"].as_array().into_iter().flatten() {
                let (Some(up), Some(since)) = (belief["up"].as_bool(), belief["since"].as_u64()) else { continue };
                let known = self.changes.entry((text(&node["node"]), text(&belief["peer"]))).or_default();
                if known.last().is_none_or(|(_, before)| *before != up) {
                    known.push((since, up));
                }
            }
        }
    }

    /// What `who` believed of `whom` at a time; none while it never said.
    fn at(&self, who: &str, whom: &str, time: Millis) -> Option<bool> {
        let known = self.changes.get(&(who.to_owned(), whom.to_owned()))?;
        known.iter().rev().find(|(since, _)| *since <= time).or(known.first()).map(|(_, up)| *up)
    }

    /// Why a trial does not belong to its phase, if it does not: one of those asked changed its mind meanwhile, or
    /// believed something else than the phase is about.
    pub(super) fn against(
        &self,
        span: (Millis, Millis),
        asked: &BTreeSet<String>,
        scene: &Believing<'_>,
    ) -> Option<String> {
        let (began, ended) = span;
        for ((who, whom), changes) in self.changes.iter().filter(|((who, _), _)| asked.contains(who)) {
            if let Some((_, up)) =
                changes.iter().skip(1).find(|(since, _)| *since >= began && *since <= ended + HEARD_WITHIN)
            {
                let turned = if *up { "up" } else { "down" };
                return Some(format!("{who} came to believe {whom} {turned} meanwhile"));
            }
            let (Some(up), Some(expected)) = (self.at(who, whom, began), scene.up(who, whom)) else { continue };
            if up != expected {
                let believed = if up { "up" } else { "down" };
                return Some(format!("{who} believed {whom} {believed}"));
            }
        }
        None
    }

    /// Whether each of `who` believes each of `whom` to be `up`, as last said.
    pub(super) fn all(&self, who: &BTreeSet<String>, whom: &BTreeSet<String>, up: bool) -> bool {
        let last = |a: &String, b: &String| self.changes.get(&(a.clone(), b.clone())).and_then(|known| known.last());
        who.iter().all(|a| whom.iter().filter(|b| *b != a).all(|b| last(a, b).is_some_and(|(_, is)| *is == up)))
    }

    /// Whether any of `who` believes any of `whom` down, as last said.
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
    /// What `who` should believe of `whom`; none if it does not matter.
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
        beliefs.learn(&said("n1", "n3", true, 10));
        beliefs.learn(&said("n2", "n3", true, 10));
        beliefs.learn(&said("n1", "n3", false, 20_000));
        beliefs.learn(&said("n2", "n3", false, 21_000));
        beliefs
    }

    fn against(phase: TrialPhase, span: (u64, u64), asked: &[&str]) -> Option<String> {
        let (members, victims) = (set(&["n1", "n2", "n3"]), set(&["n3"]));
        beliefs().against(span, &set(asked), &Believing { phase, members: &members, victims: &victims })
    }

    #[test]
    fn a_trial_lies_before_after_or_astride() {
        assert_eq!(against(TrialPhase::Before, (5_000, 7_000), &["n1", "n2"]), None);
        assert!(against(TrialPhase::Before, (19_000, 20_500), &["n1"]).unwrap().contains("n1 came to believe n3 down"));
        assert!(against(TrialPhase::Before, (19_000, 19_700), &["n1"]).is_some(), "it is heard a little later");
        assert_eq!(against(TrialPhase::Before, (19_700, 20_300), &["n2"]), None, "who was not asked does not matter");
        assert!(against(TrialPhase::After, (20_500, 20_700), &["n1", "n2"]).is_some(), "n2 believed otherwise");
        assert_eq!(against(TrialPhase::After, (22_000, 22_100), &["n1", "n2"]), None);
        assert!(against(TrialPhase::After, (5_000, 5_100), &["n1"]).unwrap().contains("n1 believed n3 up"));
    }

    #[test]
    fn a_node_that_is_cut_off_should_believe_the_others_down() {
        let mut beliefs = Beliefs::default();
        beliefs.learn(&said("n3", "n1", true, 10));
        let (members, victims) = (set(&["n1", "n3"]), set(&["n3"]));
        let scene = |phase| Believing { phase, members: &members, victims: &victims };
        assert_eq!(beliefs.against((50, 60), &set(&["n3"]), &scene(TrialPhase::Before)), None);
        assert!(beliefs.against((50, 60), &set(&["n3"]), &scene(TrialPhase::After)).is_some());
        beliefs.learn(&said("n3", "n1", false, 1000));
        assert_eq!(beliefs.against((5000, 5001), &set(&["n3"]), &scene(TrialPhase::After)), None);
    }

    #[test]
    fn conviction_is_told_apart_by_who_has_convicted() {
        let mut beliefs = beliefs();
        let (who, whom) = (set(&["n1", "n2"]), set(&["n3"]));
        assert!(beliefs.all(&who, &whom, false) && beliefs.any_down(&who, &whom));
        beliefs.learn(&said("n2", "n3", true, 30_000));
        assert!(!beliefs.all(&who, &whom, false) && beliefs.any_down(&who, &whom));
        assert!(!beliefs.all(&set(&["n1", "n9"]), &whom, false), "who never said is not known to believe it");
    }
}
