//! Where keys lie, as nodes say. Nothing is computed here.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Observation, Source,
    facts::{cassandra::CassandraFact, lab::LabFact},
};
use serde::{Deserialize, Serialize};

use super::members::Members;

/// Keys remembered; the one that was spoken of longest ago makes room.
const KEYS: usize = 100;

/// What was said of keys: by table, then by key, then by the node that says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Places(BTreeMap<String, BTreeMap<String, BTreeMap<String, Placed>>>);

/// Where a node says that a key lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    pub(crate) token: String,
    /// Addresses, the owner of the range first.
    pub(crate) replicas: Vec<String>,
    seq: u64,
}

impl Places {
    /// Folds one observation in; tells whether it says something about keys.
    pub(crate) fn apply(&mut self, observation: &Observation) -> bool {
        if let Fact::Lab(LabFact::LabStarted { adopted: false, .. }) = &observation.fact {
            self.0.clear();
            return true;
        }
        let (Fact::Cassandra(CassandraFact::KeyPlaced { table, key, token, replicas }), Source::Node(node)) =
            (&observation.fact, &observation.source)
        else {
            return false;
        };
        let placed = Placed { token: token.clone(), replicas: replicas.clone(), seq: observation.seq };
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

    /// Nothing said of a table's keys holds any longer.
    pub(crate) fn forget(&mut self, table: &str) {
        self.0.remove(table);
    }

    /// The newest word on where a key lies, of those who answer if any does, and who says it.
    pub(crate) fn of<'a>(&'a self, members: &Members, table: &str, key: &str) -> Option<(&'a str, &'a Placed)> {
        let said = self.0.get(table)?.get(key)?;
        let newest = said.iter().max_by_key(|(node, placed)| (members.answers(node), placed.seq));
        newest.map(|(node, placed)| (node.as_str(), placed))
    }
}
