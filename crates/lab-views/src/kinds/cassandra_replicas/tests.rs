//! A partition's cases: journals in, words and marks out.

use lab_model::{
    Datum, Draft,
    facts::{
        cassandra::{CassandraFact, CellSeen, Deletion, Mark, PartSeen, RangeSeen, RowSeen, Shard},
        lab::{LabFact, NodeState},
    },
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

#[path = "merge_test.rs"]
mod merging;
#[path = "unknown_test.rs"]
mod unknown;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({ "table": "weather.readings", "key": "oslo" }), said, expected);
}

/// A row: its clustering key, and columns with value and timestamp.
type TestRow<'a> = (&'a str, &'a [(&'a str, Option<&'a str>, i64)]);

fn rows(rows: &[TestRow<'_>], more: bool) -> CassandraFact {
    let cell = |&(column, value, at): &(&str, Option<&str>, i64)| CellSeen {
        mark: value.map(|value| mark(at, value)),
        ..plain_cell(column, value, at)
    };
    let row = |&(clustering, cells): &TestRow<'_>| RowSeen {
        order: clustering.to_owned(),
        ..row(clustering, cells.iter().map(cell).collect())
    };
    read(rows.iter().map(row).collect(), more, true)
}

/// The same as CQL alone tells it.
fn by_cql(value: Option<&str>, at: i64) -> CassandraFact {
    let rows = value.map(|value| row("", vec![plain_cell("temp", Some(value), at)]));
    read(rows.into_iter().collect(), false, false)
}

fn read(rows: Vec<RowSeen>, more: bool, exact: bool) -> CassandraFact {
    let (table, key) = ("weather.readings".to_owned(), "oslo".to_owned());
    CassandraFact::RowsRead { table, key, rows, more, exact, deleted: None, ranges: Vec::new(), expired_apart: true, spent: 0 }
}

fn row(clustering: &str, cells: Vec<CellSeen>) -> RowSeen {
    let clustering = clustering.to_owned();
    RowSeen { clustering, cells, is_static: false, live: true, order: String::new(), marker: None, deleted: None }
}

fn plain_cell(column: &str, value: Option<&str>, at: i64) -> CellSeen {
    CellSeen {
        column: column.to_owned(),
        value: value.map(Datum::of_text).unwrap_or_default(),
        written_at: value.is_some().then_some(at),
        ..CellSeen::default()
    }
}

fn mark(at: i64, raw: &str) -> Mark {
    Mark { at, raw: raw.to_owned(), ..Mark::default() }
}

/// A column of several cells: path, value, time.
fn parts(column: &str, shown: &str, cleared: i64, parts: &[(&str, &str, i64)]) -> CassandraFact {
    let part = |(path, raw, at): &(&str, &str, i64)| PartSeen { path: (*path).to_owned(), mark: mark(*at, raw) };
    let cell = CellSeen {
        cleared: Some(Deletion { at: cleared, since: 1 }),
        parts: parts.iter().map(part).collect(),
        ..plain_cell(column, Some(shown), 1)
    };
    read(vec![row("", vec![cell])], false, true)
}

fn counter(shown: &str, shards: &[(&str, i64, i64)]) -> CassandraFact {
    let shard = |(of, clock, count): &(&str, i64, i64)| Shard { of: (*of).to_owned(), clock: *clock, count: *count, global: true };
    let cell = CellSeen { mark: Some(mark(1, "")), shards: shards.iter().map(shard).collect(), ..plain_cell("n", Some(shown), 1) };
    read(vec![row("", vec![cell])], false, true)
}

/// One row with `temp`.
fn temp(value: &str, at: i64) -> CassandraFact {
    rows(&[("", &[("temp", Some(value), at)])], false)
}

fn nothing() -> CassandraFact {
    rows(&[], false)
}

fn placed(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    let mut said = whole_ring();
    said.extend([c(1, weather(3, &["readings"])), c(1, oslo_lies_on(&[2, 3, 1]))]);
    said.extend(more);
    said
}

#[test]
fn replicas_that_agree() {
    check(
        &placed((1..=3).map(|id| c(id, temp("3", 10)))),
        &json!({
            "known": true,
            "/agree": true,
            "/versions": 1,
            "/token": "-385408897791983735",
            "/replicas/0/node": "cassandra-2",
            "/replicas/0/rack": "rack2",
            "/replicas/0/rows/0/cells/0": {
                "column": "temp", "value": { "kind": "text", "text": "3", "bytes": 1 }, "written_at": "10", "deleted_at": null,
                "gone": null, "ttl": null, "expires_at": null, "standing": "same",
            },
            "/replicas/0/behind": false,
            "summary": "Key oslo of weather.readings: 3 replicas, and all hold the same.",
        }),
    );
    check(
        &placed((1..=3).map(|id| c(id, nothing()))),
        &json!({ "/agree": true, "summary": "Key oslo of weather.readings: 3 replicas, and none holds a row." }),
    );
}

#[test]
fn the_higher_timestamp_is_the_newest_and_of_two_the_larger_value() {
    check(
        &placed([c(1, temp("9", 10)), c(2, temp("5", 11)), c(3, temp("5", 11))]),
        &json!({
            "/versions": 2,
            "/agree": false,
            "/replicas/0/rows/0/cells/0/standing": "newest",
            "/replicas/2/rows/0/cells/0/standing": "older",
            "/replicas/2/behind": true,
            "/replicas/0/behind": false,
            "summary": "Key oslo of weather.readings: 3 replicas hold 2 different versions. cassandra-1 holds an older temp.",
        }),
    );
    check(
        &placed([c(1, temp("9", 10)), c(2, temp("5", 10)), c(3, temp("5", 10))]),
        &json!({ "/replicas/2/rows/0/cells/0/standing": "newest", "/replicas/0/rows/0/cells/0/standing": "older" }),
    );
}

#[test]
fn a_lacking_row_and_a_lacking_cell() {
    check(
        &placed([c(1, nothing()), c(2, temp("5", 10)), c(3, temp("5", 10))]),
        &json!({
            "/versions": 2,
            "/replicas/2/rows": [],
            "/replicas/2/known": true,
            "/replicas/2/behind": true,
            "/replicas/0/rows/0/cells/0/standing": "newest",
            "summary": "Key oslo of weather.readings: 3 replicas hold 2 different versions. cassandra-1 lacks the row.",
        }),
    );
    let both: &[_] = &[("note", Some("x"), 10), ("temp", Some("5"), 10)];
    let one: &[_] = &[("note", None, 0), ("temp", Some("5"), 10)];
    check(
        &placed([c(1, rows(&[("", one)], false)), c(2, rows(&[("", both)], false)), c(3, rows(&[("", both)], false))]),
        &json!({
            "/replicas/2/rows/0/cells/0/standing": "missing",
            "/replicas/2/rows/0/cells/1/standing": "same",
            "/replicas/0/rows/0/cells/0/standing": "newest",
            "summary": "Key oslo of weather.readings: 3 replicas hold 2 different versions. cassandra-1 lacks note.",
        }),
    );
}

#[test]
fn rows_are_compared_by_their_clustering_key() {
    let at = |days: &[&'static str], more| {
        let cells: &[(&str, Option<&str>, i64)] = &[("temp", Some("1"), 5)];
        let all: Vec<TestRow<'_>> = days.iter().map(|day| (*day, cells)).collect();
        rows(&all, more)
    };
    check(
        &placed([c(1, at(&["'mon'", "'tue'"], false)), c(2, at(&["'mon'"], false)), c(3, at(&["'mon'", "'tue'"], false))]),
        &json!({
            "/replicas/0/behind": true,
            "/replicas/1/behind": false,
            "summary": "Key oslo of weather.readings: 3 replicas hold 2 different versions. cassandra-2 lacks the row at 'tue'.",
        }),
    );
    // What follows the last row told is not known where there are more.
    check(
        &placed([c(1, at(&["'mon'", "'tue'"], false)), c(2, at(&["'mon'"], true)), c(3, at(&["'mon'"], true))]),
        &json!({ "/replicas/0/behind": false, "/replicas/0/more": true, "/replicas/2/rows/1/cells/0/standing": "same" }),
    );
}

#[test]
fn a_node_that_holds_it_without_being_a_replica() {
    let mut said = whole_ring();
    said.extend([c(1, weather(1, &["readings"])), c(1, oslo_lies_on(&[2]))]);
    said.extend([c(2, temp("3", 10)), c(1, nothing()), c(3, temp("9", 11))]);
    check(
        &said,
        &json!({
            "known": true,
            "/versions": 1,
            "/agree": true,
            "/replicas/1/node": "cassandra-3",
            "/replicas/1/replica": false,
            "/replicas/1/behind": false,
            "/replicas/2": null,
            "/replicas/0/rows/0/cells/0/standing": "same",
            "summary": "Key oslo of weather.readings: 1 replica. cassandra-3 holds it too, though it is no replica of it.",
        }),
    );
}

#[test]
fn a_table_of_keys_alone_has_rows() {
    let there = || {
        let marker = Some(mark(10, ""));
        read(vec![RowSeen { marker, ..row("", Vec::new()) }], false, true)
    };
    check(&placed([c(1, there()), c(2, there()), c(3, there())]), &json!({ "/agree": true, "/replicas/0/rows/0/cells": [] }));
    check(
        &placed([c(1, nothing()), c(2, there()), c(3, there())]),
        &json!({ "/replicas/2/lacks": [""], "/replicas/2/behind": true, "/replicas/0/rows/0/standing": "newest" }),
    );
}

#[test]
fn a_replica_tells_when_it_changed_and_not_when_it_was_asked() {
    let began = placed([]).len() as u64 * 100;
    let changed = |said: Vec<CassandraFact>, at: Option<u64>| {
        let at = at.map(|place| began + place * 100);
        check(&placed(said.into_iter().map(|fact| c(3, fact))), &json!({ "/replicas/1/changed_at": at }));
    };
    changed(vec![temp("3", 10)], None);
    changed(vec![temp("3", 10), temp("3", 10)], None);
    // Asked by CQL alone, and then by the agent again, it shows the same.
    changed(vec![temp("3", 10), by_cql(Some("3"), 10), temp("3", 10)], None);
    changed(vec![temp("3", 10), by_cql(None, 10)], Some(1));
    changed(vec![temp("3", 10), temp("3", 11)], Some(1));
    changed(vec![temp("3", 10), temp("4", 11), temp("4", 11)], Some(1));
    changed(vec![nothing(), nothing(), temp("3", 10)], Some(2));
    changed(vec![temp("3", 10), nothing()], Some(1));
}
