//! A producer whose every delivery report is heard, in the order they come.

use std::time::Duration;

use lab_model::Problem;
use rdkafka::{
    ClientContext, Message,
    config::RDKafkaLogLevel,
    error::KafkaError,
    message::{Header, OwnedHeaders},
    producer::{
        BaseRecord, DeliveryResult, NoCustomPartitioner, Producer as _, ProducerContext, PurgeConfig, ThreadedProducer,
    },
};
use tokio::sync::mpsc;

use super::{Complaint, common, words};
use crate::{ask::records::ID_HEADER, error};

/// The replicas whose word counts as an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Promise {
    /// `acks` as Kafka writes it: `all`, `1`, `0`.
    pub(crate) acks: &'static str,
    /// The broker drops what it already has when the producer sends it again.
    pub(crate) idempotence: bool,
    /// A record not acknowledged within this is given up.
    pub(crate) patience: Duration,
}

/// A record to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outgoing {
    /// For the header `pipewright-id`.
    pub(crate) id: String,
    pub(crate) key: Option<String>,
    pub(crate) value: String,
    /// None: the partitioner decides.
    pub(crate) partition: Option<i32>,
}

/// What became of a record.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// The record's place in the order of sending, from 0.
    pub(crate) number: usize,
    /// Where it lies, or why it was given up, in Kafka's or librdkafka's words.
    pub(crate) outcome: Result<Landed, String>,
}

/// Where a record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Landed {
    pub(crate) partition: i32,
    /// −1 where nobody told: with `acks=0`, or when the broker says it already has what was sent again.
    pub(crate) offset: i64,
    pub(crate) timestamp: Option<i64>,
}

/// A running producer.
pub(crate) struct Producer(ThreadedProducer<Reports>);

impl Producer {
    /// Connects to `bootstrap`; deliveries come through the receiver.
    pub(crate) fn start(
        bootstrap: &str,
        name: &str,
        promise: Promise,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Delivery>), Problem> {
        let (report, deliveries) = mpsc::unbounded_channel();
        let context = Reports { name: name.to_owned(), report, complaint: Complaint::default() };
        let mut config = common(bootstrap, name);
        config
            .set("acks", promise.acks)
            .set("enable.idempotence", promise.idempotence.to_string())
            .set("message.timeout.ms", promise.patience.as_millis().to_string())
            .set("request.timeout.ms", "3000")
            // Java's default, so that equal keys go to equal partitions whoever sends them.
            .set("partitioner", "murmur2_random")
            .set("topic.metadata.refresh.fast.interval.ms", "100");
        if !promise.idempotence {
            // Several batches under way may swap places when one of them is sent again.
            config.set("max.in.flight.requests.per.connection", "1");
        }
        let producer =
            config.create_with_context(context).map_err(|why| error::client("start a producer", &why.to_string()))?;
        Ok((Self(producer), deliveries))
    }

    /// Hands a record to the client, which sends it in its own time.
    pub(crate) fn send(&self, topic: &str, number: usize, record: &Outgoing) -> Result<(), String> {
        let id = Header { key: ID_HEADER, value: Some(&record.id) };
        let headers = OwnedHeaders::new().insert(id);
        let mut outgoing = BaseRecord::with_opaque_to(topic, number).payload(record.value.as_str()).headers(headers);
        outgoing.key = record.key.as_deref();
        outgoing.partition = record.partition;
        self.0.send(outgoing).map_err(|(error, _)| words(&error))
    }

    /// Gives up everything not yet acknowledged; the reports say so.
    pub(crate) fn give_up(&self) {
        self.0.purge(PurgeConfig::default().queue().inflight());
    }

    /// Ends the client, without blocking the runtime.
    pub(crate) async fn close(self) {
        let closing = tokio::task::spawn_blocking(move || drop(self.0));
        if let Err(why) = closing.await {
            tracing::warn!(%why, "a producer did not close well");
        }
    }
}

struct Reports {
    name: String,
    report: mpsc::UnboundedSender<Delivery>,
    complaint: Complaint,
}

impl Reports {
    fn why(&self, error: &KafkaError) -> String {
        use rdkafka::error::RDKafkaErrorCode::MessageTimedOut;
        let words = words(error);
        let because = self.complaint.newest();
        match because {
            Some(because) if error.rdkafka_error_code() == Some(MessageTimedOut) => {
                format!("{words} ({because})")
            }
            _ => words,
        }
    }
}

impl ClientContext for Reports {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        super::log(&self.name, level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(client = self.name, %error, reason, "client error");
        self.complaint.note(reason);
    }
}

impl ProducerContext<NoCustomPartitioner> for Reports {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, number: usize) {
        let outcome = match result {
            Ok(message) => Ok(Landed {
                partition: message.partition(),
                offset: message.offset().max(-1),
                timestamp: message.timestamp().to_millis(),
            }),
            Err((error, _)) => Err(self.why(error)),
        };
        // After the action has ended, the result is not read any more.
        let _ = self.report.send(Delivery { number, outcome });
    }
}
