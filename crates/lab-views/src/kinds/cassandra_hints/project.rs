//! Picture, table and sentence of hints.

use std::collections::BTreeMap;

use super::{Holder, Model, Params, State, Target};
use crate::{
    Gaps, Projection, Table,
    parts::words::{answers, cell, count, list, seconds, yes},
};

pub(super) fn project(state: &State, _: &Params) -> Projection<Model> {
    let holders: Vec<Holder> = state.members.in_use().iter().map(|node| holder(state, node)).collect();
    let sum = |of: &dyn Fn(&Holder) -> u64| holders.iter().map(of).fold(0_u64, u64::saturating_add);
    let targets = |of: &dyn Fn(&Target) -> u64| sum(&|holder| holder.targets.iter().map(of).fold(0, u64::saturating_add));
    let model = Model {
        bytes: targets(&|target| target.bytes),
        delivered: sum(&|holder| holder.delivered),
        not_stored: targets(&|target| target.not_stored),
        turns: state.turns.iter().cloned().collect(),
        holders,
    };
    let known = state.hints.looked_at() || !state.hints.counted.is_empty() || !state.hints.set.is_empty();
    Projection { table: table(&model), summary: summary(&model, known), known, model }
}

fn holder(state: &State, node: &str) -> Holder {
    let ring = &state.members.ring;
    let told = state.hints.counted.get(node);
    let counted = told.cloned().unwrap_or_default();
    let set = state.hints.set.get(node);
    let heard = state.members.shown(node);
    let mut targets: BTreeMap<String, Target> = BTreeMap::new();
    let mut target = |name: String, tell: &dyn Fn(&mut Target)| {
        let nothing = Target { node: name.clone(), bytes: 0, files: 0, written: 0, not_stored: 0 };
        tell(targets.entry(name).or_insert(nothing));
    };
    for (name, files) in state.hints.files_of(node, ring) {
        target(name, &|target| (target.bytes, target.files) = (files.bytes, files.files));
    }
    for (address, written) in counted.created.iter().filter(|(_, written)| **written > 0) {
        target(ring.name(address), &|target| target.written = *written);
    }
    for (address, not_stored) in counted.not_stored.iter().filter(|(_, missed)| **missed > 0) {
        target(ring.name(address), &|target| target.not_stored = *not_stored);
    }
    Holder {
        node: node.to_owned(),
        heard: heard.hearing,
        enabled: set.map(|set| set.enabled),
        window_ms: set.map(|set| set.window_ms),
        paused: set.map(|set| set.paused),
        looked_at: state.hints.looked_at_of(node),
        counted: told.is_some(),
        delivered: counted.delivered,
        failed: counted.failed,
        timed_out: counted.timed_out,
        targets: targets.into_values().collect(),
    }
}

pub(super) fn gaps(state: &State, _: &Params) -> Gaps {
    let speak = state.members.may_speak();
    let holders: Vec<Holder> = state.members.in_use().iter().map(|node| holder(state, node)).collect();
    // A sidecar looks at the files also of a node that is gone.
    let files = holders.iter().filter(|holder| !holder.looked_at).map(|holder| format!("hint files of {}", holder.node));
    let silent = holders.iter().filter(|holder| speak.contains(&holder.node) && !(holder.counted && holder.enabled.is_some()));
    let counters = silent.map(|holder| format!("what {} counts of hints", holder.node));
    Gaps { refusal: None, awaits: files.chain(counters).collect() }
}

fn not_looked_at(model: &Model) -> Vec<&str> {
    model.holders.iter().filter(|holder| !holder.looked_at).map(|holder| holder.node.as_str()).collect()
}

fn summary(model: &Model, known: bool) -> String {
    if !known {
        return "No node has said anything about hints yet.".to_owned();
    }
    let mut said = Vec::new();
    for holder in &model.holders {
        for target in holder.targets.iter().filter(|target| target.files > 0) {
            let files = count(target.files, "file");
            said.push(format!("{} keeps {} bytes of hints for {}, in {files}.", holder.node, target.bytes, target.node));
        }
    }
    let unseen = not_looked_at(model);
    if said.is_empty() && unseen.is_empty() {
        said.push("No node keeps hints for another one.".to_owned());
    }
    if !unseen.is_empty() {
        said.push(format!("The hint files of {} were not looked at yet.", list(unseen)));
    }
    if model.delivered > 0 {
        said.push(format!("{} delivered since the nodes started.", count(model.delivered, "hint")));
    }
    if model.not_stored > 0 {
        said.push(format!("{} not written because the window had passed.", count(model.not_stored, "hint")));
    }
    let those = |which: &dyn Fn(&&Holder) -> bool| -> Vec<&str> {
        model.holders.iter().filter(which).map(|holder| holder.node.as_str()).collect()
    };
    let off = those(&|holder| holder.enabled == Some(false));
    if !off.is_empty() {
        said.push(format!("Hints are off on {}.", list(off)));
    }
    let paused = those(&|holder| holder.paused == Some(true));
    if !paused.is_empty() {
        said.push(format!("Delivery is paused on {}.", list(paused)));
    }
    said.extend(model.turns.first().map(|turn| format!("The newest, at {} s: {}.", seconds(turn.at), turn.words)));
    said.join(" ")
}

/// In the table: for whomever it keeps hints.
const ALL: &str = "all of them";

/// What a holder has for all of its targets.
fn all_of(holder: &Holder) -> Target {
    let sum = |of: &dyn Fn(&Target) -> u64| holder.targets.iter().map(of).fold(0, u64::saturating_add);
    Target {
        node: ALL.to_owned(),
        bytes: sum(&|target| target.bytes),
        files: holder.targets.iter().fold(0, |files, target| files.saturating_add(target.files)),
        written: sum(&|target| target.written),
        not_stored: sum(&|target| target.not_stored),
    }
}

fn table(model: &Model) -> Table {
    let heads = [
        "Holder", "Answers", "Writes hints", "#Window (s)", "Delivery paused", "For", "#Bytes in files", "#Files", "#Written",
        "#Not written", "#Delivered", "#Failed", "#Timed out",
    ];
    let mut table = Table::new(&heads);
    for holder in &model.holders {
        for target in std::iter::once(all_of(holder)).chain(holder.targets.iter().cloned()) {
            let files = |count: u64| cell(holder.looked_at.then_some(count));
            let counter = |count: u64| cell(holder.counted.then_some(count));
            // A node counts deliveries without saying to whom.
            let untold = |count: u64| if target.node == ALL { counter(count) } else { "–".to_owned() };
            table.row([
                holder.node.clone(),
                answers(holder.heard, None),
                cell(holder.enabled.map(yes)),
                cell(holder.window_ms.map(|window| window / 1000)),
                cell(holder.paused.map(yes)),
                target.node.clone(),
                files(target.bytes),
                files(target.files.into()),
                counter(target.written),
                counter(target.not_stored),
                untold(holder.delivered),
                untold(holder.failed),
                untold(holder.timed_out),
            ]);
        }
    }
    table
}
