//! A ring in one sentence: who is there, who is missed by whom, where the key lies.

use lab_model::facts::lab::NodeState;

use super::{Belief, Model, Node, Params, Placement, Range, State, Stream};
use crate::{
    Hearing,
    parts::words::{count, list, short, who_answers},
};

pub(super) fn summary(state: &State, params: &Params, model: &Model) -> String {
    if !state.members.ring.known && model.nodes.is_empty() {
        return "No Cassandra node has answered yet.".to_owned();
    }
    let mut said = vec![everybody(model)];
    said.extend(model.nodes.iter().filter_map(|node| trouble(model, node)));
    if model.schema_agreed == Some(false) {
        said.push("The nodes that answer do not have the same schema.".to_owned());
    }
    said.extend(keyspaces(model));
    said.extend(params.keyspace.as_ref().and_then(|keyspace| ranges(keyspace, &model.ranges)));
    said.extend(model.placement.as_ref().map(placement).filter(|_| model.problem.is_none()));
    said.extend(model.problem.clone());
    said.extend(streams(&model.streams));
    said.join(" ")
}

fn everybody(model: &Model) -> String {
    let expected: Vec<&Node> = model.nodes.iter().filter(|node| node.member || !node.spare).collect();
    let heard: Vec<Hearing> = expected.iter().map(|node| node.heard).collect();
    let believed = if model.all_up && heard.len() > 1 { ", and each believes the others up" } else { "" };
    format!("{}{believed}.", who_answers("node", &heard))
}

/// What is not as it should be with a node.
fn trouble(model: &Model, node: &Node) -> Option<String> {
    let mut said = Vec::new();
    let expected = node.member || !node.spare;
    match (node.heard, &node.why_silent) {
        _ if !expected => {}
        (Hearing::Answering, _) => match node.serves {
            Some(true) => {}
            Some(false) => said.push("takes no requests yet".to_owned()),
            None => said.push("was not asked yet whether it takes requests".to_owned()),
        },
        (Hearing::NotAsked, _) => said.push("was not asked yet".to_owned()),
        (Hearing::Silent, Some(why)) => said.push(format!("is silent ({why})")),
        (Hearing::Silent, None) => said.push("is silent".to_owned()),
    }
    match node.container {
        _ if !expected => {}
        Some(NodeState::Paused) => said.push("its container is paused".to_owned()),
        Some(NodeState::Stopped) => said.push("its container is stopped".to_owned()),
        Some(NodeState::Absent) => said.push("its container is gone".to_owned()),
        Some(NodeState::Running) | None => {}
    }
    if node.cut {
        said.push("is cut off from a network".to_owned());
    }
    if let Some(mode) = node.mode.as_deref().filter(|mode| !matches!(*mode, "NORMAL" | "shutdown")) {
        said.push(format!("is {mode}"));
    }
    said.extend(believed(model, node, false).map(|who| format!("is believed down by {who}")));
    if node.heard == Hearing::Silent || node.cut || !node.believed_down_by.is_empty() {
        let by_some = believed(model, node, true);
        said.extend(by_some.map(|who| format!("is still believed up by {who}")));
    }
    (!said.is_empty()).then(|| format!("{} {}.", node.node, said.join(", ")))
}

/// The nodes that believe it up or down, and how suspicious the most suspicious one of them is.
fn believed(model: &Model, node: &Node, up: bool) -> Option<String> {
    let about = |observer: &Node| -> Option<Belief> {
        observer.believes.iter().find(|belief| belief.peer == node.node && belief.up == up).cloned()
    };
    let by: Vec<(&str, Belief)> =
        model.nodes.iter().filter_map(|observer| Some((observer.node.as_str(), about(observer)?))).collect();
    if by.is_empty() {
        return None;
    }
    let phi =
        by.iter().filter_map(|(_, belief)| Some((belief.phi?, belief.threshold?))).max_by(|a, b| a.0.total_cmp(&b.0));
    let phi = phi.map(|(phi, threshold)| format!(" (φ {phi:.1} of {threshold})")).unwrap_or_default();
    Some(format!("{}{phi}", list(by.iter().map(|(observer, _)| observer))))
}

fn keyspaces(model: &Model) -> Option<String> {
    let names: Vec<&str> = model.keyspaces.iter().map(|keyspace| keyspace.name.as_str()).collect();
    match names.len() {
        0 => None,
        n if n <= 6 => Some(format!("{}: {}.", count(n, "keyspace"), list(names))),
        n => Some(format!("{}: {} and {} more.", count(n, "keyspace"), names[..6].join(", "), n - 6)),
    }
}

/// How many nodes hold each range. Within one ring it is the same number for all.
fn ranges(keyspace: &str, ranges: &[Range]) -> Option<String> {
    let of_ring = |ring: &[Range]| {
        let held = count(ring[0].replicas.as_ref()?.len(), "node");
        let place = ring[0].data_center.as_ref().map(|data_center| format!(" of {data_center}")).unwrap_or_default();
        Some(match ring.len() {
            1 => format!("on {held} in the one range{place}"),
            several => format!("on {held} in each of {several} ranges{place}"),
        })
    };
    let rings = ranges.chunk_by(|a, b| a.data_center == b.data_center).map(of_ring).collect::<Option<Vec<_>>>()?;
    let said = format!("Computed from tokens and replication, rows of {keyspace} lie {}.", list(&rings));
    (!rings.is_empty()).then_some(said)
}

fn placement(placement: &Placement) -> String {
    let Placement { table, key, token, replicas, says, .. } = placement;
    let (key, table) = (short(key, 40), short(table, 40));
    let shown: Vec<&str> = replicas.iter().take(6).map(String::as_str).collect();
    let more = if replicas.len() > 6 { format!(" and {} more", replicas.len() - 6) } else { String::new() };
    format!("Key {key} of {table} has token {token} and lies on {}{more}, says {says}.", list(shown))
}

fn streams(streams: &[Stream]) -> Option<String> {
    let goes_on = |stream: &&Stream| {
        let status = stream.status.to_lowercase();
        !["success", "complete", "fail"].iter().any(|end| status.contains(end))
    };
    let stream = streams.iter().find(goes_on)?;
    let Stream { node, operation, received, to_receive, sent, to_send, .. } = stream;
    Some(format!(
        "{node} streams for {operation}: {received} of {to_receive} bytes received, {sent} of {to_send} sent."
    ))
}
