//! The ring's cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::{
        cassandra::{CassandraFact, StreamSeen},
        lab::{LabFact, NodeState},
    },
};
use serde_json::{Value, json};

use super::{Model, Params, State, TheView};
use crate::{View, testing::*};

const BOTH: &[&str] = &["a-client", "b-cluster"];

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({}), said, expected);
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    whole_ring().into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "summary": "No Cassandra node has answered yet." }));
    check(
        &[app(start_cassandra(false))],
        &json!({
            "known": false,
            "/all_up": false,
            "/nodes/3/node": "cassandra-4",
            "/nodes/3/spare": true,
            "/nodes/4": null,
            "summary": "3 nodes. cassandra-1 was not asked yet. cassandra-2 was not asked yet. \
                cassandra-3 was not asked yet.",
        }),
    );
}

#[test]
fn a_whole_ring_is_all_up() {
    check(
        &whole_ring(),
        &json!({
            "known": true,
            "/all_up": true,
            "/schema_agreed": true,
            "/data_centers": ["dc1"],
            "/nodes/0/member": true,
            "/nodes/0/owns_percent": 33.3,
            "/nodes/0/believes/1/peer": "cassandra-3",
            "/nodes/0/believes/1/up": true,
            "/nodes/3/member": false,
            "summary": "3 nodes, all answer, and each believes the others up.",
        }),
    );
}

#[test]
fn a_ring_is_not_all_up_before_everybody_knows_everybody() {
    // Each step on the way to a whole ring lacks something.
    let whole = whole_ring();
    for end in 1..whole.len() {
        check(&whole[..end], &json!({ "/all_up": false }));
    }
    // A node that answers and is described, but whom one of its peers does not know yet.
    check(&after([c(1, knows(&[(2, THIRDS[1], "NORMAL")])), c(1, believes(&[2]))]), &json!({ "/all_up": false }));
    check(&after([c(2, believes(&[1, -3]))]), &json!({ "/all_up": false }));
    check(&after([c(2, describes_itself(2, 0, "JOINING"))]), &json!({ "/all_up": false, "/nodes/1/member": false }));
}

#[test]
fn a_node_that_speaks_but_takes_no_requests_yet_is_not_up() {
    // As after a start: its agent answers, its peers believe it up, its CQL port is still closed.
    let closed = [c(3, silent()), c(3, believes(&[1, 2]))];
    check(
        &after(closed.clone()),
        &json!({
            "/all_up": false,
            "/nodes/2/heard": "silent",
            "/nodes/2/serves": false,
            "summary": "3 nodes, 2 of them answering. cassandra-3 is silent (no answer within 1 s), is still believed up by \
                cassandra-1 and cassandra-2.",
        }),
    );
    // Nobody asked its port yet: what its agent says does not make it ready.
    let unasked: Vec<Draft> = whole_ring().into_iter().filter(|draft| *draft != c(3, LabFact::Heard)).collect();
    let summary = "3 nodes, all answer. cassandra-3 was not asked yet whether it takes requests.";
    check(
        &unasked,
        &json!({ "/all_up": false, "/nodes/2/heard": "answering", "/nodes/2/serves": null, "summary": summary }),
    );
    check(&after(closed.into_iter().chain([c(3, LabFact::Heard)])), &json!({ "/all_up": true }));
}

#[test]
fn a_stopped_node_is_believed_down_and_believes_nothing() {
    let stopped = container("cassandra-3", NodeState::Stopped, &[]);
    check(
        &after([stopped.clone(), c(1, believes(&[2, -3]))]),
        &json!({
            "/all_up": false,
            "/nodes/2/container": "stopped",
            "/nodes/2/heard": "silent",
            "/nodes/2/believes": [],
            "/nodes/2/member": true,
            "/nodes/2/believed_down_by": ["cassandra-1"],
            "summary": "3 nodes, 2 of them answering. cassandra-3 is silent (its container has ended), its container is \
                stopped, is believed down by cassandra-1, is still believed up by cassandra-2.",
        }),
    );
    // The mode is then its peers' word.
    let shutdown = knows(&[(2, THIRDS[1], "NORMAL"), (3, THIRDS[2], "shutdown")]);
    check(&after([stopped, c(1, shutdown)]), &json!({ "/nodes/2/mode": "shutdown", "/nodes/2/member": true }));
}

#[test]
fn a_silent_node_is_up_until_it_is_convicted() {
    let mut said = after([
        container("cassandra-3", NodeState::Paused, BOTH),
        c(3, silent()),
        c(1, phi(&[(2, 0.2), (3, 5.04)])),
        c(2, phi(&[(1, f64::NAN), (3, 6.0)])),
    ]);
    check(
        &said,
        &json!({
            "/nodes/0/believes/1/phi": 5.04,
            "/nodes/0/believes/1/threshold": 8.0,
            "/nodes/1/believes/0/phi": null,
            "/nodes/2/believed_down_by": [],
            "summary": "3 nodes, 2 of them answering. cassandra-3 is silent (no answer within 1 s), its container is \
                paused, is still believed up by cassandra-1 and cassandra-2 (φ 6.0 of 8).",
        }),
    );
    let turned = || CassandraFact::PeerTurned { address: "10.0.0.3".to_owned(), up: false };
    said.extend([c(1, turned()), c(2, turned()), c(2, phi(&[(3, 9.2)]))]);
    check(
        &said,
        &json!({
            "/nodes/2/believed_down_by": ["cassandra-1", "cassandra-2"],
            "/nodes/0/believes/1/since": 2000,
            "summary": "3 nodes, 2 of them answering. cassandra-3 is silent (no answer within 1 s), its container is \
                paused, is believed down by cassandra-1 and cassandra-2 (φ 9.2 of 8).",
        }),
    );
    // Saying it again does not make it newer.
    said.push(c(1, believes(&[2, -3])));
    check(&said, &json!({ "/nodes/0/believes/1/since": 2000 }));
}

#[test]
fn a_cut_off_node_has_its_own_view() {
    let cut = container("cassandra-3", NodeState::Running, &["a-client"]);
    check(
        &after([cut, c(1, believes(&[2, -3])), c(2, believes(&[1, -3])), c(3, believes(&[-1, -2]))]),
        &json!({
            "/nodes/2/cut": true,
            "/nodes/2/heard": "answering",
            "/nodes/0/believed_down_by": ["cassandra-3"],
            "/nodes/2/believed_down_by": ["cassandra-1", "cassandra-2"],
            "summary": "3 nodes, all answer. cassandra-1 is believed down by cassandra-3, is still believed up by \
                cassandra-2. cassandra-2 is believed down by cassandra-3, is still believed up by cassandra-1. cassandra-3 \
                is cut off from a network, is believed down by cassandra-1 and cassandra-2.",
        }),
    );
}

#[test]
fn a_spare_joins_and_leaves() {
    let streams = |received| CassandraFact::StreamsListed {
        streams: vec![StreamSeen {
            id: "s".to_owned(),
            operation: "Bootstrap".to_owned(),
            peers: vec!["10.0.0.1".to_owned()],
            status: "START".to_owned(),
            received,
            to_receive: 2048,
            sent: 0,
            to_send: 0,
        }],
    };
    // Its port was knocked at, and nobody was there to answer.
    check(&after([c(4, silent())]), &json!({ "/nodes/3/heard": "not_asked", "/nodes/3/why_silent": null }));
    let mut said = after([c(4, describes_itself(4, 42, "JOINING")), c(4, streams(1024))]);
    check(
        &said,
        &json!({
            "/all_up": true,
            "/nodes/3/member": false,
            "/nodes/3/mode": "JOINING",
            "/nodes/3/tokens": ["42"],
            "/streams/0/peers": ["cassandra-1"],
            "summary": "3 nodes, all answer, and each believes the others up. cassandra-4 is JOINING. cassandra-4 streams \
                for Bootstrap: 1024 of 2048 bytes received, 0 of 0 sent.",
        }),
    );
    let all = |id: i32| (1..=4).filter(|other| *other != id).collect::<Vec<_>>();
    said.push(c(4, describes_itself(4, 42, "NORMAL")));
    said.extend((1..=4).map(|id| c(id, believes(&all(id)))));
    check(&said, &json!({ "/all_up": true, "/nodes/3/member": true, "/nodes/0/believes/2/peer": "cassandra-4" }));
    said.extend([c(4, describes_itself(4, 42, "DECOMMISSIONED")), c(1, believes(&[2, 3, -4]))]);
    check(
        &said,
        &json!({
            "/all_up": true,
            "/nodes/3/member": false,
            "/nodes/3/tokens": [],
            "/nodes/3/believed_down_by": [],
            "/nodes/0/believes/2": null,
        }),
    );
}

#[test]
fn a_node_that_left_is_not_missed() {
    let left = after([
        c(3, describes_itself(3, THIRDS[2], "DECOMMISSIONED")),
        c(1, knows(&[(2, THIRDS[1], "NORMAL")])),
        c(2, knows(&[(1, THIRDS[0], "NORMAL")])),
        container("cassandra-3", NodeState::Stopped, &[]),
    ]);
    check(
        &left,
        &json!({ "/nodes/2/member": false, "/nodes/2/mode": "DECOMMISSIONED", "/nodes/0/owns_percent": 66.7 }),
    );
}

#[test]
fn a_key_lies_where_a_node_says() {
    let params = json!({ "keyspace": "weather", "table": "weather.readings", "key": "oslo" });
    let said = after([c(1, weather(3, &["readings"])), c(2, oslo_lies_on(&[2, 3, 1]))]);
    crate::testing::check::<TheView>(
        &params,
        &said,
        &json!({
            "/nodes/0/owns_percent": 100.0,
            "/keyspaces/0/replication": [{ "data_center": "dc1", "factor": 3 }],
            "/placement/replicas": ["cassandra-2", "cassandra-3", "cassandra-1"],
            "/placement/racks": ["rack1", "rack2", "rack3"],
            "/placement/says": "cassandra-2",
            "summary": "3 nodes, all answer, and each believes the others up. 1 keyspace: weather. Computed \
                from tokens and replication, rows of weather lie on 3 nodes in each of 3 ranges of dc1. Key oslo of \
                weather.readings has token -385408897791983735 and lies on cassandra-2, cassandra-3 and cassandra-1, \
                says cassandra-2.",
        }),
    );
    let dropped: Vec<Draft> = said.into_iter().chain([c(1, no_keyspace())]).collect();
    crate::testing::check::<TheView>(
        &params,
        &dropped,
        &json!({ "/placement": null, "/nodes/0/owns_percent": null, "/keyspaces": [], "refusal": "There is no keyspace weather." }),
    );
    let nowhere = json!({ "keyspace": "nope" });
    crate::testing::check::<TheView>(&nowhere, &after([]), &json!({ "refusal": null, "awaits": ["keyspace nope"] }));
    let listed = after([c(1, weather(3, &["readings"]))]);
    crate::testing::check::<TheView>(&nowhere, &listed, &json!({ "refusal": "There is no keyspace nope.", "awaits": [] }));
    crate::testing::check::<TheView>(&params, &listed, &json!({ "awaits": ["where key oslo of weather.readings lies"] }));
}

#[test]
fn a_range_lies_where_tokens_and_replication_put_it() {
    let said = after([c(1, weather(2, &["readings"]))]);
    let in_weather = |expected: &Value| {
        crate::testing::check::<TheView>(&json!({ "keyspace": "weather" }), &said, expected);
    };
    let second = |replicas: Value| {
        json!({
            "data_center": "dc1",
            "from": THIRDS[0].to_string(),
            "to": "0",
            "owner": "cassandra-2",
            "replicas": replicas,
        })
    };
    in_weather(&json!({ "/ranges/1": second(json!(["cassandra-2", "cassandra-3"])), "/ranges/3": null }));
    check(&said, &json!({ "/ranges/1": second(Value::Null), "/ranges/3": null }));
    // Nobody owns a range because it is about to join, and nobody loses one because it is stopped.
    let said = after([container("cassandra-2", NodeState::Stopped, &[]), c(4, describes_itself(4, 42, "JOINING"))]);
    check(&said, &json!({ "/ranges/1": second(Value::Null), "/ranges/3": null }));
}

#[test]
fn what_is_computed_of_a_range_is_what_the_engine_said_of_a_key_in_it() {
    let mut state = State::default();
    for line in include_str!("journal.ndjson").lines().skip(1) {
        TheView::apply(&mut state, &serde_json::from_str(line).unwrap());
    }
    let text = |text: &str| Some(text.to_owned());
    let params = Params { keyspace: text("weather"), table: text("weather.readings"), key: text("oslo") };
    let Model { placement, ranges, .. } = TheView::project(&state, &params).model;
    let said = placement.unwrap();
    let number = |token: &str| token.parse::<i64>().unwrap();
    let range = ranges.iter().find(|range| number(&range.to) >= number(&said.token)).unwrap();
    assert_eq!(range.replicas.as_ref(), Some(&said.replicas));
}

#[test]
fn the_lives_of_a_ring() {
    check(
        &after([app(LabFact::LabStopped), app(start_cassandra(false))]),
        &json!({ "known": false, "/all_up": false, "/nodes/0/tokens": [], "/nodes/0/heard": "not_asked" }),
    );
    // Taken over: what was said still holds, as soon as somebody answers.
    let adopted = after([app(start_cassandra(true)), c(1, LabFact::Heard)]);
    check(
        &adopted,
        &json!({ "known": true, "/nodes/0/believes/0/up": true, "/nodes/1/believes": [], "/all_up": false }),
    );
}
