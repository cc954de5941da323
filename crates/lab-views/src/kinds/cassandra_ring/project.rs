//! A ring's picture and table.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Problem,
    facts::cassandra::{KeyspaceSeen, StreamSeen, TableSeen},
};

use super::{
    Belief, Column, Factor, Keyspace, Model, Node, Params, Placement, Range, State, Stream, ranges, summary::summary,
};
use crate::{
    Gaps, Hearing, Projection, Table,
    parts::{
        members::{Member, joins},
        replication::{Owner, ownership},
        schema::as_stored,
        words::{answers, cell, container, said, short, yes},
    },
};

/// Streams shown of each node, the newest.
const STREAMS: usize = 10;
/// Letters shown of a name in what is waited for.
const LETTERS: usize = 40;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let ring = &state.members.ring;
    let members: BTreeMap<String, Member> =
        state.members.names().into_iter().map(|name| (name.clone(), state.members.of(&name))).collect();
    let owners = owners(&members);
    let asked = params.keyspace.as_deref().map(as_stored);
    let keyspace_seen = asked.as_deref().and_then(|name| ring.schema.keyspace(name));
    let owned = if keyspace_seen.is_none() && params.keyspace.is_some() {
        BTreeMap::new()
    } else {
        ownership(&owners, keyspace_seen)
    };
    let nodes: Vec<Node> =
        state.members.names().iter().map(|name| node(state, name, &members, owned.get(name).copied())).collect();
    let data_centers: BTreeSet<String> = nodes.iter().filter_map(|node| node.data_center.clone()).collect();
    let model = Model {
        cluster_name: ring.described.values().next().map(|described| described.cluster_name.clone()),
        data_centers: data_centers.into_iter().collect(),
        ranges: ranges::ranges(&owners, keyspace_seen),
        all_up: all_up(&nodes),
        schema_agreed: schema_agreed(state),
        keyspaces: ring.schema.keyspaces().into_iter().flatten().map(keyspace).collect(),
        placement: placement(state, params),
        problem: problem(state, params).map(|problem| said(&problem)),
        streams: streams(state),
        nodes,
    };
    Projection { table: table(&model), summary: summary(state, params, &model), known: ring.known, model }
}

fn node(state: &State, name: &str, members: &BTreeMap<String, Member>, owns_percent: Option<f64>) -> Node {
    let all = &state.members;
    let member = members.get(name).cloned().unwrap_or_default();
    let container = all.container(name);
    let heard = all.shown(name);
    Node {
        node: name.to_owned(),
        address: member.address,
        host_id: member.host_id,
        data_center: member.data_center,
        rack: member.rack,
        member: member.member,
        mode: member.mode,
        tokens: member.tokens,
        owns_percent,
        endpoint: container.and_then(|node| node.info.endpoint.clone()),
        heard: heard.hearing,
        serves: heard.serves,
        heard_at: heard.at,
        why_silent: heard.why,
        container: container.and_then(|node| node.state),
        cut: container.is_some_and(|node| !node.cut_from().is_empty()),
        spare: all.spare(name),
        believes: beliefs(state, name, members),
        believed_down_by: if in_ring(members.get(name)) { all.believed_down_by(name) } else { Vec::new() },
    }
}

/// Of a node that has left, or never came, nobody's belief means anything.
fn in_ring(member: Option<&Member>) -> bool {
    member.is_some_and(|member| member.member || member.mode.as_deref().is_some_and(joins))
}

fn beliefs(state: &State, observer: &str, members: &BTreeMap<String, Member>) -> Vec<Belief> {
    if !state.members.answers(observer) {
        return Vec::new();
    }
    let ring = &state.members.ring;
    let peers = state.members.names().into_iter().filter(|peer| peer != observer && in_ring(members.get(peer)));
    peers
        .filter_map(|peer| {
            let belief = ring.belief(observer, &peer)?;
            let phi = ring.phi_of(observer, &peer);
            Some(Belief {
                up: belief.up,
                since: belief.since,
                phi: phi.map(|(phi, _)| (phi * 100.0).round() / 100.0),
                threshold: phi.map(|(_, threshold)| threshold),
                peer,
            })
        })
        .collect()
}

/// What makes a ring ready: nobody misses anybody.
fn all_up(nodes: &[Node]) -> bool {
    let members: Vec<&Node> = nodes.iter().filter(|node| node.member).collect();
    let has_left = |node: &Node| node.mode.as_deref().is_some_and(|mode| matches!(mode, "DECOMMISSIONED" | "LEFT"));
    let expected = nodes.iter().filter(|node| !node.spare && !has_left(node));
    let believes = |observer: &Node, peer: &Node| {
        observer.node == peer.node || observer.believes.iter().any(|belief| belief.peer == peer.node && belief.up)
    };
    let answers = |node: &Node| node.heard == Hearing::Answering;
    !members.is_empty()
        && expected.into_iter().all(|node| node.member && node.serves == Some(true))
        && members
            .iter()
            .filter(|observer| answers(observer))
            .all(|observer| members.iter().all(|peer| believes(observer, peer)))
}

fn schema_agreed(state: &State) -> Option<bool> {
    let described = state.members.ring.described.iter().filter(|(node, _)| state.members.answers(node));
    let versions: Vec<&String> = described.map(|(_, described)| &described.schema_version).collect();
    (versions.len() > 1).then(|| versions.windows(2).all(|two| two[0] == two[1]))
}

fn owners(members: &BTreeMap<String, Member>) -> Vec<Owner> {
    let owner = |(node, member): (&String, &Member)| Owner {
        node: node.clone(),
        data_center: member.data_center.clone().unwrap_or_default(),
        rack: member.rack.clone().unwrap_or_default(),
        tokens: member.tokens.iter().filter_map(|token| token.parse().ok()).collect(),
    };
    members.iter().filter(|(_, member)| member.member).map(owner).collect()
}

fn keyspace(seen: &KeyspaceSeen) -> Keyspace {
    let factor = |(data_center, factor): (&String, &u32)| Factor {
        // SimpleStrategy's one factor counts in the whole ring.
        data_center: if data_center == "replication_factor" { "every".to_owned() } else { data_center.clone() },
        factor: *factor,
    };
    let mut tables: Vec<String> = seen.tables.iter().map(|table| table.name.clone()).collect();
    tables.sort();
    Keyspace {
        name: seen.name.clone(),
        strategy: seen.strategy.clone(),
        replication: seen.replication.iter().map(factor).collect(),
        tables,
        columns: seen.tables.iter().flat_map(columns).collect(),
    }
}

fn columns(table: &TableSeen) -> impl Iterator<Item = Column> {
    table.columns.iter().map(|column| Column {
        table: table.name.clone(),
        name: column.name.clone(),
        kind: column.kind.clone(),
        cql_type: column.cql_type.clone(),
    })
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let refusal = problem(state, params);
    let asked = params.table.as_ref().zip(params.key.as_ref()).filter(|_| refusal.is_none());
    let place = asked.and_then(|(table, key)| {
        let known = state.places.of(&state.members, &as_stored(table), key).is_some();
        (!known).then(|| format!("where key {} of {} lies", short(key, LETTERS), short(table, LETTERS)))
    });
    let keyspace = params.keyspace.as_ref().filter(|_| state.members.ring.schema.keyspaces().is_none());
    let keyspace = keyspace.map(|name| format!("keyspace {}", short(name, LETTERS)));
    Gaps { refusal, awaits: state.members.unheard().into_iter().chain(keyspace).chain(place).collect() }
}

/// Why what was asked for cannot be shown.
fn problem(state: &State, params: &Params) -> Option<Problem> {
    let schema = &state.members.ring.schema;
    let no_keyspace = params.keyspace.as_ref().and_then(|keyspace| schema.no_keyspace(&as_stored(keyspace)));
    let of_key = || {
        let table = as_stored(params.table.as_ref()?);
        match &params.key {
            Some(key) => state.places.problem(&state.members, &table, key),
            None => schema.why_not(&table),
        }
    };
    no_keyspace.or_else(of_key)
}

fn placement(state: &State, params: &Params) -> Option<Placement> {
    let (table, key) = (as_stored(params.table.as_ref()?), params.key.as_ref()?);
    if state.places.problem(&state.members, &table, key).is_some() {
        return None;
    }
    let (says, placed) = state.places.of(&state.members, &table, key)?;
    let replicas: Vec<String> = placed.replicas.iter().map(|address| state.members.ring.name(address)).collect();
    let racks: BTreeSet<String> = replicas.iter().filter_map(|node| state.members.of(node).rack).collect();
    Some(Placement {
        table,
        key: key.clone(),
        token: placed.token.clone(),
        replicas,
        racks: racks.into_iter().collect(),
        says: says.to_owned(),
    })
}

fn streams(state: &State) -> Vec<Stream> {
    let stream = |node: &str, seen: &StreamSeen| Stream {
        node: node.to_owned(),
        operation: seen.operation.clone(),
        peers: seen.peers.iter().map(|address| state.members.ring.name(address)).collect(),
        status: seen.status.clone(),
        received: seen.received,
        to_receive: seen.to_receive,
        sent: seen.sent,
        to_send: seen.to_send,
    };
    let all = state.streams.iter();
    all.flat_map(|(node, streams)| streams.iter().take(STREAMS).map(|seen| stream(node, seen))).collect()
}

fn table(model: &Model) -> Table {
    let heads = [
        "Node",
        "Address",
        "Data center",
        "Rack",
        "Mode",
        "#Tokens",
        "Range",
        "Copies of it on (computed)",
        "#Owns (%)",
        "Answers",
        "Container",
        "Cut off",
        "Believes down",
        "Believed down by",
    ];
    let mut table = Table::new(&heads);
    for node in &model.nodes {
        let owns: Vec<&Range> = model.ranges.iter().filter(|range| range.owner == node.node).collect();
        let down: Vec<&str> =
            node.believes.iter().filter(|belief| !belief.up).map(|belief| belief.peer.as_str()).collect();
        table.row([
            node.node.clone(),
            cell(node.address.as_ref()),
            cell(node.data_center.as_ref()),
            cell(node.rack.as_ref()),
            cell(node.mode.as_ref()),
            node.tokens.len().to_string(),
            ranges::owned(&owns),
            ranges::copied(&owns),
            cell(node.owns_percent),
            answers(node.heard, node.heard_at),
            cell(node.container.map(container)),
            yes(node.cut).to_owned(),
            down.join(", "),
            node.believed_down_by.join(", "),
        ]);
    }
    table
}
