//! Questions to one broker, answered in the lab's vocabulary. When to ask, and what is new, is not decided here.
//!
//! Every question names the newest version of Kafka's request it was written for; answers are sorted, so that equal
//! states give equal answers.

pub(crate) mod changes;
pub(crate) mod cluster;
pub(crate) mod deleting;
pub(crate) mod groups;
pub(crate) mod keeping;
pub(crate) mod offsets;
pub(crate) mod records;
pub(crate) mod replicas;
pub(crate) mod topics;

use kafka_protocol::{messages::TopicName, protocol::StrBytes};

/// A partition of a topic, as questions address it.
pub(crate) type Place = (String, i32);

fn text(words: &str) -> StrBytes {
    StrBytes::from_string(words.to_owned())
}

fn topic_name(name: &str) -> TopicName {
    TopicName(text(name))
}

/// Kafka's requests list partitions below their topic.
fn by_topic<T: Clone>(places: impl IntoIterator<Item = (Place, T)>) -> Vec<(TopicName, Vec<(i32, T)>)> {
    let mut topics = std::collections::BTreeMap::<String, Vec<(i32, T)>>::new();
    for ((topic, partition), of) in places {
        topics.entry(topic).or_default().push((partition, of));
    }
    topics.into_iter().map(|(topic, partitions)| (topic_name(&topic), partitions)).collect()
}
