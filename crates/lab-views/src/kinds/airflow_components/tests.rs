//! The components' cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::{
        airflow::{AirflowFact, RunSeen, WARM_UP},
        lab::{LabFact, NodeState},
    },
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({}), said, expected);
}

fn warmed(ended: i64) -> AirflowFact {
    runs(WARM_UP, &[run("w2", "running", None), run("w1", "success", Some(ended))])
}

/// The scheduler was started at second 3, and a first run ended at second 14.
fn ready() -> Vec<Draft> {
    let jobs = jobs(&[("SchedulerJob", 3), ("DagProcessorJob", 3), ("TriggererJob", 4)]);
    vec![airflow_started(), a(LabFact::Heard), a(all_healthy()).said_at(AT + 6_000), a(jobs), a(warmed(14))]
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    ready().into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "/warm": null, "/healthy": false, "summary": "The lab has no Airflow." }));
    let expected = json!({
        "known": false,
        "/api_server": {
            "node": "airflow-1", "endpoint": "127.0.0.1:28080", "version": null, "heard": "not_asked", "heard_at": null,
            "why_silent": null,
        },
        "/components": [],
        "/clock_offset": null,
        "awaits": ["the health of the components", "whether the first run has ended"],
        "summary": "airflow-1 was not asked yet.",
    });
    check(&[airflow_started()], &expected);
    let awaits = [
        "the health of the components (airflow-1 does not answer)",
        "whether the first run has ended (airflow-1 does not answer)",
    ];
    let silent = [airflow_started(), a(silent())];
    check(&silent, &json!({ "known": false, "awaits": awaits, "/api_server/heard": "silent" }));
}

#[test]
fn a_ready_airflow() {
    let expected = json!({
        "known": true,
        "awaits": [],
        "/healthy": true,
        "/warm": true,
        "/clock_offset": AT + 6_300,
        "/api_server/version": "3.3.2",
        "/components/0": { "name": "metadatabase", "status": "healthy", "latest_heartbeat": null, "start_date": null, "hostname": null },
        "/components/1": {
            "name": "scheduler", "status": "healthy", "latest_heartbeat": AT + 5_000, "start_date": AT + 3_000,
            "hostname": "airflow-1",
        },
        "/components/3/start_date": AT + 4_000,
        "table/0/1": "answers: yes",
        "table/2/2": "18:51:05",
        "summary": "Airflow 3.3.2 answers. metadatabase, scheduler, dag_processor and triggerer are healthy. The first run has ended.",
    });
    check(&ready(), &expected);
}

#[test]
fn a_component_that_ails_or_was_never_started_is_named() {
    let some = health([Some("healthy"), Some("unhealthy"), Some("healthy"), None]);
    let expected = json!({
        "/healthy": false,
        "/components/3/status": null,
        "summary": "Airflow 3.3.2 answers. metadatabase and dag_processor are healthy. triggerer was never started. scheduler is \
            unhealthy. The first run has ended.",
    });
    check(&after([a(some)]), &expected);
}

#[test]
fn warm_is_a_run_that_ended_well_after_the_scheduler_was_started() {
    let jobs_at = |second| a(jobs(&[("SchedulerJob", second)]));
    let cases: &[(&[Draft], Value)] = &[
        // The scheduler was started anew.
        (&[jobs_at(20)], json!(false)),
        (&[jobs_at(20), a(warmed(25))], json!(true)),
        (&[a(runs(WARM_UP, &[run("w1", "failed", Some(14))]))], json!(false)),
        (&[a(runs(WARM_UP, &[run("w1", "running", None)]))], json!(false)),
        (&[a(runs("hello", &[run("r1", "running", None)]))], json!(true)),
        (&[a(AirflowFact::DagMissing { dag: WARM_UP.into() })], json!(false)),
        // None is alive.
        (&[a(jobs(&[("TriggererJob", 3)]))], json!(false)),
        (&[airflow_started(), a(warmed(14))], Value::Null),
        (&[airflow_started(), jobs_at(3)], Value::Null),
    ];
    for (more, warm) in cases {
        check(&after(more.to_vec()), &json!({ "/warm": warm }));
    }
}

#[test]
fn a_first_run_that_failed_has_ended_and_warmed_nothing() {
    let of = |runs_of: &[RunSeen]| after([a(runs(WARM_UP, runs_of))]);
    let summary = "Airflow 3.3.2 answers. metadatabase, scheduler, dag_processor and triggerer are healthy. \
        The first run failed; another one is made until one ends well.";
    let failed = run("w1", "failed", Some(14));
    check(&of(std::slice::from_ref(&failed)), &json!({ "/warm": false, "summary": summary }));
    let again = run("w2", "success", Some(20));
    check(&of(&[again, failed]), &json!({ "/warm": true }));
}

#[test]
fn what_a_silent_one_said_last_is_said_to_be_of_before() {
    let expected = json!({
        "known": true,
        "/healthy": false,
        "/api_server/heard": "silent",
        "/api_server/why_silent": "no answer within 1 s",
        "/components/1/status": "healthy",
        "summary": "airflow-1 does not answer (no answer within 1 s). What it said last: metadatabase, scheduler, dag_processor \
            and triggerer are healthy. The first run has ended.",
    });
    check(&after([a(silent())]), &expected);
    let ended = after([container("airflow-1", NodeState::Stopped, &[])]);
    check(&ended, &json!({ "/api_server/why_silent": "its container has ended", "/healthy": false }));
    // A new start knows nothing of the one before; one that is taken over does.
    check(&after([airflow_started()]), &json!({ "known": false, "/components": [] }));
    check(&after([app(start_airflow(true))]), &json!({ "known": true, "/components/1/status": "healthy" }));
}
