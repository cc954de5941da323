//! Whatever is said, in whatever order: no kind panics, keyframes lose nothing, and hearing a thing twice is hearing it.

use lab_model::{
    ActionCall, ActionId, Datum, Draft, Fact, Observation, Source,
    facts::{
        kafka::{BrokerSeen, CommittedOffset, KafkaFact, MemberSeen, PartitionSeen, RecordSeen, TopicPartitions},
        lab::{LabFact, NodeState, Outcome},
    },
};
use proptest::{
    collection::vec,
    option,
    prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest},
    sample::{select, subsequence},
};
use serde_json::{Value, json};

use crate::{
    Fold, Kind, kinds,
    testing::{observed, start, start_airflow, start_cassandra},
    tests::{airflow_facts, airflow_why, cassandra_facts, image_facts, pipeline_facts},
};

fn topic() -> impl Strategy<Value = String> {
    select(vec!["orders", "returns"]).prop_map(ToOwned::to_owned)
}

fn broker() -> impl Strategy<Value = i32> {
    1..=4
}

fn offset() -> impl Strategy<Value = i64> {
    prop_oneof![9 => 0..20_i64, 1 => any::<i64>()]
}

fn ids() -> impl Strategy<Value = Vec<i32>> {
    subsequence(vec![1, 2, 3, 4], 0..=3)
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![
        6 => (1..=3).prop_map(|id| Source::Node(format!("kafka-{id}"))),
        6 => (1..=4).prop_map(|id| Source::Node(format!("cassandra-{id}"))),
        6 => Just(Source::Node("airflow-1".to_owned())),
        2 => select(vec!["c1", "c2", "kafka-1"]).prop_map(|name| Source::Client(name.to_owned())),
        1 => Just(Source::Docker),
        1 => Just(Source::Pipewright),
    ]
}

fn partition_seen() -> impl Strategy<Value = PartitionSeen> {
    (0..3, option::of(broker()), -1..4, ids(), ids(), ids()).prop_map(
        |(partition, leader, leader_epoch, replicas, isr, elr)| PartitionSeen {
            partition,
            leader,
            leader_epoch,
            replicas,
            isr,
            elr,
            last_known_elr: Vec::new(),
            offline: Vec::new(),
        },
    )
}

fn record() -> impl Strategy<Value = RecordSeen> {
    let id = prop_oneof![(0..9).prop_map(|n| format!("p-{n}")), Just("p".to_owned())];
    (offset(), option::of(id), option::of(select(vec!["a", "b"]))).prop_map(|(offset, id, key)| RecordSeen {
        offset,
        id,
        key: key.map(Datum::of_text).unwrap_or_default(),
        value: Datum::of_text("v"),
        through: None,
        headers: Vec::new(),
        headers_more: None,
        timestamp: None,
    })
}

fn assignment() -> impl Strategy<Value = Vec<TopicPartitions>> {
    vec((topic(), ids()).prop_map(|(topic, partitions)| TopicPartitions { topic, partitions }), 0..3)
}

fn group() -> impl Strategy<Value = String> {
    select(vec!["g1", "g2"]).prop_map(ToOwned::to_owned)
}

fn member() -> impl Strategy<Value = MemberSeen> {
    (select(vec!["m1", "m2"]), assignment()).prop_map(|(id, assignment)| MemberSeen {
        member_id: id.to_owned(),
        client_id: "c1".to_owned(),
        host: "/127.0.0.1".to_owned(),
        assignment,
        unread: None,
    })
}

fn about_cluster() -> impl Strategy<Value = KafkaFact> {
    let seen = (broker(), any::<bool>()).prop_map(|(id, fenced)| BrokerSeen {
        id,
        host: "127.0.0.1".to_owned(),
        port: 19092,
        rack: None,
        fenced,
    });
    prop_oneof![
        vec(seen, 0..4).prop_map(|brokers| KafkaFact::ClusterDescribed { cluster_id: "x".to_owned(), brokers }),
        (broker(), 0..4).prop_map(|(leader, epoch)| KafkaFact::QuorumDescribed {
            leader,
            epoch,
            voters: vec![leader],
            observers: Vec::new(),
        }),
        subsequence(vec!["orders".to_owned(), "returns".to_owned()], 0..=2)
            .prop_map(|topics| KafkaFact::TopicsListed { topics }),
    ]
}

fn about_topics() -> impl Strategy<Value = KafkaFact> {
    let id = option::of(select(vec!["A".to_owned(), "B".to_owned()]));
    prop_oneof![
        (topic(), vec(partition_seen(), 0..4), id).prop_map(|(topic, partitions, topic_id)| {
            KafkaFact::TopicDescribed { topic, partitions, internal: false, topic_id }
        }),
        topic().prop_map(|topic| KafkaFact::TopicMissing { topic }),
        (topic(), 0..3, offset(), offset(), option::of(offset())).prop_map(
            |(topic, partition, log_start, log_end, high_watermark)| KafkaFact::ReplicaRead {
                topic,
                partition,
                leader_epoch: 0,
                log_start,
                log_end,
                high_watermark,
                last_stable: None,
            }
        ),
        (topic(), 0..3).prop_map(|(topic, partition)| KafkaFact::ReplicaRefused {
            topic,
            partition,
            error: "KAFKA_STORAGE_ERROR".to_owned(),
        }),
        (topic(), 0..3, vec(record(), 0..5), option::of((offset(), offset()))).prop_map(
            |(topic, partition, records, between)| {
                let (from, to) = between.unzip();
                KafkaFact::RecordsStored { topic, partition, records, from, to }
            }
        ),
        (topic(), 0..3, vec(offset(), 0..3)).prop_map(|(topic, partition, offsets)| KafkaFact::RecordsGone {
            topic,
            partition,
            offsets,
        }),
        (topic(), select(vec!["delete", "compact"]))
            .prop_map(|(topic, policy)| KafkaFact::TopicConfigured { topic, cleanup_policy: policy.to_owned() }),
    ]
}

fn about_clients() -> impl Strategy<Value = KafkaFact> {
    prop_oneof![
        (topic(), option::of(group())).prop_map(|(topic, group)| KafkaFact::ReadingBegan { topic, group }),
        (topic(), 0..3, record(), option::of(group())).prop_map(|(topic, partition, record, group)| {
            KafkaFact::RecordRead { topic, partition, record, group }
        }),
        (group(), assignment()).prop_map(|(group, assignment)| KafkaFact::PartitionsAssigned { group, assignment }),
        Just(KafkaFact::ReadingEnded { records: 1, how: "left".to_owned() }),
        (topic(), 0..3, vec((1..9u64, offset()), 1..4)).prop_map(|(topic, partition, landed)| {
            let (numbers, offsets) = landed.into_iter().unzip();
            KafkaFact::RecordsAcknowledged { topic, partition, numbers, offsets, acks: "all".to_owned() }
        }),
        (topic(), vec(1..9u64, 1..4)).prop_map(|(topic, numbers)| KafkaFact::RecordsRefused {
            topic,
            numbers,
            error: "x".into()
        }),
    ]
}

fn about_groups() -> impl Strategy<Value = KafkaFact> {
    let committed =
        (topic(), 0..3, offset()).prop_map(|(topic, partition, offset)| CommittedOffset { topic, partition, offset });
    prop_oneof![
        subsequence(vec!["g1".to_owned(), "g2".to_owned()], 0..=2)
            .prop_map(|groups| KafkaFact::GroupsListed { groups }),
        (group(), select(vec!["Stable", "PreparingRebalance", "Empty", "Dead"]), vec(member(), 0..3)).prop_map(
            |(group, state, members)| KafkaFact::GroupDescribed {
                group,
                protocol: "classic".to_owned(),
                protocol_type: None,
                unread: None,
                state: state.to_owned(),
                epoch: None,
                members,
            }
        ),
        (group(), vec(committed, 0..4)).prop_map(|(group, offsets)| KafkaFact::OffsetsCommitted {
            group,
            offsets,
            unread: None
        }),
        group().prop_map(|group| KafkaFact::OffsetsCommitted { group, offsets: Vec::new(), unread: Some("x".into()) }),
    ]
}

fn about_lab() -> impl Strategy<Value = LabFact> {
    let state = select(vec![NodeState::Running, NodeState::Paused, NodeState::Stopped, NodeState::Absent]);
    let networks = subsequence(vec!["a-client".to_owned(), "b-cluster".to_owned()], 0..=2);
    let step = || ("kafka/first-topic".to_owned(), "create".to_owned());
    prop_oneof![
        any::<bool>().prop_map(start),
        any::<bool>().prop_map(start_cassandra),
        any::<bool>().prop_map(start_airflow),
        Just(LabFact::LabBecameReady { took: 4200 }),
        Just(LabFact::LabStopped),
        (select(vec!["kafka", "cassandra", "airflow"]), 1..=5, state, networks).prop_map(
            |(system, id, state, networks)| {
                LabFact::NodeChanged { node: format!("{system}-{id}"), state, exit_code: None, networks }
            }
        ),
        Just(LabFact::Heard),
        Just(LabFact::FellSilent { why: "no answer".to_owned() }),
        Just(LabFact::ActionBegan {
            action: ActionCall { name: "kafka.produce".to_owned(), args: serde_json::Map::new() },
            by_hand: Vec::new(),
        }),
        Just(LabFact::ActionEnded { outcome: Outcome::Done, says: "done".into(), code: None, took: 5 }),
        Just(LabFact::StepBegan { lesson: step().0, step: step().1 }),
        Just(LabFact::StepDone { lesson: step().0, step: step().1 }),
        Just(LabFact::PredictionMade { lesson: step().0, step: step().1, option: 1 }),
        Just(LabFact::MachineSlept { gap: 60_000 }),
    ]
}

fn draft() -> impl Strategy<Value = Draft> {
    let fact = prop_oneof![
        about_lab().prop_map(Fact::from),
        about_cluster().prop_map(Fact::from),
        about_topics().prop_map(Fact::from),
        about_topics().prop_map(Fact::from),
        about_clients().prop_map(Fact::from),
        about_groups().prop_map(Fact::from),
        cassandra_facts::any_fact().prop_map(Fact::from),
        cassandra_facts::any_fact().prop_map(Fact::from),
        cassandra_facts::any_fact().prop_map(Fact::from),
        airflow_facts::any_fact().prop_map(Fact::from),
        airflow_why::any_fact().prop_map(Fact::from),
        airflow_facts::any_fact().prop_map(Fact::from),
        airflow_why::any_fact().prop_map(Fact::from),
        airflow_facts::any_fact().prop_map(Fact::from),
        image_facts::any_fact().prop_map(Fact::from),
        pipeline_facts::any_fact(),
        pipeline_facts::any_fact(),
    ];
    let said_at = option::weighted(0.2, 0..3_000_000_i64);
    (source(), option::of(0..3_u64), said_at, fact).prop_map(|(source, cause, said_at, fact)| Draft {
        said_at,
        source,
        cause: cause.map(ActionId),
        fact,
    })
}

fn journal() -> impl Strategy<Value = Vec<Observation>> {
    vec(draft(), 0..60)
        .prop_map(|drafts| drafts.into_iter().zip(0..).map(|(draft, seq)| observed(seq, draft)).collect())
}

fn params(kind: &Kind) -> Value {
    match kind.name {
        "kafka_partitions" | "kafka_records" => json!({ "topic": "orders" }),
        "cassandra_replicas" => json!({ "table": "weather.readings", "key": "oslo" }),
        "cassandra_ring" => json!({ "keyspace": "weather", "table": "weather.readings", "key": "oslo" }),
        "cassandra_storage" => json!({ "table": "weather.readings" }),
        "airflow_runs" | "airflow_dag" => json!({ "dag": "hello" }),
        "airflow_task" => json!({ "dag": "hello", "run": "r1", "task": "extract" }),
        "lab_image" => json!({ "node": "airflow-1" }),
        _ => json!({}),
    }
}

fn folded(kind: &Kind, observations: &[Observation]) -> Box<dyn Fold> {
    let mut fold = (kind.new_fold)();
    for observation in observations {
        fold.apply(observation);
    }
    fold
}

/// Things that happen again when they are said again. Everything else describes how something is.
fn is_an_event(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Lab(LabFact::MachineSlept { .. })
            | Fact::Kafka(
                KafkaFact::RecordRead { .. } | KafkaFact::RecordsAcknowledged { .. } | KafkaFact::RecordsRefused { .. }
            )
    )
}

/// The model without times and places in the journal.
fn timeless(mut model: Value) -> Value {
    match &mut model {
        Value::Object(fields) => {
            for time in ["at", "said_at", "heard_at", "began_at", "since", "seen_at", "seq", "clock_offset"] {
                fields.remove(time);
            }
            fields.values_mut().for_each(|value| *value = timeless(value.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| *value = timeless(value.take())),
        _ => {}
    }
    model
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn keyframes_lose_nothing(observations in journal(), cut in 0..60_usize) {
        let (before, after) = observations.split_at(cut.min(observations.len()));
        for kind in kinds() {
            let keyframe = folded(kind, before).keyframe().to_string();
            let mut resumed = (kind.from_keyframe)(serde_json::from_str(&keyframe).unwrap()).unwrap();
            for observation in after {
                resumed.apply(observation);
            }
            let straight = folded(kind, &observations);
            assert_eq!(straight.project(&params(kind)), resumed.project(&params(kind)), "{}", kind.name);
        }
    }

    #[test]
    fn hearing_it_twice_is_hearing_it(observations in journal(), again in draft()) {
        let next = observations.len() as u64;
        for kind in kinds().iter().filter(|_| !is_an_event(&again.fact)) {
            let mut fold = folded(kind, &observations);
            fold.apply(&observed(next, again.clone()));
            let once = fold.project(&params(kind)).unwrap();
            fold.apply(&observed(next + 1, again.clone()));
            let twice = fold.project(&params(kind)).unwrap();
            assert_eq!(timeless(once.model), timeless(twice.model), "{}", kind.name);
            assert_eq!(once.known, twice.known, "{}", kind.name);
        }
    }

    #[test]
    fn only_what_says_so_changes_the_picture(observations in journal()) {
        for kind in kinds() {
            let mut fold = (kind.new_fold)();
            let mut before = fold.project(&params(kind)).unwrap();
            for observation in &observations {
                let changed = fold.apply(observation);
                let now = fold.project(&params(kind)).unwrap();
                assert!(changed || now == before, "{} at {observation:?}", kind.name);
                before = now;
            }
        }
    }
}
