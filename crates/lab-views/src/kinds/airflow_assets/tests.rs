//! The assets' cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::airflow::{AirflowFact, AssetEventSeen, AssetTold, QueuedSeen},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({}), said, expected);
}

fn queued(asset_id: i64, dags: &[&str]) -> Draft {
    let one = |dag: &&str| QueuedSeen { dag_id: (*dag).to_owned(), since: Some(AT + 22_000) };
    a(AirflowFact::AssetTold { told: AssetTold::Queued { asset_id, queued: dags.iter().map(one).collect() } })
}

fn some() -> Vec<Draft> {
    vec![
        airflow_started(),
        a(assets(&[asset(1, "orders", &["consume", "join"]), asset(2, "returns", &[])])),
        a(asset_events(&[asset_event(7, 1, "orders", &[("asset_triggered__1", "running")])])),
        queued(1, &["join"]),
    ]
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    some().into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    let expected = json!({
        "known": false, "awaits": ["the assets", "the events of assets"], "/assets": null, "/events": null, "/asset_count": null,
        "/event_count": null, "summary": "Airflow told of no assets yet.",
    });
    check(&[airflow_started()], &expected);
    let none = [airflow_started(), a(assets(&[])), a(asset_events(&[]))];
    check(
        &none,
        &json!({ "known": true, "awaits": [], "/assets": [], "/events": [], "summary": "No DAG names an asset." }),
    );
}

#[test]
fn an_asset_is_made_waited_for_and_its_events_make_runs() {
    let expected = json!({
        "known": true,
        "awaits": [],
        "/asset_count": 2,
        "/assets/0/producing_tasks": [{ "dag_id": "produce", "task_id": "write" }],
        "/assets/0/scheduled_dags": ["consume", "join"],
        "/assets/0/queued_events": [{ "dag_id": "join", "created_at": AT + 22_000 }],
        "/assets/0/last_event": AT + 20_000,
        "/assets/1/queued_events": [],
        "/events/0": {
            "id": 7, "asset_id": 1, "name": "orders", "timestamp": AT + 20_000, "source_dag_id": "produce",
            "source_task_id": "write", "source_run_id": "r1", "source_map_index": 2, "extra": "{\"rows\":3}",
            "partition_key": null,
            "created_dagruns": [{
                "dag_id": "consume", "run_id": "asset_triggered__1", "state": "running", "triggering": true,
                "start_date": AT + 21_000, "end_date": null,
            }],
        },
        "table/0/4": "join",
        "table/2/2": "produce.write[2]",
        "table/2/5": "asset_triggered__1 of consume running",
        "summary": "2 assets. orders is made by produce.write and schedules consume and join; an event of it is queued for join. \
            returns is made by produce.write and schedules no DAG. The newest event: orders at 18:51:20 UTC by \
            produce.write[2]; it is part of asset_triggered__1 of consume, running.",
    });
    check(&some(), &expected);
}

#[test]
fn whether_an_event_waits_is_unknown_until_it_is_told() {
    let unasked = [airflow_started(), a(assets(&[asset(1, "orders", &["consume"])]))];
    check(&unasked, &json!({ "/assets/0/queued_events": null }));
    check(&after([queued(1, &[])]), &json!({ "/assets/0/queued_events": [] }));
    // It schedules nothing any more, and then something again.
    let gone = after([a(assets(&[asset(1, "orders", &[])])), a(assets(&[asset(1, "orders", &["join"])]))]);
    check(&gone, &json!({ "/assets/0/queued_events": null, "/assets/1": null }));
}

#[test]
fn an_event_that_no_task_made_says_so() {
    let by_api = AssetEventSeen {
        source_dag_id: None,
        source_task_id: None,
        source_run_id: None,
        source_map_index: -1,
        ..asset_event(8, 1, "orders", &[])
    };
    let expected =
        json!({ "/events/0/source_map_index": null, "/events/0/source_task_id": null, "table/2/2": "no task" });
    check(&after([a(asset_events(&[by_api]))]), &expected);
}

#[test]
fn of_one_asset_only_that() {
    let of = |name: &str| json!({ "asset": name });
    let expected = json!({ "/assets/0/name": "returns", "/assets/1": null, "/events": [], "refusal": null });
    crate::testing::check::<TheView>(&of("returns"), &some(), &expected);
    let refusal = "No DAG names an asset x.";
    crate::testing::check::<TheView>(&of("x"), &some(), &json!({ "refusal": refusal, "summary": refusal }));
}
