//! Actions against API servers that say what a real one cannot be made to say at will.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use lab_airflow::{Airflow, DagFiles, Server};
use lab_model::{ActionCall, Code, Problem};
use serde_json::{Value, json};
use support::{Answer, FakeServer, Question, dag, run};
use tokio_util::sync::CancellationToken;

/// Files in memory.
#[derive(Default)]
struct Folder(Mutex<Vec<String>>);

#[async_trait]
impl DagFiles for Folder {
    async fn put(&self, file: &str, text: &str) -> Result<(), Problem> {
        self.0.lock().unwrap().push(format!("{file}: {text}"));
        Ok(())
    }

    async fn has(&self, _: &str) -> Result<bool, Problem> {
        Ok(true)
    }

    async fn remove(&self, file: &str) -> Result<bool, Problem> {
        Ok(file == "hello.py")
    }
}

async fn act(server: &FakeServer, name: &str, args: Value) -> Result<String, Problem> {
    let (node, address, user) = ("airflow-1".to_owned(), server.address.clone(), "lab".to_owned());
    let airflow = Airflow::new(Server { node, address, user, password: "hush".into() }, Arc::new(Folder::default()));
    let call = ActionCall { name: name.to_owned(), args: args.as_object().unwrap().clone() };
    airflow.run(&call, Arc::new(|_| {}), CancellationToken::new()).await
}

const RUNS: &str = "/api/v2/dags/hello/dagRuns";

fn is(question: &Question, method: &str, path: &str) -> bool {
    question.method == method && question.path.starts_with(path)
}

fn broken() -> Answer {
    Answer::Say(500, json!({ "detail": "Database error" }))
}

fn missing() -> Answer {
    Answer::Say(404, json!({ "detail": "not found" }))
}

/// The run that was asked for, as it was asked for.
fn made(question: &Question) -> Answer {
    Answer::Say(200, run("hello", question.body["dag_run_id"].as_str().unwrap(), "queued"))
}

#[tokio::test]
async fn a_run_is_made_once_and_named_by_us() {
    let server = FakeServer::start(|question| match question {
        post if is(post, "POST", RUNS) => made(post),
        _ => Answer::Say(200, dag("hello", true)),
    })
    .await;
    let said = act(&server, "airflow.trigger", json!({ "dag": "hello", "conf": { "rows": 3 } })).await.unwrap();
    assert!(
        said.starts_with("run manual__20") && said.ends_with(" of hello is queued; it waits, because hello is paused"),
        "{said}"
    );
    let asked = server.asked.lock().unwrap();
    assert_eq!((asked[0].token.as_deref(), &asked[0].body["conf"]), (Some("token-1"), &json!({ "rows": 3 })));
    assert_eq!(asked[0].body["logical_date"], Value::Null);
    assert!(asked[0].body.as_object().unwrap().contains_key("logical_date"), "Airflow asks for it");
}

#[tokio::test]
async fn a_run_of_which_nobody_heard_is_looked_for_before_it_is_made_again() {
    // It broke after it was done, or the connection did.
    for lost in [broken(), Answer::HangUp] {
        let server = FakeServer::start(move |question| match question {
            post if is(post, "POST", RUNS) => lost.clone(),
            get if is(get, "GET", RUNS) => Answer::Say(200, run("hello", "manual__it", "running")),
            _ => Answer::Say(200, dag("hello", false)),
        })
        .await;
        let said = act(&server, "airflow.trigger", json!({ "dag": "hello" })).await.unwrap();
        assert_eq!(said, "run manual__it of hello is running");
        assert_eq!(server.changes(), [format!("POST {RUNS}")]);
    }
    // It broke before it was done.
    let tries = AtomicU32::new(0);
    let server = FakeServer::start(move |question| match question {
        post if is(post, "POST", RUNS) && tries.fetch_add(1, Ordering::Relaxed) == 0 => broken(),
        post if is(post, "POST", RUNS) => made(post),
        get if is(get, "GET", RUNS) => missing(),
        _ => Answer::Say(200, dag("hello", false)),
    })
    .await;
    act(&server, "airflow.trigger", json!({ "dag": "hello" })).await.unwrap();
    let asked = server.asked.lock().unwrap();
    let names: Vec<&Value> =
        asked.iter().filter(|post| post.method == "POST").map(|post| &post.body["dag_run_id"]).collect();
    assert_eq!((names.len(), names[0]), (2, names[1]), "it is the same run");
}

#[tokio::test]
async fn a_dag_that_no_file_defines_any_more_is_said_to_be_one() {
    for (stale, hint) in [
        (true, "No file defines hello any more. Write a file with this DAG again, or choose another DAG."),
        (false, "Look at the list of DAGs: a new file is read within a few seconds."),
    ] {
        let server = FakeServer::start(move |question| match question {
            post if is(post, "POST", RUNS) => missing(),
            _ => {
                let mut dag = dag("hello", false);
                dag["is_stale"] = json!(stale);
                Answer::Say(200, dag)
            }
        })
        .await;
        let problem = act(&server, "airflow.trigger", json!({ "dag": "hello" })).await.unwrap_err();
        assert_eq!((problem.code, problem.hint.as_str()), (Code::EngineSaidNo, hint));
    }
}

#[tokio::test]
async fn one_that_goes_on_breaking_is_given_up() {
    let server = FakeServer::start(|question| match question {
        get if is(get, "GET", RUNS) => missing(),
        _ => broken(),
    })
    .await;
    let problem = act(&server, "airflow.trigger", json!({ "dag": "hello" })).await.unwrap_err();
    assert_eq!((problem.code, problem.detail.as_str()), (Code::EngineSaidNo, "Database error"));
    assert_eq!(server.changes().len(), 3);
}

#[tokio::test]
async fn a_refusal_has_airflows_words_and_what_to_do() {
    let twice = json!({ "detail": { "reason": "Unique constraint violation", "statement": "hidden" } });
    let server = FakeServer::start(move |_| Answer::Say(409, twice.clone())).await;
    let problem = act(&server, "airflow.trigger", json!({ "dag": "hello", "logical_date": "now" })).await.unwrap_err();
    let expected = (Code::EngineSaidNo, "airflow-1 refused to trigger hello.", "Unique constraint violation");
    assert_eq!((problem.code, problem.message.as_str(), problem.detail.as_str()), expected);
    assert!(problem.hint.contains("another logical date"), "{}", problem.hint);
    let server = FakeServer::start(|_| missing()).await;
    let problem = act(&server, "airflow.pause", json!({ "dag": "nope" })).await.unwrap_err();
    assert_eq!(problem.message, "airflow-1 refused to pause nope.");
}

#[tokio::test]
async fn a_switch_of_which_nobody_heard_is_looked_at() {
    let paused = AtomicU32::new(0);
    let server = FakeServer::start(move |question| {
        if question.method == "PATCH" {
            paused.store(1, Ordering::Relaxed);
            return broken();
        }
        Answer::Say(200, dag("hello", paused.load(Ordering::Relaxed) == 1))
    })
    .await;
    let pause = || json!({ "dag": "hello" });
    assert_eq!(act(&server, "airflow.pause", pause()).await.unwrap(), "hello is paused");
    assert_eq!(act(&server, "airflow.pause", pause()).await.unwrap(), "hello was paused already");
    assert_eq!(server.changes(), ["PATCH /api/v2/dags/hello?update_mask=is_paused"]);
}

#[tokio::test]
async fn a_token_that_is_not_taken_any_more_is_fetched_anew_once() {
    let refused = AtomicU32::new(0);
    let server = FakeServer::start(move |question| match question {
        // The first question is answered, the second one is not.
        _ if question.method == "PATCH" && refused.fetch_add(1, Ordering::Relaxed) == 0 => {
            Answer::Say(401, json!({ "detail": "Invalid JWT token" }))
        }
        patch if patch.method == "PATCH" => Answer::Say(200, dag("hello", true)),
        _ => Answer::Say(200, dag("hello", false)),
    })
    .await;
    assert_eq!(act(&server, "airflow.pause", json!({ "dag": "hello" })).await.unwrap(), "hello is paused");
    assert_eq!(server.changes().len(), 2);
    let server = FakeServer::start(|_| Answer::Say(401, json!({ "detail": "Invalid JWT token" }))).await;
    let problem = act(&server, "airflow.pause", json!({ "dag": "hello" })).await.unwrap_err();
    assert_eq!((problem.detail.as_str(), server.asked.lock().unwrap().len()), ("Invalid JWT token", 1));
}

/// Nothing is known of the file at first, and then `later`; its text is at first the one of before.
async fn folder(later: Value, errors: Value) -> FakeServer {
    let (looks, sources) = (AtomicU32::new(0), AtomicU32::new(0));
    FakeServer::start(move |question| {
        let path = question.path.trim_start_matches("/api/v2/");
        if path == "dagSources/hello" {
            let text = ["x = 0\n", "x = 1\n"][usize::from(sources.fetch_add(1, Ordering::Relaxed) > 0)];
            return Answer::Say(200, json!({ "content": text, "version_number": 2 }));
        }
        let first = looks.load(Ordering::Relaxed) < 2;
        let some = |all: &Value| if first { json!([]) } else { all.clone() };
        let (name, all) = match path.split(['?', '/']).next().unwrap() {
            "dags" if path.starts_with("dags/~/dagVersions") => {
                ("dag_versions", json!([{ "dag_id": "hello", "version_number": 2 }]))
            }
            "dags" => ("dags", some(&later)),
            "importErrors" => {
                looks.fetch_add(1, Ordering::Relaxed);
                ("import_errors", some(&errors))
            }
            _ => panic!("asked {path}"),
        };
        let total = all.as_array().unwrap().len();
        Answer::Say(200, json!({ name: all, "total_entries": total }))
    })
    .await
}

#[tokio::test]
async fn a_file_is_written_and_what_airflow_makes_of_it_is_told() {
    let mut read = dag("hello", false);
    read["last_parsed_time"] = json!("2026-11-30T18:51:28Z");
    let file = || json!({ "file": "hello.py", "text": "x = 1\n" });
    let server = folder(json!([read]), json!([])).await;
    let said = act(&server, "airflow.put_dag", file()).await.unwrap();
    assert_eq!(said, "Airflow has read hello.py: 1 DAG in it: hello (version 2)");
    let asked = server.asked.lock().unwrap().clone();
    assert_eq!(asked.iter().filter(|question| question.path.ends_with("dagSources/hello")).count(), 2);
    let trace =
        "  File \"/opt/airflow/dags/hello.py\", line 1\n    x = (\n        ^\nSyntaxError: '(' was never closed\n";
    let error = json!({ "filename": "hello.py", "timestamp": "2026-11-30T18:51:28Z", "stack_trace": trace });
    let server = folder(json!([]), json!([error])).await;
    let said = act(&server, "airflow.put_dag", file()).await.unwrap();
    assert_eq!(said, "hello.py is written, and Airflow cannot import it in line 1: SyntaxError: '(' was never closed");
}

#[tokio::test]
async fn a_file_that_is_not_there_cannot_be_deleted() {
    let server = folder(json!([]), json!([])).await;
    let problem = act(&server, "airflow.delete_dag_file", json!({ "file": "nope.py" })).await.unwrap_err();
    assert_eq!(problem.code, Code::NotNow);
    assert_eq!(
        act(&server, "airflow.delete_dag_file", json!({ "file": "hello.py" })).await.unwrap(),
        "hello.py is gone"
    );
}
