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
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "/versions": 0, "/agree": false }));
    check(&placed([]), &json!({ "known": false, "/replicas/2/node": "cassandra-1", "/replicas/2/known": false }));
    // As long as one replica has not been asked, nothing can be said of all.
    let two = placed([c(1, temp("3", 10)), c(2, temp("3", 10))]);
    check(&two, &json!({ "known": false, "/agree": false, "/versions": 1 }));
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
fn a_silent_replica_shows_what_it_held() {
    let said = placed([
        c(1, temp("5", 10)),
        c(2, temp("5", 10)),
        c(3, temp("4", 9)),
        container("cassandra-3", NodeState::Stopped, &[]),
        hint_files(1, &[(3, 1024)]),
        hint_files(2, &[(3, 24)]),
        hint_files(3, &[]),
    ]);
    check(
        &said,
        &json!({
            "known": true,
            "/agree": false,
            "/replicas/1/heard": "silent",
            "/replicas/1/container": "stopped",
            "/replicas/1/hints_waiting": 1048,
            "/replicas/0/hints_waiting": 0,
            "/replicas/1/behind": true,
            "summary": "Key oslo of weather.readings: 3 replicas hold 2 different versions. cassandra-3 holds an older temp. \
                cassandra-3 does not answer now; this is what it held when it was last asked. Hints of 1048 bytes wait for \
                cassandra-3.",
        }),
    );
}

#[test]
fn a_replica_that_never_answered_makes_no_agreement() {
    let refused = CassandraFact::RowsRefused {
        table: "weather.readings".to_owned(),
        key: "oslo".to_owned(),
        error: "unconfigured table readings".to_owned(),
    };
    check(
        &placed([c(1, temp("5", 10)), c(2, temp("5", 10)), c(3, refused)]),
        &json!({
            "known": true,
            "/agree": false,
            "/versions": 1,
            "/replicas/1/known": false,
            "/replicas/1/error": "unconfigured table readings",
            "summary": "Key oslo of weather.readings: 2 of 3 replicas answered, and hold the same. cassandra-3 does not say \
                what it holds (unconfigured table readings).",
        }),
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
fn a_table_that_is_not_there_has_no_replicas() {
    let mut said = placed((1..=3).map(|id| c(id, temp("3", 10))));
    said.extend((1..=3).map(|id| c(id, weather(3, &["readings"]))));
    said.extend((1..=3).map(|id| c(id, weather(3, &[]))));
    check(
        &said,
        &json!({ "known": true, "/exists": false, "/replicas": [], "refusal": "There is no table weather.readings." }),
    );
    // Made anew, it begins with nothing.
    said.extend((1..=3).map(|id| c(id, weather(3, &["readings"]))));
    check(&said, &json!({ "known": false, "/exists": true, "/replicas": [] }));
    // One node may tell what it holds now before another one has noticed that the table was made anew.
    let mut said = placed((1..=3).map(|id| c(id, temp("3", 10))));
    said.extend((1..=3).map(|id| c(id, weather(3, &["readings"]))));
    for id in 1..=3 {
        said.extend([c(id, weather(3, &[])), c(id, weather(3, &["readings"])), c(id, oslo_lies_on(&[2, 3, 1])), c(id, temp("4", 20))]);
    }
    check(&said, &json!({ "known": true, "/agree": true, "/replicas/0/rows/0/cells/0/value/text": "4" }));
    check(&placed([c(1, temp("3", 1)), app(LabFact::LabStopped), app(start_cassandra(false))]), &json!({ "known": false, "/replicas": [] }));
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
fn a_reason_that_is_known_is_said_at_once() {
    let refused = |error: &str| CassandraFact::KeyRefused {
        table: "weather.readings".to_owned(),
        key: "oslo".to_owned(),
        error: error.to_owned(),
    };
    let mut said = whole_ring();
    said.extend([c(1, weather(3, &["readings"])), c(1, refused("`oslo` is no int; e.g. 42"))]);
    check(
        &said,
        &json!({
            "known": true,
            "/problem": "Key oslo of weather.readings cannot be looked at: `oslo` is no int; e.g. 42.",
            "refusal": "Key oslo of weather.readings cannot be looked at: `oslo` is no int; e.g. 42.",
            "awaits": [],
        }),
    );
    said.push(c(1, oslo_lies_on(&[])));
    check(
        &said,
        &json!({
            "known": true,
            "refusal": "Key oslo of weather.readings lies on no node: keyspace weather is replicated dc1: 3.",
            "summary": "Key oslo of weather.readings lies on no node: keyspace weather is replicated dc1: 3. Data centers here: \
                dc1. ALTER KEYSPACE gives it replicas in one of them.",
        }),
    );
    let of = |table: &str, expected: &str| {
        let mut said = whole_ring();
        said.push(c(1, weather(3, &["readings"])));
        crate::testing::check::<TheView>(&json!({ "table": table, "key": "a" }), &said, &json!({ "known": true, "summary": expected }));
    };
    of("system.local", "system.local is Cassandra's own table. Each node keeps it for itself; it is not replicated.");
    of("Weather.READINGS", "There is no table Weather.READINGS. Names are case-sensitive as stored; did you mean weather.readings?");
    of("nope.t", "There is no table nope.t: there is no keyspace nope. Keyspaces here: weather.");
}

#[test]
fn what_is_not_known_yet_is_named() {
    check(&[], &json!({ "refusal": null, "awaits": ["where key oslo of weather.readings lies"] }));
    check(
        &placed([c(1, temp("5", 10))]),
        &json!({ "known": false, "refusal": null, "awaits": ["what cassandra-2 holds", "what cassandra-3 holds"] }),
    );
    let refuses = CassandraFact::RowsRefused {
        table: "weather.readings".to_owned(),
        key: "oslo".to_owned(),
        error: "it knows no table weather.readings".to_owned(),
    };
    check(&placed([c(1, temp("5", 10)), c(2, refuses), c(3, silent())]), &json!({ "known": true, "awaits": [] }));
}
