//! A cluster's picture, table and sentence.

use std::collections::BTreeSet;

use lab_model::facts::lab::NodeState;

use super::{Broker, Model, Params, State};
use crate::{
    Gaps, Hearing, Projection, Table,
    parts::{
        brokers::Brokers,
        words::{answers, brief, cell, container, count, few, who_answers, yes},
    },
};

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let controller = state.cluster.controller.as_ref();
    let model = Model {
        cluster_id: state.cluster.id.clone(),
        controller: controller.map(|controller| controller.node),
        controller_epoch: controller.map(|controller| controller.epoch),
        voters: controller.map(|controller| controller.voters.clone()).unwrap_or_default(),
        brokers: brokers(state),
        topics: topics(state, params.internal),
        brokers_known: !state.cluster.brokers.is_empty(),
        topics_known: state.cluster.topics_known(),
    };
    let known = state.cluster.known;
    let summary = summary(state, &model);
    Projection { table: table(&model), summary, known, model }
}

pub(super) fn gaps(state: &State) -> Gaps {
    let controller = state.cluster.controller.is_none().then(|| "which controller is active".to_owned());
    let topics = (!state.cluster.topics_known()).then(|| "the names of topics".to_owned());
    let brokers = Brokers::new(&state.nodes, &state.sources).unheard();
    Gaps::default().and(controller).and(topics).and(brokers)
}

fn brokers(state: &State) -> Vec<Broker> {
    let in_stack = state.nodes.of("kafka").filter(|node| node.info.role != "controller");
    let mut ids: BTreeSet<i32> = in_stack.filter_map(|node| node.info.node_id).collect();
    ids.extend(state.cluster.brokers.keys());
    ids.into_iter().map(|id| broker(state, id)).collect()
}

fn broker(state: &State, id: i32) -> Broker {
    let node = state.nodes.by_id(id);
    let seen = state.cluster.brokers.get(&id);
    let name = state.nodes.name(id);
    let heard = state.sources.of_node(&name, node);
    Broker {
        id,
        endpoint: node
            .and_then(|node| node.info.endpoint.clone())
            .or_else(|| seen.map(|seen| format!("{}:{}", seen.host, seen.port))),
        registered: seen.is_some(),
        fenced: seen.is_some_and(|seen| seen.fenced),
        heard: heard.hearing,
        heard_at: heard.at,
        why_silent: heard.why,
        container: node.and_then(|node| node.state),
        cut: node.is_some_and(|node| !node.cut_from().is_empty()),
        node: name,
    }
}

fn topics(state: &State, internal: bool) -> Vec<String> {
    state.cluster.topics.iter().filter(|name| internal || !name.starts_with("__")).cloned().collect()
}

fn summary(state: &State, model: &Model) -> String {
    if !state.cluster.known && model.brokers.is_empty() {
        return "Nothing was heard of a Kafka cluster yet.".to_owned();
    }
    let heard: Vec<Hearing> = model.brokers.iter().map(|broker| broker.heard).collect();
    let mut said = vec![format!("{}.", who_answers("broker", &heard))];
    said.extend(model.brokers.iter().filter_map(|broker| trouble(broker, model.brokers_known)));
    said.push(match (model.controller, model.controller_epoch) {
        (Some(id), Some(epoch)) => format!("{} is the controller, at epoch {epoch}.", state.nodes.name(id)),
        _ => "The controller is not known.".to_owned(),
    });
    if !model.topics_known {
        said.push("Topics are not known yet.".to_owned());
    } else {
        said.push(match model.topics.len() {
            0 => "No topics.".to_owned(),
            n => format!("{}: {}.", count(n, "topic"), few(8, model.topics.iter().map(|topic| brief(topic)))),
        });
    }
    said.join(" ")
}

fn has_ended(broker: &Broker) -> bool {
    matches!(broker.container, Some(NodeState::Stopped | NodeState::Absent))
}

/// What is not as it should be with a broker; `known`: who is registered is.
fn trouble(broker: &Broker, known: bool) -> Option<String> {
    let mut said = Vec::new();
    match (broker.heard, &broker.why_silent) {
        (Hearing::Answering, _) => {}
        // One without a process cannot be asked: its container says it.
        (Hearing::Silent, _) if has_ended(broker) => {}
        (Hearing::NotAsked, _) => said.push("was not asked yet".to_owned()),
        (Hearing::Silent, Some(why)) => said.push(format!("is silent ({why})")),
        (Hearing::Silent, None) => said.push("is silent".to_owned()),
    }
    let state = match broker.container {
        Some(NodeState::Paused) => Some("paused"),
        Some(NodeState::Stopped) => Some("stopped"),
        Some(NodeState::Absent) => Some("gone"),
        Some(NodeState::Running) | None => None,
    };
    let whose = if said.is_empty() { "does not answer: its container" } else { "its container" };
    said.extend(state.map(|state| format!("{whose} is {state}")));
    if broker.cut {
        said.push("is cut off from a network".to_owned());
    }
    if broker.fenced {
        said.push("is fenced".to_owned());
    }
    if known && !broker.registered {
        said.push("is not registered".to_owned());
    }
    (!said.is_empty()).then(|| format!("{} {}.", broker.node, said.join(", ")))
}

fn table(model: &Model) -> Table {
    let heads = [
        "#Broker",
        "Node",
        "Address",
        "Registered",
        "Fenced",
        "Answers",
        "Container",
        "Cut off",
        "Controller",
    ];
    let known = |is: bool| if model.brokers_known { yes(is).to_owned() } else { "not known".to_owned() };
    let mut table = Table::new(&heads);
    for broker in &model.brokers {
        table.row([
            broker.id.to_string(),
            broker.node.clone(),
            cell(broker.endpoint.as_ref()),
            known(broker.registered),
            known(broker.fenced),
            answers(broker.heard, broker.heard_at),
            cell(broker.container.map(container)),
            yes(broker.cut).to_owned(),
            yes(model.controller == Some(broker.id)).to_owned(),
        ]);
    }
    table
}
