//! The actions on assets, backfills and tasks that wait, against API servers that say what a real one cannot be made to say at will.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use lab_model::Code;
use serde_json::{Value, json};
use support::{
    Answer, FakeServer, Question,
    acting::{TASKS, act, broken, is, of_run, says, with},
    dag, run,
};

fn assets(question: &Question) -> Option<Answer> {
    let asset = |id, name: &str| {
        let (by, of) = (json!([{ "dag_id": "consumer" }]), json!([{ "dag_id": "hello", "task_id": "t" }]));
        json!({ "id": id, "name": name, "uri": format!("s3://b/{name}"), "scheduled_dags": by, "producing_tasks": of })
    };
    let all = json!({ "assets": [asset(3, "orders"), asset(4, "twin"), asset(5, "twin")] });
    is(question, "GET", "assets?").then_some(Answer::Say(200, all))
}

#[tokio::test]
async fn an_asset_is_found_by_name_or_uri_and_materialized_once() {
    let server = FakeServer::start(|question| match question {
        post if is(post, "POST", "assets/3/materialize") => Answer::HangUp,
        get if is(get, "GET", "dags/hello/dagRuns/asset_materialization__") => {
            Answer::Say(200, run("hello", "it", "queued"))
        }
        _ => assets(question).unwrap_or_else(|| Answer::Say(200, dag("hello", true))),
    })
    .await;
    let of = |asset: &str| json!({ "asset": asset });
    let said = act(&server, "airflow.materialize", of("s3://b/orders")).await.unwrap();
    assert_eq!(said, "run it of hello, which makes orders, is queued; it waits, because hello is paused");
    assert_eq!(server.changes(), ["POST /api/v2/assets/3/materialize"]);
    let problem = act(&server, "airflow.materialize", of("nope")).await.unwrap_err();
    assert_eq!((problem.code, problem.message.as_str()), (Code::NotNow, "There is no asset nope."));
    let problem = act(&server, "airflow.materialize", of("twin")).await.unwrap_err();
    assert_eq!(problem.message, "Several assets have twin as their name or URI.");
}

#[tokio::test]
async fn an_event_of_which_nobody_heard_is_looked_for() {
    let made = AtomicU32::new(0);
    let event =
        |id, source: Value| json!({ "id": id, "extra": { "rows": 3, "from_rest_api": true }, "source_dag_id": source });
    let server = FakeServer::start(move |question| match question {
        post if is(post, "POST", "assets/events") => {
            made.store(1, Relaxed);
            broken()
        }
        get if is(get, "GET", "assets/events") => {
            let mut all = vec![event(7, Value::Null)];
            if made.load(Relaxed) == 1 {
                all.splice(0..0, [event(9, json!("hello")), event(8, Value::Null)]);
            }
            Answer::Say(200, json!({ "asset_events": all }))
        }
        _ => assets(question).unwrap(),
    })
    .await;
    let said = act(&server, "airflow.create_asset_event", json!({ "asset": "orders", "extra": { "rows": 3 } })).await;
    assert_eq!(said.unwrap(), "event 8 of orders is there; scheduled by it: consumer");
    assert_eq!(server.changes(), ["POST /api/v2/assets/events"]);
}

/// A DAG with two dates to make runs for; `answer` says what becomes of the backfill.
async fn daily(answer: Answer) -> FakeServer {
    let made = AtomicU32::new(0);
    FakeServer::start(move |question| match question {
        dry if is(dry, "POST", "backfills/dry_run") && dry.body["from_date"] == "2026-01-01T00:00:00Z" => {
            Answer::Say(200, json!({ "backfills": [], "total_entries": 0 }))
        }
        dry if is(dry, "POST", "backfills/dry_run") => {
            let dates = ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"];
            let all = dates.map(|date| json!({ "logical_date": date, "partition_key": null }));
            Answer::Say(200, json!({ "backfills": all, "total_entries": 2 }))
        }
        post if is(post, "POST", "backfills") => {
            made.store(1, Relaxed);
            answer.clone()
        }
        get if is(get, "GET", "backfills?dag_id=daily") => {
            let all = if made.load(Relaxed) == 1 { json!([{ "id": 3, "completed_at": null }]) } else { json!([]) };
            Answer::Say(200, json!({ "backfills": all }))
        }
        put if put.method == "PUT" => Answer::Say(200, json!({ "id": 3, "completed_at": "2026-11-30T18:51:27Z" })),
        _ => Answer::Say(200, dag("daily", false)),
    })
    .await
}

#[tokio::test]
async fn a_backfill_says_its_dates_before_it_is_made() {
    let dates =
        |from: &str, dry_run: bool| json!({ "dag": "daily", "from": from, "to": "2026-11-02", "dry_run": dry_run });
    let server = daily(Answer::Say(200, json!({ "id": 3, "completed_at": null }))).await;
    let said =
        act(&server, "airflow.backfill", json!({ "dag": "daily", "from": "2026-11-01", "to": "2026-11-02" })).await;
    assert_eq!(said.unwrap(), "would make 2 runs: 2026-11-01T00:00:00Z, 2026-11-02T00:00:00Z");
    assert_eq!(server.changes(), ["POST /api/v2/backfills/dry_run"]);
    let said = act(&server, "airflow.backfill", dates("2026-11-01", false)).await.unwrap();
    assert_eq!(said, "backfill 3 of daily is there, with 2 runs: 2026-11-01T00:00:00Z, 2026-11-02T00:00:00Z");
    let problem = act(&server, "airflow.backfill", dates("2026-01-01", false)).await.unwrap_err();
    assert_eq!(problem.code, Code::NotNow, "{problem:?}");
    let server = daily(says(409, "There is already a running backfill for dag daily")).await;
    let problem = act(&server, "airflow.backfill", dates("2026-11-01", false)).await.unwrap_err();
    assert!(problem.hint.contains("airflow.cancel_backfill"), "{}", problem.hint);
}

#[tokio::test]
async fn a_backfill_of_which_nobody_heard_is_looked_for_and_can_be_cancelled() {
    let server = daily(broken()).await;
    let problem = act(&server, "airflow.cancel_backfill", json!({ "dag": "daily" })).await.unwrap_err();
    assert_eq!(problem.message, "No backfill of daily is under way.");
    let args = json!({ "dag": "daily", "from": "2026-11-01", "to": "2026-11-02", "dry_run": false });
    let said = act(&server, "airflow.backfill", args).await.unwrap();
    assert!(said.starts_with("backfill 3 of daily is there; Airflow did not say whether all"), "{said}");
    assert_eq!(server.changes().iter().filter(|change| *change == "POST /api/v2/backfills").count(), 1);
    let said = act(&server, "airflow.cancel_backfill", json!({ "dag": "daily" })).await.unwrap();
    assert_eq!(said, "backfill 3 of daily is cancelled; its queued runs are failed");
    assert_eq!(server.changes().last().unwrap(), "PUT /api/v2/backfills/3/cancel");
}

/// A task that asks for `rows`, and is answered by the first PATCH, whatever is said to it.
async fn asking(answer: Answer) -> FakeServer {
    let chosen = std::sync::Mutex::new(Value::Null);
    FakeServer::start(move |question| {
        let mut chosen = chosen.lock().unwrap();
        if question.method == "PATCH" {
            *chosen = question.body["chosen_options"].clone();
            return answer.clone();
        }
        let (received, by) = (!chosen.is_null(), json!({ "id": "lab", "name": "lab" }));
        Answer::Say(
            200,
            json!({ "options": ["Approve", "Reject"], "params": { "rows": { "value": 3 } }, "response_received": received,
                "chosen_options": *chosen, "responded_by_user": by }),
        )
    })
    .await
}

#[tokio::test]
async fn an_answer_is_given_once_and_fits_what_is_asked() {
    let task = |more: Value| with(of_run(), &with(json!({ "task": "ask" }), &more));
    for answer in [Answer::Say(200, json!({})), broken(), Answer::HangUp] {
        let server = asking(answer).await;
        let wrong = task(json!({ "params_input": { "lines": 3 } }));
        let problem = act(&server, "airflow.approve", wrong).await.unwrap_err();
        assert_eq!(problem.hint, "Give all of them, or none: rows.");
        let said = act(&server, "airflow.approve", task(json!({ "params_input": { "rows": 3 } }))).await.unwrap();
        assert_eq!(said, "ask of run r is answered: Approve");
        assert_eq!(server.changes(), [format!("PATCH /api/v2/{TASKS}/ask/-1/hitlDetails")]);
        let problem = act(&server, "airflow.approve", task(json!({ "chosen_options": ["Reject"] }))).await.unwrap_err();
        assert_eq!(problem.message, "ask of run r was answered already: lab chose Approve.");
    }
    let server = asking(says(400, "Invalid options ['x']; allowed options are ['Approve', 'Reject'].")).await;
    let problem = act(&server, "airflow.approve", task(json!({ "chosen_options": ["x"] }))).await.unwrap_err();
    assert!(problem.detail.contains("allowed options are"), "{problem:?}");
}
