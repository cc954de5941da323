//! For programs of ours that carry many records: a member of a group whose offsets are committed when it is told to, and a
//! sender that waits for each acknowledgement. What the records are is nobody's business here.

use std::{sync::Arc, time::Duration};

use lab_model::Problem;
use rdkafka::{
    ClientContext, Message, Offset, TopicPartitionList,
    config::RDKafkaLogLevel,
    consumer::{CommitMode, Consumer as _, ConsumerContext, StreamConsumer},
    error::KafkaError,
    message::{BorrowedMessage, Header, Headers as _, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};

use super::{Complaint, common, quiet, words};
use crate::{Cluster, error};

/// A commit and a question for log ends may take so long; a broker that is away is then asked again later.
const PATIENCE: Duration = Duration::from_secs(4);

/// A record as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// The value.
    pub value: Option<Vec<u8>>,
    /// The headers; one whose key is no text is left out.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

/// What a member hears next.
#[derive(Debug)]
pub enum Next {
    /// A record.
    Record(Taken),
    /// An error that may pass, in words.
    Trouble(String),
    /// The client is of no more use, in words.
    Fatal(String),
}

/// Up to where a partition was dealt with: the offset that is read next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Upto {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
}

/// What a partition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The oldest offset.
    pub first: i64,
    /// The offset after the newest.
    pub next: i64,
}

/// A member of a group that commits when it is told to, and never by itself.
pub struct GroupReader {
    client: Arc<StreamConsumer<Listener>>,
}

impl GroupReader {
    /// Joins a group for these topics, at the first record where the group has committed nothing.
    ///
    /// # Errors
    /// If the client cannot be made; that no broker answers is heard later.
    pub fn join(cluster: &Cluster, name: &str, group: &str, topics: &[&str]) -> Result<Self, Problem> {
        let mut config = common(&cluster.bootstrap(), name);
        config
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            // One that was killed is given up soon: its partitions wait for that.
            .set("session.timeout.ms", "10000")
            .set("heartbeat.interval.ms", "2000")
            .set("fetch.wait.max.ms", "100")
            // What waits here for us is bounded.
            .set("queued.min.messages", "10000")
            .set("queued.max.messages.kbytes", "8192")
            .set("topic.metadata.refresh.interval.ms", "5000");
        let listener = Listener { name: name.to_owned(), complaint: Arc::default() };
        let client: StreamConsumer<Listener> =
            config.create_with_context(listener).map_err(|why| error::client("start a consumer", &words(&why)))?;
        client.subscribe(topics).map_err(|why| error::client("subscribe", &words(&why)))?;
        Ok(Self { client: Arc::new(client) })
    }

    /// Waits for the next record. May be dropped at any time without losing one.
    pub async fn next(&self) -> Next {
        match self.client.recv().await {
            Ok(message) => Next::Record(taken(&message)),
            Err(why) => match self.client.client().fatal_error() {
                Some((_, reason)) => Next::Fatal(reason),
                None => Next::Trouble(self.because(&why)),
            },
        }
    }

    /// Commits, and waits until the coordinator has it.
    ///
    /// # Errors
    /// In words. Whoever reads there next reads again what was not committed.
    pub async fn commit(&self, upto: Vec<Upto>) -> Result<(), String> {
        let mut places = TopicPartitionList::new();
        for Upto { topic, partition, offset } in &upto {
            places.add_partition_offset(topic, *partition, Offset::Offset(*offset)).map_err(|why| words(&why))?;
        }
        let committed = self.blocking(move |client| client.commit(&places, CommitMode::Sync)).await?;
        committed.map_err(|why| self.because(&why))
    }

    /// What the partitions hold that this member has now.
    ///
    /// # Errors
    /// In words.
    pub async fn extents(&self) -> Result<Vec<Extent>, String> {
        let ask = |client: &StreamConsumer<Listener>| {
            let mut extents = Vec::new();
            for held in client.assignment()?.elements() {
                let (topic, partition) = (held.topic().to_owned(), held.partition());
                let (first, next) = client.fetch_watermarks(&topic, partition, PATIENCE)?;
                extents.push(Extent { topic, partition, first, next });
            }
            Ok::<_, KafkaError>(extents)
        };
        self.blocking(ask).await?.map_err(|why| self.because(&why))
    }

    /// What the group has committed for the partitions that this member has now; none where it has committed nothing.
    ///
    /// # Errors
    /// In words.
    pub async fn committed(&self) -> Result<Vec<Upto>, String> {
        let ask = |client: &StreamConsumer<Listener>| client.committed(PATIENCE);
        let told = self.blocking(ask).await?.map_err(|why| self.because(&why))?;
        let upto = |place: &rdkafka::topic_partition_list::TopicPartitionListElem<'_>| match place.offset() {
            Offset::Offset(offset) => {
                Some(Upto { topic: place.topic().to_owned(), partition: place.partition(), offset })
            }
            _ => None,
        };
        Ok(told.elements().iter().filter_map(upto).collect())
    }

    /// Leaves the group and ends the client, without blocking the runtime. Nothing is committed.
    pub async fn close(self) {
        let closing = tokio::task::spawn_blocking(move || drop(self.client));
        if tokio::time::timeout(Duration::from_secs(15), closing).await.is_err() {
            tracing::warn!("a consumer still tries to leave; it goes on in the background");
        }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&StreamConsumer<Listener>) -> T + Send + 'static,
    ) -> Result<T, String> {
        let client = Arc::clone(&self.client);
        tokio::task::spawn_blocking(move || ask(&client)).await.map_err(|why| why.to_string())
    }

    /// An error with the newest complaint about connections, which may explain it.
    fn because(&self, why: &KafkaError) -> String {
        explained(words(why), &self.client.context().complaint)
    }
}

fn explained(words: String, complaint: &Complaint) -> String {
    match complaint.newest() {
        Some(because) if !words.contains(&because) => format!("{words} ({because})"),
        _ => words,
    }
}

fn taken(message: &BorrowedMessage<'_>) -> Taken {
    let headers = message.headers();
    // rdkafka takes a header's key for text and panics where it is none.
    let header = |index| quiet::caught(|| headers.and_then(|headers| headers.try_get(index))).flatten();
    let all = (0..headers.map_or(0, rdkafka::message::Headers::count)).filter_map(header);
    Taken {
        topic: message.topic().to_owned(),
        partition: message.partition(),
        offset: message.offset(),
        value: message.payload().map(<[u8]>::to_vec),
        headers: all.map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec))).collect(),
    }
}

/// Sends records, each until all replicas in sync have it.
pub struct Sender {
    client: FutureProducer<Listener>,
    complaint: Arc<Complaint>,
}

impl Sender {
    /// Connects when the first record is sent.
    ///
    /// # Errors
    /// If the client cannot be made.
    pub fn new(cluster: &Cluster, name: &str) -> Result<Self, Problem> {
        let mut config = common(&cluster.bootstrap(), name);
        config
            .set("acks", "all")
            .set("enable.idempotence", "true")
            .set("message.timeout.ms", "10000")
            .set("request.timeout.ms", "3000")
            .set("linger.ms", "5")
            .set("partitioner", "murmur2");
        let complaint = Arc::<Complaint>::default();
        let listener = Listener { name: name.to_owned(), complaint: Arc::clone(&complaint) };
        let client = config.create_with_context(listener);
        Ok(Self { client: client.map_err(|why| error::client("start a producer", &words(&why)))?, complaint })
    }

    /// Sends a record, and waits until it is acknowledged.
    ///
    /// # Errors
    /// In words; whether it is there nobody knows then.
    pub async fn send(&self, topic: &str, key: &str, value: &[u8], headers: &[(&str, &str)]) -> Result<(), String> {
        let headers = headers
            .iter()
            .fold(OwnedHeaders::new(), |all, (key, value)| all.insert(Header { key, value: Some(*value) }));
        let record = FutureRecord::to(topic).key(key).payload(value).headers(headers);
        let sent = self.client.send(record, PATIENCE).await;
        sent.map(drop).map_err(|(why, _)| explained(words(&why), &self.complaint))
    }
}

/// Hears a client's complaints.
struct Listener {
    name: String,
    complaint: Arc<Complaint>,
}

impl ClientContext for Listener {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        super::log(&self.name, level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(client = self.name, %error, reason, "client error");
        self.complaint.note(reason);
    }
}

impl ConsumerContext for Listener {}
