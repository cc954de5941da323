//! The cases of Variables and connections: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::airflow::{AirflowFact, StoreTold},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({}), said, expected);
}

/// Airflow's time of what was said.
fn at(second: i64, fact: AirflowFact) -> Draft {
    Draft { said_at: Some(AT + second * 1000), ..a(fact) }
}

fn some() -> Vec<Draft> {
    vec![
        airflow_started(),
        at(10, store_events(&[(5, "post_variable", Some("region")), (4, "post_connection", Some("shop"))])),
        at(10, variables(&[("größe", "3"), ("region", "eu")], None)),
        at(10, connections(&[connection("shop", "shop.example")])),
    ]
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    some().into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    let expected = json!({
        "known": false, "awaits": ["the Variables", "the connections", "the event log of them"], "/variables": null,
        "/variable_count": null, "/connections": null, "/event_log": null, "summary": "Airflow told of no Variables yet.",
    });
    check(&[airflow_started()], &expected);
    let none = [airflow_started(), a(variables(&[], None)), a(connections(&[]))];
    check(
        &none,
        &json!({ "known": true, "/variables": [], "/variable_count": 0, "summary": "No Variables. No connections." }),
    );
}

#[test]
fn values_are_told_and_secrets_are_not() {
    let expected = json!({
        "awaits": [],
        "/variables/1": {
            "key": "region", "value": "eu", "length": 2, "description": null, "is_encrypted": true, "changed_at": null,
            "noted": null, "read_by": null,
            "last_event": { "when": AT + 5_000, "event": "post_variable", "owner": "lab", "about": "region" },
        },
        "/variables/0/last_event": null,
        "/connections/0": {
            "connection_id": "shop", "conn_type": "http", "description": null, "host": "shop.example", "port": 80, "schema": null,
            "login": "me", "has_password": true, "extra_keys": ["verify"], "changed_at": null,
            "last_event": { "when": AT + 4_000, "event": "post_connection", "owner": "lab", "about": "shop" },
        },
        "/event_log/1/about": "shop",
        "table/1/2": "eu",
        "table/2/2": "http: me at shop.example:80, extra verify",
        "summary": "2 Variables: größe is 3 and region is eu. 1 connection: shop (http).",
    });
    check(&some(), &expected);
}

#[test]
fn what_the_event_log_does_not_note_was_no_call() {
    // A task set it between two looks.
    let set = at(60, variables(&[("größe", "3"), ("region", "us")], Some(59)));
    let expected = json!({
        "/variables/0/changed_at": null,
        "/variables/1/changed_at": 400,
        "/variables/1/noted": false,
        "summary": "2 Variables: größe is 3 and region is us. 1 connection: shop (http). region changed at 0.4 s; the event log \
            notes no call about it: a task set it, or another program of Airflow's.",
    });
    check(&after([set.clone()]), &expected);
    // Somebody did, or tried to.
    let called = at(60, store_events(&[(59, "patch_variable", Some("region"))]));
    check(&after([called, set.clone()]), &json!({ "/variables/1/noted": true, "/variables/1/changed_at": 500 }));
    let several = at(60, store_events(&[(58, "bulk_variables", None)]));
    check(&after([several, set.clone()]), &json!({ "/variables/1/noted": true }));
    let of_connection = at(60, store_events(&[(59, "patch_connection", Some("region"))]));
    check(&after([of_connection, set]), &json!({ "/variables/1/noted": false }));
    // It was not looked at for a while.
    let set = at(60, variables(&[("größe", "3"), ("region", "us")], None));
    check(&after([set]), &json!({ "/variables/1/changed_at": 400, "/variables/1/noted": null }));
}

#[test]
fn one_that_comes_is_a_change_and_one_that_goes_is_gone() {
    let more = at(60, variables(&[("größe", "3"), ("new", "1"), ("region", "eu")], Some(59)));
    check(
        &after([more]),
        &json!({ "/variables/1/key": "new", "/variables/1/changed_at": 400, "/variables/2/changed_at": null }),
    );
    let fewer = at(60, variables(&[("region", "eu")], Some(59)));
    check(&after([fewer]), &json!({ "/variables/1": null, "/variables/0/key": "region", "/variable_count": 1 }));
    // Where not all are told, one that is told newly may have been there.
    let AirflowFact::StoreTold { told: StoreTold::Variables { variables: told, .. } } =
        variables(&[("region", "eu")], None)
    else {
        unreachable!()
    };
    let cut = a(AirflowFact::StoreTold { told: StoreTold::Variables { variables: told, total: 9, since: None } });
    let then = a(variables(&[("größe", "3"), ("region", "eu")], Some(59)));
    check(&after([cut, then]), &json!({ "/variables/0/changed_at": null }));
    check(&after([airflow_started()]), &json!({ "known": false, "/event_log": null }));
}

#[test]
fn a_connection_that_is_another_one_says_when() {
    let moved = at(60, connections(&[connection("shop", "other.example")]));
    check(&after([moved]), &json!({ "/connections/0/host": "other.example", "/connections/0/changed_at": 400 }));
}

#[test]
fn of_one_key_only_that() {
    let expected = json!({
        "/variables/0/key": "region", "/variables/1": null, "/connections": [], "/event_log/0/about": "region",
        "/event_log/1": null, "summary": "Variable region is eu.",
    });
    crate::testing::check::<TheView>(&json!({ "key": "region" }), &some(), &expected);
    let none = json!({ "/variables": [], "summary": "Airflow has no Variable x." });
    crate::testing::check::<TheView>(&json!({ "key": "x" }), &some(), &none);
}
