//! Records that were deleted from the beginning of a log: somebody asked for it, or they had become too old or too many.

use lab_model::Draft;
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

const ALL: &[i32] = &[1, 2, 3];

fn check(said: &[Draft], expected: &Value) {
    let said: Vec<Draft> = [started()].into_iter().chain(said.iter().cloned()).collect();
    crate::testing::check::<TheView>(&json!({ "topic": "orders" }), &said, expected);
}

/// Every `step`th offset of a log that was read from 0 to its end has a record.
fn filled(end: i64, step: usize) -> Vec<Draft> {
    let records: Vec<(i64, u32, &str)> =
        (0..end).step_by(step).map(|n| (n, u32::try_from(n).unwrap() + 1, "key")).collect();
    vec![k(1, orders(&[(1, 0, ALL)])), k(1, log(0, 0, end, end)), k(1, stored_all(0, &records, (0, end)))]
}

fn leaderless() -> Draft {
    k(1, orders(&[(0, 1, &[])]))
}

#[test]
fn what_was_deleted_is_not_among_the_records() {
    let mut said = filled(10, 1);
    said.push(k(1, log(0, 7, 10, 10)));
    check(
        &said,
        &json!({
            "/stored": 3,
            "/offsets": 3,
            "/partitions/0/log_start": 7,
            "/partitions/0/records/0/offset": 7,
            "/keys/0/found": 3,
            "table/0/2": "7",
            "summary": "orders: 3 records in 1 partition. Key: key in partition 0.",
        }),
    );
}

#[test]
fn what_was_deleted_does_not_come_back_when_nobody_leads() {
    let mut said = filled(10, 1);
    said.extend([k(1, log(0, 7, 10, 10)), leaderless()]);
    check(&said, &json!({ "/found": 3, "/partitions/0/records/0/offset": 7 }));
}

#[test]
fn what_is_only_counted_does_not_come_back_either() {
    let mut said = filled(1200, 1);
    said.extend([k(1, log(0, 300, 1200, 1200)), leaderless()]);
    check(&said, &json!({ "/found": 900 }));
}

#[test]
fn the_rest_is_counted_when_all_that_was_only_counted_is_deleted() {
    let mut said = filled(2400, 2);
    said.push(k(1, log(0, 1500, 2400, 2400)));
    check(&said, &json!({ "/stored": 450 }));
}

#[test]
fn records_that_come_after_all_were_deleted_are_all_there_are() {
    let mut said = filled(10, 1);
    said.push(k(1, log(0, 10, 10, 10)));
    check(&said, &json!({ "/stored": 0, "/offsets": 0, "/partitions/0/records": [], "/keys": [] }));
    said.extend([k(1, log(0, 10, 11, 11)), k(1, stored_all(0, &[(10, 11, "key")], (10, 11)))]);
    check(&said, &json!({ "/stored": 1, "/partitions/0/records/0/offset": 10 }));
}

#[test]
fn nothing_is_waited_for_when_what_was_still_to_be_read_is_deleted() {
    let all_speak = (1..=3).map(|id| k(id, groups(&[])));
    let mut said: Vec<Draft> = all_speak.chain([k(1, orders(&[(1, 0, ALL)])), k(1, log(0, 0, 500, 500))]).collect();
    said.push(k(1, stored_all(0, &[(100, 1, "key")], (100, 300))));
    check(&said, &json!({ "awaits": ["records of orders-0"] }));
    said.push(k(1, log(0, 500, 500, 500)));
    check(&said, &json!({ "awaits": [], "/stored": 0 }));
}

/// A replica that did not follow while it was away may lead later: its log begins where it did.
#[test]
fn what_another_leader_still_has_is_read_before_it_is_counted() {
    let mut said = filled(10, 1);
    said.extend([k(1, log(0, 7, 10, 10)), k(2, orders(&[(2, 1, &[2])])), k(2, log(0, 0, 10, 10))]);
    check(&said, &json!({ "/stored": null, "/found": 3, "/offsets": 10 }));
    let again: Vec<(i64, u32, &str)> = (0..10).map(|n| (n, u32::try_from(n).unwrap() + 1, "key")).collect();
    said.push(k(2, stored_all(0, &again, (0, 10))));
    check(&said, &json!({ "/stored": 10, "/partitions/0/records/0/offset": 0 }));
}
