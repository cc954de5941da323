//! The chart as a picture, as rows and as sentences.

use super::{Count, Model, Params, Rain, Standing, State, gather::Gathered, summary::summary};
use crate::{
    Gaps, Hearing, Projection, Table,
    parts::{
        pipeline::{BATCHED, PERIODIC, Pipeline, RAIN, STREAMED, moments::date, tables::Table as Whole},
        topic::Topic,
        words::cell,
    },
};

/// Differences that are named.
const NAMED: usize = 20;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let pipeline = &state.pipeline;
    let all = Gathered::of(pipeline);
    let regions = all.regions();
    let region = params.region.clone().or_else(|| regions.first().map(|&region| region.to_owned()));
    let of = region.as_deref().unwrap_or_default();
    let newest = all.recorded.get(of).and_then(|days| days.last()).copied();
    let known = is_read(pipeline, STREAMED) || is_read(pipeline, BATCHED) || pipeline.topics.known(RAIN);
    let model = Model {
        windows: all.of_region(of),
        counts: vec![
            table(pipeline, &all, of, newest, STREAMED),
            topic(pipeline, &all, of, newest),
            table(pipeline, &all, of, newest, BATCHED),
        ],
        newest_record: newest.map(date),
        differ: all.differing().take(NAMED).map(|((region, day), known)| differs(region, *day, known)).collect(),
        differing: differing(&all, pipeline),
        regions: regions.into_iter().map(ToOwned::to_owned).collect(),
        clock_offset: pipeline.clock.offset,
        region,
    };
    Projection { table: rows(&model), summary: summary(&model), known, model }
}

/// How many windows differ. Of only one who counted, that none differs says nothing.
fn differing(all: &Gathered<'_>, pipeline: &Pipeline) -> Option<u64> {
    let found = all.differing().count() as u64;
    let read = [is_read(pipeline, STREAMED), is_read(pipeline, BATCHED), pipeline.topics.known(RAIN)];
    (found > 0 || read.iter().filter(|read| **read).count() > 1).then_some(found)
}

fn is_read(pipeline: &Pipeline, table: &str) -> bool {
    pipeline.tables.of(table).is_some_and(Whole::is_whole)
}

/// What a table of Cassandra has of a region.
fn table(pipeline: &Pipeline, all: &Gathered<'_>, region: &str, newest: Option<i64>, name: &str) -> Count {
    let known = pipeline.tables.of(name);
    let refused = known.and_then(|table| table.refused.as_ref());
    let streamed = name == STREAMED;
    let windows = all.windows.iter().filter(|((of, _), _)| *of == region);
    let closed = windows.filter_map(|((_, day), window)| {
        let closed = if streamed { window.table } else { window.batch.filter(|_| window.is_closed_in_batch()) };
        let at = if streamed { window.streamed_at } else { window.batched_at };
        closed.map(|_| (*day, at))
    });
    let closed: Vec<(i64, Option<i64>)> = closed.collect();
    let whole = is_read(pipeline, name);
    let last = closed.last().filter(|_| whole).map(|(day, _)| *day);
    let why = match (known, refused) {
        (None, _) => Some("It was not read yet.".to_owned()),
        (_, Some((_, true))) if streamed => Some("There is no such table: the stream has closed no window.".to_owned()),
        (_, Some((_, true))) => Some("There is no such table: no batch has counted yet.".to_owned()),
        (_, Some((why, false))) => Some(format!("It cannot be read now: {why}")),
        (Some(table), None) if table.more => Some("It has more rows than are read.".to_owned()),
        _ => None,
    };
    Count {
        by: if streamed { "table" } else { "batch" }.to_owned(),
        place: name.to_owned(),
        windows: whole.then_some(closed.len() as u64),
        newest: last.map(date),
        behind: newest.zip(last).map(|(newest, last)| newest - last),
        computed_at: closed.iter().filter_map(|(_, at)| *at).max(),
        read_at: known.filter(|_| whole).map(|table| table.at),
        heard: known.map_or(Hearing::NotAsked, |table| pipeline.sources.of(&table.by).hearing),
        why,
    }
}

/// What the topic of the stream's results has of a region.
fn topic(pipeline: &Pipeline, all: &Gathered<'_>, region: &str, newest: Option<i64>) -> Count {
    let mut leaders = Vec::new();
    let mut whole = pipeline.topics.known(RAIN);
    let partitions = pipeline.topics.get(RAIN).map(Topic::partitions).unwrap_or_default();
    for partition in partitions {
        let log = pipeline.topics.leaders_log(RAIN, partition, |id| pipeline.nodes.name(id));
        let read = |end: i64, start: i64| pipeline.ledger.is_followed(RAIN, partition, start, end);
        whole &= log.as_ref().is_some_and(|(_, log)| log.readable_end().is_some_and(|end| read(end, log.start)));
        leaders.extend(log.map(|(leader, _)| pipeline.sources.of(&leader)));
    }
    let closed = all.windows.iter().filter(|((of, _), window)| *of == region && window.topic.is_some());
    let days: Vec<i64> = closed.map(|((_, day), _)| *day).collect();
    let last = days.last().filter(|_| whole).copied();
    let silent = leaders.iter().find(|leader| leader.hearing != Hearing::Answering);
    Count {
        by: "topic".to_owned(),
        place: RAIN.to_owned(),
        windows: whole.then_some(days.len() as u64),
        newest: last.map(date),
        behind: newest.zip(last).map(|(newest, last)| newest - last),
        computed_at: None,
        read_at: leaders.iter().map(|leader| leader.at).min().flatten().filter(|_| whole),
        heard: silent
            .map_or(if leaders.is_empty() { Hearing::NotAsked } else { Hearing::Answering }, |leader| leader.hearing),
        why: (!whole).then(|| "It was not read to its end yet.".to_owned()),
    }
}

fn differs(region: &str, day: i64, known: &super::gather::Known) -> String {
    let say =
        |name: &str, rain: Option<Rain>| rain.map(|Rain { rainy, periods }| format!("{rainy} of {periods} {name}"));
    let all = [say("in Cassandra", known.table), say("in the topic", known.topic), say("by the batch", known.batch)];
    let all: Vec<String> = all.into_iter().flatten().collect();
    format!("{region}, {}: rain in {}.", date(day), all.join(", "))
}

fn rows(model: &Model) -> Table {
    let mut table = Table::new(&["Region", "Day", "In Cassandra", "In the topic", "By the batch", "Standing"]);
    let rain = |rain: Option<Rain>| cell(rain.map(|Rain { rainy, periods }| format!("{rainy} of {periods}")));
    for window in &model.windows {
        let standing = match window.standing {
            Standing::Open => "open",
            Standing::Same => "the same",
            Standing::Older => "the batch is older",
            Standing::Differs => "different",
        };
        table.row([
            cell(model.region.clone()),
            window.day.clone(),
            rain(window.table),
            rain(window.topic),
            rain(window.batch),
            standing.to_owned(),
        ]);
    }
    table
}

pub(super) fn gaps(state: &State) -> Gaps {
    let pipeline = &state.pipeline;
    let mut awaits = Vec::new();
    awaits.extend(
        [STREAMED, BATCHED].into_iter().filter(|table| !is_read(pipeline, table)).map(|t| format!("all rows of {t}")),
    );
    let unread = [RAIN, PERIODIC].into_iter().filter(|topic| !pipeline.topics.known(topic));
    awaits.extend(unread.map(|topic| format!("the records of {topic}")));
    Gaps { awaits, ..Gaps::default() }
}
