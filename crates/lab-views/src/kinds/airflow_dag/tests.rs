//! The graph's cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::airflow::{AirflowFact, DagSeen, RunSeen, TaskInstanceSeen, TaskSeen},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({ "dag": "hello" }), said, expected);
}

const TASKS: &[(&str, &[&str])] = &[("extract", &["clean.größe"]), ("clean.größe", &["load"]), ("load", &[])];

/// `r2` with these states.
fn running(states: [Option<&str>; 3]) -> Vec<Draft> {
    in_run("running", states)
}

fn in_run(state: &str, states: [Option<&str>; 3]) -> Vec<Draft> {
    let names = ["extract", "clean.größe", "load"];
    let all: Vec<TaskInstanceSeen> =
        names.into_iter().zip(states).map(|(task, state)| instance(task, -1, state)).collect();
    let groups: &[(&str, Option<&str>)] = &[("clean", None)];
    let places: &[(&str, Option<&str>)] = &[("extract", None), ("clean.größe", Some("clean")), ("load", None)];
    vec![
        airflow_started(),
        a(all_healthy()),
        a(described(dag("hello"))),
        a(listed(&["hello"])),
        a(tasks("hello", TASKS)),
        a(structure(groups, places, &[("extract", "clean"), ("clean", "load")])),
        a(limits(16, 16)),
        a(runs("hello", &[run("r2", state, None), run("r1", "success", Some(20))])),
        a(instances("r2", &all)),
        a(pools(&[pool("default_pool", 128, 0)])),
        a(parallelism(Some(4))),
        a(all_active(&[])),
    ]
}

fn with(said: Vec<Draft>, more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    said.into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    let awaits = ["the tasks of hello", "the groups of hello", "the runs of hello"];
    let expected = json!({
        "known": false, "awaits": awaits, "refusal": null, "/exists": null, "/run": null, "/runs": null,
        "/groups_from": null, "/task_count": null, "summary": "Airflow told of no tasks of hello yet.",
    });
    check(&[airflow_started()], &expected);
    check(&with(running([None; 3]), [airflow_started()]), &expected);
    let missing = [airflow_started(), a(AirflowFact::DagMissing { dag: "hello".into() })];
    check(&missing, &json!({ "known": true, "refusal": "Airflow has no DAG hello.", "/exists": false }));
}

#[test]
fn groups_and_edges_are_drawn_as_airflow_draws_them() {
    let expected = json!({
        "known": true,
        "awaits": [],
        "/groups_from": "structure",
        "/groups/0": { "group_id": "clean", "label": "clean", "tooltip": null, "parent_group_id": null,
            "is_mapped": false, "states": [{ "state": "running", "count": 1 }] },
        "/tasks/1/task_id": "clean.größe",
        "/tasks/1/label": "größe",
        "/tasks/1/group_id": "clean",
        "/tasks/1/depth": 1,
        "/tasks/1/upstream_task_ids": ["extract"],
        "/tasks/1/upstream_count": 1,
        "/tasks/1/instance/state": "running",
        "/tasks/1/instance/waiting": 0,
        "/tasks/1/instance/why": null,
        "/edges/0/source_id": "extract",
        "/edges/0/target_id": "clean",
        "/edges/1/target_id": "load",
        "/max_active_tasks": 16,
        "/run/dag_run_id": "r2",
        "/run/states/0/state": "running",
        "/run/waits": false,
        "/runs/1": { "dag_run_id": "r1", "state": "success" },
        "table/1/1": "clean",
        "summary": "hello has 3 tasks in 1 group. Run r2 is running: 1 running, 1 success and 1 without a state. load is not \
            running: By its rule all_success it waits for clean.größe (running).",
    });
    check(&running([Some("success"), Some("running"), None]), &expected);
}

#[test]
fn without_airflows_structure_groups_come_from_ids_and_that_is_said() {
    let untold = AirflowFact::StructureUntold { dag: "hello".into(), why: "Not Found (HTTP 404)".into() };
    let expected = json!({
        "/groups_from": "task_ids",
        "/groups_why": "Airflow did not tell how its own pages draw this DAG: Not Found (HTTP 404)",
        "/groups/0/group_id": "clean",
        "/groups/0/is_mapped": null,
        "/edges/0/source_id": "clean.größe",
        "/edges/0/target_id": "load",
        "/edges/1/target_id": "clean.größe",
    });
    check(&with(running([None; 3]), [a(untold)]), &expected);
}

#[test]
fn a_run_that_is_asked_for_is_shown_if_it_is_read() {
    let first = json!({ "dag": "hello", "run": "r1" });
    let shown = json!({ "/run/dag_run_id": "r1", "/run/state": "success", "refusal": null,
        "/run/unread": "Airflow has not told the tasks of this run yet", "awaits": ["the tasks in a run of hello"] });
    crate::testing::check::<TheView>(&first, &running([None; 3]), &shown);
    let other = json!({ "dag": "hello", "run": "r0" });
    let none = json!({ "/run": null, "refusal": "hello has no run r0." });
    crate::testing::check::<TheView>(&other, &running([None; 3]), &none);
    let AirflowFact::RunsListed { dag, runs, .. } = runs("hello", &[run("r2", "running", None)]) else {
        unreachable!()
    };
    let older = a(AirflowFact::RunsListed { dag, runs, total: 40 });
    let none = json!({ "refusal": "r0 is not among the 1 newest run of hello that are read." });
    crate::testing::check::<TheView>(&other, &with(running([None; 3]), [older]), &none);
}

#[test]
fn a_paused_dag_keeps_its_run_queued() {
    let paused = || a(described(DagSeen { is_paused: true, ..dag("hello") }));
    let says = "DAG hello is paused: the scheduler looks at none of its runs.";
    let expected = json!({
        "/run/waits": true,
        "/run/why/0/kind": "dag_paused",
        "/run/why/0/says": says,
        "/run/why/0/facts/0": { "says": "DAG hello is paused", "heard_at": 1200 },
        "/tasks/0/instance/waiting": 1,
        "/tasks/0/instance/why/0/kind": "run_queued",
        "/tasks/0/instance/why/0/says": format!("The run is still queued. {says}"),
        "summary": "hello has 3 tasks in 1 group. It is paused. Run r2 is queued: 3 without a state. DAG hello is paused: the \
            scheduler looks at none of its runs.",
    });
    check(&with(in_run("queued", [None; 3]), [paused()]), &expected);
    // Nothing shows why this one is queued.
    let unknown = json!({ "/run/waits": true, "/run/why": null, "/tasks/0/instance/why/0/kind": "run_queued" });
    check(&in_run("queued", [None; 3]), &unknown);
    let scheduled = with(running([Some("scheduled"), None, None]), [paused()]);
    check(&scheduled, &json!({ "/tasks/0/instance/why/0/kind": "dag_paused", "/tasks/0/instance/why/1": null }));
    let stale = a(described(DagSeen { is_stale: true, ..dag("hello") }));
    let stale = with(running([Some("scheduled"), None, None]), [stale]);
    check(&stale, &json!({ "/tasks/0/instance/why": null, "/tasks/1/instance/why/0/kind": "dag_stale" }));
}

#[test]
fn a_run_waits_for_others_and_for_its_time() {
    let two = |id: &str, run_type: &str| RunSeen { run_type: run_type.into(), ..run(id, "running", None) };
    let listed = |runs_of: &[RunSeen]| a(runs("hello", runs_of));
    let queued = || run("r2", "queued", None);
    let full = with(in_run("queued", [None; 3]), [a(limits(16, 1)), listed(&[queued(), two("r1", "manual")])]);
    let expected = json!({
        "/run/why/0/kind": "max_active_runs",
        "/run/why/0/says": "Another run of hello is running, and max_active_runs allows 1.",
        "/run/why/0/holders/0/dag_run_id": "r1",
        "/run/why/0/holders/0/task_id": null,
        "/run/why/0/holder_count": 1,
        "/run/why/0/facts/1/says": "run r1 is running",
    });
    check(&full, &expected);
    // A backfill's runs count for themselves.
    let backfill = with(in_run("queued", [None; 3]), [a(limits(16, 1)), listed(&[queued(), two("r1", "backfill")])]);
    check(&backfill, &json!({ "/run/why": null }));
    let after = |second: i64| {
        a(AirflowFact::RunAfterTold { dag: "hello".into(), run: "r2".into(), run_after: Some(AT + second * 1000) })
    };
    let health = || Draft { said_at: Some(AT + 30_000), ..a(all_healthy()) };
    let later = with(in_run("queued", [None; 3]), [health(), after(90)]);
    let expected = json!({ "/run/why/0/kind": "run_after", "/run/why/0/until": AT + 90_000 });
    check(&later, &expected);
    check(&with(in_run("queued", [None; 3]), [health(), after(20)]), &json!({ "/run/why": null }));
}

#[test]
fn a_full_pool_names_who_holds_it() {
    let weather =
        |state: &str| TaskInstanceSeen { pool: Some("weather".into()), ..instance("extract", -1, Some(state)) };
    let holder = TaskInstanceSeen { pool: Some("weather".into()), ..instance("poking", -1, Some("running")) };
    let said = |slots: i64, held: i64| {
        let more = [
            a(instances("r2", &[weather("scheduled")])),
            a(pools(&[pool("weather", slots, held)])),
            a(all_active(&[active("sensors", holder.clone())])),
        ];
        with(running([None; 3]), more)
    };
    let says = "Pool weather is full: 1 of 1 slot held by poking of sensors (running since 18:51:10).";
    let expected = json!({
        "/tasks/0/instance/why/0/kind": "pool_full",
        "/tasks/0/instance/why/0/says": says,
        "/tasks/0/instance/why/0/holders/0": { "dag_id": "sensors", "dag_run_id": "r9", "task_id": "poking",
            "map_index": null, "state": "running", "pool_slots": 1, "since": AT + 10_700, "operator_name": "@task.sensor" },
        "/tasks/0/instance/why/0/facts/0/says": "pool weather has 1 slot, 1 of them held and 0 open",
        "/tasks/0/instance/why/1": null,
    });
    check(&said(1, 1), &expected);
    check(&said(2, 1), &json!({ "/tasks/0/instance/waiting": 1, "/tasks/0/instance/why": null }));
    check(&said(-1, 9), &json!({ "/tasks/0/instance/why": null }));
    check(&said(0, 0), &json!({ "/tasks/0/instance/why/0/kind": "pool_too_small" }));
    let none = with(said(1, 1), [a(pools(&[pool("other", 1, 0)]))]);
    check(&none, &json!({ "/tasks/0/instance/why/0/kind": "pool_missing" }));
    let AirflowFact::PoolsListed { pools, .. } = pools(&[pool("other", 1, 0)]) else { unreachable!() };
    let unknown = with(said(1, 1), [a(AirflowFact::PoolsListed { pools, total: 2 })]);
    check(&unknown, &json!({ "/tasks/0/instance/why": null }));
}

#[test]
fn limits_that_are_reached_are_reasons_and_others_are_not() {
    let two = || {
        all_active(&[
            active("a", instance("x", -1, Some("running"))),
            active("b", instance("y", -1, Some("running"))),
            active("c", instance("z", -1, Some("queued"))),
        ])
    };
    let scheduled = || running([Some("scheduled"), None, None]);
    let queued = || running([Some("queued"), None, None]);
    let reached = with(queued(), [a(parallelism(Some(2))), a(two())]);
    let expected = json!({
        "/tasks/0/instance/why/0/kind": "parallelism",
        "/tasks/0/instance/why/0/says": "2 tasks of all DAGs may run at once (parallelism), and as many do.",
        "/tasks/0/instance/why/0/holder_count": 2,
        "/tasks/0/instance/why/0/facts/0/says": "[core] parallelism is 2",
    });
    check(&reached, &expected);
    for limit in [Some(3), None] {
        let begins = with(queued(), [a(parallelism(limit)), a(two())]);
        check(&begins, &json!({ "/tasks/0/instance/why/0/kind": "executor", "/tasks/0/instance/why/1": null }));
    }
    // The scheduler gives its executor more than can run, so it keeps nobody scheduled.
    let unexplained = json!({ "/tasks/0/instance/why": null, "/tasks/0/instance/unexplained": 1 });
    check(&with(scheduled(), [a(parallelism(Some(2))), a(two())]), &unexplained);
    // Of a task whose instances wait for two reasons or none, each is counted once.
    let mapped =
        [("running", 0), ("queued", 1), ("scheduled", 2)].map(|(state, index)| instance("extract", index, Some(state)));
    let unhealthy = health([Some("healthy"), Some("unhealthy"), Some("healthy"), None]);
    let some = with(scheduled(), [a(instances("r2", &mapped)), a(parallelism(Some(2))), a(two())]);
    let counted = json!({ "/tasks/0/instance/waiting": 2, "/tasks/0/instance/unexplained": 1,
        "/tasks/0/instance/why/0/instances": 1, "/tasks/0/instance/why/1": null });
    check(&some, &counted);
    let both = json!({ "/tasks/0/instance/unexplained": 0, "/tasks/0/instance/why/0/instances": 2,
        "/tasks/0/instance/why/1/instances": 1 });
    check(&with(some, [a(unhealthy)]), &both);
    let own = [instance("extract", -1, Some("running")), instance("load", -1, Some("scheduled"))];
    let tasks_full = with(scheduled(), [a(limits(1, 16)), a(instances("r2", &own))]);
    let expected = json!({
        "/tasks/2/instance/why/0/kind": "max_active_tasks",
        "/tasks/2/instance/why/0/facts/1/says": "extract is running",
    });
    check(&tasks_full, &expected);
}

#[test]
fn what_airflow_says_counts_until_the_task_is_another() {
    let says = [
        ("Task Instance Slots Available", "of all runs"),
        ("Task Concurrency", "The max task concurrency has been reached."),
    ];
    let told = || a(dependencies("extract", &says));
    let scheduled = with(running([Some("scheduled"), None, None]), [told()]);
    let expected = json!({
        "/tasks/0/instance/why/0/kind": "task_concurrency",
        "/tasks/0/instance/why/0/says": "Airflow says: The max task concurrency has been reached.",
        "/tasks/0/instance/why/1": null,
    });
    check(&scheduled, &expected);
    let again = TaskInstanceSeen { try_number: 2, ..instance("extract", -1, Some("scheduled")) };
    check(&with(scheduled, [a(instances("r2", &[again]))]), &json!({ "/tasks/0/instance/why": null }));
    let past =
        [("Previous Dagrun State", "depends_on_past is true"), ("Task Instance State", "Task is in the 'None' state.")];
    let stateless = with(running([None; 3]), [a(dependencies("extract", &past))]);
    let expected = json!({ "/tasks/0/instance/why/0/kind": "airflow", "/tasks/0/instance/why/1": null });
    check(&stateless, &expected);
}

#[test]
fn states_that_wait_say_so_themselves() {
    let of = |state: &str| running([Some(state), None, None]);
    let retry = TaskInstanceSeen {
        try_number: 1,
        ended_at: Some(AT + 13_000),
        ..instance("extract", -1, Some("up_for_retry"))
    };
    let retry = || with(of("up_for_retry"), [a(instances("r2", std::slice::from_ref(&retry)))]);
    let says = "Try 1 failed at 18:51:13 (UTC). By its retry_delay of 60 seconds it is tried again at 18:52:13 (UTC).";
    let expected = json!({ "/tasks/0/instance/why/0/says": says, "/tasks/0/instance/why/0/until": AT + 73_000 });
    check(&with(retry(), [a(retried("extract", 60, false))]), &expected);
    let grows = json!({ "/tasks/0/instance/why/0/kind": "retry", "/tasks/0/instance/why/0/until": null });
    check(&with(retry(), [a(retried("extract", 60, true))]), &grows);
    check(&of("up_for_reschedule"), &json!({ "/tasks/0/instance/why/0/kind": "reschedule" }));
    let trigger = "It waits in the triggerer for the trigger TimeDeltaTrigger, without a slot of the executor.";
    check(&of("deferred"), &json!({ "/tasks/0/instance/why/0/says": trigger, "/tasks/0/instance/why/1": null }));
    check(&of("awaiting_input"), &json!({ "/tasks/0/instance/why/0/kind": "human" }));
    check(&of("queued"), &json!({ "/tasks/0/instance/why/0/kind": "executor" }));
    check(&of("a state of tomorrow"), &json!({ "/tasks/0/instance/waiting": 0, "/tasks/0/instance/why": null }));
}

#[test]
fn without_a_scheduler_or_a_triggerer_nothing_goes_on() {
    let ill = || a(health([Some("healthy"), Some("unhealthy"), Some("healthy"), None]));
    let says = "The scheduler is unhealthy; its newest heartbeat was at 18:51:05 (UTC).";
    let expected = json!({
        "/tasks/0/instance/why/0/kind": "scheduler",
        "/tasks/0/instance/why/0/says": says,
    });
    check(&with(running([Some("scheduled"), None, None]), [ill()]), &expected);
    let expected = json!({
        "/tasks/0/instance/why/0/says": "The triggerer was never started.",
        "/tasks/0/instance/why/1/kind": "trigger",
    });
    check(&with(running([Some("deferred"), None, None]), [ill()]), &expected);
}

#[test]
fn tasks_before_it_that_failed_are_why_it_never_ran() {
    let says = "It was not run: clean.größe is upstream_failed; by its rule all_success it is not run then.";
    let expected = json!({
        "/tasks/1/instance/why/0/says": "It was not run: extract failed; by its rule all_success it is not run then.",
        "/tasks/2/instance/why/0/kind": "upstream_failed",
        "/tasks/2/instance/why/0/says": says,
        "/tasks/0/instance/why": null,
    });
    let states = [Some("failed"), Some("upstream_failed"), Some("upstream_failed")];
    check(&in_run("failed", states), &expected);
    // Until the scheduler marks it, nothing is waited for.
    check(
        &running([Some("failed"), None, None]),
        &json!({ "/tasks/1/instance/waiting": 1, "/tasks/1/instance/why": null }),
    );
    // In a run that has ended nothing waits.
    check(&in_run("failed", [Some("failed"), None, None]), &json!({ "/tasks/1/instance/waiting": 0 }));
}

/// `group.a` and `group.b` of a group that is made for each of two elements.
fn mapped_group(is_mapped: bool) -> Vec<Draft> {
    let group = if is_mapped { "group*" } else { "group" };
    let of = |task: &str, states: [Option<&str>; 2]| {
        (0..).zip(states).map(|(index, state)| instance(task, index, state)).collect::<Vec<_>>()
    };
    let all = [of("group.a", [Some("success"), Some("running")]), of("group.b", [None, None])].concat();
    let more = [
        a(tasks("hello", &[("group.a", &["group.b"]), ("group.b", &[])])),
        a(structure(&[(group, None)], &[("group.a", Some("group")), ("group.b", Some("group"))], &[])),
        a(instances("r2", &all)),
    ];
    with(running([None; 3]), more)
}

#[test]
fn in_a_mapped_group_each_waits_for_its_own() {
    let own = json!({
        "/tasks/1/instance/waiting": 2,
        "/tasks/1/instance/mapped": [{ "state": null, "count": 2 }],
        "/tasks/1/instance/why/0/says": "By its rule all_success it waits for group.a[1] (running).",
        "/tasks/1/instance/why/0/instances": 1,
        "/tasks/1/instance/why/1": null,
    });
    check(&mapped_group(true), &own);
    check(&mapped_group(false), &json!({ "/tasks/1/instance/why/0/instances": 2 }));
    let untold = AirflowFact::StructureUntold { dag: "hello".into(), why: "x".into() };
    check(&with(mapped_group(true), [a(untold)]), &json!({ "/tasks/1/instance/why": null }));
}

#[test]
fn a_thousand_tasks_are_shown_and_more_are_cut_with_a_word() {
    let large = |count: usize| {
        let id = |n: usize| format!("g{}.t{n:04}", n / 50);
        let task = |n: usize| TaskSeen {
            task_id: id(n),
            operator_name: None,
            is_mapped: false,
            trigger_rule: Some("all_success".into()),
            downstream_task_ids: (n + 1 < count).then(|| id(n + 1)).into_iter().collect(),
        };
        let untold = AirflowFact::StructureUntold { dag: "hello".into(), why: "x".into() };
        let tasks = AirflowFact::TasksListed { dag: "hello".into(), tasks: (0..count).map(task).collect() };
        let all: Vec<_> = (0..count).map(|n| instance(&id(n), -1, None)).collect();
        with(running([None; 3]), [a(untold), a(tasks), a(instances("r2", &all))])
    };
    let whole = json!({ "/cut": null, "/task_count": 1000, "/tasks/999/depth": 999, "/groups/19/group_id": "g9" });
    check(&large(1000), &whole);
    let cut = json!({
        "/cut": "of 1100 tasks only the first 1000 are shown", "/task_count": 1100, "/tasks/1000": null,
        "/groups/20": null, "/edges/998/source_id": "g9.t0499", "/edges/999": null,
    });
    check(&large(1100), &cut);
}
