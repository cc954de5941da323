//! The partitions' cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::{
        kafka::{CommittedOffset, KafkaFact},
        lab::{LabFact, NodeState},
    },
};
use serde_json::{Value, json};

use super::TheView;
use crate::{View as _, testing::*};

fn check(said: &[Draft], expected: &Value) {
    let said: Vec<Draft> = [started()].into_iter().chain(said.iter().cloned()).collect();
    crate::testing::check::<TheView>(&json!({ "topic": "orders" }), &said, expected);
}

/// Three replicas in sync, 120 records each.
fn calm() -> Vec<Draft> {
    let mut said = vec![k(1, orders(&[(1, 0, &[1, 2, 3])]))];
    said.extend((2..=3).map(|id| k(id, orders(&[(1, 0, &[1, 2, 3])]))));
    said.extend((1..=3).map(|id| k(id, log(0, 0, 120, 120))));
    said
}

fn after(mut said: Vec<Draft>, more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    said.extend(more);
    said
}

#[test]
fn nothing_said_is_not_known() {
    let expected = json!({ "known": false, "/exists": null, "summary": "Nothing was heard of topic orders yet." });
    check(&[], &expected);
    // A broker that is heard has said nothing of the topic yet.
    check(&[k(1, LabFact::Heard)], &expected);
}

#[test]
fn a_calm_topic() {
    check(
        &calm(),
        &json!({
            "known": true,
            "/exists": true,
            "/partition_count": 1,
            "/partitions/0/leader": 1,
            "/partitions/0/high_watermark": 120,
            "/partitions/0/log_end": 120,
            "/partitions/0/replicas/2/node": "kafka-3",
            "/partitions/0/replicas/2/says_leader": 1,
            "/partitions/0/replicas/2/in_sync": true,
            "summary": "orders: 1 partition on 3 brokers, in sync; 120 offsets readable.",
        }),
    );
}

#[test]
fn a_broker_whose_container_is_gone_is_not_one_that_was_not_asked() {
    let said = [k(1, orders(&[(1, 0, &[1, 2, 3])])), container("kafka-2", NodeState::Absent, &[])];
    check(
        &said,
        &json!({ "/partitions/0/replicas/1/heard": "silent", "/partitions/0/replicas/2/heard": "not_asked" }),
    );
}

#[test]
fn records_written_over_retention_are_not_readable() {
    let said = after(calm(), [k(1, log(0, 119, 120, 120))]);
    check(&said, &json!({ "summary": "orders: 1 partition on 3 brokers, in sync; 1 offset readable." }));
}

/// What the acked-but-lost lesson shows: kafka-3 led, was cut off, and goes on calling itself leader.
fn cut() -> Vec<Draft> {
    let mut said: Vec<Draft> = (1..=3).map(|id| k(id, orders(&[(3, 0, &[1, 2, 3])]))).collect();
    said.extend((1..=3).map(|id| k(id, log(0, 0, 50, 50))));
    said.push(k(3, log(0, 0, 449, 50)));
    said.extend((1..=2).map(|id| k(id, orders(&[(1, 1, &[1, 2])]))));
    said
}

#[test]
fn the_newer_epoch_is_believed_and_the_old_leader_keeps_its_own_words() {
    check(
        &cut(),
        &json!({
            "/partitions/0/leader": 1,
            "/partitions/0/leader_epoch": 1,
            "/partitions/0/isr": [1, 2],
            "/partitions/0/high_watermark": 50,
            "/partitions/0/log_end": 50,
            "/partitions/0/said_by": "kafka-2",
            "/partitions/0/replicas/2/says_leader": 3,
            "/partitions/0/replicas/2/says_epoch": 0,
            "/partitions/0/replicas/2/log_end": 449,
            "/partitions/0/replicas/2/in_sync": false,
            "/truncations": [],
            "summary": "orders: 1 partition on 3 brokers, which needs attention; 50 offsets readable. orders-0: kafka-1 \
                leads at epoch 1; kafka-3 still says that it leads at epoch 0; not in sync: kafka-3. High watermark 50; \
                kafka-3's log ends at 449.",
        }),
    );
    // An older epoch said later changes nothing.
    let late = after(cut(), [k(3, orders(&[(3, 0, &[3])]))]);
    check(&late, &json!({ "/partitions/0/leader": 1, "/partitions/0/isr": [1, 2], "/partitions/0/said_by": "kafka-2" }));
}

#[test]
fn a_log_that_falls_is_a_truncation() {
    let healed = after(cut(), [k(3, orders(&[(1, 1, &[1, 2])])), k(3, log(0, 0, 50, 50))]);
    check(&healed, &json!({ "/truncations/0/broker": 3, "/truncations/0/from": 449, "/truncations/0/to": 50 }));
    let in_sync = after(healed, (1..=3).map(|id| k(id, orders(&[(1, 1, &[1, 2, 3])]))));
    check(
        &in_sync,
        &json!({
            "summary": "orders: 1 partition on 3 brokers, in sync; 50 offsets readable. kafka-3 cut its log of orders-0 \
                from 449 back to 50.",
        }),
    );
}

#[test]
fn what_is_no_truncation() {
    let none = json!({ "/truncations": [] });
    let cases = [
        // Cleaned away from the start.
        vec![k(1, log(0, 120, 120, 120))],
        // Thrown away, and begun anew where the leader's log starts.
        vec![k(1, log(0, 100, 100, 100))],
        // Deleted and created again.
        vec![k(1, no_orders()), k(1, orders(&[(1, 0, &[1, 2, 3])])), k(1, log(0, 0, 3, 3))],
        // The same between two looks: only the id tells.
        vec![k(1, orders_with_id(Some("B"), &[(1, 0, &[1, 2, 3])])), k(1, log(0, 0, 3, 3))],
        // The same, the shorter log heard first.
        vec![k(1, log(0, 0, 3, 3)), k(1, orders_with_id(Some("B"), &[(1, 0, &[1, 2, 3])]))],
        // The lab was started with other volumes.
        vec![started(), k(1, orders(&[(1, 0, &[1, 2, 3])])), k(1, log(0, 0, 3, 3))],
    ];
    let before = after(vec![k(1, orders_with_id(Some("A"), &[(1, 0, &[1, 2, 3])]))], calm());
    for case in cases {
        check(&after(before.clone(), case), &none);
    }
}

#[test]
fn a_deleted_topic_vanishes() {
    let gone = json!({ "known": true, "/exists": false, "/partitions": [], "summary": "There is no topic orders." });
    let deleted = after(calm(), [k(2, no_orders())]);
    check(&deleted, &gone);
    check(&after(deleted, [k(1, no_orders()), k(3, no_orders())]), &gone);
    check(&[k(1, no_orders())], &gone);
}

#[test]
fn a_broker_that_did_not_hear_of_the_topic_yet_does_not_hide_it() {
    let early = [k(1, no_orders()), k(2, no_orders()), k(1, orders(&[(1, 0, &[1, 2, 3])]))];
    check(&early, &json!({ "/exists": true, "/partitions/0/leader": 1, "/partitions/0/replicas/1/says_leader": null }));
    let late = [k(1, orders(&[(1, 0, &[1, 2, 3])])), k(2, no_orders())];
    check(&late, &json!({ "/exists": true, "/partitions/0/leader": 1 }));
}

#[test]
fn what_is_said_of_the_predecessor_is_old() {
    let said = [
        k(1, orders_with_id(Some("A"), &[(3, 9, &[3])])),
        k(3, orders_with_id(Some("A"), &[(3, 9, &[3])])),
        k(1, orders_with_id(Some("B"), &[(1, 0, &[1, 2, 3])])),
        k(3, orders_with_id(Some("A"), &[(3, 10, &[3])])),
    ];
    check(&said, &json!({ "/partitions/0/leader": 1, "/partitions/0/leader_epoch": 0, "/partitions/0/replicas/2/says_leader": null }));
}

#[test]
fn a_silent_broker_keeps_its_last_numbers() {
    let said = after(calm(), [k(3, silent())]);
    check(
        &said,
        &json!({
            "/partitions/0/replicas/2/heard": "silent",
            "/partitions/0/replicas/2/heard_at": 600,
            "/partitions/0/replicas/2/log_end": 120,
            "summary": "orders: 1 partition on 3 brokers, which needs attention; 120 offsets readable. orders-0: kafka-1 \
                leads at epoch 0; silent: kafka-3. High watermark 120.",
        }),
    );
    let ended = after(calm(), [container("kafka-3", lab_model::facts::lab::NodeState::Stopped, &[])]);
    check(&ended, &json!({ "/partitions/0/replicas/2/heard": "silent", "/partitions/0/replicas/2/heard_at": 600 }));
}

#[test]
fn an_offline_partition_has_no_high_watermark() {
    let said = after(calm(), [k(1, orders(&[(0, 1, &[])]))]);
    check(
        &said,
        &json!({
            "/partitions/0/leader": null,
            "/partitions/0/high_watermark": null,
            "summary": "orders: 1 partition on 3 brokers, which needs attention. orders-0: no replica leads; kafka-2 and \
                kafka-3 still say that kafka-1 leads at epoch 0; not in sync: kafka-1, kafka-2 and kafka-3. The logs of \
                kafka-1, kafka-2 and kafka-3 end at 120.",
        }),
    );
}

#[test]
fn an_eligible_leader_replica_is_named() {
    let mut described = orders(&[(1, 0, &[1])]);
    if let lab_model::facts::kafka::KafkaFact::TopicDescribed { partitions, .. } = &mut described {
        partitions[0].elr = vec![3];
    }
    let said = after(calm(), (1..=3).map(|id| k(id, described.clone())));
    check(
        &said,
        &json!({
            "/partitions/0/elr": [3],
            "summary": "orders: 1 partition on 3 brokers, which needs attention; 120 offsets readable. orders-0: kafka-1 \
                leads at epoch 0; not in sync: kafka-2 and kafka-3; eligible to lead all the same (ELR): kafka-3. High \
                watermark 120; the logs of kafka-2 and kafka-3 end at 120.",
        }),
    );
}

#[test]
fn a_refusal_is_shown_beside_the_last_numbers() {
    let error = "KAFKA_STORAGE_ERROR".to_owned();
    let refused = lab_model::facts::kafka::KafkaFact::ReplicaRefused { topic: "orders".into(), partition: 0, error };
    let said = after(calm(), [k(2, refused)]);
    check(&said, &json!({ "/partitions/0/replicas/1/refused": "KAFKA_STORAGE_ERROR", "/partitions/0/replicas/1/log_end": 120 }));
    check(&after(said, [k(2, log(0, 0, 121, 120))]), &json!({ "/partitions/0/replicas/1/refused": null }));
}

#[test]
fn groups_point_where_they_go_on_reading() {
    let said = after(calm(), [k(2, groups(&["readers"])), k(2, readers("Stable", &[])), k(2, committed(&[(0, 90)]))]);
    check(
        &said,
        &json!({
            "/partitions/0/cursors": [{ "group": "readers", "offset": 90, "lag": 30, "gone": null, "beyond": null }],
            "summary": "orders: 1 partition on 3 brokers, in sync; 120 offsets readable. Group readers lags by 30.",
        }),
    );
    check(&after(said, [k(2, groups(&[]))]), &json!({ "/partitions/0/cursors": [] }));
}

#[test]
fn a_log_whose_beginning_was_deleted_was_not_cut() {
    let group = [k(2, groups(&["readers"])), k(2, readers("Stable", &[])), k(2, committed(&[(0, 90)]))];
    // One replica has not followed yet.
    let said = after(after(calm(), group), (1..=2).map(|id| k(id, log(0, 100, 120, 120))));
    check(
        &said,
        &json!({
            "/truncations": [],
            "/partitions/0/replicas/0/log_start": 100,
            "/partitions/0/replicas/2/log_start": 0,
            "table/0/4": "100",
            "/partitions/0/cursors/0/gone": 10,
            "summary": "orders: 1 partition on 3 brokers, in sync; 20 offsets readable. Group readers lags by 30, 10 of which \
                the log no longer has.",
        }),
    );
}

#[test]
fn a_new_start_keeps_topics_but_knows_nothing_until_a_broker_speaks() {
    let said = after(cut(), [app(LabFact::LabStopped), started()]);
    check(
        &said,
        &json!({
            "known": false,
            "/partitions/0/leader": 1,
            "/partitions/0/replicas/0/log_end": 50,
            "/partitions/0/replicas/0/heard": "not_asked",
        }),
    );
    // Other volumes: epochs begin anew, and the new words are believed.
    let mut anew = after(said, [k(2, orders(&[(2, 0, &[1, 2, 3])]))]);
    check(&anew, &json!({ "known": false, "/partitions/0/leader": 2 }));
    anew.push(k(2, log(0, 0, 3, 3)));
    check(&anew, &json!({ "known": true, "/partitions/0/leader": 2, "/partitions/0/leader_epoch": 0 }));
}

#[test]
fn an_adopted_lab_goes_on() {
    let said = after(calm(), [app(start(true))]);
    check(&said, &json!({ "known": true, "/partitions/0/leader": 1, "/partitions/0/replicas/0/heard": "not_asked" }));
}

#[test]
fn an_open_transaction_ends_what_is_committed() {
    let read = KafkaFact::ReplicaRead {
        topic: "orders".to_owned(),
        partition: 0,
        leader_epoch: 0,
        log_start: 2,
        log_end: 9,
        high_watermark: Some(9),
        last_stable: Some(4),
    };
    let summary = "orders: 1 partition on 3 brokers, in sync; 7 offsets readable (2 with read_committed: a transaction is open).";
    let said = [k(1, orders(&[(1, 0, &[1, 2, 3])])), k(1, read)];
    check(&said, &json!({ "/partitions/0/last_stable": 4, "summary": summary }));
}

#[test]
fn the_window_limits_the_picture_and_not_the_sentence() {
    let three: &[(i32, i32, &[i32])] = &[(1, 0, &[1, 2, 3]), (2, 0, &[1, 2, 3]), (3, 0, &[1, 2, 3])];
    let params = json!({ "topic": "orders", "window": 1, "from": 1 });
    let summary = "orders: 3 partitions on 3 brokers, all in sync.";
    let expected = json!({ "/partition_count": 3, "/partitions/0/partition": 1, "/partitions/1": null, "summary": summary });
    crate::testing::check::<TheView>(&params, &[started(), k(1, orders(three))], &expected);
}

#[test]
fn many_partitions_and_a_long_name_make_no_long_sentence() {
    let name = "t".repeat(249);
    let KafkaFact::TopicDescribed { partitions, .. } = orders(&[(1, 0, &[2][..]); 1000]) else { unreachable!() };
    let described = KafkaFact::TopicDescribed { topic: name.clone(), partitions, internal: false, topic_id: None };
    let groups = (0..30).map(|n| {
        let offsets = vec![CommittedOffset { topic: name.clone(), partition: 0, offset: 1 }];
        k(1, KafkaFact::OffsetsCommitted { group: format!("{n:02}{}", "g".repeat(247)), offsets, unread: None })
    });
    let read = KafkaFact::ReplicaRead {
        topic: name.clone(),
        partition: 0,
        leader_epoch: 0,
        log_start: 0,
        log_end: 9,
        high_watermark: Some(9),
        last_stable: None,
    };
    let mut state = super::State::default();
    let said: Vec<Draft> = [started(), k(1, described), k(1, read)].into_iter().chain(groups).collect();
    for observation in journal(&said) {
        super::TheView::apply(&mut state, &observation);
    }
    let params = serde_json::from_value(json!({ "topic": name })).unwrap();
    let shown = super::TheView::project(&state, &params);
    let summary = shown.summary;
    assert!(summary.split(". ").all(|sentence| sentence.chars().count() <= 200), "{summary}");
    assert!(summary.contains("And 997 more partitions like that."), "{summary}");
    assert!(summary.contains("And 27 more groups."), "{summary}");
    assert_eq!((shown.model.partitions.len(), shown.model.partition_count), (24, 1000));
}
