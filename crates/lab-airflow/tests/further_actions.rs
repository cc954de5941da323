//! The actions on runs, tasks and what Airflow keeps, against API servers that say what a real one cannot be made to say at will.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use lab_model::Code;
use serde_json::{Value, json};
use support::{
    Answer, FakeServer,
    acting::{TASKS, act, broken, is, of_run, says, with},
    run,
};

fn instance(id: &str, task: &str, map_index: i32, state: &str) -> Value {
    json!({ "id": id, "task_id": task, "map_index": map_index, "state": state })
}

fn instances(all: &[Value]) -> Answer {
    Answer::Say(200, json!({ "task_instances": all, "total_entries": all.len() }))
}

const CLEAR: &str = "dags/hello/clearTaskInstances";

/// A run in which `extract` failed, and `load` did not run for it. `answer` says what becomes of a clearing.
async fn failed_run(answer: impl Fn(u32) -> (Answer, bool) + Send + Sync + 'static) -> FakeServer {
    let (tries, done) = (AtomicU32::new(0), AtomicU32::new(0));
    FakeServer::start(move |question| {
        let id = if done.load(Relaxed) == 1 { "new" } else { "old" };
        let all = [instance(id, "extract", -1, "failed"), instance(id, "load", 0, "upstream_failed")];
        match question {
            dry if is(dry, "POST", CLEAR) && dry.body["dry_run"] == true => instances(&all),
            real if is(real, "POST", CLEAR) => {
                let (said, cleared) = answer(tries.fetch_add(1, Relaxed));
                done.fetch_max(u32::from(cleared), Relaxed);
                said
            }
            one if is(one, "GET", &format!("{TASKS}/extract/-1")) => Answer::Say(200, all[0].clone()),
            list if is(list, "GET", TASKS) => instances(&all[..1]),
            _ => Answer::Say(200, run("hello", "r", "queued")),
        }
    })
    .await
}

#[tokio::test]
async fn a_clearing_is_planned_and_then_done_once() {
    let server = failed_run(|_| (instances(&[]), true)).await;
    let said = act(&server, "airflow.clear", with(of_run(), &json!({ "only_failed": true }))).await.unwrap();
    assert_eq!(said, "cleared 2 task instances of run r of hello: extract, load[0]; the run is queued");
    let asked = server.asked.lock().unwrap();
    let bodies: Vec<&Value> = asked.iter().filter(|post| post.method == "POST").map(|post| &post.body).collect();
    let body =
        |dry_run| json!({ "dry_run": dry_run, "dag_run_id": "r", "only_failed": true, "include_downstream": false });
    assert_eq!(bodies, [&body(true), &body(false)]);
}

#[tokio::test]
async fn only_planning_changes_nothing() {
    let server = failed_run(|_| panic!("it was cleared")).await;
    let said = act(&server, "airflow.clear", with(of_run(), &json!({ "dry_run": true }))).await.unwrap();
    assert_eq!(said, "would clear 2 task instances of run r of hello: extract, load[0]");
}

#[tokio::test]
async fn a_clearing_of_which_nobody_heard_is_not_done_twice() {
    // Lost after it was done: the instances have other ids.
    for lost in [broken(), Answer::HangUp] {
        let server = failed_run(move |_| (lost.clone(), true)).await;
        act(&server, "airflow.clear", of_run()).await.unwrap();
        assert_eq!(server.changes().len(), 2, "one plan, one clearing");
    }
    // Lost before.
    let server = failed_run(|tries| if tries == 0 { (broken(), false) } else { (instances(&[]), true) }).await;
    act(&server, "airflow.retry", with(of_run(), &json!({ "task": "extract" }))).await.unwrap();
    assert_eq!(server.changes().len(), 3);
    let server = failed_run(|_| (broken(), false)).await;
    let problem = act(&server, "airflow.clear", of_run()).await.unwrap_err();
    assert_eq!((problem.code, problem.detail.as_str()), (Code::EngineSaidNo, "Database error"));
}

#[tokio::test]
async fn what_is_not_there_or_has_not_failed_is_said() {
    let server = FakeServer::start(|question| match question {
        list if is(list, "GET", TASKS) && list.path.contains("task_id=nope") => instances(&[]),
        list if is(list, "GET", TASKS) => instances(&[instance("i", "extract", -1, "running")]),
        dry if is(dry, "POST", "dags/gone/") => says(404, "The Dag with ID: `gone` was not found"),
        _ => instances(&[]),
    })
    .await;
    let retry = |task: &str| with(of_run(), &json!({ "task": task }));
    let problem = act(&server, "airflow.retry", retry("extract")).await.unwrap_err();
    assert_eq!(problem.message, "extract of run r has not failed: it is running.");
    let problem = act(&server, "airflow.retry", retry("nope")).await.unwrap_err();
    assert_eq!((problem.code, problem.message.as_str()), (Code::NotNow, "Run r of hello has no task nope."));
    let problem = act(&server, "airflow.clear", of_run()).await.unwrap_err();
    assert_eq!(problem.message, "Run r of hello has no such task instance: nothing is cleared.");
    let problem = act(&server, "airflow.clear", json!({ "dag": "gone", "run": "r" })).await.unwrap_err();
    assert_eq!(problem.message, "airflow-1 refused to clear run r of gone.");
    assert_eq!(
        (problem.detail.as_str(), problem.hint.contains("runs")),
        ("The Dag with ID: `gone` was not found", true)
    );
}

/// `extract`, whose state a PATCH changes, whatever it says.
async fn marked(answer: Answer, changes: bool) -> FakeServer {
    let done = AtomicU32::new(0);
    FakeServer::start(move |question| match question {
        patch if patch.method == "PATCH" => {
            done.fetch_max(u32::from(changes), Relaxed);
            answer.clone()
        }
        list if is(list, "GET", TASKS) => {
            let state = if done.load(Relaxed) == 1 { "success" } else { "failed" };
            instances(&[instance("i", "extract", -1, state)])
        }
        _ => Answer::Say(200, run("hello", "r", "running")),
    })
    .await
}

#[tokio::test]
async fn a_mark_is_read_back() {
    let mark = || with(of_run(), &json!({ "task": "extract", "state": "success" }));
    for answer in [instances(&[]), broken(), Answer::HangUp, says(409, "Task id extract is already in success state")] {
        let server = marked(answer, true).await;
        let said = act(&server, "airflow.mark", mark()).await.unwrap();
        assert_eq!(said, "extract of run r is marked as success; the run is running");
        let said = act(&server, "airflow.mark", mark()).await.unwrap();
        assert_eq!(said, "extract of run r was already success; the run is running");
        assert_eq!(server.changes(), [format!("PATCH /api/v2/{TASKS}/extract")]);
    }
    let server = marked(says(409, "in another state"), false).await;
    let problem = act(&server, "airflow.mark", mark()).await.unwrap_err();
    assert_eq!((problem.detail.as_str(), server.changes().len()), ("in another state", 1));
    let server = marked(broken(), false).await;
    act(&server, "airflow.mark", mark()).await.unwrap_err();
    assert_eq!(server.changes().len(), 3);
}

#[tokio::test]
async fn a_mark_of_a_run_is_read_back() {
    let done = AtomicU32::new(0);
    let server = FakeServer::start(move |question| {
        if question.method == "PATCH" {
            done.store(1, Relaxed);
            return broken();
        }
        Answer::Say(200, run("hello", "r", if done.load(Relaxed) == 1 { "failed" } else { "running" }))
    })
    .await;
    let mark = || with(of_run(), &json!({ "state": "failed" }));
    assert_eq!(act(&server, "airflow.mark_run", mark()).await.unwrap(), "run r of hello is marked as failed");
    assert_eq!(act(&server, "airflow.mark_run", mark()).await.unwrap(), "run r of hello was already failed");
    assert_eq!(server.changes(), ["PATCH /api/v2/dags/hello/dagRuns/r"]);
}

/// Keeps one thing: asks fail with what `post` says at each try, and it is there from the try `there` on.
async fn keeper(post: impl Fn(u32) -> Answer + Send + Sync + 'static, there: u32) -> FakeServer {
    let tries = AtomicU32::new(0);
    FakeServer::start(move |question| match question.method.as_str() {
        "GET" if tries.load(Relaxed) >= there => Answer::Say(200, json!({})),
        "GET" => says(404, "was not found"),
        "PATCH" => Answer::Say(200, json!({})),
        "POST" => post(tries.fetch_add(1, Relaxed)),
        _ => panic!("asked {question:?}"),
    })
    .await
}

#[tokio::test]
async fn what_is_kept_is_made_or_changed() {
    let variable = || json!({ "key": "a/b", "value": "{\"rows\": 3}" });
    let server = keeper(|_| Answer::Say(201, json!({})), 9).await;
    assert_eq!(act(&server, "airflow.set_variable", variable()).await.unwrap(), "variable a/b is made");
    assert_eq!(server.changes(), ["POST /api/v2/variables"]);
    let server = keeper(|_| panic!("it is there"), 0).await;
    assert_eq!(act(&server, "airflow.set_variable", variable()).await.unwrap(), "variable a/b is changed");
    assert_eq!(server.changes(), ["PATCH /api/v2/variables/a%2Fb"]);
    assert_eq!(server.asked.lock().unwrap()[1].body, json!({ "key": "a/b", "value": "{\"rows\": 3}" }));
    // Somebody made it meanwhile; or a try that seemed lost did; or it did not.
    let server = keeper(|_| says(409, "exists"), 9).await;
    assert_eq!(act(&server, "airflow.set_variable", variable()).await.unwrap(), "variable a/b is made");
    assert_eq!(server.changes().len(), 2);
    let server = keeper(|_| broken(), 1).await;
    assert_eq!(act(&server, "airflow.set_variable", variable()).await.unwrap(), "variable a/b is made");
    assert_eq!(server.changes().last().unwrap(), "PATCH /api/v2/variables/a%2Fb");
    let server = keeper(|tries| if tries == 0 { Answer::HangUp } else { Answer::Say(201, json!({})) }, 9).await;
    act(&server, "airflow.set_variable", variable()).await.unwrap();
    assert_eq!(server.changes().len(), 2);
}

#[tokio::test]
async fn a_pool_and_a_connection_are_changed_in_what_is_given() {
    let server = keeper(|_| panic!("it is there"), 0).await;
    let pool = json!({ "name": "default_pool", "slots": 1 });
    assert_eq!(act(&server, "airflow.set_pool", pool).await.unwrap(), "pool default_pool is changed: 1 slot");
    let connection = json!({ "connection_id": "lab", "conn_type": "kafka", "port": 9092 });
    assert_eq!(act(&server, "airflow.set_connection", connection).await.unwrap(), "connection lab is changed");
    let changes = [
        "PATCH /api/v2/pools/default_pool?update_mask=slots&update_mask=include_deferred",
        "PATCH /api/v2/connections/lab",
    ];
    assert_eq!(server.changes(), changes);
    let asked = server.asked.lock().unwrap();
    assert_eq!(asked[1].body, json!({ "pool": "default_pool", "slots": 1, "include_deferred": false }));
    assert_eq!(asked[3].body, json!({ "connection_id": "lab", "conn_type": "kafka", "port": 9092 }));
}

#[tokio::test]
async fn what_is_gone_by_a_lost_try_is_deleted_and_what_never_was_is_not() {
    let tries = AtomicU32::new(0);
    let server = FakeServer::start(move |_| match tries.fetch_add(1, Relaxed) {
        0 => Answer::HangUp,
        _ => says(404, "The Variable with key: `rows` was not found"),
    })
    .await;
    let key = || json!({ "key": "rows" });
    assert_eq!(act(&server, "airflow.delete_variable", key()).await.unwrap(), "variable rows is deleted");
    let problem = act(&server, "airflow.delete_variable", key()).await.unwrap_err();
    assert_eq!(problem.message, "airflow-1 refused to delete variable rows.");
    assert_eq!(problem.detail, "The Variable with key: `rows` was not found");
    assert!(problem.hint.contains("list of variables"), "{}", problem.hint);
}
