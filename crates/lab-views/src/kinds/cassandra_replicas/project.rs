//! A partition's picture, table and sentence.

use std::collections::BTreeMap;

use super::{
    Cell, Model, Params, Replica, Row, Standing, State,
    compare::{Copies, Copy},
    fold::Held,
    summary::summary,
};
use crate::{
    Gaps, Hearing, Projection, Table,
    parts::{
        schema::as_stored,
        words::{answers, cell, said, short},
    },
};

/// Letters shown of a key or a table in what is waited for.
const LETTERS: usize = 40;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let table_name = as_stored(&params.table);
    let problem = state.places.problem(&state.members, &table_name, &params.key).map(|problem| said(&problem));
    let exists = state.members.ring.schema.has(&table_name);
    let placed = state.places.of(&state.members, &table_name, &params.key).filter(|_| problem.is_none());
    // Of a table that is gone nothing said before holds.
    let held = if problem.is_some() { BTreeMap::new() } else { state.held(&table_name, &params.key) };
    let addresses = placed.iter().flat_map(|(_, placed)| &placed.replicas);
    let owners: Vec<String> = addresses.map(|address| state.members.ring.name(address)).collect();
    let (replicas, versions) = replicas(state, &owners, &held);
    let true_ones = || replicas.iter().filter(|replica| replica.replica);
    let model = Model {
        table: table_name,
        key: params.key.clone(),
        exists,
        token: placed.map(|(_, placed)| placed.token.clone()),
        placed_by: placed.map(|(says, _)| says.to_owned()),
        versions: u32::try_from(versions).unwrap_or(u32::MAX),
        agree: !owners.is_empty() && versions == 1 && true_ones().all(|replica| replica.known),
        replicas: replicas.clone(),
        problem,
    };
    // Until each replica has answered or is known not to, nothing can be said of all of them.
    let asked = |replica: &Replica| replica.known || replica.error.is_some() || replica.heard == Hearing::Silent;
    let known = model.problem.is_some() || (!owners.is_empty() && true_ones().all(asked) && versions > 0);
    Projection { table: table(&model), summary: summary(&model), known, model }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let (all, table) = (&state.members, as_stored(&params.table));
    if let Some(refusal) = state.places.problem(all, &table, &params.key) {
        return Gaps { refusal: Some(refusal), awaits: Vec::new() };
    }
    let Some((_, placed)) = state.places.of(all, &table, &params.key) else {
        let place = format!("where key {} of {} lies", short(&params.key, LETTERS), short(&table, LETTERS));
        return Gaps { refusal: None, awaits: all.unheard().into_iter().chain([place]).collect() };
    };
    let held = state.held(&table, &params.key);
    let told = |node: &str| held.get(node).is_some_and(|held| held.rows.is_some() || held.refused.is_some());
    let owners = placed.replicas.iter().map(|address| all.ring.name(address));
    let silent = |node: &str| all.heard(node).hearing == Hearing::Silent;
    let awaits = owners.filter(|node| !told(node) && !silent(node)).map(|node| format!("what {node} holds"));
    Gaps { refusal: None, awaits: awaits.collect() }
}

/// The replicas, then nodes that hold rows without being one; and how many versions the replicas hold.
fn replicas(state: &State, owners: &[String], held: &BTreeMap<&str, &Held>) -> (Vec<Replica>, usize) {
    let mut nodes: Vec<&str> = owners.iter().map(String::as_str).collect();
    for (node, held) in held {
        let holds = held.rows.as_ref().is_some_and(|rows| rows.iter().any(|row| row.live));
        if holds && !nodes.contains(node) {
            nodes.push(node);
        }
    }
    let is_one = |node: &str| owners.iter().any(|owner| owner == node);
    let told: Vec<(&str, &Held)> = nodes
        .iter()
        .filter_map(|node| Some((*node, *held.get(node)?)))
        .filter(|(_, held)| held.rows.is_some())
        .collect();
    let copies = Copies::new(told.iter().map(|(node, held)| Copy { held, replica: is_one(node) }).collect());
    let replica = |node: &&str| {
        let index = told.iter().position(|(known, _)| known == node);
        let mut replica = blank(state, node, held.get(node).copied());
        replica.replica = is_one(node);
        if let Some(index) = index {
            replica.rows = copies.rows(index);
            replica.deletions = copies.deletions(index);
        }
        if let Some(index) = index.filter(|_| replica.replica) {
            replica.behind = copies.behind(index);
            replica.lacks = copies.lacks(index).unwrap_or_default();
        } else {
            replica.behind = Some(false);
        }
        replica
    };
    (nodes.iter().map(replica).collect(), copies.versions())
}

/// A node without what it holds.
fn blank(state: &State, node: &str, held: Option<&Held>) -> Replica {
    let all = &state.members;
    let member = all.of(node);
    let container = all.container(node);
    let heard = all.shown(node);
    Replica {
        node: node.to_owned(),
        data_center: member.data_center,
        rack: member.rack,
        replica: false,
        heard: heard.hearing,
        heard_at: heard.at,
        container: container.and_then(|node| node.state),
        cut: container.is_some_and(|node| !node.cut_from().is_empty()),
        changed_at: held.and_then(|held| held.changed_at),
        known: held.is_some_and(|held| held.rows.is_some()),
        error: held.and_then(|held| held.refused.clone()),
        behind: None,
        rows: Vec::new(),
        lacks: Vec::new(),
        deletions: Vec::new(),
        spent: held.map_or(0, |held| held.spent),
        exact: held.is_some_and(|held| held.exact),
        more: held.is_some_and(|held| held.more),
        hints_waiting: state.hints.waiting_for(node, &all.ring, &all.in_use()),
    }
}

fn table(model: &Model) -> Table {
    let heads = ["Node", "Data center", "Rack", "Answers", "Row", "Column", "Value", "#Written at (µs)", "#TTL (s)", "Beside the others", "#Hints waiting (bytes)"];
    let mut table = Table::new(&heads);
    for replica in &model.replicas {
        let node = [
            if replica.replica { replica.node.clone() } else { format!("{} (no replica)", replica.node) },
            cell(replica.data_center.as_ref()),
            cell(replica.rack.as_ref()),
            answers(replica.heard, replica.heard_at),
        ];
        let hints = cell(replica.hints_waiting);
        let mut rows: Vec<[String; 6]> = replica.rows.iter().flat_map(cells).collect();
        rows.extend(replica.deletions.iter().map(|gone| {
            let what = format!("{}: {}", gone.what, gone.how.word());
            [String::new(), String::new(), what, gone.deleted_at.clone(), String::new(), String::new()]
        }));
        if rows.is_empty() {
            let what = match (&replica.error, replica.known) {
                (Some(error), false) => error.clone(),
                (_, true) if replica.exact => "no row".to_owned(),
                (_, true) => "no row: never written, or deleted".to_owned(),
                (None, false) => "not known".to_owned(),
            };
            rows.push([String::new(), String::new(), what, String::new(), String::new(), String::new()]);
        }
        for row in rows {
            table.row(node.iter().chain(&row).chain([&hints]));
        }
    }
    table
}

fn cells(row: &Row) -> Vec<[String; 6]> {
    let place = if row.is_static { "static" } else { &row.clustering };
    let cell = |shown: &Cell| {
        let value = shown.gone.map_or_else(|| shown.value.to_string(), |gone| gone.word().to_owned());
        let at = shown.written_at.as_ref().or(shown.deleted_at.as_ref());
        [place.to_owned(), shown.column.clone(), value, cell(at), cell(shown.ttl), standing(shown.standing).to_owned()]
    };
    if row.cells.is_empty() {
        // A table of key columns alone has rows all the same.
        let standing = standing(row.standing).to_owned();
        return vec![[place.to_owned(), String::new(), "the row is there".to_owned(), String::new(), String::new(), standing]];
    }
    row.cells.iter().map(cell).collect()
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Same => "same",
        Standing::Newest => "newest",
        Standing::Older => "older",
        Standing::Missing => "missing",
        Standing::Part => "a part",
        Standing::Surplus => "too much",
        Standing::Absent => "missing, or deleted",
        Standing::Differs => "differs",
    }
}
