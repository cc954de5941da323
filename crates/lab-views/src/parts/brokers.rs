//! Which brokers are still to be heard, and what a topic's picture waits for from them.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{Code, Problem, facts::lab::NodeState};

use super::{
    nodes::{Node, Nodes},
    sources::Sources,
    topics::{Logs, Topics},
    words::{brief, few},
};
use crate::{Gaps, Hearing};

/// Partitions named one by one.
const NAMED: usize = 3;

/// The brokers of a lab, and who of them is heard.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Brokers<'a> {
    nodes: &'a Nodes,
    sources: &'a Sources,
}

impl<'a> Brokers<'a> {
    pub(crate) fn new(nodes: &'a Nodes, sources: &'a Sources) -> Self {
        Self { nodes, sources }
    }

    /// Every broker that may still speak: its container has not ended.
    pub(crate) fn alive(self) -> impl Iterator<Item = &'a str> {
        let ended = |node: &&Node| matches!(node.state, Some(NodeState::Stopped | NodeState::Absent));
        let brokers = self.nodes.of("kafka").filter(|node| node.info.role == "broker");
        brokers.filter(move |node| !ended(node)).map(|node| node.info.name.as_str())
    }

    /// What is awaited from a broker, and why it may be long in coming: `an answer of kafka-2 (it is paused)`.
    pub(crate) fn awaited(self, what: &str, broker: &str) -> String {
        let node = self.nodes.all.iter().find(|node| node.info.name == broker);
        let paused = node.is_some_and(|node| node.state == Some(NodeState::Paused));
        match self.sources.of(broker).hearing {
            _ if paused => format!("{what} ({broker} is paused)"),
            Hearing::Silent => format!("{what} ({broker} does not answer)"),
            Hearing::NotAsked | Hearing::Answering => what.to_owned(),
        }
    }

    /// The brokers that may still speak and do not answer now.
    pub(crate) fn unheard(self) -> Vec<String> {
        let mute = self.alive().filter(|broker| !self.answers(broker));
        mute.map(|broker| self.awaited(&format!("an answer of {broker}"), broker)).collect()
    }

    fn answers(self, broker: &str) -> bool {
        self.sources.of(broker).hearing == Hearing::Answering
    }

    fn is_silent(self, broker: &str) -> bool {
        self.sources.of(broker).hearing == Hearing::Silent
    }

    /// What the picture of a topic waits for; the refusal, if every broker that answers says that there is no such topic.
    pub(crate) fn gaps(self, topics: &Topics, topic: &str, logs: Logs) -> Gaps {
        if topics.known(topic) && topics.get(topic).is_some_and(|known| known.exists() == Some(true)) {
            return Gaps { refusal: None, awaits: self.missing_logs(topics, topic, logs) };
        }
        let denied = |broker: &&str| topics.denied_by(topic, broker);
        let open = |broker: &&str| !denied(broker) && !self.is_silent(broker);
        if !self.alive().any(|broker| open(&broker))
            && self.alive().any(|broker| denied(&broker) && self.answers(broker))
        {
            return Gaps { refusal: Some(no_topic(topic)), awaits: Vec::new() };
        }
        let what = format!("whether there is a topic {}", brief(topic));
        let unsaid = self.alive().filter(|broker| !denied(broker) || !self.answers(broker));
        Gaps::default().and(unsaid.map(|broker| self.awaited(&what, broker)))
    }

    /// Replicas of which no broker has spoken since the lab was started, by broker; and brokers that do not answer now.
    fn missing_logs(self, topics: &Topics, topic: &str, logs: Logs) -> Vec<String> {
        let mut missing: BTreeMap<String, Vec<i32>> = BTreeMap::new();
        let mut asked = BTreeSet::new();
        for (partition, broker) in topics.replicas(topic, logs) {
            let broker = self.nodes.name(broker);
            asked.insert(broker.clone());
            if !topics.has_log(topic, partition, &broker) {
                missing.entry(broker).or_default().push(partition);
            }
        }
        let words = |broker: &str| match missing.get(broker) {
            Some(partitions) => {
                let places = few(NAMED, partitions.iter().map(|partition| format!("{}-{partition}", brief(topic))));
                Some(self.awaited(&format!("{broker}'s log of {places}"), broker))
            }
            None => (!self.answers(broker)).then(|| self.awaited(&format!("an answer of {broker}"), broker)),
        };
        // A broker that ended says nothing more; nobody waits for it.
        self.alive().filter(|broker| asked.contains(*broker)).filter_map(words).collect()
    }
}

/// There is no such topic, and what to do.
fn no_topic(topic: &str) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("There is no topic {}.", brief(topic)),
        detail: String::new(),
        hint: "Create it here or with any Kafka client, or choose one that the cluster's picture names.".to_owned(),
    }
}
