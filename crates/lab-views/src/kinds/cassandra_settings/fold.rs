//! What is remembered of settings: each node's values, and what the stack changes.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Observation, Source,
    facts::{
        cassandra::CassandraFact,
        lab::{LabFact, SettingChanged},
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{members::Members, sources::Sources};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    #[serde(default)]
    pub(super) members: Members,
    /// Nodes in the stack's order.
    pub(super) stack: Vec<String>,
    /// Values by node, then by name.
    pub(super) told: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) changed: Vec<SettingChanged>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let ring = self.members.apply(observation).is_some();
        match (&observation.fact, &observation.source) {
            (Fact::Lab(LabFact::LabStarted { nodes, adopted, settings, .. }), _) => {
                if !adopted {
                    self.told.clear();
                }
                self.stack = nodes.iter().map(|node| node.name.clone()).collect();
                self.changed.clone_from(settings);
            }
            (Fact::Cassandra(CassandraFact::SettingsRead { settings }), Source::Node(node)) => {
                self.told.insert(node.clone(), settings.clone());
            }
            _ => return ring || Sources::concerns(observation),
        }
        true
    }
}
