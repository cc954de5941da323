//! The records' cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::{
        kafka::{KafkaFact, TopicPartitions},
        lab::LabFact,
    },
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    let said: Vec<Draft> = [started()].into_iter().chain(said.iter().cloned()).collect();
    crate::testing::check::<TheView>(&json!({ "topic": "orders" }), &said, expected);
}

const ALL: &[i32] = &[1, 2, 3];

#[test]
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "summary": "Nothing was heard of topic orders yet." }));
    check(&[k(1, no_orders())], &json!({ "known": true, "summary": "There is no topic orders." }));
}

#[test]
fn records_lie_in_offset_order_however_they_are_told() {
    let said = [
        k(1, orders(&[(1, 0, ALL), (2, 0, ALL)])),
        k(1, stored(0, &[(1, 3, "ann"), (2, 4, "ann")])),
        k(1, stored(0, &[(0, 1, "ann"), (1, 3, "ann")])),
        k(2, stored(1, &[(0, 2, "bob")])),
    ];
    check(
        &said,
        &json!({
            "known": true,
            "/stored": 4,
            "/partitions/0/stored": 3,
            "/partitions/0/said_by": "kafka-1",
            "/partitions/0/records/0/offset": 0,
            "/partitions/0/records/2/offset": 2,
            "/partitions/0/records/2/sent": 4,
            "/partitions/0/records/2/producer": "shop",
            "/partitions/1/records/0/key": "bob",
            "/keys": [
                { "key": "ann", "stored": 3, "partitions": [0] },
                { "key": "bob", "stored": 1, "partitions": [1] },
            ],
            "summary": "orders: 4 records in 2 partitions (3 and 1). Keys: ann in partition 0; bob in partition 1.",
        }),
    );
}

#[test]
fn a_key_may_lie_in_several_partitions() {
    let said = [k(1, stored(0, &[(0, 1, "ann")])), k(2, stored(1, &[(0, 2, "ann"), (1, 3, "ann")]))];
    check(
        &said,
        &json!({
            "/keys": [{ "key": "ann", "stored": 3, "partitions": [0, 1] }],
            "summary": "orders: 3 records in 2 partitions (1 and 2). Key: ann in partitions 0 and 1.",
        }),
    );
}

#[test]
fn a_record_of_another_tool_has_no_number() {
    let KafkaFact::RecordsStored { topic, partition, mut records } = stored(0, &[(0, 1, "a")]) else { unreachable!() };
    for (id, producer, sent) in [(None, None, None), (Some("shop"), None, None), (Some("a-b-7"), Some("a-b"), Some(7))] {
        records[0].id = id.map(ToOwned::to_owned);
        let fact = KafkaFact::RecordsStored { topic: topic.clone(), partition, records: records.clone() };
        let expected = json!({ "/partitions/0/records/0/producer": producer, "/partitions/0/records/0/sent": sent });
        check(&[k(1, fact)], &expected);
    }
}

fn many(range: std::ops::Range<i64>) -> KafkaFact {
    let records: Vec<(i64, u32, &str)> = range.map(|n| (n, u32::try_from(n).unwrap() + 1, "key")).collect();
    stored(0, &records)
}

#[test]
fn counts_go_on_beyond_what_is_kept() {
    let said = [k(1, orders(&[(1, 0, ALL)])), k(1, many(0..1200))];
    check(&said, &json!({ "/stored": 1200, "/partitions/0/records/0/offset": 1160, "/partitions/0/records/40": null }));
    let cleaned: Vec<Draft> = said.iter().cloned().chain([k(1, log(0, 300, 1200, 1200))]).collect();
    check(&cleaned, &json!({ "/stored": 900, "/partitions/0/log_start": 300 }));
    let nearly_all: Vec<Draft> = said.iter().cloned().chain([k(1, log(0, 1199, 1200, 1200))]).collect();
    check(&nearly_all, &json!({ "/stored": 1, "/partitions/0/records/0/offset": 1199 }));
    let told_again: Vec<Draft> = said.iter().cloned().chain([k(1, many(0..1200))]).collect();
    check(&told_again, &json!({ "/stored": 1200 }));
}

#[test]
fn what_only_the_old_leader_had_is_lost() {
    let mut said = vec![k(3, orders(&[(3, 0, ALL)])), k(3, log(0, 0, 50, 50)), k(1, log(0, 0, 50, 50))];
    said.extend([k(3, many(0..50)), k(3, log(0, 0, 70, 70)), k(3, many(50..70))]);
    check(&said, &json!({ "/stored": 70 }));
    said.push(k(1, orders(&[(1, 1, &[1, 2])])));
    check(&said, &json!({ "/stored": 50, "/partitions/0/log_end": 50, "/partitions/0/high_watermark": 50 }));
    // The new leader's own log ends there: the rest is gone for good, also when that log has grown past it.
    said.extend([k(1, log(0, 0, 50, 50)), k(1, log(0, 0, 60, 60)), k(1, stored(0, &[(50, 99, "new")]))]);
    check(
        &said,
        &json!({ "/stored": 51, "/partitions/0/said_by": "kafka-1", "/partitions/0/records/39/sent": 99 }),
    );
}

#[test]
fn what_the_leader_returned_after_its_numbers_is_there() {
    let said = [k(1, orders(&[(1, 0, ALL)])), k(1, log(0, 0, 2, 2)), k(1, many(0..3)), k(2, orders(&[(1, 0, &[1, 2])]))];
    check(&said, &json!({ "/stored": 3 }));
}

#[test]
fn a_deleted_topic_leaves_nothing() {
    let said = [
        k(1, orders(&[(1, 0, ALL)])),
        k(1, many(0..3)),
        client("r1", reading(None)),
        client("r1", read(0, (0, 1, "key"))),
        k(1, no_orders()),
    ];
    check(&said, &json!({ "known": true, "/stored": 0, "/partitions": [], "/readers": [] }));
}

/// Reads `(partition, offset, number, key)` in that order; gives the three counts.
fn order(read_in_order: &[(i32, i64, u32, &str)], expected: [u32; 3]) {
    let mut said = vec![client("r1", reading(None))];
    said.extend(read_in_order.iter().map(|&(partition, offset, sent, key)| client("r1", read(partition, (offset, sent, key)))));
    let [across, partition, key] = expected;
    check(
        &said,
        &json!({
            "/readers/0/out_of_order": across,
            "/readers/0/out_of_order_within_partition": partition,
            "/readers/0/out_of_order_within_key": key,
            "/readers/0/count": read_in_order.len(),
            "/readers/0/numbered": read_in_order.len(),
        }),
    );
}

#[test]
fn order_is_counted_across_partitions_within_partitions_and_within_keys() {
    order(&[(0, 0, 1, "a"), (0, 1, 2, "b"), (0, 2, 3, "a")], [0, 0, 0]);
    // Partition by partition: each in order, the whole is not.
    order(&[(0, 0, 1, "a"), (0, 1, 3, "a"), (1, 0, 2, "b"), (1, 1, 4, "b")], [1, 0, 0]);
    // In and out again.
    order(&[(0, 0, 2, "a"), (1, 0, 1, "b"), (0, 1, 4, "a"), (1, 1, 3, "b")], [2, 0, 0]);
    // Sent later, stored earlier (a retry without idempotence).
    order(&[(0, 0, 2, "a"), (0, 1, 1, "a")], [1, 1, 1]);
    // A key that moved to another partition.
    order(&[(0, 0, 2, "a"), (1, 0, 1, "a")], [1, 0, 1]);
    // Reading again from an earlier offset is not another order.
    order(&[(0, 0, 1, "a"), (0, 1, 2, "b"), (0, 0, 1, "a"), (0, 1, 2, "b"), (0, 2, 3, "a")], [0, 0, 0]);
}

#[test]
fn producers_are_not_compared_with_each_other() {
    let KafkaFact::RecordRead { topic, partition, mut record, group } = read(0, (1, 1, "a")) else { unreachable!() };
    record.id = Some("till-1".to_owned());
    let other = KafkaFact::RecordRead { topic, partition, record, group };
    let said = [client("r1", read(0, (0, 5, "a"))), client("r1", other)];
    check(&said, &json!({ "/readers/0/out_of_order": 0, "/readers/0/out_of_order_within_partition": 0 }));
}

#[test]
fn readers_come_and_go() {
    let assigned = KafkaFact::PartitionsAssigned {
        group: "readers".to_owned(),
        assignment: vec![TopicPartitions { topic: "orders".to_owned(), partitions: vec![2, 0] }],
    };
    let mut said = vec![client("r1", reading(Some("readers"))), client("r1", assigned)];
    check(&said, &json!({ "/readers/0/assigned": [0, 2], "/readers/0/reading": true, "/readers/0/since": null }));
    said.extend([client("r1", read(0, (0, 1, "a"))), client("r1", read(2, (0, 2, "b")))]);
    check(
        &said,
        &json!({
            "/readers/0/since": 300,
            "/readers/0/group": "readers",
            "summary": "orders: no record was heard of yet. r1 in group readers, which has partitions 0 and 2, has read 2 \
                records, in the order of sending.",
        }),
    );
    said.push(client("r1", KafkaFact::ReadingEnded { records: 2, how: "left".to_owned() }));
    check(&said, &json!({ "/readers/0/reading": false, "/readers/0/assigned": [], "/readers/0/count": 2 }));
    said.push(client("r1", reading(None)));
    check(&said, &json!({ "/readers/0/reading": true, "/readers/0/count": 0, "/readers/1": null, "/readers/0/group": null }));
}

#[test]
fn producers_are_counted() {
    let acknowledged = |sent| KafkaFact::RecordAcknowledged {
        topic: "orders".to_owned(),
        partition: 0,
        record: record((i64::from(sent) - 1, sent, "a")),
        acks: "1".to_owned(),
    };
    let refused = KafkaFact::RecordRefused {
        topic: "orders".to_owned(),
        id: "shop-3".to_owned(),
        error: "NOT_ENOUGH_REPLICAS".to_owned(),
    };
    let said = [client("shop", acknowledged(1)), client("shop", acknowledged(2)), client("shop", refused)];
    check(
        &said,
        &json!({
            "/acknowledged": 2,
            "/writers/0": { "client": "shop", "acknowledged": 2, "refused": 1, "error": "NOT_ENOUGH_REPLICAS" },
            "summary": "orders: no record was heard of yet. shop got 2 records acknowledged and 1 not, the last because: \
                NOT_ENOUGH_REPLICAS.",
        }),
    );
}

#[test]
fn a_new_start_keeps_records_and_forgets_clients() {
    let said = [k(1, orders(&[(1, 0, ALL)])), k(1, many(0..3)), client("r1", reading(None)), app(LabFact::LabStopped), started()];
    check(&said, &json!({ "known": false, "/stored": 3, "/readers": [] }));
}
