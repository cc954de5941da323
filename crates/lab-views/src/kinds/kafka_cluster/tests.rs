//! The cluster's cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::lab::{LabFact, NodeState},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({}), said, expected);
}

fn ready() -> Vec<Draft> {
    let mut said = vec![started()];
    said.extend((1..=3).map(|id| container(&format!("kafka-{id}"), NodeState::Running, &["a-client", "b-cluster"])));
    said.extend((1..=3).map(|id| k(id, LabFact::Heard)));
    said.extend([k(1, brokers(&[1, 2, 3])), k(1, quorum(100, 1)), k(1, topics(&["__consumer_offsets", "orders"]))]);
    said
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    ready().into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "summary": "Nothing was heard of a Kafka cluster yet." }));
    check(
        &[started()],
        &json!({
            "known": false,
            "/brokers/2/node": "kafka-3",
            "/brokers/3": null,
            "/brokers/2/registered": false,
            "/brokers/2/heard": "not_asked",
        }),
    );
}

#[test]
fn one_whose_container_is_gone_is_not_waited_for_and_one_that_was_not_asked_is_not_mute() {
    let mut said = vec![started(), k(1, LabFact::Heard)];
    said.extend((1..=3).map(|id| container(&format!("kafka-{id}"), NodeState::Running, &["a-client", "b-cluster"])));
    let summary = "3 brokers, 1 of them answered so far. kafka-2 was not asked yet. kafka-3 was not asked yet. The \
        controller is not known. Topics are not known yet.";
    check(&said, &json!({ "summary": summary, "/brokers_known": false }));
    said.extend(["kafka-2", "kafka-3"].map(|node| container(node, NodeState::Absent, &[])));
    said.extend([k(1, brokers(&[1, 2])), k(1, topics(&[])), k(1, quorum(100, 1))]);
    let summary = "3 brokers, 1 of them answering. kafka-2 does not answer: its container is gone. kafka-3 does not answer: its container is gone, is not \
        registered. controller-1 is the controller, at epoch 1. No topics.";
    check(&said, &json!({ "summary": summary, "/brokers_known": true }));
}

#[test]
fn a_ready_cluster() {
    check(
        &ready(),
        &json!({
            "known": true,
            "/controller": 100,
            "/brokers/0/registered": true,
            "/brokers/0/endpoint": "127.0.0.1:19092",
            "/brokers/0/container": "running",
            "/topics": ["orders"],
            "summary": "3 brokers, all answer. controller-1 is the controller, at epoch 1. 1 topic: orders.",
        }),
    );
    let internal = json!({ "/topics": ["__consumer_offsets", "orders"] });
    crate::testing::check::<TheView>(&json!({ "internal": true }), &ready(), &internal);
}

#[test]
fn a_cut_and_fenced_broker() {
    let cut = container("kafka-3", NodeState::Running, &["a-client"]);
    check(
        &after([cut.clone(), k(1, brokers(&[1, 2, -3]))]),
        &json!({
            "/brokers/2/cut": true,
            "/brokers/2/fenced": true,
            "/brokers/2/heard": "answering",
            "summary": "3 brokers, all answer. kafka-3 is cut off from a network, is fenced. controller-1 is the \
                controller, at epoch 1. 1 topic: orders.",
        }),
    );
    let healed = container("kafka-3", NodeState::Running, &["a-client", "b-cluster"]);
    check(&after([cut, healed]), &json!({ "/brokers/2/cut": false }));
}

#[test]
fn a_paused_broker() {
    check(
        &after([container("kafka-2", NodeState::Paused, &["a-client", "b-cluster"]), k(2, silent())]),
        &json!({
            "/brokers/1/heard": "silent",
            "/brokers/1/heard_at": 500,
            "/brokers/1/why_silent": "no answer within 1 s",
            "/brokers/1/cut": false,
            "summary": "3 brokers, 2 of them answering. kafka-2 is silent (no answer within 1 s), its container is paused. \
                controller-1 is the controller, at epoch 1. 1 topic: orders.",
        }),
    );
}

#[test]
fn the_newest_epoch_names_the_controller() {
    check(&after([k(2, quorum(101, 2)), k(3, quorum(100, 1))]), &json!({ "/controller": 101, "/controller_epoch": 2 }));
}

#[test]
fn a_topic_lives_from_the_first_list_with_it_to_the_first_without() {
    let created = after([k(2, topics(&["orders", "returns"])), k(1, topics(&["orders"]))]);
    check(&created, &json!({ "/topics": ["orders", "returns"] }));
    let deleted = after([k(2, topics(&["orders"])), k(1, topics(&[])), k(3, topics(&[]))]);
    check(&deleted, &json!({ "/topics": [] }));
}

#[test]
fn a_new_start_knows_no_controller() {
    check(
        &after([app(LabFact::LabStopped), started()]),
        &json!({
            "known": false,
            "/controller": null,
            "/brokers/0/registered": false,
            "/brokers/0/container": null,
            "/brokers/0/heard": "not_asked",
            "/topics": ["orders"],
        }),
    );
    check(&after([app(LabFact::LabStopped)]), &json!({ "/brokers/0/container": "absent" }));
    // Other volumes: the first list is the truth.
    check(&after([started(), k(1, topics(&[]))]), &json!({ "known": true, "/topics": [] }));
}
