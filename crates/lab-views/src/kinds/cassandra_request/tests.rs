//! Traces of a real cluster (the journal beside this file), and what is read in them.

use lab_model::{
    Draft, Observation,
    facts::cassandra::{CassandraFact, RequestOutcome, TraceEvent},
};
use serde_json::{Value, json};

use super::TheView;
use crate::{View, testing::*};

/// The model of a request in the journal.
fn shown(request: &str) -> Value {
    let mut state = super::State::default();
    for line in include_str!("journal.ndjson").lines().skip(1) {
        let observation: Observation = serde_json::from_str(line).unwrap();
        TheView::apply(&mut state, &observation);
    }
    let params = serde_json::from_value(json!({ "request": request })).unwrap();
    serde_json::to_value(TheView::project(&state, &params)).unwrap()
}

fn expect(request: &str, expected: &Value) {
    let shown = shown(request);
    for (place, wanted) in expected.as_object().unwrap() {
        let found = place.strip_prefix('/').map_or(&shown[place], |field| &shown["model"][field]);
        assert_eq!(found, wanted, "{request}: {place}\n{}", shown["summary"]);
    }
}

fn messages(request: &str, about: &str) -> Vec<Value> {
    let shown = shown(request);
    let all = shown["model"]["messages"].as_array().unwrap();
    all.iter().filter(|message| message["about"] == about).cloned().collect()
}

#[test]
fn nothing_said_is_not_known() {
    check::<TheView>(&json!({}), &[], &json!({ "known": false, "summary": "No traced request yet." }));
    let mut traced = request("r1", "SELECT * FROM k.t", "ONE", RequestOutcome::Ok);
    traced.trace = Some("t1".to_owned());
    let summary = "SELECT * FROM k.t at ONE through cassandra-1: ok. Its trace was not read yet.";
    check::<TheView>(&json!({}), &[ended(traced)], &json!({ "known": false, "/request": "r1", "summary": summary }));
    let awaits = |params, said: &[Draft], awaits: &str| check::<TheView>(&params, said, &json!({ "refusal": null, "awaits": [awaits] }));
    awaits(json!({}), &[], "a traced request");
    awaits(json!({ "request": "r9" }), &[], "traced request r9");
    awaits(json!({ "about": "k.t" }), &[], "a traced request about k.t");
    let mut traced = request("r1", "SELECT * FROM k.t", "ONE", RequestOutcome::Ok);
    traced.trace = Some("t1".to_owned());
    awaits(json!({}), &[ended(traced)], "the trace of SELECT * FROM k.t");
}

#[test]
fn a_write_goes_to_all_replicas_whatever_its_level() {
    for (request, level) in [("r3", "ONE"), ("r4", "QUORUM"), ("r5", "ALL")] {
        expect(request, &json!({ "/level": level, "/mutations": 3, "/acknowledged": 3, "/data_reads": 0 }));
        assert_eq!(messages(request, "mutation").len(), 2, "{request}");
        assert_eq!(messages(request, "ack").len(), 2, "{request}");
    }
    // At ALL nobody is late; at ONE the coordinator's own write was enough.
    expect("r5", &json!({ "/late": 0 }));
    expect("r3", &json!({ "/late": 2 }));
}

#[test]
fn a_read_asks_as_many_as_its_level_says() {
    // The coordinator holds the row itself. It was slow, so it asked another one as well.
    expect("r6", &json!({ "/level": "ONE", "/data_reads": 1, "/digest_reads": 0 }));
    let summary = shown("r6")["summary"].clone();
    assert!(summary.as_str().unwrap().ends_with("cassandra-3 was asked because another one was slow."), "{summary}");
    assert_eq!(messages("r6", "data").len(), 1);
    expect("r7", &json!({ "/level": "QUORUM", "/data_reads": 1, "/digest_reads": 1, "/digest_mismatch": false }));
    assert_eq!((messages("r7", "digest").len(), messages("r7", "data").len()), (1, 1));
}

#[test]
fn replicas_that_differ_are_read_in_full_and_mended() {
    expect(
        "r10",
        &json!({ "/data_reads": 1, "/digest_reads": 2, "/digest_mismatch": true, "/repairs": 2, "/mutations": 0 }),
    );
    assert_eq!(messages("r10", "digest").len(), 2);
    assert_eq!(messages("r10", "data").len(), 2);
    assert_eq!(messages("r10", "answer").len(), 4);
    // The coordinator mended itself as well: that is no message between two nodes.
    assert_eq!((messages("r10", "repair").len(), messages("r10", "repaired").len()), (1, 1));
    let summary = shown("r10")["summary"].clone();
    assert!(summary.as_str().unwrap().ends_with("cassandra-1 and cassandra-2 were sent what they lacked."), "{summary}");
}

#[test]
fn a_conditional_write_takes_three_rounds() {
    expect("r11", &json!({ "/kind": "conditional", "/mutations": 3, "/data_reads": 1, "/digest_reads": 1 }));
    let summary = shown("r11")["summary"].clone();
    assert!(summary.as_str().unwrap().contains("3 rounds of Paxos: PREPARE, PROPOSE and COMMIT."), "{summary}");
    assert!(messages("r11", "paxos").len() >= 8);
}

#[test]
fn a_paused_replica_is_asked_and_does_not_answer() {
    for (request, outcome) in [("r12", "ok"), ("r13", "write_timeout")] {
        expect(request, &json!({ "/outcome": outcome, "/mutations": 3, "/acknowledged": 2 }));
        let lost: Vec<Value> =
            messages(request, "mutation").into_iter().filter(|message| message["received"].is_null()).collect();
        assert_eq!(lost.len(), 1, "{request}");
        assert_eq!(lost[0]["to"], "cassandra-3");
        let summary = shown(request)["summary"].clone();
        assert!(summary.as_str().unwrap().ends_with("No answer of cassandra-3 is in the trace."), "{summary}");
    }
    expect("r14", &json!({ "/outcome": "read_timeout", "/digest_mismatch": false }));
}

#[test]
fn what_is_refused_at_once_is_sent_to_nobody() {
    expect("r15", &json!({ "/outcome": "unavailable", "/messages": [], "/mutations": 0, "/acknowledged": 0 }));
    expect("r16", &json!({ "/outcome": "ok", "/mutations": 2, "/acknowledged": 2, "/hinted": [] }));
}

#[test]
fn nothing_is_received_before_it_was_sent_or_acknowledged_before_it_was_written() {
    for request in ["r3", "r4", "r5", "r7", "r9", "r10", "r11", "r12", "r13", "r14", "r16"] {
        let shown = shown(request);
        let messages = shown["model"]["messages"].as_array().unwrap();
        for message in messages {
            if let (Some(sent), Some(received)) = (message["sent"].as_i64(), message["received"].as_i64()) {
                assert!(sent <= received, "{request}: {message}");
            }
        }
        let first = |from: &str, to: &str| {
            let found = messages.iter().find(|message| message["from"] == from && message["to"] == to);
            found.map(|message| message["sent"].as_i64())
        };
        for lane in shown["model"]["lanes"].as_array().unwrap().iter().skip(1) {
            let (coordinator, node) = (shown["model"]["coordinator"].as_str().unwrap(), lane["node"].as_str().unwrap());
            assert!(first(coordinator, node) < first(node, coordinator) || first(node, coordinator).is_none(), "{request}: {node}");
        }
    }
}

/// A line that node `source` wrote after so many microseconds.
fn line(source: i32, elapsed: i64, activity: &str) -> TraceEvent {
    TraceEvent {
        source: format!("10.0.0.{source}"),
        elapsed_micros: elapsed,
        at_micros: 5_000_000 + elapsed,
        activity: activity.to_owned(),
        thread: String::new(),
    }
}

/// The trace of `r1`, coordinated by node 1, as far as it was read.
fn trace_read(events: Vec<TraceEvent>) -> Draft {
    c(1, CassandraFact::TraceRead {
        trace: "t1".to_owned(),
        coordinator: "10.0.0.1".to_owned(),
        started_at: 5_000,
        duration_micros: Some(2_000),
        events,
    })
}

#[test]
fn a_trace_that_comes_again_with_late_lines_replaces_the_first() {
    let mut traced = request("r1", "INSERT INTO k.t (a) VALUES (1)", "ONE", RequestOutcome::Ok);
    traced.trace = Some("t1".to_owned());
    let read = |events: &[TraceEvent]| trace_read(events.to_vec());
    let early = [
        line(1, 100, "Appending to commitlog"),
        line(1, 120, "Adding to t memtable"),
        line(1, 300, "Sending MUTATION_REQ message to /10.0.0.2:7000 message size 79 bytes"),
    ];
    // Heard after the coordinator had answered: its clock then counts from that hearing.
    let late = TraceEvent { at_micros: 5_009_000, ..line(1, 20, "MUTATION_RSP message received from /10.0.0.2:7000") };
    let all: Vec<TraceEvent> = early.iter().cloned().chain([late]).collect();
    let began = [app(start_cassandra(false)), ended(traced)];
    let said = |more: &[Draft]| began.iter().chain(more).cloned().collect::<Vec<_>>();
    check::<TheView>(&json!({}), &said(&[read(&early)]), &json!({ "/acknowledged": 1, "/late": 0, "/lines": 3 }));
    let whole = json!({
        "/acknowledged": 2,
        "/late": 1,
        "/lines": 4,
        "/messages/1/late": true,
        "/messages/1/received": 8_500,
        "/marks/1/main": true,
        "summary": "INSERT INTO k.t (a) VALUES (1) at ONE through cassandra-1: ok after 2.0 ms. 2 replicas were asked to \
            write; 1 acknowledged before the answer and 1 after it.",
    });
    check::<TheView>(&json!({}), &said(&[read(&early), read(&all)]), &whole);
    // An older copy of it takes nothing away, and another table's requests do not count.
    check::<TheView>(&json!({ "about": "k" }), &said(&[read(&all), read(&early)]), &whole);
    check::<TheView>(&json!({ "about": "k.other" }), &said(&[read(&all)]), &json!({ "known": false, "/request": null }));
}

/// As Cassandra 5.0.8 traced EACH_QUORUM over two data centers: one node of the other data center gets the write and
/// passes it on, which only the node that gets it then tells; and a peer's name may stand before its address.
#[test]
fn a_write_that_is_passed_on_counts_for_who_got_it() {
    let mut traced = request("r1", "INSERT INTO k.t (a) VALUES (1)", "EACH_QUORUM", RequestOutcome::Ok);
    traced.trace = Some("t1".to_owned());
    let events = vec![
        line(1, 100, "Adding to t memtable"),
        line(1, 200, "Sending MUTATION_REQ message to lab-cassandra-2-1.lab_b-cluster/10.0.0.2:7000 message size 73 bytes"),
        line(1, 210, "Sending MUTATION_REQ message to /10.0.0.3:7000 message size 92 bytes"),
        line(4, 300, "MUTATION_REQ message received from /10.0.0.3:7000"),
        line(1, 900, "MUTATION_RSP message received from /10.0.0.4:7000"),
    ];
    let expected = json!({
        "/mutations": 4,
        "/acknowledged": 2,
        "/messages/0/from": "cassandra-3",
        "/messages/0/to": "cassandra-4",
        "/messages/0/sent": null,
    });
    check::<TheView>(&json!({}), &[app(start_cassandra(false)), ended(traced), trace_read(events)], &expected);
}

/// Wall clocks are cut to milliseconds: one that runs behind moves a node's lines, and with them those of the node it
/// passed the write on to, whichever of them stands first in the trace.
#[test]
fn who_got_it_from_another_one_got_it_after_that_one() {
    let mut traced = request("r1", "INSERT INTO k.t (a) VALUES (1)", "EACH_QUORUM", RequestOutcome::Ok);
    traced.trace = Some("t1".to_owned());
    let behind = |line: TraceEvent| TraceEvent { at_micros: line.at_micros + 1_000, ..line };
    let events = vec![
        line(1, 5_000, "Sending MUTATION_REQ message to /10.0.0.3:7000 message size 92 bytes"),
        behind(line(4, 10, "MUTATION_REQ message received from /10.0.0.3:7000")),
        behind(line(4, 400, "Sending MUTATION_RSP message to /10.0.0.1:7000 message size 33 bytes")),
        behind(line(3, 0, "MUTATION_REQ message received from /10.0.0.1:7000")),
        behind(line(3, 500, "Sending MUTATION_REQ message to /10.0.0.4:7000 message size 83 bytes")),
        line(1, 9_000, "MUTATION_RSP message received from /10.0.0.4:7000"),
    ];
    let said = [app(start_cassandra(false)), ended(traced), trace_read(events)];
    let expected = json!({
        "/messages/0/to": "cassandra-3",
        "/messages/0/sent": 5_000,
        "/messages/0/received": 5_000,
        "/messages/1/to": "cassandra-4",
        "/messages/1/sent": 5_500,
        "/messages/1/received": 5_500,
        "/messages/2/from": "cassandra-4",
        "/messages/2/sent": 5_890,
    });
    check::<TheView>(&json!({}), &said, &expected);
}
