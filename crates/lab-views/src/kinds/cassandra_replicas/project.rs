//! A partition's picture, table and sentence.

use std::collections::BTreeMap;

use super::{
    Model, Params, Replica, Row, Standing, State,
    compare::{Copies, Copy},
    fold::Held,
    summary::summary,
};
use crate::{
    Hearing, Projection, Table,
    parts::words::{answers, cell},
};

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let exists = state.members.ring.schema.has(&params.table);
    let placed = state.places.of(&state.members, &params.table, &params.key);
    // Of a table that is gone nothing said before holds.
    let held = if exists == Some(false) { BTreeMap::new() } else { state.held(&params.table, &params.key) };
    let owners: Vec<String> = match placed {
        Some((_, placed)) if exists != Some(false) => {
            placed.replicas.iter().map(|address| state.members.ring.name(address)).collect()
        }
        _ => Vec::new(),
    };
    let (replicas, versions) = replicas(state, &owners, &held);
    let true_ones = || replicas.iter().filter(|replica| replica.replica);
    let model = Model {
        table: params.table.clone(),
        key: params.key.clone(),
        exists,
        token: placed.map(|(_, placed)| placed.token.clone()),
        placed_by: placed.map(|(says, _)| says.to_owned()),
        versions: u32::try_from(versions).unwrap_or(u32::MAX),
        agree: !owners.is_empty() && versions == 1 && true_ones().all(|replica| replica.known),
        replicas: replicas.clone(),
    };
    // Until each replica has answered or is known not to, nothing can be said of all of them.
    let asked = |replica: &Replica| replica.known || replica.error.is_some() || replica.heard == Hearing::Silent;
    let known = exists == Some(false) || (!owners.is_empty() && true_ones().all(asked) && versions > 0);
    Projection { table: table(&model), summary: summary(&model), known, model }
}

/// The replicas, then nodes that hold rows without being one; and how many versions the replicas hold.
fn replicas(state: &State, owners: &[String], held: &BTreeMap<&str, &Held>) -> (Vec<Replica>, usize) {
    let mut nodes: Vec<&str> = owners.iter().map(String::as_str).collect();
    for (node, held) in held {
        let holds = held.rows.as_ref().is_some_and(|rows| !rows.is_empty());
        if holds && !nodes.contains(node) {
            nodes.push(node);
        }
    }
    let answered = |node: &&str| held.get(*node).and_then(|held| held.rows.as_deref());
    let told: Vec<&str> = nodes.iter().copied().filter(|node| answered(node).is_some()).collect();
    let copies = told.iter().map(|node| Copy {
        rows: answered(node).unwrap_or_default(),
        more: held.get(node).is_some_and(|held| held.more),
        replica: owners.iter().any(|owner| owner == node),
    });
    let copies = Copies::new(copies.collect());
    let replica = |node: &&str| {
        let rows = told.iter().position(|known| known == node).map(|index| (copies.rows(index), index));
        let behind = rows.as_ref().is_some_and(|(rows, index)| copies.behind(rows, *index));
        let is_one = owners.iter().any(|owner| owner == node);
        let rows = rows.map(|(rows, _)| rows);
        replica(state, node, held.get(node).copied(), rows, is_one, behind && is_one)
    };
    (nodes.iter().map(replica).collect(), copies.versions())
}

fn replica(
    state: &State,
    node: &str,
    held: Option<&Held>,
    rows: Option<Vec<Row>>,
    is_one: bool,
    behind: bool,
) -> Replica {
    let all = &state.members;
    let member = all.of(node);
    let container = all.container(node);
    let heard = all.heard(node);
    Replica {
        node: node.to_owned(),
        data_center: member.data_center,
        rack: member.rack,
        replica: is_one,
        heard: heard.hearing,
        heard_at: heard.at,
        container: container.and_then(|node| node.state),
        cut: container.is_some_and(|node| !node.cut_from().is_empty()),
        known: rows.is_some(),
        error: held.and_then(|held| held.refused.clone()),
        behind,
        more: held.is_some_and(|held| held.more),
        rows: rows.unwrap_or_default(),
        hints_waiting: state.hints.waiting_for(node, &all.ring),
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
        let cells = replica.rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (&row.clustering, cell)));
        let mut rows: Vec<[String; 6]> = cells.map(|(clustering, shown)| {
            [
                clustering.clone(),
                shown.column.clone(),
                cell(shown.value.as_ref()),
                cell(shown.written_at.as_ref()),
                cell(shown.ttl),
                standing(shown.standing).to_owned(),
            ]
        }).collect();
        if rows.is_empty() {
            let what = match (&replica.error, replica.known) {
                (Some(error), false) => error.clone(),
                (_, true) => "no row".to_owned(),
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

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Same => "same",
        Standing::Newest => "newest",
        Standing::Older => "older",
        Standing::Missing => "missing",
    }
}
