//! The nodes' cases: journals in, words and marks out.

use lab_model::{
    ActionId, Draft,
    facts::lab::{LabFact, NodeState, Outcome},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

const BOTH: &[&str] = &["a-client", "b-cluster"];

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({}), said, expected);
}

fn running() -> Vec<Draft> {
    let mut said = vec![started()];
    said.extend((1..=3).map(|id| container(&format!("kafka-{id}"), NodeState::Running, BOTH)));
    said.push(container("controller-1", NodeState::Running, &["b-cluster"]));
    said.push(app(LabFact::LabBecameReady { took: 4210 }));
    said
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    running().into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "/stack": null, "summary": "No lab was started yet." }));
    check(&[started()], &json!({ "known": false, "/nodes/3/name": "controller-1", "/nodes/3/state": null }));
}

#[test]
fn a_ready_lab() {
    check(
        &running(),
        &json!({
            "known": true,
            "/ready": true,
            "/ready_after": 4210,
            "/nodes/0/state": "running",
            "/nodes/0/networks": BOTH,
            "/nodes/0/heard": "not_asked",
            "summary": "lab-a: all 4 containers run. Ready after 4.2 s.",
        }),
    );
}

#[test]
fn faults() {
    check(
        &after([
            container("kafka-1", NodeState::Running, &["a-client"]),
            container("kafka-2", NodeState::Paused, BOTH),
            k(2, silent()),
            container("kafka-3", NodeState::Stopped, &[]),
        ]),
        &json!({
            "/nodes/0/cut": true,
            "/nodes/1/heard": "silent",
            "/nodes/2/exit_code": 137,
            "/nodes/2/cut": false,
            "summary": "lab-a: 2 of 4 containers run. kafka-1 is cut off from b-cluster. kafka-2 is paused, does not \
                answer (no answer within 1 s). kafka-3 is stopped (exit code 137). Ready after 4.2 s.",
        }),
    );
    // A stop and a start leave it on the networks it had.
    let again = [container("kafka-3", NodeState::Stopped, &[]), container("kafka-3", NodeState::Running, BOTH)];
    check(&after(again), &json!({ "/nodes/2/cut": false, "/nodes/2/exit_code": null, "/nodes/2/state": "running" }));
}

/// The stack says where a node belongs: a node that was off a network before anybody looked is cut off all the same.
#[test]
fn a_node_without_the_networks_of_its_stack_is_cut_off() {
    let node = |id: i32, on: &[&str]| container(&format!("cassandra-{id}"), NodeState::Running, on);
    let said = [app(start_cassandra(true)), node(1, &["a-client"]), node(2, &[]), node(3, BOTH)];
    check(
        &said,
        &json!({
            "/nodes/0/cut": true,
            "/nodes/1/cut": true,
            "/nodes/2/cut": false,
            "/well": false,
            "/troubles/0": "cassandra-1 is cut off from b-cluster.",
            "/troubles/1": "cassandra-2 is cut off from a-client and b-cluster.",
        }),
    );
}

#[test]
fn a_lab_is_well_while_every_node_runs_and_answers() {
    check(&running(), &json!({ "/well": true, "/troubles": [] }));
    for fault in [
        container("kafka-1", NodeState::Paused, BOTH),
        container("kafka-1", NodeState::Stopped, &[]),
        container("kafka-1", NodeState::Absent, &[]),
        container("kafka-1", NodeState::Running, &["a-client"]),
        k(1, silent()),
    ] {
        check(&after([fault]), &json!({ "/well": false, "/troubles/1": null }));
    }
    check(&running()[..5], &json!({ "/well": false, "/ready": false }));
}

#[test]
fn a_removed_lab_is_said_to_be_removed() {
    let gone = ["kafka-1", "kafka-2", "kafka-3", "controller-1"].map(|node| container(node, NodeState::Absent, &[]));
    let expected = json!({ "/removed": true, "/well": false, "summary": "lab-a was removed: none of its containers is left." });
    check(&after(gone), &expected);
    check(&after([app(LabFact::LabStopped)]), &expected);
}

/// Three nodes that run, a spare that does not, and a sidecar.
fn with_a_spare(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    let mut said = vec![app(start_cassandra(false))];
    said.extend((1..=3).map(|id| container(&format!("cassandra-{id}"), NodeState::Running, BOTH)));
    said.extend([container("files", NodeState::Running, BOTH), container("cassandra-4", NodeState::Stopped, &[])]);
    said.extend(more);
    said
}

#[test]
fn a_spare_waits_until_it_ran() {
    check(
        &with_a_spare([c(4, silent())]),
        &json!({
            "/nodes/0/spare": false,
            "/nodes/0/waits": false,
            "/nodes/3/spare": true,
            "/nodes/3/waits": true,
            "/nodes/3/state": "stopped",
            "/nodes/3/heard": "not_asked",
            "/nodes/3/why_silent": null,
            "summary": "lab-a: all 4 containers run. cassandra-4 is a spare and waits to join.",
        }),
    );
    check(&with_a_spare([container("cassandra-4", NodeState::Absent, &[])]), &json!({ "/nodes/3/waits": true }));
    check(&with_a_spare([app(start_cassandra(true))]), &json!({ "/nodes/3/waits": true }));
    check(&[app(start_cassandra(false))], &json!({ "/nodes/3/waits": false }));
    check(&with_a_spare([app(LabFact::LabStopped)]), &json!({ "/nodes/3/waits": false }));
}

#[test]
fn a_spare_that_joined_and_was_killed_is_stopped() {
    let ran = || {
        let states = [NodeState::Running, NodeState::Stopped];
        states.map(|state| container("cassandra-4", state, if state == NodeState::Running { BOTH } else { &[] }))
    };
    check(
        &with_a_spare(ran()),
        &json!({
            "/nodes/3/waits": false,
            "summary": "lab-a: 4 of 5 containers run. cassandra-4 is stopped (exit code 137).",
        }),
    );
    check(&with_a_spare(ran().into_iter().chain([app(start_cassandra(true))])), &json!({ "/nodes/3/waits": false }));
}

#[test]
fn actions_begin_and_end() {
    let ended = app(LabFact::ActionEnded {
        outcome: Outcome::Failed,
        says: "there is one already.".into(),
        code: None,
        took: 80,
    });
    let began = after([action_began(4)]);
    check(
        &began,
        &json!({
            "/actions/0/id": 4,
            "/actions/0/state": "running",
            "/actions/0/by_hand": ["kafka-topics.sh --create --topic orders"],
            "/actions/0/took": null,
            "summary": "lab-a: all 4 containers run. Ready after 4.2 s. Running now: kafka.create_topic topic=orders.",
        }),
    );
    let said: Vec<Draft> = began.into_iter().chain([ended.because_of(ActionId(4))]).collect();
    check(
        &said,
        &json!({
            "/actions/0/state": "failed",
            "/actions/0/result": "there is one already.",
            "/actions/0/took": 80,
            "summary": "lab-a: all 4 containers run. Ready after 4.2 s. Last action: kafka.create_topic topic=orders, \
                failed: there is one already.",
        }),
    );
    let many = after((1..=30).map(action_began));
    check(&many, &json!({ "/actions/0/id": 11, "/actions/19/id": 30, "/actions/20": null }));
}

#[test]
fn when_a_node_answered_last_is_known_after_the_lab_was_stopped() {
    let stopped = after([k(1, LabFact::Heard), app(LabFact::LabStopped)]);
    let heard_at = (stopped.len() as u64 - 2) * 100;
    check(&stopped, &json!({ "/nodes/0/heard": "silent", "/nodes/0/heard_at": heard_at }));
    let again = stopped.into_iter().chain([started(), container("kafka-1", NodeState::Running, &["a-client"])]).collect::<Vec<_>>();
    check(&again, &json!({ "/nodes/0/heard": "not_asked", "/nodes/0/heard_at": null }));
}

#[test]
fn the_lives_of_a_lab() {
    check(
        &after([app(LabFact::LabStopped)]),
        &json!({ "/ready": false, "/nodes/0/state": "absent", "/nodes/0/networks": [] }),
    );
    check(&after([started()]), &json!({ "/ready": false, "/nodes/0/state": null, "known": false }));
    let adopted = [container("kafka-1", NodeState::Running, &["a-client"]), app(start(true))];
    check(&after(adopted), &json!({ "/ready": false, "/nodes/0/state": "running", "/nodes/0/cut": true }));
    let found = [app(start(true)), app(LabFact::LabBecameReady { took: 12 })];
    check(&after(found), &json!({ "/ready": true, "/ready_after": 4210 }));
    let unseen = [app(LabFact::LabStopped), app(start(true)), app(LabFact::LabBecameReady { took: 12 })];
    check(&after(unseen), &json!({ "/ready": true, "/ready_after": null }));
}
