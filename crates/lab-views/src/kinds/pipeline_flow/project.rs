//! The pipeline as a picture, as rows and as sentences.

use super::{
    Counts, Lost, Model, Params, State,
    account::Account,
    runs::under_way,
    stages::{source, stages, waiting},
    summary::{summary, waits},
    timing::hops,
    ways::{sinks, ways},
};
use crate::{
    Gaps, Projection, Table,
    parts::{
        pipeline::{FORECASTS, PIECES, Pipeline, REJECTED, table_of},
        words::{cell, container, count},
    },
};

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let account = Account::of(&state.pipeline);
    let known = account.known();
    let counts = account.counts(&known);
    let under_way = known.runs.as_ref().map(under_way);
    let waiting = waiting(&state.pipeline, &account, under_way);
    let late = known.windows.as_ref().map(|windows| account.late(windows)).unwrap_or_default();
    let mut lost: Vec<Lost> = known.never.unwrap_or_default();
    lost.extend(known.fates.map(|fates| fates.lost).unwrap_or_default());
    let (agrees, disagreements) = agreement(&account, &counts, &lost, under_way);
    let model = Model {
        stages: stages(&state.pipeline, &counts),
        source: source(&state.pipeline),
        ways: ways(&account, &counts),
        sinks: sinks(&state.pipeline),
        unkept: known.unkept.unwrap_or_default().into_iter().take(params.named).collect(),
        agrees,
        disagreements,
        duplicates: account.duplicates(params.named),
        rejected: account.rejected(params.named),
        late: late.into_iter().take(params.named).collect(),
        hops: hops(&account),
        slow: waiting.iter().find(|waiting| waiting.because.is_some()).map(waits),
        lost: lost.into_iter().take(params.named).collect(),
        clock_offset: state.pipeline.clock.offset,
        waiting,
        counts,
    };
    Projection { table: table(&model), summary: summary(&model), known: is_known(&model.counts), model }
}

/// Something was counted.
fn is_known(counts: &Counts) -> bool {
    [counts.fetched, counts.produced, counts.stored].iter().any(Option::is_some)
}

/// Whether what the engines say fits together; what does not, one sentence each.
fn agreement(
    account: &Account<'_>,
    counts: &Counts,
    lost: &[Lost],
    under_way: Option<u64>,
) -> (Option<bool>, Vec<String>) {
    let mut wrong: Vec<String> = lost.iter().take(5).map(|lost| lost.says.clone()).collect();
    if lost.len() > 5 {
        wrong.push(format!("So are {} more.", lost.len() - 5));
    }
    if account.unnamed > 0 {
        let many = count(account.unnamed, "record");
        wrong.push(format!(
            "{many} in the topics of forecasts without a record_id: they are no records of this pipeline."
        ));
    }
    let unsound = account.records.values().flatten().filter(|(_, _, entry)| entry.sound == Some(false)).count();
    if unsound > 0 {
        let verb = if unsound == 1 { "is" } else { "are" };
        wrong.push(format!("{} {verb} not what the header content_hash says.", count(unsound as u64, "record")));
    }
    if let Some(unlogged) = counts.unlogged.filter(|unlogged| *unlogged > 0) {
        let rows = if unlogged == 1 { "1 row is".to_owned() } else { format!("{unlogged} rows are") };
        wrong.push(format!("{rows} about no record that is in Kafka."));
    }
    let all = [counts.fetched, counts.produced, counts.stored, counts.lost, counts.unlogged];
    let on_their_way = [counts.unread, counts.unseen, under_way];
    let read = account.is_read(&[FORECASTS[0], FORECASTS[1], REJECTED]);
    let settled = read
        && account.pipeline.is_told_by_who_answers()
        && on_their_way.iter().all(|number| *number == Some(0))
        && all.iter().all(Option::is_some);
    let agrees = if wrong.is_empty() { settled.then_some(true) } else { Some(false) };
    (agrees, wrong)
}

fn table(model: &Model) -> Table {
    let mut table = Table::new(&["Stage", "Acts", "Nodes", "#Count", "Of what", "Known of it"]);
    for stage in &model.stages {
        let node = |node: &super::StageNode| {
            let state = node.state.map_or("not known", container);
            format!("{} {state}", node.node)
        };
        let nodes: Vec<String> = stage.nodes.iter().map(node).collect();
        table.row([
            format!("{:?}", stage.stage),
            stage.acts.clone(),
            nodes.join(", "),
            cell(stage.count),
            stage.unit.clone(),
            stage.says.join(" "),
        ]);
    }
    table
}

pub(super) fn gaps(state: &State) -> Gaps {
    let Pipeline { tables, left, .. } = &state.pipeline;
    let account = Account::of(&state.pipeline);
    let mut awaits = Vec::new();
    let topics = [FORECASTS[0], FORECASTS[1], REJECTED];
    let unread = topics.into_iter().filter(|topic| !account.is_whole(&[topic]));
    awaits.extend(unread.map(|topic| format!("all records of {topic}")));
    let names = FORECASTS.iter().map(|topic| table_of(topic));
    let unread = names.filter(|table| tables.of(table).is_none_or(|table| !table.is_whole()));
    awaits.extend(unread.map(|table| format!("all rows of {table}")));
    if left.of(PIECES).is_none() {
        awaits.push("what the runs of collect_weather fetched".to_owned());
    }
    Gaps { awaits, ..Gaps::default() }
}
