//! What is remembered for telling changes: how everything was, and the newest entries.

use std::collections::{BTreeMap, VecDeque};

use lab_model::{Fact, Observation};
use serde::{Deserialize, Serialize};

use super::{Entry, airflow::Airflow, cassandra::Cassandra, change::Change, image::Images, lab, words};
use crate::parts::{
    cluster::Cluster, groups::Groups, nodes::Nodes, sources::Sources, topics::Topics,
};

/// Entries kept, the newest.
const KEPT: usize = 2_000;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Anything at all was said.
    pub(super) known: bool,
    pub(super) sources: Sources,
    pub(super) nodes: Nodes,
    pub(super) cluster: Cluster,
    pub(super) topics: Topics,
    pub(super) groups: Groups,
    pub(super) cassandra: Cassandra,
    pub(super) airflow: Airflow,
    pub(super) images: Images,
    pub(super) lab: lab::Lab,
    pub(super) entries: VecDeque<Entry>,
    pub(super) counts: BTreeMap<String, u32>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let changes = self.changes(observation);
        let told = !changes.is_empty() || !self.known;
        self.known = true;
        for change in changes {
            self.tell(observation, change);
        }
        told
    }

    fn changes(&mut self, observation: &Observation) -> Vec<Change> {
        let container = self.nodes.apply(observation);
        let turn = self.sources.apply(observation);
        let mut changes = Vec::new();
        // An ended container silences its node: that is told once, as the container's end.
        if let Some(turn) = turn.filter(|_| container.is_none()) {
            changes.push(words::turn(turn));
        }
        changes.extend(container.map(words::container).unwrap_or_default());
        for change in self.cluster.apply(observation).unwrap_or_default() {
            changes.push(words::cluster(&self.nodes, change));
        }
        if let Some(news) = self.topics.apply(observation) {
            let told = news.changes.into_iter();
            changes.extend(told.filter_map(|change| words::topic(&self.nodes, &news.topic, change)));
        }
        for change in self.groups.apply(observation).unwrap_or_default() {
            changes.extend(words::group(&self.groups, change));
        }
        changes.extend(self.cassandra.apply(observation));
        changes.extend(self.airflow.apply(observation));
        changes.extend(self.images.apply(&observation.fact));
        if let Fact::Lab(fact) = &observation.fact {
            changes.extend(self.lab.apply(fact, observation.cause));
        }
        changes
    }

    fn tell(&mut self, observation: &Observation, change: Change) {
        let place = self.counts.values().map(|count| u64::from(*count)).sum();
        let count = self.counts.entry(change.kind.to_owned()).or_default();
        *count = count.saturating_add(1);
        self.entries.push_back(Entry {
            seq: observation.seq,
            place,
            at: observation.heard_at,
            source: observation.source.to_string(),
            kind: change.kind.to_owned(),
            about: change.about,
            says: change.says,
            mood: change.mood,
            cause: observation.cause.map(|cause| cause.0),
        });
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
    }
}
