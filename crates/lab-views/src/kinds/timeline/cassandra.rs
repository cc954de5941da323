//! Changes of a Cassandra ring, of its schema, hints and repairs, and requests of ours that did not end well.
//!
//! An entry for each change: of many requests of one action that fail alike the first is told, and the first that does not.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    ActionId, Fact, Observation, Source,
    facts::{
        cassandra::{CassandraFact, RepairSeen, RequestOutcome, RequestSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::{change::Change, model::Mood};
use crate::parts::{
    hints::{Change as HintsChange, Happened, Hints},
    ring::{Change as RingChange, Ring},
    schema::Change as SchemaChange,
    statement,
    words::short,
};

/// How things were, as far as entries depend on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Cassandra {
    ring: Ring,
    hints: Hints,
    /// Names of the newest outcomes, by client, coordinator, level, what the request was for and what it was about.
    outcomes: BTreeMap<String, String>,
    /// The actions that the newest outcomes came of, by the same.
    #[serde(default)]
    causes: BTreeMap<String, u64>,
    /// Loads that run.
    loads: BTreeSet<String>,
    /// How repairs stand, by node and id.
    repairs: BTreeMap<String, BTreeMap<String, Phase>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    Running,
    Done,
    Failed,
}

impl Cassandra {
    /// Folds one observation in; tells what changed.
    pub(super) fn apply(&mut self, observation: &Observation) -> Vec<Change> {
        if let Fact::Lab(LabFact::LabStarted { adopted: false, .. }) = &observation.fact {
            *self = Self::default();
        }
        let ring = self.ring.apply(observation).unwrap_or_default();
        let dropped: Vec<String> = ring.iter().filter_map(dropped).collect();
        let mut changes: Vec<Change> = ring.into_iter().filter_map(|change| told(change, &dropped)).collect();
        changes.extend(self.hints.apply(observation, &self.ring).unwrap_or_default().iter().map(hinted));
        let Fact::Cassandra(fact) = &observation.fact else { return changes };
        match (fact, &observation.source) {
            (CassandraFact::RequestEnded { request }, Source::Client(client)) => {
                changes.extend(self.request(client, request, observation.cause));
            }
            (CassandraFact::LoadTold { table, running, ended, .. }, Source::Client(client)) => {
                changes.extend(self.load(client, table, *running, ended, fact));
            }
            (CassandraFact::RepairsListed { repairs }, Source::Node(node)) => changes.extend(self.repaired(node, repairs)),
            _ => {}
        }
        changes
    }

    fn request(&mut self, client: &str, request: &RequestSeen, cause: Option<ActionId>) -> Option<Change> {
        let through = request.coordinator.as_deref().unwrap_or("nobody");
        let kind = serde_json::to_string(&request.kind).unwrap_or_default();
        let about: Vec<String> = statement::names(&request.cql).into_iter().collect();
        let key = format!("{client} {through} {} {kind} {}", request.level, about.join(" "));
        let ok = request.outcome == RequestOutcome::Ok;
        let now = request.outcome.name();
        // Whoever asks anew is told anew that it failed.
        let asked_before = cause.is_none_or(|cause| self.causes.insert(key.clone(), cause.0) == Some(cause.0));
        let before = self.outcomes.insert(key, now.to_owned());
        if before.as_deref() == Some(now) && (ok || asked_before) {
            return None;
        }
        let what = format!("{client}: {} at {} through {through}", short(&request.cql, 80), request.level);
        let (says, mood) = match before {
            None if ok => return None,
            Some(_) if ok => (format!("{what} is ok, unlike the one before"), Mood::Good),
            _ => (format!("{what}: {}", request.outcome), Mood::Bad),
        };
        Some(Change { kind: "request", about: client.to_owned(), says, mood })
    }

    fn load(
        &mut self,
        client: &str,
        table: &str,
        running: bool,
        ended: &BTreeMap<String, u64>,
        fact: &CassandraFact,
    ) -> Option<Change> {
        let key = format!("{client} {table}");
        if running {
            self.loads.insert(key);
            return None;
        }
        if !self.loads.remove(&key) {
            return None;
        }
        let mood = if ended.keys().all(|outcome| outcome == "ok") { Mood::Good } else { Mood::Bad };
        Some(Change { kind: "load", about: client.to_owned(), says: format!("{client}: {fact}"), mood })
    }

    fn repaired(&mut self, node: &str, repairs: &[RepairSeen]) -> Vec<Change> {
        let first = !self.repairs.contains_key(node);
        let known = self.repairs.entry(node.to_owned()).or_default();
        let now: BTreeMap<String, Phase> = repairs.iter().map(|repair| (repair.id.clone(), phase(repair))).collect();
        let before = std::mem::replace(known, now);
        // The newest are listed first, and told last.
        let turned = repairs.iter().rev().filter(|repair| {
            let is = phase(repair);
            // If an operation is listed twice, the last state counts. An operation that had ended before the first look is no news.
            known.get(&repair.id) == Some(&is)
                && before.get(&repair.id) != Some(&is)
                && !(first && is != Phase::Running)
        });
        turned.map(|repair| repair_told(node, repair)).collect()
    }
}

fn phase(repair: &RepairSeen) -> Phase {
    let state = repair.state.to_lowercase();
    match state.as_str() {
        _ if state.contains("fail") || state.contains("error") => Phase::Failed,
        _ if state.contains("complete") || state.contains("success") => Phase::Done,
        _ => Phase::Running,
    }
}

fn repair_told(node: &str, repair: &RepairSeen) -> Change {
    let what = format!("{} repair of {}", repair.kind.replace('_', " "), repair.keyspace);
    let words = if repair.words.is_empty() { String::new() } else { format!(": {}", repair.words) };
    let (says, mood) = match phase(repair) {
        Phase::Running => (format!("{what} began, led by {node}"), Mood::Plain),
        Phase::Done => (format!("{what} is done{words}"), Mood::Good),
        Phase::Failed => (format!("{what} failed{words}"), Mood::Bad),
    };
    Change { kind: "repair", about: repair.keyspace.clone(), says, mood }
}

fn dropped(change: &RingChange) -> Option<String> {
    match change {
        RingChange::Schema(SchemaChange::KeyspaceDropped(keyspace)) => Some(format!("{keyspace}.")),
        _ => None,
    }
}

fn told(change: RingChange, dropped: &[String]) -> Option<Change> {
    Some(match change {
        RingChange::Turned { observer, peer, up } => {
            let (words, mood) = if up { ("up again", Mood::Good) } else { ("down", Mood::Bad) };
            Change { kind: "believed", says: format!("{observer} believes {peer} {words}"), about: peer, mood }
        }
        RingChange::Mode { node, to } => {
            let mood = if to == "NORMAL" { Mood::Good } else { Mood::Plain };
            Change { kind: "member", says: format!("{node} is {to}"), about: node, mood }
        }
        // Tables that went with their keyspace are told with it.
        RingChange::Schema(SchemaChange::TableDropped(table)) if dropped.iter().any(|gone| table.starts_with(gone)) => {
            return None;
        }
        RingChange::Schema(change) => return schema(change),
    })
}

fn schema(change: SchemaChange) -> Option<Change> {
    let dropped = matches!(change, SchemaChange::KeyspaceDropped(_) | SchemaChange::TableDropped(_));
    let mood = if dropped { Mood::Ended } else { Mood::Plain };
    let (about, says) = match change {
        SchemaChange::KeyspaceCreated(keyspace) | SchemaChange::Replication(keyspace) => {
            let factors = keyspace.replication.iter().map(|(place, factor)| format!("{place} {factor}"));
            let factors = factors.collect::<Vec<_>>().join(", ");
            let says = format!("keyspace {} is replicated by {}: {factors}", keyspace.name, keyspace.strategy);
            (keyspace.name, says)
        }
        SchemaChange::KeyspaceDropped(name) => (name.clone(), format!("keyspace {name} was dropped")),
        SchemaChange::TableCreated(name) => (name.clone(), format!("table {name} was created")),
        SchemaChange::TableAltered(name) => (name.clone(), format!("table {name} was altered")),
        SchemaChange::TableDropped(name) => (name.clone(), format!("table {name} was dropped")),
        // What one node after the other notices happened once.
        SchemaChange::Gone { .. } => return None,
    };
    Some(Change { kind: "schema", about, says, mood })
}

fn hinted(change: &HintsChange) -> Change {
    let mood = match change.what {
        Happened::Delivered => Mood::Good,
        Happened::NotStored => Mood::Bad,
        _ => Mood::Plain,
    };
    let about = change.target.clone().unwrap_or_else(|| change.holder.clone());
    Change { kind: "hints", about, says: change.words(), mood }
}
