//! The DAGs' cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::airflow::{AirflowFact, DagSeen, WARM_UP},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({}), said, expected);
}

/// `etl` is paused, `hello` has run; the warm-up DAG is there, too.
fn some() -> Vec<Draft> {
    let etl =
        DagSeen { is_paused: true, version_number: None, timetable_summary: Some("0 6 * * *".into()), ..dag("etl") };
    vec![
        airflow_started(),
        a(described(etl)),
        a(described(dag("hello"))),
        a(described(dag(WARM_UP))),
        a(listed(&["etl", "hello", WARM_UP])),
        a(import_errors(&[])),
        a(newest_runs(&[("hello", "r2", "running"), (WARM_UP, "w", "success"), ("hello", "r1", "failed")])),
    ]
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    some().into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    let awaits = ["the list of DAGs", "which files cannot be imported", "the newest runs"];
    let expected = json!({
        "known": false, "awaits": awaits, "/import_errors": null, "summary": "Airflow told of no DAGs yet.",
    });
    check(&[airflow_started()], &expected);
    let none = [airflow_started(), a(listed(&[]))];
    let summary = "No DAGs. Which files cannot be imported is not known yet.";
    check(&none, &json!({ "known": true, "/dags": [], "awaits": awaits[1..], "summary": summary }));
}

#[test]
fn the_warm_up_dag_is_in_no_list() {
    let expected = json!({
        "known": true,
        "awaits": [],
        "/dags/0": {
            "dag_id": "etl", "is_paused": true, "is_stale": false, "has_import_errors": false, "relative_fileloc": "etl.py",
            "last_parsed_time": AT + 7_000, "version_number": null, "timetable_summary": "0 6 * * *", "latest_run": null,
        },
        "/dags/1/dag_id": "hello",
        "/dags/1/latest_run": { "dag_run_id": "r2", "state": "running" },
        "/dags/2": null,
        "/more": false,
        "table/1/8": "r2 running",
        "table/2": null,
        "summary": "2 DAGs: etl (paused) and hello, newest run running.",
    });
    check(&some(), &expected);
}

#[test]
fn a_file_that_cannot_be_imported_is_named_with_its_line() {
    let broken =
        a(import_errors(&[("a.py", Some(3), "SyntaxError: '(' was never closed"), ("b.py", None, "TypeError: x")]));
    let expected = json!({
        "/import_errors/0": {
            "filename": "a.py", "line": 3, "error": "SyntaxError: '(' was never closed", "advice": null,
            "stack_trace": "Traceback (most recent call last):\nSyntaxError: '(' was never closed\n", "timestamp": AT + 8_000,
        },
        "/import_errors/1/line": null,
        "table/2/6": "line 3: SyntaxError: '(' was never closed",
        "summary": "2 DAGs: etl (paused) and hello, newest run running. a.py cannot be imported, line 3: SyntaxError: '(' was \
            never closed. b.py cannot be imported: TypeError: x.",
    });
    check(&after([broken.clone()]), &expected);
    check(&after([broken, a(import_errors(&[]))]), &json!({ "/import_errors": [] }));
}

#[test]
fn a_dag_whose_file_is_gone_stays_until_airflow_forgets_it() {
    let stale = a(described(DagSeen { is_stale: true, ..dag("hello") }));
    let expected =
        json!({ "/dags/1/is_stale": true, "summary": "2 DAGs: etl (paused) and hello (stale), newest run running." });
    check(&after([stale]), &expected);
    check(&after([a(listed(&["etl", WARM_UP]))]), &json!({ "/dags/1": null }));
    check(&after([airflow_started()]), &json!({ "known": false, "/dags": [] }));
}

#[test]
fn of_one_file_only_what_is_in_it() {
    let said = after([a(import_errors(&[("a.py", None, "TypeError: x"), ("hello.py", Some(1), "NameError: y")]))]);
    let expected = json!({
        "/dags/0/dag_id": "hello", "/dags/1": null, "/import_errors/0/filename": "hello.py", "/import_errors/1": null,
        "summary": "1 DAG in hello.py: hello, newest run running. hello.py cannot be imported, line 1: NameError: y.",
    });
    crate::testing::check::<TheView>(&json!({ "file": "hello.py" }), &said, &expected);
}

#[test]
fn more_than_are_listed_is_said() {
    let many = a(AirflowFact::DagsListed { dags: vec!["etl".into(), "hello".into()], total: 700 });
    let expected = json!({
        "/more": true, "summary": "More than 2 DAGs: etl (paused) and hello, newest run running.",
    });
    check(&after([many]), &expected);
}
