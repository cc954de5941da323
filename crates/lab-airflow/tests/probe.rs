//! The probe against API servers that say what a real one cannot be made to say at will.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use lab_airflow::{DagFolder, Probe, Server};
use lab_model::{
    AirflowNeed, Code, Draft, Fact, Problem, Source,
    facts::{
        airflow::{AirflowFact, FileListed, WARM_UP},
        lab::LabFact,
    },
};
use serde_json::{Value, json};
use support::{Answer, FakeServer, Question, dag, run};
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// A folder with files in memory, and whether it can be looked into.
#[derive(Default)]
struct Folder(Mutex<Vec<(&'static str, &'static str)>>, AtomicBool);

#[async_trait]
impl DagFolder for Folder {
    async fn list(&self) -> Result<Vec<FileListed>, Problem> {
        if self.1.load(Ordering::Relaxed) {
            let (message, empty) = ("it is paused".to_owned(), String::new);
            return Err(Problem { code: Code::EngineSaidNo, message, detail: empty(), hint: empty() });
        }
        let file = |(name, text): &(&str, &str)| FileListed {
            name: (*name).to_owned(),
            size: text.len() as u64,
            changed_at: None,
        };
        Ok(self.0.lock().unwrap().iter().map(file).collect())
    }

    async fn read(&self, file: &str, limit: usize) -> Result<Vec<u8>, Problem> {
        let files = self.0.lock().unwrap();
        let (_, text) = files.iter().find(|(name, _)| *name == file).unwrap();
        Ok(text.bytes().take(limit).collect())
    }

    async fn log_size(&self, _: &str) -> Result<Option<u64>, Problem> {
        Ok(None)
    }

    fn log_by_hand(&self, log: &str) -> String {
        log.to_owned()
    }
}

struct Watching {
    probe: Probe,
    drafts: mpsc::UnboundedReceiver<Draft>,
    _needs: watch::Sender<BTreeSet<AirflowNeed>>,
}

impl Watching {
    fn start(server: &FakeServer, password: &str, needs: &[AirflowNeed]) -> Self {
        Self::with(server, Arc::default(), password, needs)
    }

    fn with(server: &FakeServer, folder: Arc<Folder>, password: &str, needs: &[AirflowNeed]) -> Self {
        let (node, address, user) = ("airflow-1".to_owned(), server.address.clone(), "lab".to_owned());
        let server = Server { node, address, user, password: password.to_owned() };
        let (needs, needed) = watch::channel(needs.iter().cloned().collect());
        let (send, drafts) = mpsc::unbounded_channel();
        let out = move |draft| {
            let _ = send.send(draft);
        };
        Self { probe: Probe::start(server, folder, needed, out, CancellationToken::new()), drafts, _needs: needs }
    }

    async fn settled(&self) {
        timeout(Duration::from_secs(30), self.probe.settled()).await.unwrap();
    }

    /// All that was said so far, as words.
    fn said(&mut self) -> Vec<String> {
        let mut said = Vec::new();
        while let Ok(draft) = self.drafts.try_recv() {
            assert_eq!(draft.source, Source::Node("airflow-1".into()));
            if !matches!(draft.fact, Fact::Lab(LabFact::Heard)) {
                said.push(draft.fact.to_string());
            }
        }
        said
    }
}

/// One DAG `hello` with a run, whose tasks are as the test says.
fn airflow(question: &Question, tasks: &Value) -> Answer {
    let path = question.path.trim_start_matches("/api/v2/");
    let (name, all) = match path.split('?').next().unwrap() {
        "jobs" => {
            ("jobs", json!([{ "job_type": "SchedulerJob", "hostname": "h", "start_date": "2026-11-30T18:51:00Z" }]))
        }
        "dags" => ("dags", json!([dag("hello", false)])),
        "dags/~/dagVersions" => ("dag_versions", json!([{ "dag_id": "hello", "version_number": 2 }])),
        "importErrors" => ("import_errors", json!([])),
        "dags/~/dagRuns" => ("dag_runs", json!([run("hello", "r1", "running")])),
        "dags/hello/dagRuns" => ("dag_runs", json!([run("hello", "r1", "running")])),
        "dags/hello/tasks" => (
            "tasks",
            json!([{ "task_id": "load", "downstream_task_ids": [], "is_mapped": false,
            "operator_name": "@task", "trigger_rule": "all_success" }]),
        ),
        "dags/hello/dagRuns/r1/taskInstances" => ("task_instances", tasks.clone()),
        _ => return Answer::Say(404, json!({ "detail": format!("{path} was not found") })),
    };
    let total = all.as_array().unwrap().len();
    Answer::Say(200, json!({ name: all, "total_entries": total }))
}

fn instance(map_index: i32, state: &str) -> Value {
    json!({
        "task_id": "load", "map_index": map_index, "state": state, "try_number": 1, "operator": "X", "pool": "default_pool",
        "pool_slots": 1, "scheduled_when": null, "queued_when": "2026-11-30T18:51:22Z", "start_date": null, "end_date": null,
        "trigger": null,
    })
}

fn runs_of(dag: &str) -> AirflowNeed {
    AirflowNeed::Runs { dag: dag.to_owned() }
}

#[tokio::test]
async fn everything_is_said_once_and_then_what_changed() {
    let tasks = Arc::new(Mutex::new(json!([instance(0, "queued"), instance(1, "queued")])));
    let shown = Arc::clone(&tasks);
    let server = FakeServer::start(move |question| airflow(question, &shown.lock().unwrap())).await;
    let mut watching = Watching::start(
        &server,
        "hush",
        &[AirflowNeed::Components, AirflowNeed::Dags, runs_of("hello"), runs_of("nope")],
    );
    watching.settled().await;
    let said = watching.said();
    for expected in [
        "says: Airflow 3.3.2; metadatabase healthy, scheduler healthy, dag_processor healthy, triggerer never started",
        "has jobs alive: SchedulerJob",
        "DAG hello of hello.py, version 2",
        "has 1 DAG: hello",
        "cannot import 0 files: none",
        "lists the newest runs: r1 of hello running",
        &format!("has no DAG {WARM_UP}"),
        "hello has 1 task: load",
        "hello has 1 run: r1 (manual) running",
        "r1 of hello: load[0] queued, load[1] queued",
        "has no DAG nope",
    ] {
        assert_eq!(said.iter().filter(|said| *said == expected).count(), 1, "{expected} in {said:#?}");
    }
    assert_eq!(said.len(), 11, "{said:#?}");
    *tasks.lock().unwrap() = json!([instance(0, "queued"), instance(1, "running")]);
    watching.settled().await;
    assert_eq!(watching.said(), ["r1 of hello: load[1] running"]);
}

#[tokio::test]
async fn of_many_task_instances_it_is_told_how_many_were_read_and_once() {
    let server = FakeServer::start(|question| {
        let Some((_, query)) = question.path.split_once("r1/taskInstances?") else {
            return airflow(question, &json!([]));
        };
        let offset: i32 = query.rsplit_once("offset=").unwrap().1.parse().unwrap();
        let page: Vec<Value> = (offset..(offset + 100).min(250)).map(|index| instance(index, "queued")).collect();
        Answer::Say(200, json!({ "task_instances": page, "total_entries": 250 }))
    })
    .await;
    let mut watching = Watching::start(&server, "hush", &[AirflowNeed::Dags, runs_of("hello")]);
    watching.settled().await;
    let of_run = |said: Vec<String>| said.into_iter().filter(|said| said.starts_with("r1 of")).collect::<Vec<_>>();
    let expected = [
        "r1 of hello has 250 task instances, of which 100 are read",
        "r1 of hello has 250 task instances, of which 200 are read",
        "r1 of hello: 250 queued",
    ];
    assert_eq!(of_run(watching.said()), expected);
    watching.settled().await;
    assert_eq!(of_run(watching.said()), [""; 0], "they are read again, and nothing is new");
}

#[tokio::test]
async fn what_airflow_dates_has_its_time() {
    let server = FakeServer::start(|question| airflow(question, &json!([instance(-1, "queued")]))).await;
    let mut watching =
        Watching::start(&server, "hush", &[AirflowNeed::Components, AirflowNeed::Dags, runs_of("hello")]);
    watching.settled().await;
    let mut dated = 0;
    while let Ok(Draft { said_at, fact: Fact::Airflow(fact), .. }) = watching.drafts.try_recv() {
        let second = match fact {
            AirflowFact::HealthTold { .. } => 27_000,
            AirflowFact::DagDescribed { .. } => 20_500,
            AirflowFact::RunsListed { .. } => 21_000,
            AirflowFact::TaskInstancesSeen { .. } => 22_000,
            _ => continue,
        };
        assert_eq!(said_at, Some(1_796_064_660_000 + second), "{fact:?}");
        dated += 1;
    }
    assert_eq!(dated, 4);
}

#[tokio::test]
async fn a_server_that_breaks_at_one_question_is_not_silent() {
    let server = FakeServer::start(|question| match question.path.as_str() {
        path if path.contains("importErrors") => Answer::Say(500, json!({ "detail": "Database error" })),
        _ => airflow(question, &json!([])),
    })
    .await;
    let mut watching = Watching::start(&server, "hush", &[AirflowNeed::Dags]);
    watching.settled().await;
    let said = watching.said();
    assert_eq!(
        said,
        ["DAG hello of hello.py, version 2", "has 1 DAG: hello", "lists the newest runs: r1 of hello running"]
    );
}

#[tokio::test]
async fn one_that_does_not_take_the_password_or_hangs_is_silent_and_why_is_said() {
    let server = FakeServer::start(|question| airflow(question, &json!([]))).await;
    let mut watching = Watching::start(&server, "wrong", &[AirflowNeed::Dags]);
    watching.settled().await;
    assert_only(&watching.said(), "does not answer: Invalid credentials (HTTP 401)");
    let server = FakeServer::start(|_| Answer::Silence).await;
    let mut watching = Watching::start(&server, "hush", &[AirflowNeed::Dags]);
    watching.settled().await;
    assert_only(&watching.said(), "does not answer: no answer within 3000 ms");
}

/// Once, or again with a later look.
fn assert_only(said: &[String], expected: &str) {
    assert!(!said.is_empty() && said.iter().all(|said| said == expected), "{said:?}");
}

#[tokio::test]
async fn a_connection_that_was_let_go_between_two_questions_is_no_silence() {
    let hung_up = AtomicBool::new(false);
    let server = FakeServer::start(move |question| {
        let now = question.path.contains("dagVersions") && !hung_up.swap(true, Ordering::Relaxed);
        if now { Answer::HangUp } else { airflow(question, &json!([])) }
    })
    .await;
    let mut watching = Watching::start(&server, "hush", &[AirflowNeed::Dags]);
    watching.settled().await;
    let said = watching.said();
    assert!(said.contains(&"has 1 DAG: hello".to_owned()), "{said:?}");
    assert!(said.iter().all(|said| !said.starts_with("does not answer")), "{said:?}");
}

#[tokio::test]
async fn files_are_told_when_they_change_and_a_folder_that_cannot_be_looked_into_is_not_empty() {
    let server = FakeServer::start(|_| Answer::Say(404, json!({}))).await;
    let folder = Arc::new(Folder(Mutex::new(vec![("b.py", "2"), ("a.py", "1")]), AtomicBool::new(false)));
    let needs = [AirflowNeed::Files { file: Some("a.py".into()) }, AirflowNeed::Files { file: Some("gone.py".into()) }];
    let mut watching = Watching::with(&server, Arc::clone(&folder), "hush", &needs);
    let mut told = async || {
        watching.settled().await;
        let mut said = Vec::new();
        while let Ok(draft) = watching.drafts.try_recv() {
            if matches!(draft.fact, Fact::Airflow(_)) {
                said.push(draft.fact.to_string());
            }
        }
        said
    };
    let all = ["has a.py with 1 line", "has no file gone.py", "has 2 files for DAGs: a.py, b.py"];
    assert_eq!(told().await, all);
    assert!(told().await.is_empty());
    folder.1.store(true, Ordering::Relaxed);
    assert_eq!(told().await, ["does not show its files: it is paused"]);
    folder.1.store(false, Ordering::Relaxed);
    folder.0.lock().unwrap()[1] = ("a.py", "1\n23");
    assert_eq!(told().await, ["has a.py with 2 lines", "has 2 files for DAGs: a.py, b.py"]);
}
