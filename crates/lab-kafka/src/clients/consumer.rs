//! A consumer that takes part in a group.

use std::{collections::BTreeMap, time::Duration};

use super::{common, quiet, words};
use crate::{
    ask::{
        groups::by_name,
        records::{HEADERS, ID_HEADER, datum},
    },
    error,
};
use lab_model::{
    Datum, Problem,
    facts::kafka::{HeaderSeen, RecordSeen, TopicPartitions},
};
use rdkafka::{
    ClientContext, Message, TopicPartitionList,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance, StreamConsumer},
    error::{KafkaError, KafkaResult},
    message::{BorrowedMessage, Headers},
};

/// Which protocol a group speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// KIP-848: the coordinator assigns.
    Consumer,
    /// Join and sync: a member assigns.
    Classic,
}

/// How to take part in a group.
pub(crate) struct Membership<'a> {
    pub(crate) group: &'a str,
    pub(crate) protocol: Protocol,
    /// Where to begin without a committed offset: `earliest` or `latest`.
    pub(crate) from: &'static str,
}

/// Hears the partitions a member holds; called on the client's own time, so it must return at once.
pub(crate) type Given = Box<dyn Fn(Vec<TopicPartitions>) + Send + Sync>;

/// What a consumer hears next.
pub(crate) enum Heard {
    /// A record.
    Record { partition: i32, record: Box<RecordSeen> },
    /// An error that may pass, in words.
    Trouble(String),
    /// The client is of no more use.
    Fatal(String),
}

/// A running consumer of one topic.
pub(crate) struct Consumer {
    client: StreamConsumer<Rebalances>,
    topic: String,
}

impl Consumer {
    /// Joins a group for `topic`. `given` hears all it holds after each rebalance, before records come from it.
    pub(crate) fn member(
        bootstrap: &str,
        name: &str,
        topic: &str,
        membership: &Membership<'_>,
        given: Given,
    ) -> Result<Self, Problem> {
        let mut config = common(bootstrap, name);
        config
            .set("group.id", membership.group)
            .set("auto.offset.reset", membership.from)
            .set("enable.auto.commit", "true")
            .set("auto.commit.interval.ms", "200")
            // Stored by us once a record has been told of: what is committed has been seen.
            .set("enable.auto.offset.store", "false")
            .set("fetch.wait.max.ms", "100")
            .set("topic.metadata.refresh.interval.ms", "5000");
        match membership.protocol {
            Protocol::Consumer => config.set("group.protocol", "consumer"),
            // The shortest session brokers allow: a member that dies is noticed while somebody watches.
            Protocol::Classic => config.set("session.timeout.ms", "6000").set("heartbeat.interval.ms", "1000"),
        };
        let context = Rebalances { name: name.to_owned(), given };
        let client: StreamConsumer<Rebalances> =
            config.create_with_context(context).map_err(|error| cannot("start a consumer", &error))?;
        client.subscribe(&[topic]).map_err(|error| cannot("subscribe", &error))?;
        Ok(Self { client, topic: topic.to_owned() })
    }

    /// Waits for the next record. May be dropped at any time without losing one.
    pub(crate) async fn next(&self) -> Heard {
        match self.client.recv().await {
            Ok(message) => Heard::Record { partition: message.partition(), record: Box::new(seen(&message)) },
            Err(error) => match self.client.client().fatal_error() {
                Some((_, reason)) => Heard::Fatal(reason),
                None => Heard::Trouble(words(&error)),
            },
        }
    }

    /// The record at `offset` has been dealt with: the next commit goes beyond it.
    pub(crate) fn done_with(&self, partition: i32, offset: i64) {
        // The partition may just have gone to another member, who will read the record again.
        if let Err(error) = self.client.store_offset(&self.topic, partition, offset) {
            tracing::debug!(partition, offset, %error, "not stored");
        }
    }

    /// Leaves the group, committing what has been dealt with, and ends the client without blocking the runtime.
    pub(crate) async fn close(self) {
        let closing = tokio::task::spawn_blocking(move || drop(self.client));
        match tokio::time::timeout(Duration::from_secs(15), closing).await {
            Ok(Ok(())) => {}
            Ok(Err(why)) => tracing::warn!(%why, "a consumer did not close well"),
            Err(_) => tracing::warn!("a consumer still tries to leave; it goes on in the background"),
        }
    }
}

fn cannot(doing: &str, why: &KafkaError) -> Problem {
    error::client(doing, &words(why))
}

fn seen(message: &BorrowedMessage<'_>) -> RecordSeen {
    let mut seen = RecordSeen {
        offset: message.offset(),
        key: datum(message.key()),
        value: datum(message.payload()),
        timestamp: message.timestamp().to_millis(),
        ..RecordSeen::default()
    };
    let headers = message.headers();
    for index in 0..headers.map_or(0, Headers::count) {
        // rdkafka takes a header's key for text and panics where it is none; how to get at the bytes it does not say.
        let header = quiet::caught(|| headers.and_then(|headers| headers.try_get(index)));
        let unread = || Some((Datum::unread("its key is no text", 0), Datum::unread("its key is no text", 0)));
        let header = match header {
            Some(Some(header)) if header.key == ID_HEADER => {
                seen.id = header.value.map(|id| String::from_utf8_lossy(id).into_owned());
                None
            }
            Some(header) => header.map(|header| (datum(Some(header.key.as_bytes())), datum(header.value))),
            None => unread(),
        };
        match header {
            Some((key, value)) if seen.headers.len() < HEADERS => seen.headers.push(HeaderSeen { key, value }),
            Some(_) => seen.headers_more = Some(seen.headers_more.unwrap_or_default().saturating_add(1)),
            None => {}
        }
    }
    seen
}

/// Hears what a member is given.
struct Rebalances {
    name: String,
    given: Given,
}

impl ClientContext for Rebalances {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        super::log(&self.name, level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(client = self.name, %error, reason, "client error");
    }
}

impl ConsumerContext for Rebalances {
    fn post_rebalance(&self, client: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Error(error) = rebalance {
            tracing::warn!(client = self.name, %error, "rebalance");
            return;
        }
        match client.assignment() {
            Ok(held) => {
                let mut topics = BTreeMap::<String, Vec<i32>>::new();
                for element in held.elements() {
                    topics.entry(element.topic().to_owned()).or_default().push(element.partition());
                }
                (self.given)(by_name(topics.into_iter()));
            }
            Err(error) => tracing::warn!(client = self.name, %error, "assignment"),
        }
    }

    fn commit_callback(&self, result: KafkaResult<()>, _: &TopicPartitionList) {
        if let Err(error) = result {
            tracing::debug!(client = self.name, %error, "not committed");
        }
    }
}
