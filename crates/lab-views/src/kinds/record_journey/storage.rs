//! The hop in Cassandra: the row as a coordinator returns it, and as each replica alone holds it.

use super::{
    Hop, Place, Standing, State,
    content::{hash_of_row, id},
    fold::{Held, name},
    hops::Followed,
    is_general,
};
use crate::parts::{
    pipeline::{
        digest::name_of,
        moments::{date, unix_ms},
        table_of,
    },
    words::list,
};

/// The partition key of a record's row, as a JSON array where it has several columns.
pub(super) fn key_of(topic: &str, record: &str) -> Option<String> {
    let id = id(is_general(topic), record)?;
    let day = date(id.day());
    Some(match id.region {
        Some(region) => serde_json::json!([region, day]).to_string(),
        None => day,
    })
}

pub(super) fn row(state: &State, followed: &Followed<'_>) -> Hop {
    let table = table_of(followed.topic);
    let mut places = Vec::new();
    let known = state.pipeline.tables.of(table).filter(|table| table.is_whole());
    let row = known.and_then(|table| table.row(&[followed.id]));
    if let (Some(known), Some(row)) = (known, row) {
        let said = row.text("content_hash").unwrap_or("none");
        places.push(Place {
            place: format!(
                "{table}, read at {}; its columns say that it came from {}, and that its hash is {said}",
                known.level,
                origin(row)
            ),
            said_by: Some(known.by.clone()),
            // A column that was written beside the content is no reading of it.
            hash: None,
            same: followed.hash().map(|hash| hash == said),
        });
    }
    let key = key_of(followed.topic, followed.id);
    let partition = key.and_then(|key| Some((state.partitions.get(&name(table, &key))?, key)));
    if let Some((partition, key)) = &partition {
        if let Some((token, replicas)) = &partition.placed {
            places.push(Place {
                place: format!(
                    "key {key} has the token {token}; replicas: {}",
                    list(replicas.iter().map(|of| named(state, of)))
                ),
                said_by: None,
                hash: None,
                same: None,
            });
        }
        places.extend(partition.held.iter().filter_map(|(node, held)| replica(followed, node, held)));
    }
    let (standing, why) = match (known.is_some(), row.is_some()) {
        (_, true) => (Standing::Found, None),
        (true, false) => not_there(followed),
        (false, _) => (Standing::Unknown, Some(format!("{table} cannot be read now, or was not read yet."))),
    };
    Hop {
        hop: "row".to_owned(),
        stage: "Storage".to_owned(),
        title: "what Cassandra holds".to_owned(),
        standing,
        places,
        why,
        at: row.and_then(|row| row.text("stored").and_then(unix_ms)),
        took: None,
    }
}

/// The node with that address; the address where no node is known to have it.
fn named(state: &State, address: &str) -> String {
    let node = state.pipeline.nodes.all.iter().find(|node| node.info.address.as_deref() == Some(address));
    node.map_or_else(|| address.to_owned(), |node| node.info.name.clone())
}

fn origin(row: crate::parts::pipeline::tables::Values<'_>) -> String {
    match (row.text("topic"), row.number("partition"), row.number("offset")) {
        (Some(topic), Some(partition), Some(offset)) => format!("{topic}-{partition}, offset {offset}"),
        _ => "no topic: it was stored without Kafka".to_owned(),
    }
}

fn not_there(followed: &Followed<'_>) -> (Standing, Option<String>) {
    let pipeline = followed.pipeline;
    let read = followed.places.iter().find(|(partition, offset, _)| {
        let before = pipeline.stored_before(followed.topic, *partition).ok().flatten();
        before.is_some_and(|before| *offset < before)
    });
    match read {
        None => (Standing::Waits, Some("No group that stores has read it yet.".to_owned())),
        Some((partition, offset, _)) if *offset < pipeline.commits.proven(followed.topic, *partition) => (
            Standing::Missing,
            Some(
                "Its offset was committed, and the table was read from beginning to end since: it has no row."
                    .to_owned(),
            ),
        ),
        Some(_) => (Standing::Waits, Some("Its offset is committed, and the table was not read since.".to_owned())),
    }
}

/// A node that holds nothing of the partition is no replica of it, or lacks it: both are told by the nodes that do.
fn replica(followed: &Followed<'_>, node: &str, held: &Held) -> Option<Place> {
    if let Some(why) = &held.refused {
        let place = format!("{node} alone could not be asked: {why}");
        return Some(Place { place, said_by: Some(node.to_owned()), hash: None, same: None });
    }
    let is_it = |row: &&lab_model::facts::cassandra::RowSeen| {
        row.live && row.cells.iter().any(|cell| cell.column == "record_id" && name_of(&cell.value) == followed.id)
    };
    let Some(row) = held.rows.iter().find(is_it) else {
        let place = if held.more {
            format!("{node} alone: not among the first {} rows of its partition", held.rows.len())
        } else {
            format!("{node} alone holds no such row")
        };
        return Some(Place { place, said_by: Some(node.to_owned()), hash: None, same: None });
    };
    let hash = hash_of_row(row, followed.general(), id(followed.general(), followed.id)?.region);
    let written = row.cells.iter().filter_map(|cell| cell.written_at).max();
    let at =
        written.map(|micros| format!(", written at {}", crate::parts::clock::utc(micros / 1000))).unwrap_or_default();
    Some(Place {
        place: format!("{node} alone: {} cells{at}", row.cells.len()),
        said_by: Some(node.to_owned()),
        same: followed.same(hash.as_ref()),
        hash,
    })
}
