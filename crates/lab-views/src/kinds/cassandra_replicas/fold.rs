//! What is remembered of partitions: where they lie, and what each node alone holds of them.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Millis, Observation, Source,
    facts::{
        cassandra::{CassandraFact, CellSeen, Deletion, Mark, RangeSeen, RowSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{hints::Hints, members::Members, places::Places, ring::Change, schema, sources::Sources};

/// Keys remembered of all tables; the one that was spoken of longest ago makes room.
const KEYS: usize = 100;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) members: Members,
    pub(super) places: Places,
    pub(super) hints: Hints,
    /// By table, then by key, then by node.
    held: BTreeMap<String, BTreeMap<String, BTreeMap<String, Held>>>,
}

/// What one node said it holds of a partition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Held {
    /// None while it has not answered.
    pub(super) rows: Option<Vec<RowSeen>>,
    pub(super) more: bool,
    /// Deletions and all marks were told.
    pub(super) exact: bool,
    /// The whole partition was deleted.
    pub(super) deleted: Option<Deletion>,
    /// Rows were deleted from one place to another.
    pub(super) ranges: Vec<RangeSeen>,
    /// What has expired was told apart from what was deleted.
    pub(super) expired_apart: bool,
    /// Deletions that are stored and count no more.
    pub(super) spent: u64,
    /// The words, if it refused to answer the last time.
    pub(super) refused: Option<String>,
    /// When it was seen to show something else than before; none if it showed the same whenever it was asked.
    #[serde(default)]
    pub(super) changed_at: Option<Millis>,
    pub(super) seq: u64,
}

impl Held {
    /// Whether a read of this node alone would show what it showed before: the same values, written at the same time. An
    /// agent tells more timestamps than CQL does, so times are compared only where both were asked alike; the seconds that
    /// something has left are no content.
    fn shows_the_same(&self, before: &Self) -> bool {
        let alike = self.exact == before.exact;
        let cell = |cell: &CellSeen, was: &CellSeen| {
            cell.column == was.column && cell.value == was.value && (!alike || cell.written_at == was.written_at)
        };
        let row = |(row, was): (&RowSeen, &RowSeen)| {
            (row.is_static, &row.clustering) == (was.is_static, &was.clustering)
                && row.cells.len() == was.cells.len()
                && row.cells.iter().zip(&was.cells).all(|(is, was)| cell(is, was))
        };
        self.live().count() == before.live().count() && self.live().zip(before.live()).all(row)
    }

    fn live(&self) -> impl Iterator<Item = &RowSeen> {
        self.rows.iter().flatten().filter(|row| row.live)
    }

    fn marks(&mut self) -> impl Iterator<Item = &mut Mark> {
        self.rows.iter_mut().flatten().flat_map(|row| {
            let cells = row.cells.iter_mut();
            let of_cells = cells.flat_map(|cell| cell.mark.iter_mut().chain(cell.parts.iter_mut().map(|part| &mut part.mark)));
            row.marker.iter_mut().chain(of_cells)
        })
    }
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let changes = self.members.apply(observation);
        for change in changes.iter().flatten() {
            // What others say may already be of the table that was made anew.
            if let Change::Schema(schema::Change::Gone { node, table }) = change {
                self.places.forget(table, node);
                let keys = self.held.get_mut(table).into_iter().flat_map(BTreeMap::values_mut);
                keys.for_each(|nodes| drop(nodes.remove(node)));
            }
        }
        let placed = self.places.apply(observation);
        let hinted = self.hints.apply(observation, &self.members.ring).is_some();
        self.holds(observation) || changes.is_some() || placed || hinted || Sources::concerns(observation)
    }

    fn holds(&mut self, observation: &Observation) -> bool {
        if let Fact::Lab(LabFact::LabStarted { adopted: false, .. }) = &observation.fact {
            self.held.clear();
            return true;
        }
        let (Fact::Cassandra(fact), Source::Node(node)) = (&observation.fact, &observation.source) else {
            return false;
        };
        let seq = observation.seq;
        match fact {
            CassandraFact::RowsRead { table, key, rows, more, exact, deleted, ranges, expired_apart, spent } => {
                let held = self.entry(table, key, node);
                let now = Held {
                    rows: Some(rows.clone()),
                    more: *more,
                    exact: *exact,
                    deleted: *deleted,
                    ranges: ranges.clone(),
                    expired_apart: *expired_apart,
                    spent: *spent,
                    refused: None,
                    changed_at: held.changed_at,
                    seq,
                };
                let changed = held.rows.is_some() && !now.shows_the_same(held);
                *held = now;
                if changed {
                    held.changed_at = Some(observation.heard_at);
                }
                self.expire(table, key);
            }
            CassandraFact::RowsRefused { table, key, error } => {
                let held = self.entry(table, key, node);
                (held.refused, held.seq) = (Some(error.clone()), seq);
            }
            _ => return false,
        }
        self.make_room();
        true
    }

    fn entry(&mut self, table: &str, key: &str, node: &str) -> &mut Held {
        let keys = self.held.entry(table.to_owned()).or_default();
        keys.entry(key.to_owned()).or_default().entry(node.to_owned()).or_default()
    }

    /// What has expired by the clock of one node has expired on all of them: they were asked one after the other, and one of
    /// them may be silent.
    fn expire(&mut self, table: &str, key: &str) {
        let Some(nodes) = self.held.get_mut(table).and_then(|keys| keys.get_mut(key)) else { return };
        let over = nodes.values_mut().flat_map(Held::marks).filter(|mark| mark.over && !mark.deleted);
        let Some(latest) = over.filter_map(|mark| mark.expires).max() else { return };
        for mark in nodes.values_mut().flat_map(Held::marks).filter(|mark| mark.ttl.is_some() && !mark.deleted) {
            mark.over |= mark.expires.is_some_and(|at| at <= latest);
        }
    }

    fn make_room(&mut self) {
        if self.held.values().map(BTreeMap::len).sum::<usize>() <= KEYS {
            return;
        }
        let newest = |nodes: &BTreeMap<String, Held>| nodes.values().map(|held| held.seq).max();
        let all = self.held.iter().flat_map(|(table, keys)| keys.iter().map(move |(key, held)| (newest(held), table, key)));
        let oldest = all.min().map(|(_, table, key)| (table.clone(), key.clone()));
        if let Some((table, key)) = oldest
            && let Some(keys) = self.held.get_mut(&table)
        {
            keys.remove(&key);
        }
    }

    /// What each node said it holds of a partition.
    pub(super) fn held(&self, table: &str, key: &str) -> BTreeMap<&str, &Held> {
        let nodes = self.held.get(table).and_then(|keys| keys.get(key)).into_iter().flatten();
        nodes.map(|(node, held)| (node.as_str(), held)).collect()
    }
}
