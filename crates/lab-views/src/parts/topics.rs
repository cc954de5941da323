//! All topics, folded from what brokers say of them; reports what changed in one.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Observation, Source,
    facts::{
        kafka::{KafkaFact, PartitionSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::topic::{Claim, Log, Numbers, Topic};

/// Topics by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Topics {
    /// Grows with every start of the lab that is not a mere adoption.
    life: u32,
    all: BTreeMap<String, Topic>,
}

/// The replicas that a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logs {
    /// Only those of the leaders.
    Leaders,
    /// All of them.
    Replicas,
}

/// A fact about a topic was folded in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct News {
    /// The topic.
    pub(crate) topic: String,
    /// What is different now; may be nothing.
    pub(crate) changes: Vec<Change>,
}

/// A change of a topic. Whoever says it first makes it; others saying the same change nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// The topic was deleted, or another topic took its name: nothing said before holds any more.
    Ended,
    /// A partition has another leader.
    Leader { partition: i32, from: Option<i32>, to: Option<i32>, epoch: i32 },
    /// A partition has other in-sync replicas.
    Isr { partition: i32, from: Vec<i32>, to: Vec<i32> },
    /// A node's log became shorter at its end.
    Truncated { partition: i32, node: String, from: i64, to: i64 },
}

impl Topics {
    /// Folds one observation in; none if it is not about a topic.
    pub(crate) fn apply(&mut self, observation: &Observation) -> Option<News> {
        if let Fact::Lab(LabFact::LabStarted { adopted: false, .. }) = &observation.fact {
            self.life += 1;
        }
        let (Fact::Kafka(fact), Source::Node(node)) = (&observation.fact, &observation.source) else {
            return None;
        };
        let claim = |partitions| Claim { life: self.life, seq: observation.seq, at: observation.heard_at, partitions };
        let (topic, changes) = match fact {
            KafkaFact::TopicDescribed { topic, partitions, topic_id, .. } => {
                let claim = claim(Some(partitions.clone()));
                (topic, self.entry(topic).described(node, claim, topic_id.as_ref()))
            }
            KafkaFact::TopicMissing { topic } => {
                let claim = claim(None);
                (topic, self.entry(topic).missing(node, claim))
            }
            KafkaFact::TopicConfigured { topic, cleanup_policy } => {
                self.entry(topic).cleanup = Some(cleanup_policy.clone());
                (topic, Vec::new())
            }
            KafkaFact::ReplicaRead { topic, partition, log_start, log_end, high_watermark, last_stable, .. } => {
                let numbers = Numbers {
                    start: *log_start,
                    end: *log_end,
                    high_watermark: *high_watermark,
                    last_stable: *last_stable,
                };
                let (life, seq) = (self.life, observation.seq);
                let log = Log { life, seq, numbers: Some(numbers), refused: None };
                (topic, self.entry(topic).read(node, *partition, log))
            }
            KafkaFact::ReplicaRefused { topic, partition, error } => {
                let life = self.life;
                let log = self.entry(topic).logs.entry(*partition).or_default().entry(node.clone()).or_default();
                // Numbers of before may be of another volume.
                let numbers = log.numbers.filter(|_| log.life == life);
                *log = Log { life, seq: log.seq, numbers, refused: Some(error.clone()) };
                (topic, Vec::new())
            }
            _ => return None,
        };
        Some(News { topic: topic.clone(), changes })
    }

    /// A topic, if anything was said of it.
    pub(crate) fn get(&self, topic: &str) -> Option<&Topic> {
        self.all.get(topic)
    }

    /// Whether a broker was heard about it since the lab was last started.
    pub(crate) fn known(&self, topic: &str) -> bool {
        self.get(topic).and_then(Topic::newest_life) == Some(self.life)
    }

    /// Whether every partition that has a leader was looked at there since the lab was last started; a topic that is not
    /// there has none. `name`: of a broker.
    pub(crate) fn looked_at(&self, topic: &str, name: impl Fn(i32) -> String) -> bool {
        let looked = |(partition, leader)| self.has_log(topic, partition, &name(leader));
        self.known(topic) && self.replicas(topic, Logs::Leaders).into_iter().all(looked)
    }

    /// Whether a broker said, since the lab was last started, that there is no such topic.
    pub(crate) fn denied_by(&self, topic: &str, broker: &str) -> bool {
        let claim = self.get(topic).and_then(|known| known.claims.get(broker));
        claim.is_some_and(|claim| claim.life == self.life && claim.partitions.is_none())
    }

    /// Whether a broker spoke of its replica since the lab was last started.
    pub(crate) fn has_log(&self, topic: &str, partition: i32, broker: &str) -> bool {
        self.get(topic).and_then(|known| known.log(broker, partition)).is_some_and(|log| log.life == self.life)
    }

    /// Partitions with the brokers that have a replica of them, or that lead them.
    pub(crate) fn replicas(&self, topic: &str, logs: Logs) -> Vec<(i32, i32)> {
        let Some(known) = self.get(topic) else { return Vec::new() };
        let best = known.partitions().into_iter().filter_map(|partition| known.best(partition));
        best.flat_map(|best| {
            let brokers = match logs {
                Logs::Leaders => best.seen.leader.into_iter().collect(),
                Logs::Replicas => best.seen.replicas.clone(),
            };
            brokers.into_iter().map(|broker| (best.seen.partition, broker))
        })
        .collect()
    }

    /// The node that leads a partition and its log, as it was read since the lab was last started.
    pub(crate) fn leaders_log(
        &self,
        topic: &str,
        partition: i32,
        name: impl Fn(i32) -> String,
    ) -> Option<(String, Numbers)> {
        let known = self.get(topic)?;
        let node = name(known.best(partition)?.seen.leader?);
        let numbers = known.log(&node, partition).filter(|log| log.life == self.life)?.numbers?;
        Some((node, numbers))
    }

    fn entry(&mut self, topic: &str) -> &mut Topic {
        self.all.entry(topic.to_owned()).or_default()
    }
}

impl Topic {
    fn described(&mut self, node: &str, claim: Claim, id: Option<&String>) -> Vec<Change> {
        if id.is_some() && id == self.gone.as_ref() {
            return Vec::new();
        }
        let mut changes = Vec::new();
        if id.is_some() && self.id.is_some() && id != self.id.as_ref() {
            changes.extend(self.end());
        }
        self.id = id.cloned().or(self.id.take());
        let described: Vec<i32> =
            claim.partitions.iter().flatten().map(|seen: &PartitionSeen| seen.partition).collect();
        let before = self.beliefs(&described);
        self.claims.insert(node.to_owned(), claim);
        let after = self.beliefs(&described);
        for (partition, now) in after {
            if let Some(was) = before.get(&partition) {
                changes.extend(differences(was, &now));
            }
        }
        changes
    }

    fn missing(&mut self, node: &str, claim: Claim) -> Vec<Change> {
        let knew = self.claims.get(node).is_some_and(|own| own.partitions.is_some());
        let others_know = self.claims.values().any(|other| other.life == claim.life && other.partitions.is_some());
        // A broker that never knew the topic may only be late; one that knew it saw it deleted.
        let changes = if knew || !others_know { self.end() } else { Vec::new() };
        self.claims.insert(node.to_owned(), claim);
        changes
    }

    fn end(&mut self) -> Vec<Change> {
        let existed = self.claims.values().any(|claim| claim.partitions.is_some());
        let gone = self.id.take().or(self.gone.take());
        // Who denied it still does; who described it spoke of what is no more.
        let mut claims = std::mem::take(&mut self.claims);
        claims.retain(|_, claim| claim.partitions.is_none());
        *self = Self { gone, claims, ..Self::default() };
        if existed { vec![Change::Ended] } else { Vec::new() }
    }

    fn read(&mut self, node: &str, partition: i32, log: Log) -> Vec<Change> {
        let (life, now) = (log.life, log.numbers);
        let before = self.logs.entry(partition).or_default().insert(node.to_owned(), log);
        let (Some(now), Some(before)) = (now, before) else { return Vec::new() };
        match before.numbers {
            Some(was) if before.life == life && truncated(was, now) => {
                vec![Change::Truncated { partition, node: node.to_owned(), from: was.end, to: now.end }]
            }
            _ => Vec::new(),
        }
    }

    fn beliefs(&self, partitions: &[i32]) -> BTreeMap<i32, PartitionSeen> {
        partitions.iter().filter_map(|&index| Some((index, self.best(index)?.seen.clone()))).collect()
    }
}

/// A log that was thrown away and begins anew further on (its start passed what it held) was not truncated.
fn truncated(was: Numbers, now: Numbers) -> bool {
    now.end < was.end && !(now.start > was.start && now.start == now.end)
}

fn differences(was: &PartitionSeen, now: &PartitionSeen) -> Vec<Change> {
    let mut changes = Vec::new();
    let partition = now.partition;
    if was.leader != now.leader {
        changes.push(Change::Leader { partition, from: was.leader, to: now.leader, epoch: now.leader_epoch });
    }
    let sorted = |isr: &[i32]| {
        let mut isr = isr.to_vec();
        isr.sort_unstable();
        isr
    };
    let (from, to) = (sorted(&was.isr), sorted(&now.isr));
    if from != to {
        changes.push(Change::Isr { partition, from, to });
    }
    changes
}
