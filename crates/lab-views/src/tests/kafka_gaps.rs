//! What the pictures of Kafka wait for, and what they refuse: not known yet is neither 0 nor absence.

use lab_model::{
    Draft,
    facts::{
        kafka::KafkaFact,
        lab::{LabFact, NodeState},
    },
};
use serde_json::{Value, json};

use crate::{
    View,
    kinds::{kafka_cluster, kafka_groups, kafka_partitions, kafka_records},
    testing::*,
};

const ALL: &[i32] = &[1, 2, 3];

fn check<V: View>(params: &Value, said: &[Draft], refusal: Option<&str>, awaits: &[&str]) {
    let said: Vec<Draft> = [started()].into_iter().chain(said.iter().cloned()).collect();
    crate::testing::check::<V>(params, &said, &json!({ "refusal": refusal, "awaits": awaits }));
}

fn partitions(said: &[Draft], refusal: Option<&str>, awaits: &[&str]) {
    check::<kafka_partitions::TheView>(&json!({ "topic": "orders" }), said, refusal, awaits);
}

fn records(said: &[Draft], refusal: Option<&str>, awaits: &[&str]) {
    check::<kafka_records::TheView>(&json!({ "topic": "orders" }), said, refusal, awaits);
}

/// Every broker answers, and has told its groups.
fn heard() -> Vec<Draft> {
    (1..=3).flat_map(|id| [k(id, LabFact::Heard), k(id, groups(&[]))]).collect()
}

/// A partition, read whole everywhere.
fn whole() -> Vec<Draft> {
    let mut said = heard();
    said.extend((1..=3).map(|id| k(id, orders(&[(1, 0, ALL)]))));
    said.extend((1..=3).map(|id| k(id, log(0, 0, 1, 1))));
    said.push(k(1, stored_all(0, &[(0, 1, "ann")], (0, 1))));
    said
}

fn after(mut said: Vec<Draft>, more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    said.extend(more);
    said
}

fn paused(id: i32) -> Draft {
    container(&format!("kafka-{id}"), NodeState::Paused, &["a-client", "b-cluster"])
}

#[test]
fn what_is_whole_waits_for_nothing() {
    partitions(&whole(), None, &[]);
    records(&whole(), None, &[]);
    check::<kafka_groups::TheView>(&json!({ "topic": "orders" }), &whole(), None, &[]);
    let cluster = after(heard(), [k(1, brokers(ALL)), k(1, quorum(100, 1)), k(2, topics(&[]))]);
    check::<kafka_cluster::TheView>(&json!({}), &cluster, None, &[]);
}

#[test]
fn a_topic_is_refused_when_every_broker_that_answers_denies_it() {
    let no = Some("There is no topic orders.");
    let denied = |ids: &[i32]| after(heard(), ids.iter().map(|&id| k(id, no_orders())));
    let whether = "whether there is a topic orders";
    partitions(&heard(), None, &[whether]);
    // A broker may only be late.
    partitions(&denied(&[1, 2]), None, &[whether]);
    partitions(&denied(ALL), no, &[]);
    records(&denied(ALL), no, &[]);
    check::<kafka_groups::TheView>(&json!({ "topic": "orders" }), &denied(ALL), no, &[]);
    // The one that cannot answer changes nothing in what the others say …
    partitions(&after(denied(&[1, 2]), [paused(3), k(3, silent())]), no, &[]);
    // … but one that denied it and fell silent may know better by now, if nobody else is there.
    let mute = after(denied(ALL), (1..=3).map(|id| k(id, silent())));
    let late = "whether there is a topic orders (kafka-1 does not answer)";
    let late_2 = "whether there is a topic orders (kafka-2 does not answer)";
    let late_3 = "whether there is a topic orders (kafka-3 does not answer)";
    partitions(&mute, None, &[late, late_2, late_3]);
    // The topic was created since.
    partitions(&after(denied(&[2, 3]), whole()), None, &[]);
}

#[test]
fn replicas_that_were_not_read_are_awaited_by_name() {
    let described = after(heard(), [k(1, orders(&[(1, 0, ALL), (2, 0, ALL)])), k(1, log(0, 0, 5, 5)), paused(3)]);
    partitions(
        &described,
        None,
        &[
            "kafka-1's log of orders-1",
            "kafka-2's log of orders-0 and orders-1",
            "kafka-3's log of orders-0 and orders-1 (kafka-3 is paused)",
        ],
    );
    // Nothing comes from a broker that has ended; nobody waits for it.
    let ended = container("kafka-3", NodeState::Stopped, &[]);
    let all = [k(1, log(1, 0, 5, 5)), k(2, log(0, 0, 5, 5)), k(2, log(1, 0, 5, 5)), ended];
    partitions(&after(described, all), None, &[]);
    // The last numbers are shown, and are of before.
    partitions(&after(whole(), [k(2, silent())]), None, &["an answer of kafka-2 (kafka-2 does not answer)"]);
    // Refusing to speak of a replica is an answer.
    let refused =
        KafkaFact::ReplicaRefused { topic: "orders".into(), partition: 0, error: "KAFKA_STORAGE_ERROR".into() };
    let one =
        after(heard(), [k(1, orders(&[(1, 0, &[1])])), k(2, log(0, 0, 5, 5)), k(3, log(0, 0, 5, 5)), k(1, refused)]);
    partitions(&one, None, &[]);
}

#[test]
fn records_are_awaited_until_the_newest_were_read_once() {
    let described = after(heard(), (1..=3).map(|id| k(id, orders(&[(1, 0, ALL)]))));
    records(&described, None, &["kafka-1's log of orders-0"]);
    let told = after(described.clone(), [k(1, log(0, 0, 12, 12))]);
    records(&told, None, &["records of orders-0"]);
    records(
        &after(told.clone(), [k(1, silent())]),
        None,
        &["an answer of kafka-1 (kafka-1 does not answer)", "records of orders-0 (kafka-1 does not answer)"],
    );
    let some = after(told, [k(1, stored_all(0, &[(0, 1, "ann")], (0, 6)))]);
    records(&some, None, &["records of orders-0"]);
    let all = after(some, [k(1, stored_all(0, &[(6, 2, "ann")], (6, 12)))]);
    records(&all, None, &[]);
    // What is written from now on is read as it comes, and the page does not flicker.
    records(&after(all, [k(1, log(0, 0, 40, 40))]), None, &[]);
    // There is nothing to read in an empty log.
    records(&after(described, [k(1, log(0, 7, 7, 7))]), None, &[]);
}

#[test]
fn groups_are_awaited_from_every_broker() {
    let params = json!({});
    let two: Vec<Draft> = heard().into_iter().take(4).chain([k(3, LabFact::Heard), paused(3)]).collect();
    check::<kafka_groups::TheView>(&params, &two, None, &["which groups kafka-3 coordinates (kafka-3 is paused)"]);
    partitions(
        &after(two, whole().into_iter().skip(6)),
        None,
        &["which groups kafka-3 coordinates (kafka-3 is paused)"],
    );
    let gone = json!({ "group": "nope" });
    check::<kafka_groups::TheView>(&gone, &heard(), Some("There is no group nope."), &[]);
    let late = after(heard(), [k(3, silent())]);
    check::<kafka_groups::TheView>(&gone, &late, None, &["an answer of kafka-3 (kafka-3 does not answer)"]);
}

#[test]
fn committed_offsets_that_cannot_be_had_are_awaited_and_the_old_ones_are_not_shown() {
    let why = "COORDINATOR_LOAD_IN_PROGRESS";
    let group = [k(2, readers("Stable", &[("c1", &[0])])), k(2, committed(&[(0, 10)])), k(2, not_committed(why))];
    let said = after(heard(), group.into_iter().chain([k(2, groups(&["readers"]))]));
    let awaited = format!("committed offsets of group readers ({why})");
    check::<kafka_groups::TheView>(&json!({}), &said, None, &[&awaited]);
    let said: Vec<Draft> = [started()].into_iter().chain(said).collect();
    crate::testing::check::<kafka_groups::TheView>(
        &json!({}),
        &said,
        &json!({
            "/groups/0/offsets": [],
            "/groups/0/offsets_unread": why,
            "summary": "The group readers is Stable with 1 member: c1 has orders-0. Its committed offsets are not known: \
                COORDINATOR_LOAD_IN_PROGRESS.",
        }),
    );
    let again: Vec<Draft> = said.into_iter().chain([k(2, committed(&[(0, 11)]))]).collect();
    crate::testing::check::<kafka_groups::TheView>(
        &json!({}),
        &again,
        &json!({
            "/groups/0/offsets/0/committed": 11,
            "/groups/0/offsets_unread": null,
            "awaits": [],
        }),
    );
}

#[test]
fn a_cluster_waits_for_brokers_controller_and_topics() {
    let said = [k(1, LabFact::Heard), k(1, brokers(ALL)), paused(2), k(2, silent())];
    check::<kafka_cluster::TheView>(
        &json!({}),
        &said,
        None,
        &[
            "which controller is active",
            "the names of topics",
            "an answer of kafka-2 (kafka-2 is paused)",
            "an answer of kafka-3",
        ],
    );
}

/// A group that committed 3 and 40 in partitions whose logs hold 10 to 25.
fn outside() -> Vec<Draft> {
    let logs = [k(1, orders(&[(1, 0, ALL), (1, 0, ALL)])), k(1, log(0, 10, 25, 25)), k(1, log(1, 10, 25, 25))];
    let group = [k(2, groups(&["readers"])), k(2, readers("Empty", &[])), k(2, committed(&[(0, 3), (1, 40)]))];
    after(after(heard(), logs), group)
}

#[test]
fn an_offset_outside_the_log_has_no_negative_lag() {
    let quiet: Vec<Draft> = [started()].into_iter().chain(outside()).collect();
    let params = json!({ "topic": "orders" });
    // At first the leader may not have said yet how far its log has grown.
    crate::testing::check::<kafka_groups::TheView>(
        &params,
        &quiet,
        &json!({
            "/groups/0/offsets/0/lag": 22,
            "/groups/0/offsets/0/gone": 7,
            "/groups/0/offsets/1/lag": null,
            "/groups/0/offsets/1/beyond": null,
            "awaits": ["the newest end of orders-1"],
            "/groups/0/lag": null,
            "summary": "The group readers is Empty and has no members.",
        }),
    );
    let beats = (0..21).map(|_| k(1, LabFact::Heard));
    let sure: Vec<Draft> = quiet.into_iter().chain(beats).collect();
    crate::testing::check::<kafka_groups::TheView>(
        &params,
        &sure,
        &json!({
            "/groups/0/offsets/1/lag": null,
            "/groups/0/offsets/1/beyond": 15,
            "awaits": [],
            "/groups/0/lag": null,
            "summary": "The group readers is Empty and has no members. Its committed offset lies beyond the end of orders-1.",
        }),
    );
    let table = "/partitions/1/cursors/0";
    crate::testing::check::<kafka_partitions::TheView>(
        &params,
        &sure,
        &json!({
            table: { "group": "readers", "offset": 40, "lag": null, "gone": null, "beyond": 15 },
        }),
    );
    let grown = sure.into_iter().chain([k(1, log(1, 10, 50, 50))]);
    crate::testing::check::<kafka_groups::TheView>(
        &params,
        &grown.collect::<Vec<_>>(),
        &json!({
            "/groups/0/lag": 32,
            "summary": "The group readers is Empty and has no members. It lags by 32, 7 of which the log no longer has.",
        }),
    );
}
