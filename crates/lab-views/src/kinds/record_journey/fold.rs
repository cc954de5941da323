//! What is remembered: all that the pipeline's engines said, and what each replica said of partitions.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Millis, Observation, Source,
    facts::{
        cassandra::{CassandraFact, RowSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::pipeline::{Pipeline, table_of};

/// Partitions that are remembered; of more, the one that was read longest ago makes room.
const KEPT: usize = 20;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) pipeline: Pipeline,
    /// By table and key, joined.
    pub(super) partitions: BTreeMap<String, Partition>,
}

/// What was said of one partition of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Partition {
    /// Its token, and the addresses of its replicas.
    pub(super) placed: Option<(String, Vec<String>)>,
    /// By node.
    pub(super) held: BTreeMap<String, Held>,
}

/// What one node holds of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) rows: Vec<RowSeen>,
    pub(super) more: bool,
    pub(super) at: Millis,
    /// Why it could not say.
    pub(super) refused: Option<String>,
}

pub(super) fn name(table: &str, key: &str) -> String {
    format!("{table} {key}")
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let about_pipeline = self.pipeline.apply(observation);
        if matches!(observation.fact, Fact::Lab(LabFact::LabStarted { adopted: false, .. })) {
            self.partitions.clear();
        }
        let Fact::Cassandra(fact) = &observation.fact else { return about_pipeline };
        let ours = |table: &str| ["general_weather", "periodic_weather"].iter().any(|topic| table_of(topic) == table);
        let about_rows = match (fact, &observation.source) {
            (CassandraFact::KeyPlaced { table, key, token, replicas }, _) if ours(table) => {
                self.partition(table, key).placed = Some((token.clone(), replicas.clone()));
                true
            }
            (CassandraFact::RowsRead { table, key, rows, more, .. }, Source::Node(node)) if ours(table) => {
                let held = Held { rows: rows.clone(), more: *more, at: observation.heard_at, refused: None };
                self.partition(table, key).held.insert(node.clone(), held);
                true
            }
            (CassandraFact::RowsRefused { table, key, error }, Source::Node(node)) if ours(table) => {
                let held = Held { refused: Some(error.clone()), at: observation.heard_at, ..Held::default() };
                self.partition(table, key).held.insert(node.clone(), held);
                true
            }
            _ => false,
        };
        about_pipeline || about_rows
    }

    fn partition(&mut self, table: &str, key: &str) -> &mut Partition {
        let name = name(table, key);
        if !self.partitions.contains_key(&name) && self.partitions.len() >= KEPT {
            let heard = |of: &Partition| of.held.values().map(|held| held.at).max();
            let oldest = self.partitions.iter().min_by_key(|(_, of)| heard(of)).map(|(name, _)| name.clone());
            oldest.and_then(|oldest| self.partitions.remove(&oldest));
        }
        self.partitions.entry(name).or_default()
    }
}
