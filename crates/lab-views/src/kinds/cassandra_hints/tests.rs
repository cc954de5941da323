//! Hints' cases: journals in, words and marks out.

use lab_model::{Draft, facts::cassandra::CassandraFact};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    let said: Vec<Draft> = whole_ring().into_iter().chain(said.iter().cloned()).collect();
    crate::testing::check::<TheView>(&json!({}), &said, expected);
}

fn counted(created: u64, not_stored: u64, succeeded: u64) -> CassandraFact {
    let to_third = |count: u64| [("10.0.0.3".to_owned(), count)].into();
    CassandraFact::HintsCounted {
        in_progress: 0,
        total: created,
        created: to_third(created),
        not_stored: to_third(not_stored),
        succeeded,
        failed: 0,
        timed_out: 0,
    }
}

fn set(enabled: bool, paused: bool) -> CassandraFact {
    CassandraFact::HintsSet { enabled, window_ms: 10_800_000, paused }
}

#[test]
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "/holders/2/node": "cassandra-3", "/holders/3": null, "/holders/0/targets": [] }));
    check(
        &[hint_files(1, &[])],
        &json!({
            "known": true,
            "/holders/0/looked_at": true,
            "/holders/1/looked_at": false,
            "/holders/0/counted": false,
            "awaits": [
                "hint files of cassandra-2",
                "hint files of cassandra-3",
                "what cassandra-1 counts of hints",
                "what cassandra-2 counts of hints",
                "what cassandra-3 counts of hints",
            ],
            "summary": "The hint files of cassandra-2 and cassandra-3 were not looked at yet.",
        }),
    );
    let all = [1, 2, 3].map(|id| [hint_files(id, &[]), c(id, counted(0, 0, 0)), c(id, set(true, false))]).concat();
    check(&all, &json!({ "known": true, "awaits": [], "summary": "No node keeps hints for another one." }));
    // A node that is gone counts no more, but its files are looked at.
    let gone = [vec![c(3, silent())], all[..6].to_vec()].concat();
    check(&gone, &json!({ "awaits": ["hint files of cassandra-3"] }));
}

#[test]
fn hints_are_stored_and_delivered() {
    let stored = [hint_files(1, &[]), hint_files(1, &[(3, 1024), (3, 512)]), c(1, counted(7, 0, 0)), c(1, set(true, false))];
    check(
        &stored,
        &json!({
            "/bytes": 1536,
            "/holders/0/enabled": true,
            "/holders/0/window_ms": 10_800_000,
            "/holders/0/targets/0": { "node": "cassandra-3", "bytes": 1536, "files": 2, "written": 7, "not_stored": 0 },
            "/turns/0/kind": "stored",
            "/turns/0/holder": "cassandra-1",
            "/turns/0/target": "cassandra-3",
            "/turns/1": null,
            "summary": "cassandra-1 keeps 1536 bytes of hints for cassandra-3, in 2 files. The hint files of \
                cassandra-2 and cassandra-3 were not looked at yet. The newest, at 1.7 s: cassandra-1 keeps hints for cassandra-3.",
        }),
    );
    let delivered: Vec<Draft> = stored.into_iter().chain([hint_files(1, &[]), c(1, counted(7, 0, 7))]).collect();
    check(
        &delivered,
        &json!({ "/bytes": 0, "/delivered": 7, "/turns/0/kind": "delivered", "/holders/0/targets/0/written": 7 }),
    );
}

#[test]
fn deliveries_are_counted_once_in_the_table() {
    let created = [("10.0.0.2".to_owned(), 3), ("10.0.0.3".to_owned(), 9)].into();
    let told = CassandraFact::HintsCounted {
        in_progress: 0,
        total: 12,
        created,
        not_stored: [].into(),
        succeeded: 12,
        failed: 0,
        timed_out: 0,
    };
    check(
        &[c(1, told)],
        &json!({
            "table/0/5": "all of them", "table/0/8": "12", "table/0/10": "12",
            "table/1/5": "cassandra-2", "table/1/8": "3", "table/1/10": "–",
            "table/2/5": "cassandra-3", "table/2/8": "9", "table/2/10": "–",
        }),
    );
}

#[test]
fn a_window_that_has_passed_is_told_once() {
    let said = [c(1, counted(7, 2, 0)), c(1, counted(7, 3, 0)), c(1, counted(7, 4, 0))];
    check(&said, &json!({ "/not_stored": 4, "/turns/0/kind": "not_stored", "/turns/1": null }));
    // What was counted before anybody looked did not happen now.
    check(&said[..1], &json!({ "/not_stored": 2, "/turns": [] }));
    // Once hints were written again, the next miss is news.
    let again: Vec<Draft> = said.into_iter().chain([c(1, counted(8, 4, 0)), c(1, counted(8, 5, 0))]).collect();
    check(&again, &json!({ "/turns/1/kind": "not_stored", "/turns/2": null }));
}

#[test]
fn switches_are_told_when_they_are_turned() {
    let said = [c(1, set(true, false)), c(1, set(false, false)), c(2, set(true, true)), c(1, set(false, true))];
    check(
        &said,
        &json!({
            "/holders/0/enabled": false,
            "/holders/1/paused": true,
            "/turns/0/kind": "paused",
            "/turns/1/kind": "disabled",
            "/turns/2": null,
            "summary": "The hint files of cassandra-1, cassandra-2 and cassandra-3 were not looked at yet. Hints are off on cassandra-1. Delivery is paused on cassandra-1 \
                and cassandra-2. The newest, at 1.9 s: cassandra-1 was asked to pause the delivery of hints.",
        }),
    );
    let anew: Vec<Draft> = said.into_iter().chain([app(start_cassandra(false))]).collect();
    check(&anew, &json!({ "known": false, "/holders/0/enabled": null }));
}
