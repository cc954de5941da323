//! How DAGs are drawn, who holds slots and why tasks wait, asked of API servers that say what a real one cannot be made to say
//! at will.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use lab_airflow::{Probe, Server};
use lab_model::{AirflowNeed, Draft, Fact, facts::lab::LabFact};
use serde_json::{Value, json};
use support::{Answer, FakeServer, Question, dag, run};
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

struct Watching {
    probe: Probe,
    drafts: mpsc::UnboundedReceiver<Draft>,
    _needs: watch::Sender<BTreeSet<AirflowNeed>>,
}

impl Watching {
    fn start(server: &FakeServer) -> Self {
        let (node, address, user) = ("airflow-1".to_owned(), server.address.clone(), "lab".to_owned());
        let server = Server { node, address, user, password: "hush".to_owned() };
        let hello = || "hello".to_owned();
        let needs = [
            AirflowNeed::Dags,
            AirflowNeed::Runs { dag: hello() },
            AirflowNeed::Graph { dag: hello() },
            AirflowNeed::Waiting { dag: hello(), run: None },
            AirflowNeed::Slots,
        ];
        let (needs, needed) = watch::channel(needs.into_iter().collect());
        let (send, drafts) = mpsc::unbounded_channel();
        let out = move |draft| {
            let _ = send.send(draft);
        };
        Self {
            probe: Probe::start(server, std::sync::Arc::new(support::NoFolder), needed, out, CancellationToken::new()),
            drafts,
            _needs: needs,
        }
    }

    /// What was said until all was looked at once more, as words.
    async fn said(&mut self) -> Vec<String> {
        timeout(Duration::from_secs(30), self.probe.settled()).await.unwrap();
        let mut said = Vec::new();
        while let Ok(draft) = self.drafts.try_recv() {
            if !matches!(draft.fact, Fact::Lab(LabFact::Heard)) {
                said.push(draft.fact.to_string());
            }
        }
        said
    }
}

/// A DAG `hello` with a run in which thirty tasks are as the test says; its pages answer so.
fn airflow(question: &Question, state: &str, drawn: &Answer) -> Answer {
    let path = question.path.trim_start_matches("/api/v2/");
    let (name, all) = match path.split('?').next().unwrap() {
        "/ui/structure/structure_data" => return drawn.clone(),
        "config/section/core/option/parallelism" => {
            return Answer::Say(403, json!({ "detail": "Your Airflow administrator chose not to expose it." }));
        }
        "dags" => ("dags", json!([limited()])),
        "dags/~/dagVersions" => ("dag_versions", json!([{ "dag_id": "hello", "version_number": 2 }])),
        "importErrors" => ("import_errors", json!([])),
        "dags/~/dagRuns" | "dags/hello/dagRuns" => ("dag_runs", json!([run("hello", "r1", "running")])),
        "dags/hello/tasks" => ("tasks", (0..30).map(task).collect()),
        "dags/hello/dagRuns/r1/taskInstances" => ("task_instances", (0..30).map(|n| instance(n, state)).collect()),
        "dags/~/dagRuns/~/taskInstances" => ("task_instances", of_all(path, state)),
        "pools" => ("pools", json!([pool()])),
        path if path.ends_with("/dependencies") => {
            let said = json!([{ "name": "Dag Not Paused", "reason": "Task's DAG 'hello' is paused." }]);
            return Answer::Say(200, json!({ "dependencies": said }));
        }
        _ => return Answer::Say(404, json!({ "detail": format!("{path} was not found") })),
    };
    let total = all.as_array().unwrap().len();
    Answer::Say(200, json!({ name: all, "total_entries": total }))
}

fn limited() -> Value {
    let mut dag = dag("hello", false);
    (dag["max_active_tasks"], dag["max_active_runs"]) = (16.into(), 1.into());
    dag
}

fn task(n: u32) -> Value {
    json!({ "task_id": format!("t{n:02}"), "downstream_task_ids": [], "is_mapped": false, "operator_name": "@task",
        "trigger_rule": "all_success", "retries": 2.0, "retry_delay": { "days": 0, "seconds": 300, "microseconds": 0 } })
}

fn instance(n: u32, state: &str) -> Value {
    json!({ "dag_id": "hello", "dag_run_id": "r1", "task_id": format!("t{n:02}"), "map_index": -1, "state": state,
        "try_number": 1, "operator": "X", "pool": "weather", "pool_slots": 1, "scheduled_when": null, "queued_when": null,
        "start_date": null, "end_date": null, "trigger": null })
}

/// By the states that are asked for.
fn of_all(path: &str, state: &str) -> Value {
    if path.contains(&format!("state={state}")) { json!([instance(0, state)]) } else { json!([]) }
}

fn pool() -> Value {
    json!({ "name": "weather", "description": "", "slots": 1, "include_deferred": false, "occupied_slots": 1,
        "running_slots": 1, "queued_slots": 0, "deferred_slots": 0, "scheduled_slots": 3, "open_slots": 0 })
}

fn drawn() -> Answer {
    let node = |n: u32| json!({ "id": format!("t{n:02}"), "label": "t", "type": "task", "children": null });
    Answer::Say(200, json!({ "nodes": (0..30).map(node).collect::<Vec<_>>(), "edges": [] }))
}

#[tokio::test]
async fn all_is_told_once_and_twenty_tasks_are_asked_about_in_one_look() {
    let state = Arc::new(Mutex::new("scheduled".to_owned()));
    let shown = Arc::clone(&state);
    let server = FakeServer::start(move |question| airflow(question, &shown.lock().unwrap(), &drawn())).await;
    let mut watching = Watching::start(&server);
    let said = watching.said().await;
    for expected in [
        "hello is drawn with 30 tasks and 0 edges; groups: none",
        "hello may have 16 tasks of a run and 1 runs active at once",
        "hello retries 30 tasks, and 0 tasks of it depend on the run before",
        "has 1 pool: weather with 1 slot, 0 open",
        "does not tell how many tasks may run at once: Your Airflow administrator chose not to expose it.",
        "changed tasks of all DAGs: 1 scheduled",
    ] {
        assert_eq!(said.iter().filter(|said| *said == expected).count(), 1, "{expected} in {said:#?}");
    }
    let asked = |server: &FakeServer| {
        let asked = server.asked.lock().unwrap();
        asked.iter().filter(|question| question.path.ends_with("/dependencies")).count()
    };
    let looks = asked(&server);
    assert!(looks > 0 && looks.is_multiple_of(10), "{looks}");
    assert!(said.iter().any(|said| said.contains("t00: Task's DAG 'hello' is paused.")), "{said:#?}");
    *state.lock().unwrap() = "success".to_owned();
    let before = asked(&server);
    let said = watching.said().await;
    assert!(said.contains(&"changed tasks of all DAGs: 1 success".to_owned()), "{said:#?}");
    assert_eq!(asked(&server), before, "nothing waits any more");
}

#[tokio::test]
async fn pages_that_answer_otherwise_are_no_silence() {
    let missing = Answer::Say(404, json!({ "detail": "Not Found" }));
    let other = Answer::Say(200, json!({ "graph": [] }));
    for (answer, why) in
        [(missing, "Not Found (HTTP 404)"), (other, "its answer has another form: missing field `nodes`")]
    {
        let server = FakeServer::start(move |question| airflow(question, "running", &answer)).await;
        let said = Watching::start(&server).said().await;
        let untold = format!("does not tell how hello is drawn: {why}");
        assert!(said.contains(&untold), "{said:#?}");
        assert!(said.iter().all(|said| !said.starts_with("does not answer")), "{said:#?}");
    }
}
