//! Picture, table and sentence of settings.

use std::collections::BTreeSet;

use super::{Model, NodeValue, Params, Setting, State};
use crate::{
    Gaps, Projection, Table,
    parts::words::{cell, count, list},
};

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let told = state.told.values().flat_map(|settings| settings.keys());
    let changed = state.changed.iter().map(|setting| &setting.name);
    let names: BTreeSet<&String> = told.chain(changed.clone()).collect();
    let is_changed = |name: &str| changed.clone().any(|changed| changed == name);
    let settings = names.into_iter().filter(|name| !params.changed || is_changed(name)).map(|name| setting(state, name));
    let mut nodes: Vec<String> = state.told.keys().cloned().collect();
    nodes.sort_by_key(|node| state.stack.iter().position(|known| known == node));
    let model = Model { settings: settings.collect(), nodes };
    Projection { table: table(&model), summary: summary(&model), known: !state.told.is_empty(), model }
}

pub(super) fn gaps(state: &State, _: &Params) -> Gaps {
    let untold = state.members.may_speak().into_iter().filter(|node| !state.told.contains_key(node));
    Gaps { refusal: None, awaits: untold.map(|node| format!("settings of {node}")).collect() }
}

fn setting(state: &State, name: &str) -> Setting {
    let value = |(node, settings): (&String, &std::collections::BTreeMap<String, String>)| {
        Some(NodeValue { node: node.clone(), value: settings.get(name)?.clone() })
    };
    let by_node: Vec<NodeValue> = state.told.iter().filter_map(value).collect();
    let same = by_node.windows(2).all(|two| two[0].value == two[1].value);
    let value = by_node.first().filter(|_| same).map(|first| first.value.clone());
    let changed = state.changed.iter().find(|changed| changed.name == name);
    Setting {
        name: name.to_owned(),
        by_node: if same { Vec::new() } else { by_node },
        value,
        default: changed.map(|changed| changed.default.clone()),
        why: changed.map(|changed| changed.why.clone()),
    }
}

fn summary(model: &Model) -> String {
    if model.nodes.is_empty() {
        return "No node told its settings yet.".to_owned();
    }
    let changed = model.settings.iter().filter(|setting| setting.why.is_some()).count();
    let nodes = list(&model.nodes);
    let verb = if model.nodes.len() == 1 { "tells" } else { "tell" };
    let mut said = vec![format!(
        "{nodes} {verb} {}; the lab changes {changed} of them.",
        count(model.settings.len(), "setting")
    )];
    let differ: Vec<&str> =
        model.settings.iter().filter(|setting| !setting.by_node.is_empty()).map(|setting| setting.name.as_str()).collect();
    match differ.len() {
        0 => {}
        n if n <= 4 => said.push(format!("Not the same on all nodes: {}.", list(differ))),
        n => said.push(format!("{n} are not the same on all nodes.")),
    }
    said.join(" ")
}

fn table(model: &Model) -> Table {
    let mut table = Table::new(&["Setting", "Value", "Default", "Why the lab has another value"]);
    for setting in &model.settings {
        let by_node: Vec<String> =
            setting.by_node.iter().map(|value| format!("{}: {}", value.node, value.value)).collect();
        let value = setting.value.clone().unwrap_or_else(|| by_node.join("; "));
        table.row([setting.name.clone(), value, cell(setting.default.as_ref()), cell(setting.why.as_ref())]);
    }
    table
}
