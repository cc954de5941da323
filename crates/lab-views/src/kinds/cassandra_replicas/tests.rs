//! A partition's cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::{
        cassandra::{CassandraFact, CellSeen, RowSeen},
        lab::{LabFact, NodeState},
    },
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({ "table": "weather.readings", "key": "oslo" }), said, expected);
}

/// A row: its clustering key, and columns with value and timestamp.
type TestRow<'a> = (&'a str, &'a [(&'a str, Option<&'a str>, i64)]);

fn rows(rows: &[TestRow<'_>], more: bool) -> CassandraFact {
    let cell = |&(column, value, at): &(&str, Option<&str>, i64)| CellSeen {
        column: column.to_owned(),
        value: value.map(ToOwned::to_owned),
        written_at: value.is_some().then_some(at),
        ttl: None,
    };
    let row = |&(clustering, cells): &TestRow<'_>| RowSeen {
        clustering: clustering.to_owned(),
        cells: cells.iter().map(cell).collect(),
    };
    CassandraFact::RowsRead {
        table: "weather.readings".to_owned(),
        key: "oslo".to_owned(),
        rows: rows.iter().map(row).collect(),
        more,
    }
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
                "column": "temp", "value": "3", "written_at": "10", "ttl": null, "standing": "same",
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
    said.push(c(2, weather(3, &["readings"])));
    said.push(c(2, weather(3, &[])));
    check(
        &said,
        &json!({ "known": true, "/exists": false, "/replicas": [], "summary": "There is no table weather.readings." }),
    );
    // Made anew, it begins with nothing.
    said.push(c(2, weather(3, &["readings"])));
    check(&said, &json!({ "known": false, "/exists": true, "/replicas": [] }));
    check(&placed([c(1, temp("3", 1)), app(LabFact::LabStopped), app(start_cassandra(false))]), &json!({ "known": false, "/replicas": [] }));
}
