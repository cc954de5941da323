//! Questions that change the cluster: topics made, deleted, configured, leaders elected. The broker asked forwards
//! them to the active controller.

use std::collections::BTreeMap;

use kafka_protocol::messages::{
    CreatePartitionsRequest, CreateTopicsRequest, DeleteTopicsRequest, ElectLeadersRequest,
    IncrementalAlterConfigsRequest,
    create_partitions_request::CreatePartitionsTopic,
    create_topics_request::{CreatableTopic, CreatableTopicConfig},
    delete_topics_request::DeleteTopicState,
    elect_leaders_request::TopicPartitions,
    incremental_alter_configs_request::{AlterConfigsResource, AlterableConfig},
};

use super::{text, topic_name};
use crate::wire::{Ask, Connection, Failure, refusal};

impl Ask for CreateTopicsRequest {
    const NEWEST: i16 = 7;
}
impl Ask for DeleteTopicsRequest {
    const NEWEST: i16 = 6;
}
impl Ask for CreatePartitionsRequest {
    const NEWEST: i16 = 3;
}
impl Ask for IncrementalAlterConfigsRequest {
    const NEWEST: i16 = 1;
}
impl Ask for ElectLeadersRequest {
    const NEWEST: i16 = 2;
}

/// How long the controller may take, in its own eyes. Shorter than a connection waits, so that it is Kafka that says so.
const LIMIT_MS: i32 = 8_000;

/// What Kafka made of a request for a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Created {
    pub(crate) partitions: i32,
    pub(crate) replication_factor: i16,
}

/// Creates a topic. None for partitions or replication factor: the cluster's default.
pub(crate) async fn create_topic(
    connection: &mut Connection,
    name: &str,
    partitions: Option<i32>,
    replication_factor: Option<i16>,
    configs: &BTreeMap<String, String>,
) -> Result<Created, Failure> {
    let configs = configs
        .iter()
        .map(|(name, value)| CreatableTopicConfig::default().with_name(text(name)).with_value(Some(text(value))));
    let topic = CreatableTopic::default()
        .with_name(topic_name(name))
        .with_num_partitions(partitions.unwrap_or(-1))
        .with_replication_factor(replication_factor.unwrap_or(-1))
        .with_configs(configs.collect());
    let question = CreateTopicsRequest::default().with_topics(vec![topic]).with_timeout_ms(LIMIT_MS);
    let answer = connection.ask(&question).await?;
    let made = answer.topics.into_iter().next().ok_or_else(no_result)?;
    refusal(made.error_code, made.error_message.as_ref())?;
    Ok(Created { partitions: made.num_partitions, replication_factor: made.replication_factor })
}

/// Deletes a topic.
pub(crate) async fn delete_topic(connection: &mut Connection, name: &str) -> Result<(), Failure> {
    let topic = DeleteTopicState::default().with_name(Some(topic_name(name)));
    let question = DeleteTopicsRequest::default().with_topics(vec![topic]).with_timeout_ms(LIMIT_MS);
    let answer = connection.ask(&question).await?;
    let deleted = answer.responses.into_iter().next().ok_or_else(no_result)?;
    Ok(refusal(deleted.error_code, deleted.error_message.as_ref())?)
}

/// Gives a topic more partitions, `count` in all.
pub(crate) async fn add_partitions(connection: &mut Connection, name: &str, count: i32) -> Result<(), Failure> {
    let topic = CreatePartitionsTopic::default().with_name(topic_name(name)).with_count(count).with_assignments(None);
    let question = CreatePartitionsRequest::default().with_topics(vec![topic]).with_timeout_ms(LIMIT_MS);
    let answer = connection.ask(&question).await?;
    let grown = answer.results.into_iter().next().ok_or_else(no_result)?;
    Ok(refusal(grown.error_code, grown.error_message.as_ref())?)
}

/// Sets topic configs (`Some`) or returns them to the default (`None`); others stay as they are.
pub(crate) async fn alter_topic(
    connection: &mut Connection,
    name: &str,
    configs: &BTreeMap<String, Option<String>>,
) -> Result<(), Failure> {
    const TOPIC: i8 = 2;
    let configs = configs.iter().map(|(name, value)| {
        AlterableConfig::default()
            .with_name(text(name))
            .with_config_operation(i8::from(value.is_none()))
            .with_value(value.as_deref().map(text))
    });
    let resource = AlterConfigsResource::default()
        .with_resource_type(TOPIC)
        .with_resource_name(text(name))
        .with_configs(configs.collect());
    let question = IncrementalAlterConfigsRequest::default().with_resources(vec![resource]);
    let answer = connection.ask(&question).await?;
    let altered = answer.responses.into_iter().next().ok_or_else(no_result)?;
    Ok(refusal(altered.error_code, altered.error_message.as_ref())?)
}

/// Has a leader elected for one partition: the preferred one, or, unclean, whoever is alive.
pub(crate) async fn elect_leader(
    connection: &mut Connection,
    topic: &str,
    partition: i32,
    unclean: bool,
) -> Result<(), Failure> {
    let place = TopicPartitions::default().with_topic(topic_name(topic)).with_partitions(vec![partition]);
    let question = ElectLeadersRequest::default()
        .with_election_type(i8::from(unclean))
        .with_topic_partitions(Some(vec![place]))
        .with_timeout_ms(LIMIT_MS);
    let answer = connection.ask(&question).await?;
    refusal(answer.error_code, None)?;
    let elected = answer.replica_election_results.into_iter().flat_map(|topic| topic.partition_result).next();
    let elected = elected.ok_or_else(no_result)?;
    Ok(refusal(elected.error_code, elected.error_message.as_ref())?)
}

fn no_result() -> Failure {
    Failure::Silent("its answer names no result".into())
}
