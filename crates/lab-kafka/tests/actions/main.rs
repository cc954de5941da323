//! Actions against brokers that say what a real one says only after some trouble.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod behind;
mod delete_records;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;

use kafka_protocol::{
    messages::{
        BrokerId, DescribeTopicPartitionsResponse, ResponseKind, TopicName,
        describe_topic_partitions_response::{
            DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
        },
    },
    protocol::StrBytes,
};
use lab_kafka::{Broker, Cluster, Kafka};
use lab_model::{ActionCall, ActionId, Problem};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

const UNKNOWN_TOPIC_OR_PARTITION: i16 = 3;
const NOT_LEADER_OR_FOLLOWER: i16 = 6;

fn topic() -> TopicName {
    TopicName(StrBytes::from_static_str("t"))
}

/// The leaders of partitions 0, 1, 2, …; −1 for none.
fn described(leaders: &[i32], error: i16) -> ResponseKind {
    let partition = |(index, leader): (i32, &i32)| {
        DescribeTopicPartitionsResponsePartition::default()
            .with_partition_index(index)
            .with_leader_id(BrokerId(*leader))
            .with_replica_nodes(vec![BrokerId(1), BrokerId(2)])
    };
    let partitions = (0..).zip(leaders).map(partition).collect();
    let topic = DescribeTopicPartitionsResponseTopic::default().with_name(Some(topic())).with_error_code(error);
    let topics = vec![topic.with_partitions(partitions)];
    ResponseKind::DescribeTopicPartitions(DescribeTopicPartitionsResponse::default().with_topics(topics))
}

/// Does an action on brokers 1, 2, … at these addresses.
async fn act(addresses: &[&str], name: &str, args: Value) -> Result<String, Problem> {
    let brokers = (1..).zip(addresses).map(|(id, address)| Broker {
        node: format!("kafka-{id}"),
        node_id: Some(id),
        address: (*address).to_owned(),
    });
    let kafka = Kafka::new(Cluster { brokers: brokers.collect() }, Arc::new(|_| {}));
    let call = ActionCall { name: name.into(), args: args.as_object().cloned().unwrap() };
    kafka.run(ActionId(1), &call, Arc::new(|_| {}), CancellationToken::new()).await
}
