//! How topics are kept: their cleanup policy, and how much space their partitions take.

use std::collections::BTreeMap;

use kafka_protocol::messages::{
    DescribeConfigsRequest, DescribeLogDirsRequest, describe_configs_request::DescribeConfigsResource,
    describe_log_dirs_request::DescribableLogDirTopic,
};

use super::{Place, by_topic, text};
use crate::wire::{Ask, Connection, Failure};

impl Ask for DescribeConfigsRequest {
    const NEWEST: i16 = 4;
}
impl Ask for DescribeLogDirsRequest {
    const NEWEST: i16 = 4;
}

const CLEANUP_POLICY: &str = "cleanup.policy";

/// `cleanup.policy` of topics, as far as the broker says it.
pub(crate) async fn policies<'a>(
    connection: &mut Connection,
    topics: impl IntoIterator<Item = &'a String>,
) -> Result<BTreeMap<String, String>, Failure> {
    const TOPIC: i8 = 2;
    let resource = |name: &String| {
        DescribeConfigsResource::default()
            .with_resource_type(TOPIC)
            .with_resource_name(text(name))
            .with_configuration_keys(Some(vec![text(CLEANUP_POLICY)]))
    };
    let resources: Vec<DescribeConfigsResource> = topics.into_iter().map(resource).collect();
    if resources.is_empty() {
        return Ok(BTreeMap::new());
    }
    let answer = connection.ask(&DescribeConfigsRequest::default().with_resources(resources)).await?;
    let said = answer.results.into_iter().filter(|topic| topic.error_code == 0).filter_map(|topic| {
        let policy = topic.configs.into_iter().find(|config| config.name.as_str() == CLEANUP_POLICY)?.value?;
        Some((topic.resource_name.to_string(), policy.to_string()))
    });
    Ok(said.collect())
}

/// Bytes that the broker's own replicas take.
pub(crate) async fn sizes(
    connection: &mut Connection,
    places: impl IntoIterator<Item = Place>,
) -> Result<BTreeMap<Place, i64>, Failure> {
    let topics: Vec<DescribableLogDirTopic> = by_topic(places.into_iter().map(|place| (place, ())))
        .into_iter()
        .map(|(name, partitions)| {
            let partitions = partitions.into_iter().map(|(index, ())| index).collect();
            DescribableLogDirTopic::default().with_topic(name).with_partitions(partitions)
        })
        .collect();
    if topics.is_empty() {
        return Ok(BTreeMap::new());
    }
    let answer = connection.ask(&DescribeLogDirsRequest::default().with_topics(Some(topics))).await?;
    let mut sizes = BTreeMap::new();
    for topic in answer.results.into_iter().filter(|dir| dir.error_code == 0).flat_map(|dir| dir.topics) {
        for partition in topic.partitions.into_iter().filter(|partition| !partition.is_future_key) {
            sizes.insert((topic.name.0.to_string(), partition.partition_index), partition.partition_size);
        }
    }
    Ok(sizes)
}
