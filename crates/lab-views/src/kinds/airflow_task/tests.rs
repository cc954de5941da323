//! A task instance's cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::airflow::{AirflowFact, EntrySeen, InstanceSeen, LogSeen, TaskTold, TriggerSeen, ValueSeen, XComSeen},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({ "dag": "hello", "run": "r1", "task": "load" }), said, expected);
}

/// Try 2 failed.
fn failed() -> Vec<Draft> {
    let trace = "Traceback (most recent call last):\nValueError: no rows".to_owned();
    let mut second = task_log(2, 0, &["hello", "Task failed with exception"]);
    second.entries[1] =
        EntrySeen { level: Some("error".into()), error_detail: Some(trace), ..second.entries[1].clone() };
    (second.finished, second.error) = (true, Some("ValueError: no rows".into()));
    vec![
        airflow_started(),
        a(instance_of_load(Some("failed"), 2)),
        a(tries_of_load(&[(1, "failed"), (2, "failed")])),
        a(events_of_load(&[(22, "failed"), (20, "running"), (11, "up_for_retry"), (10, "running")])),
        a(xcoms_of_load(&[], &[xcom("extract", "return_value", "[1, 2]")])),
        a(log_of_load(task_log(1, 0, &["first"]))),
        a(log_of_load(second)),
    ]
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    failed().into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    let awaits = [
        "load in r1 of hello",
        "the tries of load in r1 of hello",
        "what load in r1 of hello and those before it left",
        "the event log of load in r1 of hello",
    ];
    let expected = json!({
        "known": false, "awaits": awaits, "/exists": null, "/instance": null, "/tries": null, "/log": null, "/xcom_in": null,
        "/xcom_out": null, "/rendered_fields": null, "/event_log": null, "/try_number": null,
        "summary": "Airflow told nothing of load in r1 of hello yet.",
    });
    check(&[airflow_started()], &expected);
}

#[test]
fn a_failed_task_says_why() {
    let expected = json!({
        "known": true,
        "awaits": [],
        "refusal": null,
        "/exists": true,
        "/instance/state": "failed",
        "/instance/max_tries": 2,
        "/instance/start_date": AT + 11_000,
        "/tries/1": {
            "try_number": 2, "state": "failed", "hostname": "airflow-1", "queued_when": null,
            "start_date": AT + 20_000, "end_date": AT + 21_000,
        },
        "/try_number": 2,
        "/log/entries/1/error_detail": "Traceback (most recent call last):\nValueError: no rows",
        "/log/error": "ValueError: no rows",
        "/log/finished": true,
        "/log/left_out": 0,
        "/rendered_fields": [{ "name": "op_args", "value": "[[1, 2]]", "length": 8 }],
        "/xcom_out": [],
        "/xcom_in/0": {
            "task_id": "extract", "map_index": -1, "key": "return_value", "value": "[1, 2]", "length": 6,
            "value_type": "array", "unread": null, "timestamp": AT + 12_000,
        },
        "/event_log/0/event": "failed",
        "/more_events": false,
        "table/0/3": "try 2 of 3, _PythonDecoratedOperator, pool default_pool, on airflow-1",
        "table/10/3": "Task failed with exception: ValueError: no rows",
        "summary": "load in r1 of hello is failed, try 2 of 3 after 2.0 s. The log of try 2 has 2 entries. Its last error: \
            ValueError: no rows. It left no value. The tasks before it left 1 value: return_value (array). Its event log notes \
            1 failed, 2 running and 1 up_for_retry.",
    });
    check(&failed(), &expected);
}

#[test]
fn another_try_has_its_own_log() {
    let of = |try_number: u32| json!({ "dag": "hello", "run": "r1", "task": "load", "try": try_number });
    let expected = json!({ "/try_number": 1, "/log/entries/0/event": "first", "/log/error": null, "awaits": [] });
    crate::testing::check::<TheView>(&of(1), &failed(), &expected);
    let refusal = "There is no try 3 of load in r1 of hello.";
    crate::testing::check::<TheView>(&of(3), &failed(), &json!({ "refusal": refusal, "/log": null }));
    let third = [a(tries_of_load(&[(1, "failed"), (2, "failed"), (3, "running")]))];
    let awaits = ["the log of try 3 of load in r1 of hello"];
    crate::testing::check::<TheView>(&of(3), &after(third), &json!({ "refusal": null, "awaits": awaits }));
}

#[test]
fn a_log_grows_and_its_newest_part_is_kept() {
    let of = |from: u64, events: &[&str]| a(log_of_load(task_log(2, from, events)));
    let grown = json!({
        "/log/entries/2/event": "more", "/log/left_out": 0, "/log/finished": false,
        "summary": "load in r1 of hello is failed, try 2 of 3 after 2.0 s. The log of try 2 had 3 entries when it was last read. \
            It left no value. The tasks before it left 1 value: return_value (array). Its event log notes 1 failed, 2 running \
            and 1 up_for_retry.",
    });
    check(&after([of(2, &["more"])]), &grown);
    // What was told from there on is not so any more.
    check(&after([of(1, &["other"])]), &json!({ "/log/entries/1/event": "other", "/log/entries/2": null }));
    let all = ["x"; 400];
    let long = after([of(2, &all), of(402, &all)]);
    check(&long, &json!({ "/log/left_out": 302, "/log/entries/499/event": "x", "/log/entries/500": null }));
    check(&after([of(9_000, &["far"])]), &json!({ "/log/left_out": 9_000, "/log/entries/0/event": "far" }));
    let anew = a(log_of_load(LogSeen { anew: true, ..task_log(2, 1, &["another"]) }));
    check(&after([anew]), &json!({ "/log/entries/0/event": "another", "/log/left_out": 1 }));
    let wide = "ü".repeat(4_000);
    let heavy = after([of(0, &[wide.as_str(); 20])]);
    check(&heavy, &json!({ "/log/left_out": 12, "/log/entries/8": null }));
}

#[test]
fn a_log_that_was_not_read_to_its_end_is_not_finished() {
    let why = "Pipewright stopped reading it here, because it is too long; its end stands in the file";
    let cut = LogSeen { finished: true, unread: Some(why.into()), ..task_log(2, 0, &["one"]) };
    let summary =
        format!("load in r1 of hello is failed, try 2 of 3 after 2.0 s. Of the log of try 2, 1 entry was read: {why}.");
    let said = [airflow_started(), a(instance_of_load(Some("failed"), 2)), a(log_of_load(cut))];
    check(&said, &json!({ "/log/finished": false, "/log/unread": why, "/log/error": null, "summary": summary }));
    let none = LogSeen { finished: true, unread: Some("it has 104 MiB".into()), ..task_log(2, 0, &[]) };
    let said = [airflow_started(), a(instance_of_load(Some("failed"), 2)), a(log_of_load(none))];
    let summary =
        "load in r1 of hello is failed, try 2 of 3 after 2.0 s. The log of try 2 was not read: it has 104 MiB.";
    check(&said, &json!({ "/log/finished": false, "summary": summary }));
}

#[test]
fn a_long_value_says_its_length_and_one_that_was_not_read_why() {
    let long = XComSeen {
        value: ValueSeen::Json { text: "\"xx".into(), length: 3_000_002, kind: "string".into() },
        ..xcom("load", "return_value", "")
    };
    let unread = XComSeen { value: ValueSeen::Unread { why: "too slow".into() }, ..xcom("load", "rows", "") };
    let expected = json!({
        "/xcom_out/0/length": 3_000_002, "/xcom_out/0/value": "\"xx", "/xcom_out/1/value": null, "/xcom_out/1/length": null,
        "/xcom_out/1/unread": "too slow", "table/4/3": "\"xx (3000002 characters in all)", "table/5/3": "not read: too slow",
    });
    check(&after([a(xcoms_of_load(&[long, unread], &[]))]), &expected);
}

#[test]
fn one_that_is_not_there_is_refused_until_it_comes() {
    let missing = || a(of_load(TaskTold::Missing));
    let refusal = "Airflow has no task instance load in r1 of hello.";
    let expected = json!({
        "known": true, "refusal": refusal, "awaits": [], "/exists": false, "/instance": null, "/log": null, "summary": refusal,
    });
    check(&[airflow_started(), missing()], &expected);
    check(&after([missing()]), &expected);
    // Its log may be heard later than that it is gone.
    check(&after([missing(), a(log_of_load(task_log(2, 2, &["late"])))]), &expected);
    let come = after([missing(), a(instance_of_load(Some("running"), 1))]);
    check(&come, &json!({ "refusal": null, "/exists": true, "/log": null }));
}

#[test]
fn a_deferred_one_says_what_it_waits_for_and_one_that_waits_has_no_log_to_wait_for() {
    let trigger = TriggerSeen {
        classpath: "airflow.providers.standard.triggers.temporal.DateTimeTrigger".into(),
        created_at: Some(AT + 12_000),
        triggerer_id: None,
    };
    let deferred = InstanceSeen { trigger: Some(trigger), ..load_is(Some("deferred"), 1) };
    let said = [airflow_started(), a(of_load(TaskTold::Instance(Box::new(deferred))))];
    let expected = json!({
        "/instance/trigger/created_date": AT + 12_000,
        "/instance/trigger/triggerer_id": null,
        "summary": "load in r1 of hello is deferred, try 1 of 3, waits for \
            airflow.providers.standard.triggers.temporal.DateTimeTrigger.",
    });
    check(&said, &expected);
    let waits = [airflow_started(), a(instance_of_load(None, 0)), a(of_load(TaskTold::Tries(Vec::new())))];
    let awaits = ["what load in r1 of hello and those before it left", "the event log of load in r1 of hello"];
    let summary = "load in r1 of hello is without a state.";
    check(&waits, &json!({ "awaits": awaits, "/try_number": null, "summary": summary }));
}

#[test]
fn another_instance_is_another_one() {
    let expected = json!({ "known": false, "/instance": null });
    let of = json!({ "dag": "hello", "run": "r1", "task": "load", "map_index": 0 });
    crate::testing::check::<TheView>(&of, &failed(), &expected);
    check(&after([airflow_started()]), &expected);
}

#[test]
fn without_a_run_it_is_the_newest_one_of_its_dag() {
    let of = json!({ "dag": "hello", "task": "load" });
    let listed = |ids: &[&str]| a(runs("hello", &ids.iter().map(|id| run(id, "running", None)).collect::<Vec<_>>()));
    let check = |said: Vec<Draft>, expected: &Value| crate::testing::check::<TheView>(&of, &said, expected);
    let unknown = json!({ "known": false, "/dag_run_id": null, "/exists": null });
    check(failed(), &unknown);
    let none = json!({ "known": true, "refusal": null, "/exists": false, "summary": "hello has no run." });
    check(after([listed(&[])]), &none);
    // Nobody waits for a DAG that is not there, until it comes.
    let missing = || a(AirflowFact::DagMissing { dag: "hello".into() });
    let refusal = "Airflow has no DAG hello.";
    let no_dag = json!({ "known": true, "refusal": refusal, "awaits": [], "/exists": false, "summary": refusal });
    check(vec![airflow_started(), missing()], &no_dag);
    check(after([listed(&["r1"]), missing()]), &no_dag);
    check(after([missing(), listed(&["r1"])]), &json!({ "refusal": null, "/instance/state": "failed" }));
    check(after([missing(), a(tasks("hello", &[("load", &[])]))]), &json!({ "refusal": null, "known": false }));
    let newest = json!({ "known": true, "/dag_run_id": "r1", "/instance/state": "failed" });
    check(after([listed(&["r1", "r0"])]), &newest);
    let other = json!({ "known": false, "/dag_run_id": "r2", "/instance": null,
        "summary": "Airflow told nothing of load in r2 of hello yet." });
    check(after([listed(&["r2", "r1"])]), &other);
}
