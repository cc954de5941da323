//! What is remembered of a ring: its members, where asked-for keys lie, what is being streamed, and what was so before.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Observation, Source,
    facts::{
        cassandra::{CassandraFact, StreamSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::history::History;
use crate::parts::{members::Members, places::Places, ring::Change, schema, sources::Sources};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) members: Members,
    pub(super) places: Places,
    /// By the node that says so.
    pub(super) streams: BTreeMap<String, Vec<StreamSeen>>,
    #[serde(default)]
    pub(super) history: History,
}

impl State {
    /// The name of the node with that address, or the address while no node is known to have it.
    pub fn name_of(&self, address: &str) -> String {
        self.members.ring.name(address)
    }

    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let changes = self.members.apply(observation);
        for change in changes.iter().flatten() {
            if let Change::Schema(schema::Change::Gone { node, table }) = change {
                self.places.forget(table, node);
            }
        }
        self.history.apply(&self.members, observation);
        let placed = self.places.apply(observation);
        self.streams(observation) || changes.is_some() || placed || Sources::concerns(observation)
    }

    fn streams(&mut self, observation: &Observation) -> bool {
        match (&observation.fact, &observation.source) {
            (Fact::Lab(LabFact::LabStarted { adopted: false, .. }), _) => self.streams.clear(),
            (Fact::Cassandra(CassandraFact::StreamsListed { streams }), Source::Node(node)) => {
                self.streams.insert(node.clone(), streams.clone());
            }
            _ => return false,
        }
        true
    }
}
