//! The probe against brokers that say what a real one cannot be made to say at will.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use kafka_protocol::{
    messages::{
        BrokerId, DescribeTopicPartitionsResponse, FetchResponse, ListOffsetsResponse, RequestKind, ResponseKind,
        TopicName,
        describe_topic_partitions_response::{
            DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
        },
        fetch_response::{FetchableTopicResponse, PartitionData},
        list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse},
    },
    protocol::StrBytes,
};
use lab_kafka::{Broker, Probe};
use lab_model::{
    Draft, Fact, KafkaNeed, Source,
    facts::{kafka::KafkaFact, lab::LabFact},
};
use support::{Answers, broker};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

const OFFSET_NOT_AVAILABLE: i16 = 78;
const KAFKA_STORAGE_ERROR: i16 = 56;

struct Watching {
    probe: Probe,
    drafts: mpsc::UnboundedReceiver<Draft>,
    _needs: watch::Sender<BTreeSet<KafkaNeed>>,
}

impl Watching {
    fn start(addresses: &[(&str, &str)]) -> Self {
        let brokers = addresses.iter().map(|(node, address)| Broker {
            node: (*node).to_owned(),
            node_id: Some(1),
            address: (*address).to_owned(),
        });
        let need = KafkaNeed::Partitions { topic: "t".into() };
        let (needs, needed) = watch::channel(BTreeSet::from([need]));
        let (send, drafts) = mpsc::unbounded_channel();
        let out = move |draft| {
            let _ = send.send(draft);
        };
        let probe = Probe::start(brokers.collect(), needed, out, CancellationToken::new());
        Self { probe, drafts, _needs: needs }
    }

    /// The next fact for which `pick` gives something.
    async fn hear<T>(&mut self, pick: impl Fn(&Draft) -> Option<T>) -> T {
        let hearing = async {
            loop {
                let draft = self.drafts.recv().await.unwrap();
                if let Some(picked) = pick(&draft) {
                    return picked;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), hearing).await.unwrap()
    }

    async fn replica(&mut self) -> KafkaFact {
        self.hear(|draft| match &draft.fact {
            Fact::Kafka(fact @ (KafkaFact::ReplicaRead { .. } | KafkaFact::ReplicaRefused { .. })) => {
                Some(fact.clone())
            }
            _ => None,
        })
        .await
    }
}

fn topic() -> TopicName {
    TopicName(StrBytes::from_static_str("t"))
}

fn describes_topic() -> ResponseKind {
    let partition = DescribeTopicPartitionsResponsePartition::default()
        .with_leader_id(BrokerId(1))
        .with_replica_nodes(vec![BrokerId(1)])
        .with_isr_nodes(vec![BrokerId(1)]);
    let described =
        DescribeTopicPartitionsResponseTopic::default().with_name(Some(topic())).with_partitions(vec![partition]);
    ResponseKind::DescribeTopicPartitions(DescribeTopicPartitionsResponse::default().with_topics(vec![described]))
}

fn offset(error: i16, offset: i64) -> ResponseKind {
    let partition = ListOffsetsPartitionResponse::default().with_error_code(error).with_offset(offset);
    let listed = ListOffsetsTopicResponse::default().with_name(topic()).with_partitions(vec![partition]);
    ResponseKind::ListOffsets(ListOffsetsResponse::default().with_topics(vec![listed]))
}

fn fetched(error: i16, high_watermark: i64) -> ResponseKind {
    let partition = PartitionData::default()
        .with_error_code(error)
        .with_high_watermark(high_watermark)
        .with_last_stable_offset(high_watermark)
        .with_log_start_offset(0);
    let topic = FetchableTopicResponse::default().with_topic(topic()).with_partitions(vec![partition]);
    ResponseKind::Fetch(FetchResponse::default().with_responses(vec![topic]))
}

fn earliest(request: &RequestKind) -> bool {
    matches!(request, RequestKind::ListOffsets(asked) if asked.topics[0].partitions[0].timestamp == -2)
}

#[tokio::test]
async fn a_high_watermark_that_is_not_said_is_none_and_not_zero() {
    let answers: Answers = Arc::new(|request| match request {
        RequestKind::DescribeTopicPartitions(_) => Some(describes_topic()),
        request if earliest(request) => Some(offset(0, 3)),
        RequestKind::ListOffsets(_) => Some(offset(0, 9)),
        RequestKind::Fetch(_) => Some(fetched(OFFSET_NOT_AVAILABLE, -1)),
        _ => None,
    });
    let mut watching = Watching::start(&[("kafka-1", &broker(answers).await)]);
    let KafkaFact::ReplicaRead { log_start, log_end, high_watermark, .. } = watching.replica().await else {
        panic!("refused");
    };
    assert_eq!((log_start, log_end, high_watermark), (3, 9, None));
}

#[tokio::test]
async fn a_broken_disk_is_told_by_kafkas_name_of_it() {
    let answers: Answers = Arc::new(|request| match request {
        RequestKind::DescribeTopicPartitions(_) => Some(describes_topic()),
        RequestKind::ListOffsets(_) => Some(offset(KAFKA_STORAGE_ERROR, -1)),
        _ => None,
    });
    let mut watching = Watching::start(&[("kafka-1", &broker(answers).await)]);
    let refused = watching.replica().await;
    let error = "KAFKA_STORAGE_ERROR".to_owned();
    assert_eq!(refused, KafkaFact::ReplicaRefused { topic: "t".into(), partition: 0, error });
}

#[tokio::test]
async fn a_log_end_is_never_older_than_the_high_watermark_beside_it() {
    let end = Arc::new(AtomicI64::new(0));
    // Ten records come between any two questions.
    let answers: Answers = Arc::new(move |request| match request {
        RequestKind::DescribeTopicPartitions(_) => Some(describes_topic()),
        RequestKind::ListOffsets(_) => Some(offset(0, end.fetch_add(10, Ordering::SeqCst))),
        RequestKind::Fetch(_) => Some(fetched(0, end.load(Ordering::SeqCst))),
        _ => None,
    });
    let mut watching = Watching::start(&[("kafka-1", &broker(answers).await)]);
    for _ in 0..3 {
        let KafkaFact::ReplicaRead { log_end, high_watermark, .. } = watching.replica().await else {
            panic!("refused");
        };
        assert!(log_end >= high_watermark.unwrap(), "{log_end} < {high_watermark:?}");
    }
}

#[tokio::test]
async fn a_broker_that_never_answers_delays_nobody() {
    let frozen: Answers = Arc::new(|_| None);
    let well: Answers = Arc::new(|request| match request {
        RequestKind::DescribeTopicPartitions(_) => Some(describes_topic()),
        RequestKind::ListOffsets(_) => Some(offset(0, 1)),
        RequestKind::Fetch(_) => Some(fetched(0, 1)),
        _ => None,
    });
    let (frozen, well) = (broker(frozen).await, broker(well).await);
    let mut watching = Watching::start(&[("kafka-1", &frozen), ("kafka-2", &well)]);
    // The other is heard in full before the silence is even told.
    let mut replica_first = false;
    let why = loop {
        let draft = watching.hear(|draft| Some(draft.clone())).await;
        match (&draft.source, &draft.fact) {
            (Source::Node(node), Fact::Kafka(KafkaFact::ReplicaRead { .. })) if node == "kafka-2" => {
                replica_first = true;
            }
            (Source::Node(node), Fact::Lab(LabFact::FellSilent { why })) if node == "kafka-1" => break why.clone(),
            _ => {}
        }
    };
    assert!(replica_first);
    assert!(why.starts_with("no answer within"), "{why}");
    // Silence is an answer too: what can be looked at has been.
    tokio::time::timeout(Duration::from_secs(30), watching.probe.settled()).await.unwrap();
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_silence_with_a_reason() {
    let mut watching = Watching::start(&[("kafka-1", "127.0.0.1:1")]);
    let why = watching
        .hear(|draft| match &draft.fact {
            Fact::Lab(LabFact::FellSilent { why }) => Some(why.clone()),
            _ => None,
        })
        .await;
    assert_eq!(why, "the connection was refused");
}
