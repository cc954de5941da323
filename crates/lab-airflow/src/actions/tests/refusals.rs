//! What the further actions do not take.

use super::*;

fn refused(name: &str, nonsense: &[serde_json::Value], words: &str) {
    for args in nonsense {
        let call = call(name, args);
        let told = said(&call).unwrap_err();
        assert_eq!(told.code, lab_model::Code::ActionInvalid, "{call}");
        assert!(told.message.contains(words), "{call}: {}", told.message);
        assert!(Airflow::by_hand(&call, &place()).is_empty(), "{call}");
    }
}

/// What running it says before anything is asked: nobody listens.
fn said(call: &ActionCall) -> Result<String, Problem> {
    let (node, address) = ("airflow-1".to_owned(), "127.0.0.1:1".to_owned());
    let server = Server { node, address, user: "lab".into(), password: "hush".into() };
    let airflow = Airflow::new(server, Arc::new(NoFiles));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(airflow.run(call, Arc::new(|_| {}), CancellationToken::new()))
}

#[test]
fn runs_and_tasks() {
    let run = |more: serde_json::Value| {
        let mut all = json!({ "dag": "hello", "run": "r" });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    refused("airflow.clear", &[run(json!({ "dag": "a/b" }))], "`dag` must be");
    refused("airflow.clear", &[run(json!({ "run": "~" })), run(json!({ "run": "a/b" }))], "`run` must be");
    refused("airflow.clear", &[run(json!({ "tasks": ["a b"] }))], "`task` must be");
    refused("airflow.clear", &[run(json!({ "downstream": true }))], "`downstream` is for `tasks`");
    let indexes = [run(json!({ "map_index": 0 })), run(json!({ "map_index": 0, "tasks": ["a", "b"] }))];
    refused("airflow.clear", &indexes, "`map_index` is for exactly one");
    refused("airflow.clear", &[run(json!({ "tasks": ["a"], "map_index": -1 }))], "`map_index` must be from 0");
    refused("airflow.clear", &[run(json!({ "tasks": vec!["a"; 101] }))], "`tasks` must be at most 100");
    refused("airflow.retry", &[run(json!({ "task": "" }))], "`task` must be");
    refused("airflow.mark", &[run(json!({ "task": "a", "state": "running" }))], "unknown variant `running`");
    refused("airflow.mark_run", &[run(json!({ "state": "skipped" }))], "unknown variant `skipped`");
    refused("airflow.approve", &[run(json!({ "task": "a", "chosen_options": [] }))], "`chosen_options` must have");
}

#[test]
fn what_airflow_keeps() {
    let long = "k".repeat(251);
    refused(
        "airflow.set_variable",
        &[json!({ "key": " ", "value": "" }), json!({ "key": long, "value": "" })],
        "`key` must be 1 to 250",
    );
    refused("airflow.set_variable", &[json!({ "key": "k", "value": "a\u{0}" })], "`value` must be without");
    refused("airflow.set_variable", &[json!({ "key": "k", "value": "v".repeat(70_000) })], "`value` must be at most");
    let connection = |more: serde_json::Value| {
        let mut all = json!({ "connection_id": "c", "conn_type": "http" });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    refused(
        "airflow.set_connection",
        &[connection(json!({ "connection_id": "a b" }))],
        "`connection_id` must be 1 to 200",
    );
    refused("airflow.set_connection", &[connection(json!({ "password": "x" }))], "unknown field `password`");
    refused("airflow.set_connection", &[connection(json!({ "host": "me:pw@there" }))], "`host` must be a host alone");
    refused("airflow.set_connection", &[connection(json!({ "extra": "[1]" }))], "`extra` must be a JSON object");
    refused("airflow.set_connection", &[connection(json!({ "port": 70_000 }))], "u16");
    refused("airflow.set_pool", &[json!({ "name": "p", "slots": -2 })], "`slots` must be from -1");
    refused("airflow.set_pool", &[json!({ "name": "default_pool", "slots": 1, "description": "x" })], "Airflow's own");
    refused("airflow.delete_pool", &[json!({ "name": "default_pool" })], "Airflow keeps default_pool");
}

#[test]
fn dates_and_assets() {
    let dates = |from: &str, to: &str| json!({ "dag": "daily", "from": from, "to": to });
    refused(
        "airflow.backfill",
        &[dates("yesterday", "2026-11-30"), dates("2026-13-01", "2026-11-30")],
        "`from` must be a day",
    );
    refused("airflow.backfill", &[dates("2026-11-30", "2026-11-31")], "`to` must be a day");
    refused("airflow.backfill", &[dates("2026-11-30", "2026-11-29")], "`from` must not be after `to`");
    refused("airflow.backfill", &[dates("2020-01-01", "2026-11-29")], "at most 366 days");
    refused("airflow.materialize", &[json!({ "asset": "" }), json!({ "asset": "a\nb" })], "`asset` must be");
    refused("airflow.create_asset_event", &[json!({ "asset": "a", "extra": [1] })], "invalid type");
}
