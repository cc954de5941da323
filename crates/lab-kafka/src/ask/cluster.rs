//! The brokers of a cluster, its active controller, the names of its topics.

use kafka_protocol::messages::{
    DescribeClusterRequest, DescribeQuorumRequest, MetadataRequest,
    describe_quorum_request::{PartitionData, TopicData},
    describe_quorum_response::ReplicaState,
};
use lab_model::facts::kafka::{BrokerSeen, KafkaFact};

use super::topic_name;
use crate::wire::{Ask, Connection, Failure, refusal};

impl Ask for DescribeClusterRequest {
    const NEWEST: i16 = 2;
}
impl Ask for DescribeQuorumRequest {
    const NEWEST: i16 = 2;
}
impl Ask for MetadataRequest {
    const NEWEST: i16 = 12;
}

/// Registered brokers, the fenced ones included ([`KafkaFact::ClusterDescribed`]).
pub(crate) async fn describe(connection: &mut Connection) -> Result<KafkaFact, Failure> {
    let question = DescribeClusterRequest::default().with_endpoint_type(1).with_include_fenced_brokers(true);
    let answer = connection.ask(&question).await?;
    refusal(answer.error_code, answer.error_message.as_ref())?;
    let mut brokers: Vec<BrokerSeen> = answer
        .brokers
        .into_iter()
        .map(|broker| BrokerSeen {
            id: broker.broker_id.0,
            host: broker.host.to_string(),
            port: broker.port,
            rack: broker.rack.map(|rack| rack.to_string()),
            fenced: broker.is_fenced,
        })
        .collect();
    brokers.sort_by_key(|broker| broker.id);
    Ok(KafkaFact::ClusterDescribed { cluster_id: answer.cluster_id.to_string(), brokers })
}

/// The node id under which a broker advertises `address` to clients, if the cluster knows one.
pub(crate) async fn id_at(connection: &mut Connection, address: &str) -> Result<Option<i32>, Failure> {
    let KafkaFact::ClusterDescribed { brokers, .. } = describe(connection).await? else {
        return Ok(None);
    };
    let found = brokers.iter().find(|broker| format!("{}:{}", broker.host, broker.port) == address);
    Ok(found.map(|broker| broker.id))
}

/// The controllers' leader, epoch, voters and observers ([`KafkaFact::QuorumDescribed`]).
///
/// The broker forwards this to the active controller: without a majority, or on a broker that is cut off, nothing comes.
pub(crate) async fn quorum(connection: &mut Connection) -> Result<KafkaFact, Failure> {
    let topic = TopicData::default()
        .with_topic_name(topic_name("__cluster_metadata"))
        .with_partitions(vec![PartitionData::default()]);
    let answer = connection.ask(&DescribeQuorumRequest::default().with_topics(vec![topic])).await?;
    refusal(answer.error_code, answer.error_message.as_ref())?;
    let partition = answer.topics.into_iter().flat_map(|topic| topic.partitions).next();
    let partition = partition.ok_or_else(|| Failure::Silent("it names no metadata partition".into()))?;
    refusal(partition.error_code, partition.error_message.as_ref())?;
    let ids = |replicas: Vec<ReplicaState>| {
        let mut ids: Vec<i32> = replicas.iter().map(|replica| replica.replica_id.0).collect();
        ids.sort_unstable();
        ids
    };
    Ok(KafkaFact::QuorumDescribed {
        leader: partition.leader_id.0,
        epoch: partition.leader_epoch,
        voters: ids(partition.current_voters),
        observers: ids(partition.observers),
    })
}

/// All topics the broker knows, sorted ([`KafkaFact::TopicsListed`]).
pub(crate) async fn topics(connection: &mut Connection) -> Result<KafkaFact, Failure> {
    let question = MetadataRequest::default().with_topics(None).with_allow_auto_topic_creation(false);
    let answer = connection.ask(&question).await?;
    let mut topics: Vec<String> =
        answer.topics.into_iter().filter_map(|topic| topic.name).map(|name| name.0.to_string()).collect();
    topics.sort_unstable();
    Ok(KafkaFact::TopicsListed { topics })
}
