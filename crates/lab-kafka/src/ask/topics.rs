//! Leadership and replication of topics, as the broker asked believes them to be (DescribeTopicPartitions).

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kafka_protocol::messages::{
    BrokerId, DescribeTopicPartitionsRequest,
    describe_topic_partitions_request::{Cursor, TopicRequest},
    describe_topic_partitions_response::{
        DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
    },
};
use lab_model::facts::kafka::{KafkaFact, PartitionSeen};

use super::topic_name;
use crate::wire::{Ask, Connection, Failure, refusal};

impl Ask for DescribeTopicPartitionsRequest {
    const NEWEST: i16 = 0;
}

/// Partitions per answer; more come in further answers.
const PAGE: i32 = 2000;

/// What a broker believes of a topic.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Belief {
    /// The topic is there.
    Known(Topic),
    /// There is no such topic.
    Unknown,
}

/// A topic as one broker knows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Topic {
    /// Kafka's id of it, as Kafka prints it.
    pub(crate) id: String,
    pub(crate) internal: bool,
    /// By index.
    pub(crate) partitions: Vec<PartitionSeen>,
}

impl Topic {
    /// The fact about it.
    pub(crate) fn fact(&self, topic: &str) -> KafkaFact {
        KafkaFact::TopicDescribed {
            topic: topic.to_owned(),
            partitions: self.partitions.clone(),
            internal: self.internal,
            topic_id: Some(self.id.clone()),
        }
    }
}

/// Asks for `names`. A topic the broker will not speak of just now (a passing error) is left out of the answer.
pub(crate) async fn describe(
    connection: &mut Connection,
    names: &BTreeSet<String>,
) -> Result<BTreeMap<String, Belief>, Failure> {
    let mut beliefs = BTreeMap::new();
    if names.is_empty() {
        return Ok(beliefs);
    }
    let topics: Vec<TopicRequest> =
        names.iter().map(|name| TopicRequest::default().with_name(topic_name(name))).collect();
    let mut question =
        DescribeTopicPartitionsRequest::default().with_topics(topics).with_response_partition_limit(PAGE);
    loop {
        let answer = connection.ask(&question).await?;
        for topic in answer.topics {
            take(&mut beliefs, topic);
        }
        let Some(next) = answer.next_cursor else {
            return Ok(beliefs);
        };
        let from = Cursor::default().with_topic_name(next.topic_name).with_partition_index(next.partition_index);
        question.cursor = Some(from);
    }
}

/// Adds an answer's topic, or the next page of one already there.
fn take(beliefs: &mut BTreeMap<String, Belief>, topic: DescribeTopicPartitionsResponseTopic) {
    let Some(name) = topic.name.map(|name| name.0.to_string()) else { return };
    if let Err(refused) = refusal(topic.error_code, None) {
        if matches!(refused.name().as_str(), "UNKNOWN_TOPIC_OR_PARTITION" | "INVALID_TOPIC_EXCEPTION") {
            beliefs.insert(name, Belief::Unknown);
        } else {
            tracing::debug!(topic = name, %refused, "not described");
        }
        return;
    }
    let empty = Belief::Known(Topic {
        id: URL_SAFE_NO_PAD.encode(topic.topic_id.as_bytes()),
        internal: topic.is_internal,
        partitions: Vec::new(),
    });
    if let Belief::Known(known) = beliefs.entry(name).or_insert(empty) {
        known.partitions.extend(topic.partitions.into_iter().map(partition_seen));
        known.partitions.sort_by_key(|partition| partition.partition);
    }
}

fn partition_seen(partition: DescribeTopicPartitionsResponsePartition) -> PartitionSeen {
    let sorted = |ids: Vec<BrokerId>| {
        let mut ids: Vec<i32> = ids.into_iter().map(|id| id.0).collect();
        ids.sort_unstable();
        ids
    };
    PartitionSeen {
        partition: partition.partition_index,
        leader: Some(partition.leader_id.0).filter(|id| *id >= 0),
        leader_epoch: partition.leader_epoch,
        replicas: partition.replica_nodes.into_iter().map(|id| id.0).collect(),
        isr: sorted(partition.isr_nodes),
        elr: sorted(partition.eligible_leader_replicas.unwrap_or_default()),
        last_known_elr: sorted(partition.last_known_elr.unwrap_or_default()),
        offline: sorted(partition.offline_replicas),
    }
}
