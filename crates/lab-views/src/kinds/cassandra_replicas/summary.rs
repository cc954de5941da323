//! A partition across its replicas in one sentence.

use super::{Gone, Model, Replica, Standing, compare::STATIC};
use crate::{
    Hearing,
    parts::words::{count, first, list, short},
};

/// Sentences about single replicas; a ring may have many.
const SENTENCES: usize = 4;
/// Letters shown of a key, a table or a row.
const LETTERS: usize = 40;

pub(super) fn summary(model: &Model) -> String {
    if let Some(problem) = &model.problem {
        return problem.clone();
    }
    let (table, key) = (short(&model.table, LETTERS), short(&model.key, LETTERS));
    let replicas: Vec<&Replica> = model.replicas.iter().filter(|replica| replica.replica).collect();
    if replicas.is_empty() {
        return format!("Where key {key} of {table} lies is not known yet.");
    }
    let (told, untold): (Vec<&Replica>, Vec<&Replica>) = replicas.iter().partition(|replica| replica.known);
    let mut said: Vec<String> = told.iter().filter_map(|replica| lag(replica)).collect();
    said.extend(told.iter().filter_map(|replica| deleted(replica)));
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
    let whole = format!("Key {key} of {table}: {}.", agreement(model, &told, replicas.len()));
    [vec![whole], first(SENTENCES, &said, "remarks")].concat().join(" ")
}

fn agreement(model: &Model, told: &[&Replica], all: usize) -> String {
    let replicas = count(all, "replica");
    let nothing = told.iter().all(|replica| replica.rows.is_empty());
    match (model.versions, told.len()) {
        (0, _) => format!("none of its {replicas} has answered yet"),
        (1, some) if some == all && nothing && all == 1 => "the only replica has no row".to_owned(),
        (1, some) if some == all && nothing => format!("{replicas}, and none holds a row"),
        (1, some) if some == all && all == 1 => "1 replica".to_owned(),
        (1, some) if some == all => format!("{replicas}, and all hold the same"),
        (1, some) => format!("{some} of {replicas} answered, and hold the same"),
        (versions, some) if some == all => format!("{replicas} hold {versions} different versions"),
        (versions, some) => format!("{some} of {replicas} answered, and hold {versions} different versions"),
    }
}

/// What one replica lacks, or may lack.
fn lag(replica: &Replica) -> Option<String> {
    let cells = |standing: Standing| {
        let all = replica.rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row, cell)));
        let named = all.filter(|(_, cell)| cell.standing == standing);
        few(named.map(|(row, cell)| match row.clustering.as_str() {
            "" => cell.column.clone(),
            clustering => format!("{} at {}", cell.column, short(clustering, LETTERS)),
        }))
    };
    let said: Vec<String> = [
        cells(Standing::Older).map(|named| format!("holds an older {named}")),
        cells(Standing::Missing).map(|named| format!("lacks {named}")),
        cells(Standing::Part).map(|named| format!("holds a part of {named}")),
        cells(Standing::Surplus).map(|named| format!("holds more of {named} than a read of all shows")),
        cells(Standing::Absent).map(|named| format!("has no {named} (never written there, or deleted)")),
        cells(Standing::Differs).map(|named| format!("has another {named}; which one is newer is not known")),
        lacks(replica),
    ]
    .into_iter()
    .flatten()
    .collect();
    match replica.behind {
        _ if !said.is_empty() => Some(format!("{} {}.", replica.node, said.join(" and "))),
        Some(true) => Some(format!("{} lacks a deletion or a row's marker that another replica has.", replica.node)),
        None => Some(format!("{} has no row there (never written, or deleted).", replica.node)),
        Some(false) => None,
    }
}

fn few(names: impl Iterator<Item = String>) -> Option<String> {
    let mut names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(3);
    names.truncate(3);
    (!names.is_empty()).then(|| if more > 0 { format!("{} and {more} more", names.join(", ")) } else { list(names) })
}

/// Rows that a read of all shows and this one does not.
fn lacks(replica: &Replica) -> Option<String> {
    let (of_all, rows): (Vec<&String>, Vec<&String>) = replica.lacks.iter().partition(|row| *row == STATIC);
    let named: Vec<String> = rows.iter().filter(|row| !row.is_empty()).map(|row| short(row, LETTERS)).collect();
    let rows = match (rows.len(), named.as_slice()) {
        (0, _) => None,
        (_, []) => Some("lacks the row".to_owned()),
        (some, named) if some <= 3 => {
            Some(format!("lacks {} at {}", if some == 1 { "the row" } else { "the rows" }, list(named)))
        }
        (some, _) => Some(format!("lacks {some} rows")),
    };
    let of_all = (!of_all.is_empty()).then(|| "lacks the static columns".to_owned());
    let said: Vec<String> = of_all.into_iter().chain(rows).collect();
    (!said.is_empty()).then(|| said.join(" and "))
}

/// What it holds as deleted or expired, besides cells of rows that it shows.
fn deleted(replica: &Replica) -> Option<String> {
    let named = |how: Gone| {
        let all = replica.deletions.iter().filter(|gone| gone.how == how);
        few(all.map(|gone| short(&gone.what, LETTERS)))
    };
    let deleted = named(Gone::Deleted).map(|named| format!("holds a deletion of {named}"));
    let others = [Gone::Expired, Gone::Both, Gone::Either];
    let others = others.into_iter().filter_map(|how| Some(format!("holds {} as {}", named(how)?, how.word())));
    let spent = (replica.spent > 0).then(|| {
        let deletions = count(usize::try_from(replica.spent).unwrap_or(usize::MAX), "deletion");
        format!("stores {deletions} that no read counts any more (gc_grace_seconds)")
    });
    let said: Vec<String> = deleted.into_iter().chain(others).chain(spent).collect();
    (!said.is_empty()).then(|| format!("{} {}.", replica.node, said.join(" and ")))
}
