//! A partition across its replicas in one sentence.

use std::collections::BTreeSet;

use super::{Model, Replica, Standing};
use crate::{
    Hearing,
    parts::words::{count, list},
};

pub(super) fn summary(model: &Model) -> String {
    let Model { table, key, .. } = model;
    if model.exists == Some(false) {
        return format!("There is no table {table}.");
    }
    let replicas: Vec<&Replica> = model.replicas.iter().filter(|replica| replica.replica).collect();
    if replicas.is_empty() {
        return format!("Where key {key} of {table} lies is not known yet.");
    }
    let (told, untold): (Vec<&Replica>, Vec<&Replica>) = replicas.iter().partition(|replica| replica.known);
    let mut said = vec![format!("Key {key} of {table}: {}.", agreement(model, &told, replicas.len()))];
    said.extend(told.iter().filter_map(|replica| lag(replica, &replicas)));
    said.extend(untold.iter().map(|replica| match &replica.error {
        Some(error) => format!("{} does not say what it holds ({error}).", replica.node),
        None => format!("{} has not said what it holds.", replica.node),
    }));
    said.extend(told.iter().filter(|replica| replica.heard == Hearing::Silent || replica.error.is_some()).map(|replica| {
        format!("{} does not answer now; this is what it held when it was last asked.", replica.node)
    }));
    let besides = model.replicas.iter().filter(|replica| !replica.replica);
    said.extend(besides.map(|node| format!("{} holds it too, though it is no replica of it.", node.node)));
    let waiting = replicas.iter().filter_map(|replica| Some((replica, replica.hints_waiting.filter(|bytes| *bytes > 0)?)));
    said.extend(waiting.map(|(replica, bytes)| format!("Hints of {bytes} bytes wait for {}.", replica.node)));
    said.join(" ")
}

fn agreement(model: &Model, told: &[&Replica], all: usize) -> String {
    let replicas = count(all, "replica");
    let nothing = told.iter().all(|replica| replica.rows.is_empty());
    match (model.versions, told.len()) {
        (0, _) => format!("none of its {replicas} has answered yet"),
        (1, some) if some == all && nothing => format!("{replicas}, and none holds a row"),
        (1, some) if some == all && all == 1 => "1 replica".to_owned(),
        (1, some) if some == all => format!("{replicas}, and all hold the same"),
        (1, some) => format!("{some} of {replicas} answered, and hold the same"),
        (versions, some) if some == all => format!("{replicas} hold {versions} different versions"),
        (versions, some) => format!("{some} of {replicas} answered, and hold {versions} different versions"),
    }
}

/// What one replica lacks.
fn lag(replica: &Replica, all: &[&Replica]) -> Option<String> {
    if !replica.behind {
        return None;
    }
    let cells = |standing: Standing| {
        let all = replica.rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (&row.clustering, cell)));
        let named = all.filter(|(_, cell)| cell.standing == standing);
        named
            .map(|(row, cell)| if row.is_empty() { cell.column.clone() } else { format!("{} at {row}", cell.column) })
            .collect::<Vec<String>>()
    };
    let short = |mut names: Vec<String>| {
        let more = names.len().saturating_sub(3);
        names.truncate(3);
        if more > 0 { format!("{} and {more} more", names.join(", ")) } else { list(names) }
    };
    let mut said = Vec::new();
    let (older, missing) = (cells(Standing::Older), cells(Standing::Missing));
    if !older.is_empty() {
        said.push(format!("holds an older {}", short(older)));
    }
    if !missing.is_empty() {
        said.push(format!("lacks {}", short(missing)));
    }
    said.extend(lacks(replica, all));
    (!said.is_empty()).then(|| format!("{} {}.", replica.node, said.join(" and ")))
}

/// Rows that others hold and this one does not.
fn lacks(replica: &Replica, all: &[&Replica]) -> Option<String> {
    let has = |clustering: &str| replica.rows.iter().any(|row| row.clustering == clustering);
    let others = all.iter().flat_map(|other| other.rows.iter().map(|row| row.clustering.as_str()));
    let lacking: BTreeSet<&str> = others.filter(|clustering| !has(clustering)).collect();
    let named: Vec<&str> = lacking.iter().copied().filter(|clustering| !clustering.is_empty()).collect();
    match (lacking.len(), named.as_slice()) {
        (0, _) => None,
        (_, []) => Some("lacks the row".to_owned()),
        (some, named) if some <= 3 => Some(format!("lacks {} at {}", if some == 1 { "the row" } else { "the rows" }, list(named))),
        (some, _) => Some(format!("lacks {some} rows")),
    }
}
