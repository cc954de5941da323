//! A Kafka cluster: who is registered and fenced, who is the true controller, which topics there are.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Fact, Observation, Source,
    facts::{
        kafka::{BrokerSeen, KafkaFact},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

/// What was said of the cluster, since the lab was started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cluster {
    /// True if a source spoke of it.
    pub(crate) known: bool,
    /// Cluster id.
    pub(crate) id: Option<String>,
    /// Brokers by id, by the newest answer.
    pub(crate) brokers: BTreeMap<i32, BrokerSeen>,
    /// The controller, by the newest epoch.
    pub(crate) controller: Option<Controller>,
    /// Names of topics. They outlive a start: volumes are kept unless a broker says otherwise.
    pub(crate) topics: BTreeSet<String>,
    /// What each node listed last.
    listed: BTreeMap<String, BTreeSet<String>>,
}

/// The active controller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Controller {
    /// The node id.
    pub(crate) node: i32,
    /// The epoch.
    pub(crate) epoch: i32,
    /// Node ids.
    pub(crate) voters: Vec<i32>,
}

/// A change of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// Another controller, or the same at a newer epoch.
    Controller { from: i32, to: i32, epoch: i32 },
    /// A broker was fenced.
    Fenced(i32),
    /// A broker was unfenced.
    Unfenced(i32),
    /// A topic appeared.
    Created(String),
    /// A topic disappeared.
    Deleted(String),
}

impl Cluster {
    /// Folds one observation in; none if it is not about the cluster.
    pub(crate) fn apply(&mut self, observation: &Observation) -> Option<Vec<Change>> {
        if let Fact::Lab(LabFact::LabStarted { adopted: false, .. }) = &observation.fact {
            *self = Self { topics: std::mem::take(&mut self.topics), ..Self::default() };
            return Some(Vec::new());
        }
        let (Fact::Kafka(fact), Source::Node(node)) = (&observation.fact, &observation.source) else {
            return None;
        };
        let changes = match fact {
            KafkaFact::ClusterDescribed { cluster_id, brokers } => {
                self.id = Some(cluster_id.clone());
                self.described(brokers)
            }
            KafkaFact::QuorumDescribed { leader, epoch, voters, .. } => {
                let controller = Controller { node: *leader, epoch: *epoch, voters: voters.clone() };
                self.controlled(controller)
            }
            KafkaFact::TopicsListed { topics } => self.listed(node, topics.iter().cloned().collect()),
            _ => return None,
        };
        self.known = true;
        Some(changes)
    }

    fn described(&mut self, brokers: &[BrokerSeen]) -> Vec<Change> {
        let now: BTreeMap<i32, BrokerSeen> = brokers.iter().map(|broker| (broker.id, broker.clone())).collect();
        let changes = now
            .values()
            .filter_map(|broker| match (self.brokers.get(&broker.id)?.fenced, broker.fenced) {
                (false, true) => Some(Change::Fenced(broker.id)),
                (true, false) => Some(Change::Unfenced(broker.id)),
                _ => None,
            })
            .collect();
        self.brokers = now;
        changes
    }

    fn controlled(&mut self, now: Controller) -> Vec<Change> {
        match &self.controller {
            // A broker that has not heard of the election yet.
            Some(was) if was.epoch > now.epoch => Vec::new(),
            Some(was) if (was.node, was.epoch) != (now.node, now.epoch) => {
                let change = Change::Controller { from: was.node, to: now.node, epoch: now.epoch };
                self.controller = Some(now);
                vec![change]
            }
            _ => {
                self.controller = Some(now);
                Vec::new()
            }
        }
    }

    /// Whether some node has listed the topics since the lab was started.
    pub(crate) fn topics_known(&self) -> bool {
        !self.listed.is_empty()
    }

    /// A topic is created when the first node begins to list it, and deleted when the first ceases to.
    fn listed(&mut self, node: &str, now: BTreeSet<String>) -> Vec<Change> {
        if self.listed.is_empty() {
            // The first list since the start is the truth, whatever an earlier life had; nothing was created now.
            let before = std::mem::replace(&mut self.topics, now.clone());
            let gone = before.difference(&now).cloned().map(Change::Deleted).collect();
            self.listed.insert(node.to_owned(), now);
            return gone;
        }
        let before = self.listed.insert(node.to_owned(), now.clone()).unwrap_or_default();
        let mut changes = differences(&before, &now);
        changes.retain(|change| match change {
            Change::Created(topic) => self.topics.insert(topic.clone()),
            Change::Deleted(topic) => self.topics.remove(topic),
            _ => true,
        });
        changes
    }
}

fn differences(before: &BTreeSet<String>, now: &BTreeSet<String>) -> Vec<Change> {
    let created = now.difference(before).cloned().map(Change::Created);
    let deleted = before.difference(now).cloned().map(Change::Deleted);
    created.chain(deleted).collect()
}
