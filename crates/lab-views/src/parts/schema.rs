//! Keyspaces and tables, folded from what each node has; reports what changed.

use std::collections::BTreeMap;

use lab_model::{Code, Problem, facts::cassandra::KeyspaceSeen};
use serde::{Deserialize, Serialize};

use super::words::{few, short};

/// Cassandra's own keyspaces, and where their rows lie.
const OWN: [(&str, &str); 8] = [
    ("system", EACH_ITS_OWN),
    ("system_schema", EACH_ITS_OWN),
    ("system_views", EACH_ITS_OWN),
    ("system_virtual_schema", EACH_ITS_OWN),
    ("system_auth", REPLICATED),
    ("system_distributed", REPLICATED),
    ("system_metrics", REPLICATED),
    ("system_traces", REPLICATED),
];
const EACH_ITS_OWN: &str = "Each node keeps it for itself; it is not replicated.";
const REPLICATED: &str = "It is replicated, but Pipewright does not look into it; ask it by CQL.";

/// Letters shown of a name that somebody typed.
const LETTERS: usize = 100;
/// Names that are told where there is none of the asked-for name.
const NAMED: usize = 6;

/// A table as a person names it, `keyspace.table`, without the quotes that CQL wants around capital letters.
pub(crate) fn as_stored(written: &str) -> String {
    let part = |part: &str| {
        let inside = part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        inside.map_or_else(|| part.to_owned(), |inside| inside.replace("\"\"", "\""))
    };
    written.trim().split('.').map(part).collect::<Vec<_>>().join(".")
}

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
    /// The replication is another one.
    Replication(KeyspaceSeen),
    /// The keyspace or table is gone.
    KeyspaceDropped(String),
    /// A table is new (`keyspace.table`).
    TableCreated(String),
    /// The columns or options are others.
    TableAltered(String),
    /// The keyspace or table is gone.
    TableDropped(String),
    /// A node has not got the table any more that it had: it was dropped, or dropped and made anew.
    Gone {
        /// The node.
        node: String,
        /// `keyspace.table`.
        table: String,
    },
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
        let mut changes = gone(node, &before, &now);
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

    /// The problem that there is no such keyspace, where it is known.
    pub(crate) fn no_keyspace(&self, keyspace: &str) -> Option<Problem> {
        let all = self.all.as_ref()?;
        if all.contains_key(keyspace) || OWN.iter().any(|(own, _)| *own == keyspace) {
            return None;
        }
        let near = all.keys().find(|known| known.eq_ignore_ascii_case(keyspace));
        let hint = near.map_or_else(|| self.keyspaces_here(), |near| as_written(near));
        Some(unknown(format!("There is no keyspace {}.", short(keyspace, LETTERS)), hint))
    }

    /// Why a table cannot be looked at: it is not there, or it is Cassandra's own. None if it is, or while no node said.
    pub(crate) fn why_not(&self, table: &str) -> Option<Problem> {
        let all = self.all.as_ref()?;
        let shown = short(table, LETTERS);
        let Some((keyspace, name)) = table.split_once('.') else {
            return Some(unknown(format!("There is no table {shown}."), "Write keyspace.table.".to_owned()));
        };
        if let Some(why) = OWN.iter().find(|(own, _)| *own == keyspace).map(|(_, why)| why) {
            return Some(unknown(format!("{shown} is Cassandra's own table."), (*why).to_owned()));
        }
        if self.has(table) != Some(false) {
            return None;
        }
        let alike = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let near = all.values().filter(|known| alike(&known.name, keyspace)).find_map(|known| {
            let table = known.tables.iter().find(|known| alike(&known.name, name))?;
            Some(as_written(&format!("{}.{}", known.name, table.name)))
        });
        let message = format!("There is no table {shown}.");
        let known = match (near, all.get(keyspace)) {
            (Some(near), _) => return Some(unknown(message, near)),
            (None, Some(known)) => known,
            (None, None) => {
                let message = format!("There is no table {shown}: there is no keyspace {}.", short(keyspace, LETTERS));
                return Some(unknown(message, self.keyspaces_here()));
            }
        };
        let tables: Vec<&str> = known.tables.iter().map(|table| table.name.as_str()).collect();
        let here = match tables.is_empty() {
            true => format!("Keyspace {keyspace} has no table yet. Create one here or with any CQL client."),
            false => format!("Tables of {keyspace}: {}.", few(NAMED, tables)),
        };
        Some(unknown(message, here))
    }

    fn keyspaces_here(&self) -> String {
        let names: Vec<&String> = self.all.iter().flat_map(BTreeMap::keys).collect();
        if names.is_empty() {
            return "There is no keyspace yet. Create one here or with any CQL client.".to_owned();
        }
        format!("Keyspaces here: {}.", few(NAMED, names))
    }

    /// Whether there is such a table (`keyspace.table`); none while no node said.
    pub(crate) fn has(&self, table: &str) -> Option<bool> {
        let all = self.all.as_ref()?;
        let Some((keyspace, table)) = table.split_once('.') else { return Some(false) };
        Some(all.get(keyspace).is_some_and(|keyspace| keyspace.tables.iter().any(|known| known.name == table)))
    }
}

fn unknown(message: String, hint: String) -> Problem {
    Problem { code: Code::Unknown, message, detail: String::new(), hint }
}

fn as_written(near: &str) -> String {
    format!("Names are case-sensitive as stored; did you mean {near}?")
}

/// The tables that a node had and has no more; one of the same name with another id is another table.
fn gone(node: &str, before: &BTreeMap<String, KeyspaceSeen>, now: &BTreeMap<String, KeyspaceSeen>) -> Vec<Change> {
    let id = |keyspace: &str, table: &str| {
        let tables = &now.get(keyspace)?.tables;
        tables.iter().find(|known| known.name == table).map(|known| known.id.clone())
    };
    let had = before.values().flat_map(|keyspace| keyspace.tables.iter().map(move |table| (&keyspace.name, table)));
    let lost = had.filter(|(keyspace, table)| id(keyspace, &table.name).as_ref() != Some(&table.id));
    lost.map(|(keyspace, table)| Change::Gone { node: node.to_owned(), table: format!("{keyspace}.{}", table.name) })
        .collect()
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
            Some(known) if known.id != table.id => {
                changes.extend([Change::TableDropped(name(&table.name)), Change::TableCreated(name(&table.name))]);
            }
            Some(known) if known != table => changes.push(Change::TableAltered(name(&table.name))),
            Some(_) => {}
        }
    }
    let gone = had.iter().filter(|known| !now.tables.iter().any(|table| table.name == known.name));
    changes.extend(gone.map(|table| Change::TableDropped(name(&table.name))));
    changes
}
