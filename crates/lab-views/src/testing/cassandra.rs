//! What nodes of Cassandra, their sidecar and a client of theirs say.

use std::collections::BTreeMap;

use lab_model::{
    Draft, Fact, Source,
    facts::{
        cassandra::{
            CassandraFact, HintFile, KeyspaceSeen, PeerBelief, PeerSeen, PhiSeen, RequestKind, RequestOutcome,
            RequestSeen, TableSeen,
        },
        lab::{LabFact, NodeInfo, NodeState, SettingChanged},
    },
};

use super::{app, client, container};

/// Said by node `cassandra-<id>`.
pub(crate) fn c(id: i32, fact: impl Into<Fact>) -> Draft {
    Draft::new(Source::Node(format!("cassandra-{id}")), fact)
}

/// Three nodes of Cassandra, a spare and a sidecar; node `n` has the address `10.0.0.n`.
pub(crate) fn start_cassandra(adopted: bool) -> LabFact {
    let node = |id| NodeInfo {
        system: "cassandra".into(),
        name: format!("cassandra-{id}"),
        role: "node".to_owned(),
        node_id: Some(id),
        endpoint: Some(format!("127.0.0.1:{}", 19_042 + 100 * id)),
        agent: None,
        address: Some(format!("10.0.0.{id}")),
        spare: id == 4,
        stands_in: false,
        networks: vec!["a-client".to_owned(), "b-cluster".to_owned()],
        faults: Vec::new(),
    };
    let files = NodeInfo { name: "files".to_owned(), role: "sidecar".to_owned(), ..NodeInfo::default() };
    let settings = vec![SettingChanged {
        name: "hints_flush_period".to_owned(),
        default: "10s".to_owned(),
        why: "Hints can be seen after a second.".to_owned(),
    }];
    let nodes = (1..=4).map(node).chain([files]).collect();
    LabFact::LabStarted {
        lab: "lab-a".to_owned(),
        stack: "cassandra-3".to_owned(),
        nodes,
        images: Vec::new(),
        adopted,
        settings,
    }
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

/// The nodes that a node believes up; negative ones down.
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
    let table = |name: &&str| TableSeen {
        name: (*name).to_owned(),
        columns: Vec::new(),
        id: String::new(),
        options: BTreeMap::new(),
    };
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
