//! What is not known yet, what is known no more, and what cannot be shown: in words, and never as an agreement.

use super::*;

#[test]
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "/versions": 0, "/agree": false }));
    check(&placed([]), &json!({ "known": false, "/replicas/2/node": "cassandra-1", "/replicas/2/known": false }));
    // As long as one replica has not been asked, nothing can be said of all.
    let two = placed([c(1, temp("3", 10)), c(2, temp("3", 10))]);
    check(&two, &json!({ "known": false, "/agree": false, "/versions": 1 }));
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
