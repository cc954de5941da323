//! The words in which the tests of the kinds are written: who says what, and what a projection must then show.

use std::collections::BTreeMap;

use lab_model::{
    ActionCall, ActionId, Draft, Fact, Observation, Source,
    facts::{
        cassandra::{
            CassandraFact, HintFile, KeyspaceSeen, PeerBelief, PeerSeen, PhiSeen, RequestKind, RequestOutcome,
            RequestSeen, TableSeen,
        },
        kafka::{BrokerSeen, CommittedOffset, KafkaFact, MemberSeen, PartitionSeen, RecordSeen, TopicPartitions},
        lab::{LabFact, NodeInfo, NodeState, SettingChanged},
    },
};
use serde_json::Value;

use crate::View;

/// Folds what was said, 100 ms apart, and compares the projection with what is expected: `summary`, `known`, or JSON
/// pointers into the model (`/partitions/0/leader`).
pub(crate) fn check<V: View>(params: &Value, said: &[Draft], expected: &Value) {
    let mut state = V::State::default();
    for observation in journal(said) {
        V::apply(&mut state, &observation);
    }
    let params = serde_json::from_value(params.clone()).expect("params of the kind");
    let projection = serde_json::to_value(V::project(&state, &params)).unwrap();
    for (place, wanted) in expected.as_object().expect("an object of expectations") {
        let found = match place.strip_prefix('/') {
            Some(_) => projection["model"].pointer(place).unwrap_or(&Value::Null),
            None => &projection[place],
        };
        assert_eq!(found, wanted, "at {place} in {:#}\nsummary: {}", projection["model"], projection["summary"]);
    }
}

/// As a journal, 100 ms apart.
pub(crate) fn journal(said: &[Draft]) -> Vec<Observation> {
    said.iter().zip(0..).map(|(draft, seq)| observed(seq, draft.clone())).collect()
}

/// At a place in the journal.
pub(crate) fn observed(seq: u64, Draft { said_at, source, cause, fact }: Draft) -> Observation {
    Observation { seq, heard_at: seq * 100, said_at, source, cause, fact }
}

/// Said by broker `kafka-<id>`.
pub(crate) fn k(id: i32, fact: impl Into<Fact>) -> Draft {
    Draft::new(Source::Node(format!("kafka-{id}")), fact)
}

/// Said by a client of ours.
pub(crate) fn client(name: &str, fact: impl Into<Fact>) -> Draft {
    Draft::new(Source::Client(name.to_owned()), fact)
}

/// Said by Pipewright.
pub(crate) fn app(fact: LabFact) -> Draft {
    Draft::new(Source::Pipewright, fact)
}

/// Three brokers and a controller.
pub(crate) fn started() -> Draft {
    app(start(false))
}

pub(crate) fn start(adopted: bool) -> LabFact {
    let node = |name: String, role: &str, id| NodeInfo {
        endpoint: (role == "broker").then(|| format!("127.0.0.1:{}", 19091 + id)),
        name,
        role: role.to_owned(),
        node_id: Some(id),
        ..NodeInfo::default()
    };
    let brokers = (1..=3).map(|id| node(format!("kafka-{id}"), "broker", id));
    let controller = node("controller-1".to_owned(), "controller", 100);
    let nodes = brokers.chain([controller]).collect();
    LabFact::LabStarted { stack: "kafka-3".to_owned(), nodes, images: Vec::new(), adopted, settings: Vec::new() }
}

/// The container engine reports a node.
pub(crate) fn container(node: &str, state: NodeState, networks: &[&str]) -> Draft {
    let networks = networks.iter().map(ToString::to_string).collect();
    let exit_code = (state == NodeState::Stopped).then_some(137);
    Draft::new(Source::Docker, LabFact::NodeChanged { node: node.to_owned(), state, exit_code, networks })
}

pub(crate) fn silent() -> LabFact {
    LabFact::FellSilent { why: "no answer within 1 s".to_owned() }
}

/// `orders`, replicas on 1, 2, 3: leader, epoch and ISR of each partition.
pub(crate) fn orders(partitions: &[(i32, i32, &[i32])]) -> KafkaFact {
    orders_with_id(None, partitions)
}

pub(crate) fn orders_with_id(id: Option<&str>, partitions: &[(i32, i32, &[i32])]) -> KafkaFact {
    let partitions = partitions
        .iter()
        .zip(0..)
        .map(|(&(leader, leader_epoch, isr), partition)| PartitionSeen {
            partition,
            leader: (leader > 0).then_some(leader),
            leader_epoch,
            replicas: vec![1, 2, 3],
            isr: isr.to_vec(),
            elr: Vec::new(),
            last_known_elr: Vec::new(),
            offline: Vec::new(),
        })
        .collect();
    let topic = "orders".to_owned();
    KafkaFact::TopicDescribed { topic, partitions, internal: false, topic_id: id.map(ToOwned::to_owned) }
}

pub(crate) fn no_orders() -> KafkaFact {
    KafkaFact::TopicMissing { topic: "orders".to_owned() }
}

/// The speaker's own replica of `orders-<partition>`.
pub(crate) fn log(partition: i32, log_start: i64, log_end: i64, high_watermark: i64) -> KafkaFact {
    KafkaFact::ReplicaRead {
        topic: "orders".to_owned(),
        partition,
        leader_epoch: 0,
        log_start,
        log_end,
        high_watermark: Some(high_watermark),
        last_stable: None,
    }
}

/// Brokers by id; negative ones are fenced.
pub(crate) fn brokers(ids: &[i32]) -> KafkaFact {
    let broker = |&id: &i32| BrokerSeen {
        id: id.abs(),
        host: "127.0.0.1".to_owned(),
        port: 19091 + id.abs(),
        rack: None,
        fenced: id < 0,
    };
    KafkaFact::ClusterDescribed {
        cluster_id: "4L6g3nShT-eMCtK--X86sw".to_owned(),
        brokers: ids.iter().map(broker).collect(),
    }
}

pub(crate) fn quorum(leader: i32, epoch: i32) -> KafkaFact {
    KafkaFact::QuorumDescribed { leader, epoch, voters: vec![100], observers: vec![1, 2, 3] }
}

pub(crate) fn topics(names: &[&str]) -> KafkaFact {
    KafkaFact::TopicsListed { topics: names.iter().map(ToString::to_string).collect() }
}

pub(crate) fn groups(names: &[&str]) -> KafkaFact {
    KafkaFact::GroupsListed { groups: names.iter().map(ToString::to_string).collect() }
}

/// Group `readers`: members by client id with their partitions of `orders`.
pub(crate) fn readers(state: &str, members: &[(&str, &[i32])]) -> KafkaFact {
    let member = |(name, partitions): &(&str, &[i32])| MemberSeen {
        member_id: format!("{name}-7f3a"),
        client_id: (*name).to_owned(),
        host: "172.18.0.1".to_owned(),
        assignment: vec![TopicPartitions { topic: "orders".to_owned(), partitions: partitions.to_vec() }],
    };
    KafkaFact::GroupDescribed {
        group: "readers".to_owned(),
        protocol: "consumer".to_owned(),
        state: state.to_owned(),
        epoch: None,
        members: members.iter().map(member).collect(),
    }
}

/// Group `readers` committed these partitions of `orders`.
pub(crate) fn committed(offsets: &[(i32, i64)]) -> KafkaFact {
    let offset = |&(partition, offset): &(i32, i64)| CommittedOffset { topic: "orders".to_owned(), partition, offset };
    KafkaFact::OffsetsCommitted { group: "readers".to_owned(), offsets: offsets.iter().map(offset).collect() }
}

/// `(offset, sending number, key)`, sent by producer `shop`.
pub(crate) fn record((offset, sent, key): (i64, u32, &str)) -> RecordSeen {
    RecordSeen {
        offset,
        id: Some(format!("shop-{sent}")),
        key: Some(key.to_owned()),
        value: format!("order {sent}"),
        timestamp: None,
    }
}

/// Records of `orders-<partition>` at its leader.
pub(crate) fn stored(partition: i32, records: &[(i64, u32, &str)]) -> KafkaFact {
    let records = records.iter().map(|&seen| record(seen)).collect();
    KafkaFact::RecordsStored { topic: "orders".to_owned(), partition, records }
}

/// A record of `orders-<partition>` was read.
pub(crate) fn read(partition: i32, seen: (i64, u32, &str)) -> KafkaFact {
    KafkaFact::RecordRead { topic: "orders".to_owned(), partition, record: record(seen), group: None }
}

pub(crate) fn reading(group: Option<&str>) -> KafkaFact {
    KafkaFact::ReadingBegan { topic: "orders".to_owned(), group: group.map(ToOwned::to_owned) }
}

/// `kafka.create_topic` with that id begins.
pub(crate) fn action_began(id: u64) -> Draft {
    let args = [("topic".to_owned(), Value::from("orders"))].into_iter().collect();
    let action = ActionCall { name: "kafka.create_topic".to_owned(), args };
    let by_hand = vec!["kafka-topics.sh --create --topic orders".to_owned()];
    app(LabFact::ActionBegan { action, by_hand }).because_of(ActionId(id))
}

/// Said by node `cassandra-<id>`.
pub(crate) fn c(id: i32, fact: impl Into<Fact>) -> Draft {
    Draft::new(Source::Node(format!("cassandra-{id}")), fact)
}

/// Three nodes of Cassandra, a spare and a sidecar; node `n` has the address `10.0.0.n`.
pub(crate) fn start_cassandra(adopted: bool) -> LabFact {
    let node = |id| NodeInfo {
        name: format!("cassandra-{id}"),
        role: "node".to_owned(),
        node_id: Some(id),
        endpoint: Some(format!("127.0.0.1:{}", 19_042 + 100 * id)),
        agent: None,
        address: Some(format!("10.0.0.{id}")),
        spare: id == 4,
    };
    let files = NodeInfo { name: "files".to_owned(), role: "sidecar".to_owned(), ..NodeInfo::default() };
    let settings = vec![SettingChanged {
        name: "hints_flush_period".to_owned(),
        default: "10s".to_owned(),
        why: "Hints can be seen after a second.".to_owned(),
    }];
    let nodes = (1..=4).map(node).chain([files]).collect();
    LabFact::LabStarted { stack: "cassandra-3".to_owned(), nodes, images: Vec::new(), adopted, settings }
}

/// `system.local` of node `id`, which is in `rack<id>` of `dc1`.
pub(crate) fn describes_itself(id: i32, token: i64, mode: &str) -> CassandraFact {
    CassandraFact::NodeDescribed {
        host_id: format!("host-{id}"),
        address: format!("10.0.0.{id}"),
        cluster_name: "pipewright".to_owned(),
        version: "5.0.8".to_owned(),
        data_center: "dc1".to_owned(),
        rack: format!("rack{id}"),
        tokens: vec![token.to_string()],
        schema_version: "6e6bc537".to_owned(),
        mode: Some(mode.to_owned()),
    }
}

/// The others that a node knows, with their tokens.
pub(crate) fn knows(peers: &[(i32, i64, &str)]) -> CassandraFact {
    let peer = |&(id, token, status): &(i32, i64, &str)| PeerSeen {
        address: format!("10.0.0.{id}"),
        host_id: format!("host-{id}"),
        data_center: "dc1".to_owned(),
        rack: format!("rack{id}"),
        tokens: vec![token.to_string()],
        schema_version: Some("6e6bc537".to_owned()),
        status: Some(status.to_owned()),
    };
    CassandraFact::PeersListed { peers: peers.iter().map(peer).collect() }
}

/// Whom a node believes up; negative ones down.
pub(crate) fn believes(ids: &[i32]) -> CassandraFact {
    let peer = |&id: &i32| PeerBelief { address: format!("10.0.0.{}", id.abs()), up: id > 0 };
    CassandraFact::PeersBelieved { peers: ids.iter().map(peer).collect() }
}

/// φ of each.
pub(crate) fn phi(peers: &[(i32, f64)]) -> CassandraFact {
    let peer = |&(id, phi): &(i32, f64)| PhiSeen { address: format!("10.0.0.{id}"), phi };
    CassandraFact::PhiRead { peers: peers.iter().map(peer).collect(), threshold: 8.0 }
}

/// Keyspace `weather` with so many replicas in `dc1`, and its tables.
pub(crate) fn weather(factor: u32, tables: &[&str]) -> CassandraFact {
    let table = |name: &&str| TableSeen { name: (*name).to_owned(), columns: Vec::new(), options: BTreeMap::new() };
    let keyspace = KeyspaceSeen {
        name: "weather".to_owned(),
        strategy: "NetworkTopologyStrategy".to_owned(),
        replication: [("dc1".to_owned(), factor)].into(),
        tables: tables.iter().map(table).collect(),
    };
    CassandraFact::SchemaListed { keyspaces: vec![keyspace] }
}

pub(crate) fn no_keyspace() -> CassandraFact {
    CassandraFact::SchemaListed { keyspaces: Vec::new() }
}

/// `oslo` of `weather.readings` lies on these nodes.
pub(crate) fn oslo_lies_on(ids: &[i32]) -> CassandraFact {
    CassandraFact::KeyPlaced {
        table: "weather.readings".to_owned(),
        key: "oslo".to_owned(),
        token: "-385408897791983735".to_owned(),
        replicas: ids.iter().map(|id| format!("10.0.0.{id}")).collect(),
    }
}

/// Tokens that share the ring out evenly.
pub(crate) const THIRDS: [i64; 3] = [-6_148_914_691_236_517_206, 0, 6_148_914_691_236_517_205];

/// A ring of three nodes in which everybody takes requests, knows everybody and believes them up.
pub(crate) fn whole_ring() -> Vec<Draft> {
    let mut said = vec![app(start_cassandra(false))];
    let both = &["a-client", "b-cluster"];
    said.extend((1..=3).map(|id| container(&format!("cassandra-{id}"), NodeState::Running, both)));
    let token = |id: i32| THIRDS[usize::try_from(id - 1).expect("1 to 3")];
    for id in 1..=3 {
        let others: Vec<i32> = (1..=3).filter(|other| *other != id).collect();
        let known: Vec<_> = others.iter().map(|&other| (other, token(other), "NORMAL")).collect();
        let own = describes_itself(id, token(id), "NORMAL");
        said.extend([c(id, LabFact::Heard), c(id, own), c(id, knows(&known)), c(id, believes(&others))]);
    }
    said
}

/// The sidecar lists a node's hint files: target and bytes.
pub(crate) fn hint_files(holder: i32, files: &[(i32, u64)]) -> Draft {
    let file = |&(target, bytes): &(i32, u64)| HintFile {
        target: format!("host-{target}"),
        bytes,
        file: format!("host-{target}-1795656884000-2.hints"),
    };
    let hints = files.iter().map(file).collect();
    let node = format!("cassandra-{holder}");
    let fact = CassandraFact::FilesListed { node, hints, sstables: Vec::new(), commit_log: Vec::new() };
    Draft::new(Source::Docker, fact)
}

/// A request of ours through `cassandra-1`.
pub(crate) fn request(id: &str, cql: &str, level: &str, outcome: RequestOutcome) -> RequestSeen {
    let kind = if cql.starts_with("SELECT") { RequestKind::Read } else { RequestKind::Write };
    RequestSeen {
        id: id.to_owned(),
        cql: cql.to_owned(),
        kind,
        coordinator: Some("cassandra-1".to_owned()),
        level: level.to_owned(),
        serial_level: None,
        outcome,
        took_micros: 2_345,
        trace: None,
        columns: Vec::new(),
        rows: Vec::new(),
        row_count: 0,
        applied: None,
        warnings: Vec::new(),
    }
}

pub(crate) fn ended(request: RequestSeen) -> Draft {
    client("console", CassandraFact::RequestEnded { request })
}
