//! A lab's picture, table and sentence.

use lab_model::facts::lab::NodeState;

use super::{Action, Image, Model, Node, Params, State};
use crate::{
    Gaps, Hearing, Projection, Table,
    parts::{
        nodes,
        words::{answers, cell, container, list, yes},
    },
};

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let skip = state.actions.len().saturating_sub(params.actions);
    let nodes: Vec<Node> = state.nodes.all.iter().map(|of| node(state, of)).collect();
    let removed = !nodes.is_empty() && nodes.iter().all(|node| node.state == Some(NodeState::Absent));
    let with = |of: &nodes::Node, node: &Node| if node.waits { None } else { trouble(of, node) };
    let troubles: Vec<String> = state.nodes.all.iter().zip(&nodes).filter_map(|(of, node)| with(of, node)).collect();
    let model = Model {
        lab: Some(state.nodes.lab.clone()).filter(|lab| !lab.is_empty()),
        stack: state.nodes.stack.clone(),
        well: state.ready && troubles.is_empty(),
        removed,
        troubles,
        ready: state.ready,
        ready_after: state.ready_after(),
        images: images(state),
        nodes,
        actions: state.actions.iter().skip(skip).cloned().collect(),
    };
    // The start of a lab tells which containers there should be; only the container engine tells how they are.
    let known = model.nodes.iter().any(|node| node.state.is_some());
    Projection { table: table(&model), summary: summary(&model), known, model }
}

/// Containers of which nothing was said yet.
pub(super) fn gaps(state: &State) -> Gaps {
    let unseen = state.nodes.all.iter().filter(|node| node.state.is_none());
    Gaps { refusal: None, awaits: unseen.map(|node| format!("how {} runs", node.info.name)).collect() }
}

fn images(state: &State) -> Vec<Image> {
    let image = |image: &lab_model::facts::lab::ImageInUse| Image {
        engine: image.engine.clone(),
        version: image.version.clone(),
        reference: image.reference.clone(),
        origin: image.origin,
    };
    state.nodes.images.iter().map(image).collect()
}

fn node(state: &State, of: &nodes::Node) -> Node {
    let heard = state.sources.of_node(&of.info.name, Some(of));
    Node {
        name: of.info.name.clone(),
        role: of.info.role.clone(),
        node_id: of.info.node_id,
        spare: of.info.spare,
        // Before the container engine was heard, nothing is known.
        waits: of.state.is_some() && of.waits,
        endpoint: of.info.endpoint.clone(),
        state: of.state,
        exit_code: of.exit_code,
        networks: of.networks.clone(),
        cut: !of.cut_from().is_empty(),
        // A container that was never started was not asked, whoever knocked at its closed port.
        heard: heard.hearing,
        heard_at: heard.at,
        why_silent: heard.why,
    }
}

fn summary(model: &Model) -> String {
    let Some(stack) = &model.stack else {
        return "No lab was started yet.".to_owned();
    };
    let name = model.lab.as_ref().unwrap_or(stack);
    if model.removed {
        return format!("{name} was removed: none of its containers is left.");
    }
    let expected: Vec<&Node> = model.nodes.iter().filter(|node| !node.waits).collect();
    let running = expected.iter().filter(|node| node.state == Some(NodeState::Running)).count();
    let mut said = vec![match (running, expected.len()) {
        (1, 1) => format!("{name}: its container runs."),
        (some, all) if some == all => format!("{name}: all {all} containers run."),
        (some, all) => format!("{name}: {some} of {all} containers run."),
    }];
    said.extend(model.troubles.iter().cloned());
    said.extend(model.nodes.iter().filter(|node| node.waits).map(waiting));
    if let Some(took) = model.ready_after {
        said.push(format!("Ready after {:.1} s.", took as f64 / 1000.0));
    }
    said.extend(model.actions.last().map(last_action));
    said.join(" ")
}

fn waiting(node: &Node) -> String {
    format!("{} is a spare and waits to join.", node.name)
}

/// What is not as it should be with a container.
fn trouble(of: &nodes::Node, node: &Node) -> Option<String> {
    let mut said = Vec::new();
    match (node.state, node.exit_code) {
        (Some(NodeState::Running), _) => {}
        (Some(state), Some(code)) => said.push(format!("is {} (exit code {code})", container(state))),
        (Some(state), None) => said.push(format!("is {}", container(state))),
        (None, _) => said.push("was not looked at yet".to_owned()),
    }
    let cut = of.cut_from();
    if !cut.is_empty() {
        said.push(format!("is cut off from {}", list(cut)));
    }
    let lives = matches!(node.state, Some(NodeState::Running | NodeState::Paused));
    if let (Some(why), Hearing::Silent, true) = (&node.why_silent, node.heard, lives) {
        said.push(format!("does not answer ({why})"));
    }
    (!said.is_empty()).then(|| format!("{} {}.", node.name, said.join(", ")))
}

fn last_action(action: &Action) -> String {
    match (action.state.as_str(), action.result.as_str()) {
        ("running", _) => format!("Running now: {}.", action.says),
        (state, "") => format!("Last action: {}, {state}.", action.says),
        (state, result) => format!("Last action: {}, {state}: {}.", action.says, result.trim_end_matches('.')),
    }
}

fn table(model: &Model) -> Table {
    let heads = ["Node", "Role", "#Id", "Container", "#Exit code", "Networks", "Cut off", "Address", "Answers"];
    let mut table = Table::new(&heads);
    for node in &model.nodes {
        table.row([
            node.name.clone(),
            node.role.clone(),
            cell(node.node_id),
            if node.waits { "waits to join".to_owned() } else { cell(node.state.map(container)) },
            cell(node.exit_code),
            node.networks.join(", "),
            yes(node.cut).to_owned(),
            cell(node.endpoint.as_ref()),
            answers(node.heard, node.heard_at),
        ]);
    }
    table
}
