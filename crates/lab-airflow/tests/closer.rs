//! The closer looks against API servers that say what a real one cannot be made to say at will.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use lab_airflow::{Probe, Server};
use lab_model::{
    AirflowNeed, Draft, Fact,
    facts::airflow::{AirflowFact, LogSeen, StoreTold, TaskTold, ValueSeen, XComsSeen},
};
use serde_json::{Value, json};
use support::{Answer, FakeServer, Question};
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
    fn start(server: &FakeServer, need: AirflowNeed) -> Self {
        let (node, address, user) = ("airflow-1".to_owned(), server.address.clone(), "lab".to_owned());
        let server = Server { node, address, user, password: "hush".to_owned() };
        let (needs, needed) = watch::channel([need].into_iter().collect());
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

    async fn settled(&self) {
        timeout(Duration::from_secs(60), self.probe.settled()).await.unwrap();
    }

    /// What was said of single things so far.
    fn told(&mut self) -> Vec<AirflowFact> {
        let mut told = Vec::new();
        while let Ok(draft) = self.drafts.try_recv() {
            if let Fact::Airflow(
                fact @ (AirflowFact::TaskTold { .. } | AirflowFact::StoreTold { .. } | AirflowFact::AssetTold { .. }),
            ) = draft.fact
            {
                told.push(fact);
            }
        }
        told
    }
}

fn load() -> AirflowNeed {
    let (dag, run, task) = ("hello".to_owned(), "r1".to_owned(), "load".to_owned());
    AirflowNeed::Task { dag, run: Some(run), task, map_index: -1, try_number: None }
}

/// `load` after `extract`, which left a value; it ended at second 10, and it is second 27.
fn task(question: &Question, state: &str, log: Answer) -> Answer {
    let ended = (state == "failed").then_some("2026-11-30T18:51:10Z");
    let instance = json!({
        "task_id": "load", "map_index": -1, "state": state, "try_number": 1, "max_tries": 0, "hostname": "airflow-1",
        "scheduled_when": null, "queued_when": null, "start_date": "2026-11-30T18:51:05Z", "end_date": ended, "trigger": null,
        "rendered_fields": { "op_args": ["ü"] },
    });
    let listed = |task: &str, key: Option<&str>| {
        let entries: Vec<Value> = key
            .iter()
            .map(|key| json!({ "task_id": task, "map_index": -1, "key": key, "timestamp": "2026-11-30T18:51:08Z" }))
            .collect();
        json!({ "total_entries": entries.len(), "xcom_entries": entries })
    };
    let path = question.path.trim_start_matches("/api/v2/");
    let in_run = path.trim_start_matches("dags/hello/dagRuns/r1/taskInstances/");
    Answer::Say(
        200,
        match in_run.split('?').next().unwrap() {
            "load/-1" => instance,
            "load/-1/tries" => json!({ "task_instances": [instance] }),
            "load/logs/1" => return log,
            "load/xcomEntries" => listed("load", Some("rows")),
            "load/xcomEntries/rows" => json!({ "key": "rows", "value": 3 }),
            "extract/xcomEntries" => listed("extract", Some("return_value")),
            "extract/xcomEntries/return_value" => json!({ "key": "return_value", "value": { "n": [1, 2.5] } }),
            "dags/hello/tasks" => json!({ "tasks": [
            { "task_id": "extract", "downstream_task_ids": ["load"] }, { "task_id": "load", "downstream_task_ids": [] },
        ] }),
            "eventLogs" => json!({ "total_entries": 1, "event_logs": [
            { "when": "2026-11-30T18:51:10Z", "event": state, "owner": "airflow", "map_index": -1, "try_number": 1, "extra": null },
        ] }),
            _ => return Answer::Say(404, json!({ "detail": format!("{path} was not found") })),
        },
    )
}

fn lines() -> Answer {
    let detail = json!([{ "exc_type": "ValueError", "exc_value": "no rows", "frames": [] }]);
    let lines = [
        json!({ "event": "::group::Log message source details" }),
        json!({ "event": "/opt/airflow/logs/load.log" }),
        json!({ "event": "::endgroup::" }),
        json!({ "event": "Task failed with exception", "level": "error", "error_detail": detail }),
    ];
    Answer::Lines(lines.iter().map(|line| format!("{line}\n")).collect())
}

fn log(told: &[AirflowFact]) -> Vec<LogSeen> {
    let of = |fact: &AirflowFact| match fact {
        AirflowFact::TaskTold { told: TaskTold::Log(log), .. } => Some(log.clone()),
        _ => None,
    };
    told.iter().filter_map(of).collect()
}

fn xcoms(told: &[AirflowFact]) -> XComsSeen {
    let of = |fact: &AirflowFact| match fact {
        AirflowFact::TaskTold { told: TaskTold::XComs(xcoms), .. } => Some(xcoms.clone()),
        _ => None,
    };
    told.iter().filter_map(of).next_back().unwrap()
}

fn asked(server: &FakeServer, what: &str) -> usize {
    server.asked.lock().unwrap().iter().filter(|question| question.path.contains(what)).count()
}

#[tokio::test]
async fn one_that_has_ended_is_told_once_and_its_log_read_once() {
    let server = FakeServer::start(|question| task(question, "failed", lines())).await;
    let mut watching = Watching::start(&server, load());
    watching.settled().await;
    let told = watching.told();
    let words: Vec<String> = told.iter().map(ToString::to_string).collect();
    for expected in [
        "load in r1 of hello: failed, try 1",
        "tries of load in r1 of hello: 1 failed",
        "event log of load in r1 of hello: failed",
        "log of try 1 of load in r1 of hello: 1 line after 0; ValueError: no rows",
        "load in r1 of hello left 1 value; those before it left 1",
    ] {
        assert_eq!(words.iter().filter(|said| *said == expected).count(), 1, "{expected} in {words:#?}");
    }
    assert_eq!(words.len(), 5, "{words:#?}");
    let log = &log(&told)[0];
    assert!(log.finished && log.sources == ["/opt/airflow/logs/load.log"], "{log:?}");
    watching.settled().await;
    watching.settled().await;
    assert_eq!(watching.told(), []);
    assert_eq!((asked(&server, "/logs/"), asked(&server, "return_value")), (1, 1));
}

#[tokio::test]
async fn a_value_that_is_not_given_is_no_silence() {
    let server = FakeServer::start(|question| match question.path.contains("/rows") {
        true => Answer::HangUp,
        false => task(question, "failed", lines()),
    })
    .await;
    let mut watching = Watching::start(&server, load());
    watching.settled().await;
    watching.settled().await;
    let xcoms = xcoms(&watching.told());
    let (text, kind) = ("{\"n\":[1,2.5]}".to_owned(), "object".to_owned());
    assert_eq!(xcoms.before[0].value, ValueSeen::Json { length: 13, text, kind });
    let ValueSeen::Unread { why } = &xcoms.own[0].value else { panic!("{xcoms:?}") };
    assert!(why.starts_with("Airflow did not give it: "), "{why}");
}

#[tokio::test]
async fn the_log_of_one_that_runs_is_read_again_and_what_is_new_told() {
    let entries = Arc::new(Mutex::new(1));
    let shown = Arc::clone(&entries);
    let server = FakeServer::start(move |question| {
        let lines: Vec<String> =
            (0..*shown.lock().unwrap()).map(|n| json!({ "event": format!("line {n}") }).to_string() + "\n").collect();
        task(question, "running", Answer::Lines(lines.concat()))
    })
    .await;
    let mut watching = Watching::start(&server, load());
    watching.settled().await;
    let first = log(&watching.told());
    assert_eq!((first[0].from, first[0].entries.len(), first[0].finished), (0, 1, false));
    *entries.lock().unwrap() = 3;
    watching.settled().await;
    let then = log(&watching.told());
    let events: Vec<&str> = then[0].entries.iter().map(|entry| entry.event.as_str()).collect();
    assert_eq!((then[0].from, events), (1, vec!["line 1", "line 2"]));
}

#[tokio::test]
async fn a_log_without_end_is_left() {
    let line = json!({ "event": "x".repeat(20_000) }).to_string() + "\n";
    let server = FakeServer::start(move |question| task(question, "failed", Answer::Endless(line.clone()))).await;
    let mut watching = Watching::start(&server, load());
    let mut logs = Vec::new();
    for _ in 0..30 {
        watching.settled().await;
        logs.extend(log(&watching.told()));
        if !logs.is_empty() {
            break;
        }
    }
    assert_eq!(
        logs[0].unread.as_deref(),
        Some("Pipewright stopped reading it here, because it is too long; its end stands in the file")
    );
    assert!(logs[0].from > 1_500 && logs[0].entries.len() < 40, "{} {}", logs[0].from, logs[0].entries.len());
    watching.settled().await;
    assert_eq!(asked(&server, "/logs/"), 1);
}

#[tokio::test]
async fn one_that_is_not_there_is_said_to_be_missing() {
    let server = FakeServer::start(|_| Answer::Say(404, json!({ "detail": "not found" }))).await;
    let mut watching = Watching::start(&server, load());
    watching.settled().await;
    watching.settled().await;
    let words: Vec<String> = watching.told().iter().map(ToString::to_string).collect();
    assert_eq!(words, ["has no task instance load in r1 of hello"]);
}

#[tokio::test]
async fn a_variable_that_changed_says_since_when_and_no_password_is_told() {
    let value = Arc::new(Mutex::new("eu"));
    let shown = Arc::clone(&value);
    let server = FakeServer::start(move |question| {
        let path = question.path.trim_start_matches("/api/v2/");
        Answer::Say(200, match path.split('?').next().unwrap() {
            "variables" => json!({ "total_entries": 1, "variables": [
                { "key": "region", "value": *shown.lock().unwrap(), "description": null, "is_encrypted": true },
            ] }),
            "connections" => json!({ "total_entries": 1, "connections": [{
                "connection_id": "shop", "conn_type": "http", "description": null, "host": "h", "port": null, "schema": null,
                "login": "me", "password": "topsecret", "extra": "{\"token\":\"topsecret\"}",
            }] }),
            "eventLogs" => json!({ "total_entries": 0, "event_logs": [] }),
            "dags/~/dagRuns" => json!({ "total_entries": 0, "dag_runs": [] }),
            _ => return Answer::Say(404, json!({ "detail": format!("{path} was not found") })),
        })
    })
    .await;
    let mut watching = Watching::start(&server, AirflowNeed::Variables);
    watching.settled().await;
    let told = watching.told();
    assert!(!format!("{told:?}").contains("topsecret"), "{told:?}");
    assert_eq!((told.len(), since(&told)), (3, None));
    *value.lock().unwrap() = "us";
    watching.settled().await;
    let told = watching.told();
    assert_eq!((told.len(), since(&told)), (1, Some(1_796_064_687_000)));
}

fn since(told: &[AirflowFact]) -> Option<i64> {
    let of = |fact: &AirflowFact| match fact {
        AirflowFact::StoreTold { told: StoreTold::Variables { since, .. } } => Some(*since),
        _ => None,
    };
    told.iter().find_map(of).unwrap()
}
