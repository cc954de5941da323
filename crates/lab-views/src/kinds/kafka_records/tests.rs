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
            "/found": 4,
            "/partitions/0/found": 3,
            "/partitions/0/said_by": "kafka-1",
            "/partitions/0/records/0/offset": 0,
            "/partitions/0/records/2/offset": 2,
            "/partitions/0/records/2/sent": 4,
            "/partitions/0/records/2/producer": "shop",
            "/partitions/1/records/0/key/text": "bob",
            "/keys": [
                { "key": { "kind": "text", "text": "ann", "bytes": 3 }, "found": 3, "partitions": [0] },
                { "key": { "kind": "text", "text": "bob", "bytes": 3 }, "found": 1, "partitions": [1] },
            ],
            "summary": "orders: 4 records read so far in 2 partitions. Known keys: ann in partition 0; bob in partition 1.",
        }),
    );
}

#[test]
fn a_key_may_lie_in_several_partitions() {
    let said = [k(1, stored(0, &[(0, 1, "ann")])), k(2, stored(1, &[(0, 2, "ann"), (1, 3, "ann")]))];
    check(
        &said,
        &json!({
            "/keys": [{ "key": { "kind": "text", "text": "ann", "bytes": 3 }, "found": 3, "partitions": [0, 1] }],
            "summary": "orders: 3 records read so far in 2 partitions. Known key: ann in partitions 0 and 1.",
        }),
    );
}

fn many(range: std::ops::Range<i64>) -> KafkaFact {
    let records: Vec<(i64, u32, &str)> = range.map(|n| (n, u32::try_from(n).unwrap() + 1, "key")).collect();
    stored(0, &records)
}

#[test]
fn counts_go_on_beyond_what_is_kept() {
    let said = [k(1, orders(&[(1, 0, ALL)])), k(1, many(0..1200))];
    check(&said, &json!({ "/found": 1200, "/partitions/0/records/0/offset": 1160, "/partitions/0/records/40": null }));
    let cleaned: Vec<Draft> = said.iter().cloned().chain([k(1, log(0, 300, 1200, 1200))]).collect();
    check(&cleaned, &json!({ "/found": 900, "/partitions/0/log_start": 300 }));
    let nearly_all: Vec<Draft> = said.iter().cloned().chain([k(1, log(0, 1199, 1200, 1200))]).collect();
    check(&nearly_all, &json!({ "/found": 1, "/partitions/0/records/0/offset": 1199 }));
    let told_again: Vec<Draft> = said.iter().cloned().chain([k(1, many(0..1200))]).collect();
    check(&told_again, &json!({ "/found": 1200 }));
}

#[test]
fn what_only_the_old_leader_had_is_lost() {
    let mut said = vec![k(3, orders(&[(3, 0, ALL)])), k(3, log(0, 0, 50, 50)), k(1, log(0, 0, 50, 50))];
    said.extend([k(3, many(0..50)), k(3, log(0, 0, 70, 70)), k(3, many(50..70))]);
    check(&said, &json!({ "/found": 70 }));
    said.push(k(1, orders(&[(1, 1, &[1, 2])])));
    check(&said, &json!({ "/found": 50, "/partitions/0/log_end": 50, "/partitions/0/high_watermark": 50 }));
    // The new leader's own log ends there: the rest is gone for good, also when that log has grown past it.
    said.extend([k(1, log(0, 0, 50, 50)), k(1, log(0, 0, 60, 60)), k(1, stored(0, &[(50, 99, "new")]))]);
    check(
        &said,
        &json!({ "/found": 51, "/partitions/0/said_by": "kafka-1", "/partitions/0/records/39/sent": 99 }),
    );
}

#[test]
fn what_the_leader_returned_after_its_numbers_is_there() {
    let said = [k(1, orders(&[(1, 0, ALL)])), k(1, log(0, 0, 2, 2)), k(1, many(0..3)), k(2, orders(&[(1, 0, &[1, 2])]))];
    check(&said, &json!({ "/found": 3 }));
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
    check(&said, &json!({ "known": true, "/found": 0, "/partitions": [], "/readers": [] }));
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
    let topic = || "orders".to_owned();
    let error = || "NOT_ENOUGH_REPLICAS".to_owned();
    let acks = || "1".to_owned();
    let said = [
        KafkaFact::RecordsAcknowledged { topic: topic(), partition: 0, numbers: vec![1, 4], offsets: vec![7, 8], acks: acks() },
        KafkaFact::RecordsRefused { topic: topic(), numbers: vec![3, 5], error: error() },
        // As journals of before tell it.
        KafkaFact::RecordAcknowledged { topic: topic(), partition: 0, record: record((9, 6, "a")), acks: acks() },
        KafkaFact::RecordRefused { topic: topic(), id: "shop-7".to_owned(), error: error() },
    ];
    check(
        &said.map(|fact| client("shop", fact)),
        &json!({
            "/acknowledged": 3,
            "/writers/0": { "client": "shop", "acknowledged": 3, "refused": 3, "error": "NOT_ENOUGH_REPLICAS" },
            "summary": "orders: no record was heard of yet. shop got 3 records acknowledged and 3 not, the last because: \
                NOT_ENOUGH_REPLICAS.",
        }),
    );
}

#[test]
fn a_new_start_keeps_records_and_forgets_clients() {
    let said = [k(1, orders(&[(1, 0, ALL)])), k(1, many(0..3)), client("r1", reading(None)), app(LabFact::LabStopped), started()];
    check(&said, &json!({ "known": false, "/found": 3, "/readers": [] }));
}

#[test]
fn a_total_is_only_said_when_all_was_counted() {
    let newest: Vec<(i64, u32, &str)> = (800..1000).map(|n| (n, u32::try_from(n).unwrap(), "k")).collect();
    let mut said =
        vec![k(1, orders(&[(1, 0, ALL)])), k(1, log(0, 0, 1000, 1000)), k(1, stored_all(0, &newest, (800, 1000)))];
    check(
        &said,
        &json!({
            "known": true,
            "/stored": null,
            "/found": 200,
            "/offsets": 1000,
            "summary": "orders: 200 records read so far, from the newest 200 of 1000 offsets in 1 partition. Known key: k in \
                partition 0.",
        }),
    );
    // Later the oldest are gone, and what was read is all there is.
    said.push(k(1, log(0, 800, 1000, 1000)));
    check(&said, &json!({ "/stored": 200, "/offsets": 200, "/partitions/0/stored": 200 }));
    // A flood was jumped over.
    said.extend([k(1, log(0, 800, 9000, 9000)), k(1, stored_all(0, &[(8999, 1, "k")], (8999, 9000)))]);
    check(&said, &json!({ "/stored": null, "/found": 201, "/offsets": 8200 }));
}

#[test]
fn markers_take_offsets_and_are_no_records() {
    let said = [
        k(1, orders(&[(1, 0, ALL)])),
        k(1, log(0, 0, 10, 10)),
        k(1, stored_all(0, &[(0, 1, "a"), (2, 2, "a"), (4, 3, "a"), (6, 4, "a")], (0, 10))),
    ];
    check(&said, &json!({ "/stored": 4, "/offsets": 10, "summary": "orders: 4 records in 1 partition. Key: a in partition 0." }));
}

#[test]
fn what_the_cleaner_removed_is_not_shown() {
    let gone = KafkaFact::RecordsGone { topic: "orders".to_owned(), partition: 0, offsets: vec![0, 1] };
    let said = [
        k(1, orders(&[(1, 0, ALL)])),
        k(1, log(0, 0, 3, 3)),
        k(1, stored_all(0, &[(0, 1, "a"), (1, 2, "a"), (2, 3, "a")], (0, 3))),
        k(1, gone),
    ];
    check(&said, &json!({ "/stored": 1, "/offsets": 3, "/partitions/0/records/0/offset": 2, "/partitions/0/records/1": null }));
}

#[test]
fn records_are_not_known_before_every_leader_was_asked() {
    let mut said = vec![k(1, orders(&[(1, 0, ALL), (2, 0, ALL)])), client("shop", reading(None))];
    check(&said, &json!({ "known": false, "/stored": null, "/offsets": null }));
    said.extend([k(1, log(0, 0, 1, 1)), k(1, stored_all(0, &[(0, 1, "a")], (0, 1)))]);
    let summary = "orders: 1 record read so far; not every partition was asked yet. Known key: a in partition 0. shop has read 0 records.";
    check(&said, &json!({ "known": false, "/stored": null, "summary": summary }));
    // Nothing lies in the other one, and that is known.
    said.push(k(2, log(1, 5, 5, 5)));
    check(&said, &json!({ "known": true, "/stored": 1, "/offsets": 1 }));
}

#[test]
fn what_lies_behind_an_open_transaction_is_not_counted() {
    let told = |last_stable: i64| {
        let KafkaFact::ReplicaRead { topic, partition, .. } = log(0, 0, 5, 5) else { unreachable!() };
        let numbers = KafkaFact::ReplicaRead {
            topic,
            partition,
            leader_epoch: 0,
            log_start: 0,
            log_end: 5,
            high_watermark: Some(5),
            last_stable: Some(last_stable),
        };
        let records = stored_all(0, &[(0, 1, "a"), (1, 2, "a")], (0, last_stable));
        [k(1, orders(&[(1, 0, ALL)])), k(1, numbers), k(1, records)]
    };
    let open = "orders: 2 records read so far, from 2 of 5 offsets in 1 partition. A transaction is open: from \
        offset 2 in partition 0 no record is shown before it ends. Known key: a in partition 0.";
    check(&told(2), &json!({ "/stored": null, "/partitions/0/open_from": 2, "summary": open }));
    check(&told(5), &json!({ "/stored": 2, "/partitions/0/open_from": null }));
}

#[test]
fn groups_that_committed_here_are_named() {
    let said = [
        k(1, orders(&[(1, 0, ALL)])),
        k(1, log(0, 0, 0, 0)),
        k(2, committed(&[(0, 7)])),
        k(1, groups(&[])),
        k(2, groups(&["readers"])),
    ];
    check(
        &said,
        &json!({
            "/groups": [{ "group": "readers", "protocol": "", "members": 0, "committed": [{ "partition": 0, "offset": 7 }] }],
            "/groups_known": false,
            "summary": "orders: 0 records in 1 partition. Group readers has committed offsets here.",
        }),
    );
    let all: Vec<Draft> = said.into_iter().chain([k(3, groups(&[]))]).collect();
    check(&all, &json!({ "/groups_known": true }));
}

#[test]
fn what_is_read_again_is_told_apart() {
    let said = [client("r1", read(0, (0, 1, "a"))), client("r1", read(0, (1, 2, "a"))), client("r1", read(0, (0, 1, "a")))];
    check(&said, &json!({ "/readers/0/count": 3, "/readers/0/read_again": 1 }));
}

#[test]
fn the_window_of_partitions_limits_the_picture_and_not_the_sentence() {
    let said = [started(), k(1, orders(&[(1, 0, ALL); 1000]))];
    let params = json!({ "topic": "orders", "from": 24, "partitions": 2 });
    let expected = json!({ "/partition_count": 1000, "/partitions/0/partition": 24, "/partitions/2": null });
    crate::testing::check::<TheView>(&params, &said, &expected);
}
