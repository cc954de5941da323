//! Where keys lie, as nodes say. Nothing is computed here.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Code, Fact, Observation, Problem, Source,
    facts::{
        cassandra::{CassandraFact, KeyspaceSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::{
    members::Members,
    words::{list, short},
};

/// Keys remembered; the one that was spoken of longest ago makes room.
const KEYS: usize = 100;
/// Letters shown of a name or key that somebody typed.
const LETTERS: usize = 60;

/// What was said of keys: by table, then by key, then by the node that says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Places(BTreeMap<String, BTreeMap<String, BTreeMap<String, Placed>>>);

/// Where a node says that a key lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    pub(crate) token: String,
    /// Addresses, the owner of the range first.
    pub(crate) replicas: Vec<String>,
    /// Why it lies nowhere, if it does not fit its table.
    #[serde(default)]
    pub(crate) refused: Option<String>,
    seq: u64,
}

impl Places {
    /// Folds one observation in; tells whether it says something about keys.
    pub(crate) fn apply(&mut self, observation: &Observation) -> bool {
        if let Fact::Lab(LabFact::LabStarted { adopted: false, .. }) = &observation.fact {
            self.0.clear();
            return true;
        }
        let (Fact::Cassandra(fact), Source::Node(node)) = (&observation.fact, &observation.source) else {
            return false;
        };
        let seq = observation.seq;
        let (table, key, placed) = match fact {
            CassandraFact::KeyPlaced { table, key, token, replicas } => {
                (table, key, Placed { token: token.clone(), replicas: replicas.clone(), refused: None, seq })
            }
            CassandraFact::KeyRefused { table, key, error } => {
                let refused = Some(error.clone());
                (table, key, Placed { token: String::new(), replicas: Vec::new(), refused, seq })
            }
            _ => return false,
        };
        let keys = self.0.entry(table.clone()).or_default();
        keys.entry(key.clone()).or_default().insert(node.clone(), placed);
        self.make_room();
        true
    }

    fn make_room(&mut self) {
        if self.0.values().map(BTreeMap::len).sum::<usize>() <= KEYS {
            return;
        }
        let newest = |said: &BTreeMap<String, Placed>| said.values().map(|placed| placed.seq).max();
        let all =
            self.0.iter().flat_map(|(table, keys)| keys.iter().map(move |(key, said)| (newest(said), table, key)));
        let oldest = all.min().map(|(_, table, key)| (table.clone(), key.clone()));
        if let Some((table, key)) = oldest
            && let Some(keys) = self.0.get_mut(&table)
        {
            keys.remove(&key);
        }
    }

    /// Nothing that a node said of a table's keys holds any longer.
    pub(crate) fn forget(&mut self, table: &str, node: &str) {
        let keys = self.0.get_mut(table).into_iter().flat_map(BTreeMap::values_mut);
        keys.for_each(|said| drop(said.remove(node)));
    }

    /// Why a key lies nowhere, where that is known: there is no such table, the key does not fit it, no node is a replica.
    pub(crate) fn problem(&self, members: &Members, table: &str, key: &str) -> Option<Problem> {
        let schema = &members.ring.schema;
        if let Some(why) = schema.why_not(table) {
            return Some(why);
        }
        let (_, placed) = self.of(members, table, key)?;
        let (keyspace, name) = table.split_once('.')?;
        let shown = format!("Key {} of {}", short(key, LETTERS), short(table, LETTERS));
        let seen = schema.keyspace(keyspace);
        match &placed.refused {
            Some(why) => {
                let why = why.trim_end_matches('.');
                Some(refusal(
                    Code::ActionInvalid,
                    format!("{shown} cannot be looked at: {why}."),
                    key_columns(seen, name),
                ))
            }
            None if placed.replicas.is_empty() => {
                let (message, hint) = nowhere(members, seen, &shown, keyspace);
                Some(refusal(Code::NotNow, message, hint))
            }
            None => None,
        }
    }

    /// The newest word on where a key lies, of those who answer if any does, and who says it.
    pub(crate) fn of<'a>(&'a self, members: &Members, table: &str, key: &str) -> Option<(&'a str, &'a Placed)> {
        let said = self.0.get(table)?.get(key)?;
        let newest = said.iter().max_by_key(|(node, placed)| (members.answers(node), placed.seq));
        newest.map(|(node, placed)| (node.as_str(), placed))
    }
}

fn refusal(code: Code, message: String, hint: String) -> Problem {
    Problem { code, message, detail: String::new(), hint }
}

fn key_columns(seen: Option<&KeyspaceSeen>, table: &str) -> String {
    let table = seen.and_then(|seen| seen.tables.iter().find(|known| known.name == table));
    let columns = table.map(|table| table.columns.as_slice()).unwrap_or_default().iter();
    let columns = columns.filter(|column| column.kind == "partition_key");
    let columns: Vec<String> = columns.map(|column| format!("{} {}", column.name, column.cql_type)).collect();
    if columns.is_empty() { String::new() } else { format!("Its partition key is {}.", list(columns)) }
}

/// That a keyspace has no replica among the nodes here, and what would give it one.
fn nowhere(members: &Members, seen: Option<&KeyspaceSeen>, shown: &str, keyspace: &str) -> (String, String) {
    let factors = seen.map(|known| &known.replication).into_iter().flatten();
    let factors: Vec<String> = factors.map(|(place, factor)| format!("{place}: {factor}")).collect();
    let here: BTreeSet<String> = members.names().iter().filter_map(|node| members.of(node).data_center).collect();
    let factors = if factors.is_empty() { "to no data center".to_owned() } else { factors.join(", ") };
    let message = format!("{shown} lies on no node: keyspace {keyspace} is replicated {factors}.");
    (message, format!("Data centers here: {}. ALTER KEYSPACE gives it replicas in one of them.", list(here)))
}
