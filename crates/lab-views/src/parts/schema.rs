//! Keyspaces and tables, folded from what each node has; reports what changed.

use std::collections::BTreeMap;

use lab_model::facts::cassandra::KeyspaceSeen;
use serde::{Deserialize, Serialize};

/// Keyspaces that are not Cassandra's own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Schema {
    /// By name; none while no node said.
    all: Option<BTreeMap<String, KeyspaceSeen>>,
    /// What each node had last.
    by_node: BTreeMap<String, BTreeMap<String, KeyspaceSeen>>,
}

/// A change of the schema. The first node to have it makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A keyspace is new.
    KeyspaceCreated(KeyspaceSeen),
    /// Its replication is another one.
    Replication(KeyspaceSeen),
    /// It is gone.
    KeyspaceDropped(String),
    /// A table is new (`keyspace.table`).
    TableCreated(String),
    /// Its columns or options are others.
    TableAltered(String),
    /// It is gone.
    TableDropped(String),
}

impl Schema {
    /// A node has these keyspaces.
    pub(super) fn listed(&mut self, node: &str, keyspaces: &[KeyspaceSeen]) -> Vec<Change> {
        let now: BTreeMap<_, _> = keyspaces.iter().map(|keyspace| (keyspace.name.clone(), keyspace.clone())).collect();
        let before = self.by_node.insert(node.to_owned(), now.clone()).unwrap_or_default();
        let Some(all) = &mut self.all else {
            // The first list is how things are; nothing was made now.
            self.all = Some(now);
            return Vec::new();
        };
        let mut changes = Vec::new();
        for name in before.keys().filter(|name| !now.contains_key(*name)) {
            if let Some(gone) = all.remove(name) {
                changes.extend(gone.tables.iter().map(|table| Change::TableDropped(format!("{name}.{}", table.name))));
                changes.push(Change::KeyspaceDropped(name.clone()));
            }
        }
        for (name, keyspace) in now.iter().filter(|(name, keyspace)| before.get(*name) != Some(*keyspace)) {
            changes.extend(differences(all.get(name), keyspace));
            all.insert(name.clone(), keyspace.clone());
        }
        changes
    }

    /// By name; none while no node said.
    pub(crate) fn keyspaces(&self) -> Option<impl Iterator<Item = &KeyspaceSeen>> {
        self.all.as_ref().map(BTreeMap::values)
    }

    /// A keyspace.
    pub(crate) fn keyspace(&self, name: &str) -> Option<&KeyspaceSeen> {
        self.all.as_ref()?.get(name)
    }

    /// Whether there is such a table (`keyspace.table`); none while no node said.
    pub(crate) fn has(&self, table: &str) -> Option<bool> {
        let all = self.all.as_ref()?;
        let Some((keyspace, table)) = table.split_once('.') else { return Some(false) };
        Some(all.get(keyspace).is_some_and(|keyspace| keyspace.tables.iter().any(|known| known.name == table)))
    }
}

fn differences(before: Option<&KeyspaceSeen>, now: &KeyspaceSeen) -> Vec<Change> {
    let mut changes = Vec::new();
    match before {
        None => changes.push(Change::KeyspaceCreated(now.clone())),
        Some(before) if (&before.strategy, &before.replication) != (&now.strategy, &now.replication) => {
            changes.push(Change::Replication(now.clone()));
        }
        Some(_) => {}
    }
    let had = before.map(|before| before.tables.as_slice()).unwrap_or_default();
    let name = |table: &str| format!("{}.{table}", now.name);
    for table in &now.tables {
        match had.iter().find(|known| known.name == table.name) {
            None => changes.push(Change::TableCreated(name(&table.name))),
            Some(known) if known != table => changes.push(Change::TableAltered(name(&table.name))),
            Some(_) => {}
        }
    }
    let gone = had.iter().filter(|known| !now.tables.iter().any(|table| table.name == known.name));
    changes.extend(gone.map(|table| Change::TableDropped(name(&table.name))));
    changes
}
