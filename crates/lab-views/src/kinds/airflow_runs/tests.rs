//! The runs' cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::airflow::{AirflowFact, DagSeen, TaskPlace, TaskSeen},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({ "dag": "hello" }), said, expected);
}

const THREE: &[(&str, &[&str])] = &[("load", &[]), ("extract", &["group.clean"]), ("group.clean", &["load"])];

/// `r2` runs, `r1` failed.
fn under_way() -> Vec<Draft> {
    let now = [
        instance("extract", -1, Some("success")),
        instance("group.clean", -1, Some("running")),
        instance("load", -1, None),
    ];
    let then = [instance("extract", -1, Some("failed")), instance("group.clean", -1, Some("upstream_failed"))];
    vec![
        airflow_started(),
        a(described(dag("hello"))),
        a(listed(&["hello"])),
        a(tasks("hello", THREE)),
        a(runs("hello", &[run("r2", "running", None), run("r1", "failed", Some(20))])),
        a(instances("r2", &now)),
        a(instances("r1", &then)),
    ]
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    under_way().into_iter().chain(more).collect()
}

fn seen(new: &[lab_model::facts::airflow::TaskInstanceSeen], gone: &[(&str, i32)]) -> Draft {
    let place = |&(task, map_index): &(&str, i32)| TaskPlace { task_id: task.to_owned(), map_index };
    a(AirflowFact::TaskInstancesSeen {
        dag: "hello".to_owned(),
        run: "r2".to_owned(),
        instances: new.to_vec(),
        gone: gone.iter().map(place).collect(),
        all: false,
        more: false,
    })
}

#[test]
fn nothing_said_is_not_known() {
    let expected = json!({
        "known": false, "/exists": null, "/run_count": null, "refusal": null,
        "awaits": ["the tasks of hello", "the runs of hello"], "summary": "Airflow told of no runs of hello yet.",
    });
    check(&[airflow_started()], &expected);
    let listed = [airflow_started(), a(tasks("hello", THREE)), a(runs("hello", &[run("r1", "queued", None)]))];
    let why = "Airflow has not told the tasks of this run yet";
    let summary = format!("hello has 1 run. The newest, r1, is queued. Not all of its tasks are known: {why}.");
    let awaits = ["the tasks in 1 run of hello"];
    check(&listed, &json!({ "known": true, "awaits": awaits, "/runs/0/unread": why, "summary": summary }));
    let none = [airflow_started(), a(tasks("hello", THREE)), a(runs("hello", &[]))];
    check(
        &none,
        &json!({ "known": true, "awaits": [], "/runs": [], "/run_count": 0, "summary": "hello has no runs." }),
    );
}

#[test]
fn tasks_stand_in_their_order_and_each_run_has_them_in_the_same() {
    let expected = json!({
        "known": true,
        "awaits": [],
        "/exists": true,
        "/is_paused": false,
        "/tasks/0/task_id": "extract",
        "/tasks/1": {
            "task_id": "group.clean", "operator_name": "@task", "is_mapped": false, "trigger_rule": "all_success",
            "downstream_task_ids": ["load"], "depth": 1, "in_dag": true,
        },
        "/tasks/2/depth": 2,
        "/run_count": 2,
        "/runs/0/dag_run_id": "r2",
        "/runs/0/end_date": null,
        "/runs/0/task_instances/0": {
            "task_id": "extract", "state": "success", "try_number": 1, "mapped": null, "scheduled_when": AT + 10_600,
            "queued_when": AT + 10_700, "start_date": AT + 11_000, "end_date": AT + 13_000, "pool": "default_pool",
            "pool_slots": 1, "trigger": null,
        },
        "/runs/0/task_instances/1/end_date": null,
        "/runs/0/task_instances/2/state": null,
        "/runs/0/task_instances/2/try_number": 0,
        "/runs/1/state": "failed",
        "/runs/1/end_date": AT + 20_000,
        "/runs/1/task_instances/2": null,
        "table/0/2": "running",
        "table/1/7": "2.0",
        "table/4/7": "9.5",
        "summary": "hello has 2 runs. The newest, r2, is running: 1 task running (group.clean), 1 task success and 1 task without \
            a state (load). Before it: 1 failed.",
    });
    check(&under_way(), &expected);
}

#[test]
fn only_what_changed_is_told_and_the_rest_stays() {
    let done = seen(&[instance("group.clean", -1, Some("success"))], &[]);
    check(
        &after([done]),
        &json!({ "/runs/0/task_instances/1/state": "success", "/runs/0/task_instances/0/state": "success" }),
    );
    // The tasks of a run that is not listed any more go with it.
    let other = a(runs("hello", &[run("r3", "queued", None)]));
    let awaits = ["the tasks in 1 run of hello"];
    check(&after([other]), &json!({ "/runs/0/task_instances": [], "/runs/1": null, "awaits": awaits }));
}

#[test]
fn a_run_with_more_tasks_than_are_read_says_so() {
    let of = |all: bool, more: bool| {
        let AirflowFact::TaskInstancesSeen { dag, run, instances, gone, .. } = instances("r2", &[]) else {
            unreachable!()
        };
        a(AirflowFact::TaskInstancesSeen { dag, run, instances, gone, all, more })
    };
    let why = "this run has more tasks than Pipewright reads";
    check(&after([of(false, true)]), &json!({ "/runs/0/unread": why, "/runs/1/unread": null }));
    check(&after([of(false, true), of(false, false)]), &json!({ "/runs/0/unread": null }));
    // It is a run's own: one that is listed anew has all of its tasks still to be told.
    let gone =
        [of(false, true), a(runs("hello", &[])), a(runs("hello", &[run("r2", "running", None)])), of(true, false)];
    check(&after(gone), &json!({ "/runs/0/unread": null }));
}

#[test]
fn of_many_tasks_it_is_said_how_many_were_read() {
    let reading = |run: &str, read| {
        a(AirflowFact::InstancesBeingRead { dag: "hello".into(), run: run.into(), read, total: 1000 })
    };
    let listed = || a(runs("hello", &[run("r3", "running", None)]));
    let expected = json!({
        "known": true,
        "awaits": ["the tasks in 1 run of hello: 300 of 1000 task instances by now"],
        "/runs/0/unread": "they are being read, 300 of 1000 task instances by now",
    });
    check(&after([listed(), reading("r3", 100), reading("r3", 300)]), &expected);
    let AirflowFact::TaskInstancesSeen { dag, instances, gone, .. } = instances("r2", &[]) else { unreachable!() };
    let told = a(AirflowFact::TaskInstancesSeen { dag, run: "r3".into(), instances, gone, all: true, more: false });
    check(&after([listed(), reading("r3", 300), told]), &json!({ "awaits": [], "/runs/0/unread": null }));
}

#[test]
fn a_mapped_task_has_the_state_that_airflows_grid_shows() {
    let task = |is_mapped| TaskSeen {
        task_id: "group.clean".into(),
        operator_name: None,
        is_mapped,
        trigger_rule: None,
        downstream_task_ids: Vec::new(),
    };
    let mapped = a(AirflowFact::TasksListed { dag: "hello".into(), tasks: vec![task(true)] });
    // Before it is known how many there will be.
    let before = after([mapped.clone()]);
    check(&before, &json!({ "/runs/0/task_instances/0/mapped": [], "/runs/0/task_instances/0/state": "running" }));
    let states = [Some("success"), Some("running"), Some("success"), None];
    let all: Vec<_> = (0..).zip(states).map(|(index, state)| instance("group.clean", index, state)).collect();
    let expanded = after([mapped.clone(), seen(&all, &[("group.clean", -1)])]);
    let expected = json!({
        "/runs/0/task_instances/0/state": "running",
        "/runs/0/task_instances/0/end_date": null,
        "/runs/0/task_instances/0/mapped": [
            { "state": "running", "count": 1 }, { "state": "success", "count": 2 }, { "state": null, "count": 1 },
        ],
        "table/1/6": "1 running, 2 success, 1 without a state",
    });
    check(&expanded, &expected);
    let ends: Vec<_> = (0..2).map(|index| instance("group.clean", index, Some("success"))).collect();
    let ended = after([mapped, seen(&ends, &[("group.clean", -1)])]);
    check(&ended, &json!({ "/runs/0/task_instances/0/end_date": AT + 13_000 }));
    // One in a mapped group is no mapped task, and there are several of it all the same.
    let in_group = a(AirflowFact::TasksListed { dag: "hello".into(), tasks: vec![task(false)] });
    let grouped = after([in_group, seen(&ends, &[("group.clean", -1)])]);
    check(&grouped, &json!({ "/runs/0/task_instances/0/mapped/0/count": 2, "/tasks/0/is_mapped": false }));
}

#[test]
fn a_task_that_only_an_earlier_version_had_stands_last() {
    let fewer = a(tasks("hello", &[("load", &[])]));
    let expected = json!({
        "/tasks/0/task_id": "load",
        "/tasks/1/task_id": "extract",
        "/tasks/1/in_dag": false,
        "/tasks/1/operator_name": "_PythonDecoratedOperator",
        "/tasks/2/task_id": "group.clean",
        "/runs/0/task_instances/0/task_id": "load",
        "/runs/0/task_instances/2/state": "running",
    });
    check(&after([fewer]), &expected);
}

#[test]
fn a_dag_that_is_not_there_is_refused_until_it_comes() {
    let missing = || a(AirflowFact::DagMissing { dag: "hello".into() });
    let refusal = "Airflow has no DAG hello.";
    let expected = json!({ "known": true, "/exists": false, "refusal": refusal, "awaits": [], "summary": refusal });
    check(&[airflow_started(), missing()], &expected);
    check(&[airflow_started(), a(listed(&[]))], &expected);
    check(&after([missing(), a(listed(&[]))]), &json!({ "/exists": false, "/runs": [], "/tasks": [] }));
    let come = [airflow_started(), missing(), a(tasks("hello", THREE)), a(runs("hello", &[]))];
    check(&come, &json!({ "/exists": true, "refusal": null }));
}

#[test]
fn a_paused_dag_and_a_limit_of_runs() {
    let paused = a(described(DagSeen { is_paused: true, ..dag("hello") }));
    let expected = json!({ "/is_paused": true, "/runs/1": null, "/run_count": 2, "/runs/0/dag_run_id": "r2" });
    crate::testing::check::<TheView>(&json!({ "dag": "hello", "runs": 1 }), &after([paused]), &expected);
}
