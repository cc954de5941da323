//! A record's journey as a picture, as rows and in a sentence.

use super::{
    Hop, Model, Named, Params, Standing, State,
    hops::{Followed, LIST_GENERAL, LIST_PERIODIC, groups, log, task},
    late_hops::{chart, of_window},
    payload::payload,
    storage::row,
};
use crate::{
    Gaps, Projection, Table,
    parts::{
        pipeline::{FORECASTS, ledger::Entry, table_of},
        words::{cell, count},
    },
};

/// Of so many runs, the newest, it is read what they left.
const RUNS: u64 = 100;
/// Records to choose from.
const NEWEST: usize = 60;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let newest = newest(state, &params.topic);
    let record = params.record.clone().or_else(|| Some(newest.first()?.record.clone()));
    let followed = record.as_ref().map(|id| Followed::new(&state.pipeline, &params.topic, id));
    let hash = followed.as_ref().and_then(Followed::hash).map(ToOwned::to_owned);
    let hops = followed.map(|followed| hops(state, &followed)).unwrap_or_default();
    let content = |hop: &&Hop| hop.places.iter().any(|place| place.hash.is_some() && place.same.is_some());
    let same = |hop: &&Hop| hop.places.iter().all(|place| place.same != Some(false));
    let model = Model {
        topic: params.topic.clone(),
        read: hops.iter().filter(content).count(),
        same: hops.iter().filter(content).filter(same).count(),
        record,
        hash,
        hops,
        newest,
        clock_offset: state.pipeline.clock.offset,
    };
    let known = FORECASTS.contains(&params.topic.as_str()) && state.pipeline.topics.known(&params.topic);
    Projection { table: table(&model), summary: summary(&model), known, model }
}

fn newest(state: &State, topic: &str) -> Vec<Named> {
    let mut all: Vec<(i32, i64, &Entry)> = state.pipeline.ledger.records(topic).collect();
    all.sort_by_key(|(partition, offset, entry)| std::cmp::Reverse((entry.at, *offset, *partition)));
    let mut named: Vec<Named> = Vec::new();
    for (_, _, entry) in all {
        let Some(id) = &entry.id else { continue };
        if named.len() >= NEWEST {
            break;
        }
        if named.iter().all(|known| known.record != *id) {
            named.push(Named { record: id.clone(), at: entry.at });
        }
    }
    named
}

fn hops(state: &State, followed: &Followed<'_>) -> Vec<Hop> {
    let mut hops = vec![
        payload(followed),
        task(followed),
        log(followed),
        groups(followed),
        row(state, followed),
        of_window(followed),
        chart(followed),
    ];
    let mut before: Option<i64> = None;
    for hop in &mut hops {
        hop.took = hop.at.zip(before).map(|(at, before)| at.saturating_sub(before).max(0));
        before = hop.at.or(before);
    }
    hops
}

fn summary(model: &Model) -> String {
    let Some(record) = &model.record else { return format!("{} has no record yet.", model.topic) };
    let found = model.hops.iter().filter(|hop| hop.standing == Standing::Found).count();
    let mut said = vec![format!("{record} was found at {found} of {} hops", model.hops.len())];
    said.push(match (model.read, model.same) {
        (0, _) => "; its content was read at none.".to_owned(),
        (read, same) if read == same => {
            format!("; its content was read at {}, and is the same at each.", count(read as u64, "hop"))
        }
        (read, same) => {
            format!("; its content was read at {}, and is the same at {same} of them.", count(read as u64, "hop"))
        }
    });
    let first = model.hops.iter().find(|hop| matches!(hop.standing, Standing::Waits | Standing::Missing));
    said.extend(first.and_then(|hop| Some(format!(" Not yet or not at all at {}: {}", hop.title, hop.why.as_ref()?))));
    said.concat()
}

fn table(model: &Model) -> Table {
    let mut table = Table::new(&["Stage", "Hop", "Standing", "Where", "Said by", "Hash", "Same", "#Took ms"]);
    for hop in &model.hops {
        let standing = format!("{:?}", hop.standing).to_lowercase();
        let why = hop.why.clone().unwrap_or_default();
        if hop.places.is_empty() {
            let cells = [&hop.stage, &hop.title, &standing, &why, "", "", "", &cell(hop.took)].map(ToOwned::to_owned);
            table.row(cells);
        }
        for place in &hop.places {
            let same = match place.same {
                Some(true) => "yes",
                Some(false) => "no",
                None => "",
            };
            table.row([
                hop.stage.clone(),
                hop.title.clone(),
                standing.clone(),
                place.place.clone(),
                cell(place.said_by.clone()),
                cell(place.hash.clone()),
                same.to_owned(),
                cell(hop.took),
            ]);
        }
    }
    table
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let mut awaits = Vec::new();
    if !state.pipeline.topics.known(&params.topic) {
        awaits.push(format!("the records of {}", params.topic));
    }
    let table = table_of(&params.topic);
    if state.pipeline.tables.of(table).is_none_or(|table| !table.is_whole()) {
        awaits.push(format!("all rows of {table}"));
    }
    let place = if super::is_general(&params.topic) { LIST_GENERAL } else { LIST_PERIODIC };
    let left = state.pipeline.left.of(place);
    if left.is_none_or(|left| left.read < left.total.min(RUNS)) {
        awaits.push("what the task split left in each run".to_owned());
    }
    if let Some(record) = &params.record {
        let key = super::storage::key_of(&params.topic, record);
        let known = key.map(|key| state.partitions.get(&super::fold::name(table, &key)));
        if known.is_some_and(|known| known.is_none_or(|partition| partition.held.is_empty())) {
            awaits.push("what each replica holds".to_owned());
        }
        let updated = super::payload::made(super::is_general(&params.topic), record);
        if updated.is_some_and(|updated| !state.pipeline.weather.archive.contains_key(updated)) {
            awaits.push("what the source's archive has".to_owned());
        }
    }
    Gaps { awaits, ..Gaps::default() }
}
