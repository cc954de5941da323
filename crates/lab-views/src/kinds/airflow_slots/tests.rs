//! The slots' cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::airflow::{ActiveInstance, AirflowFact, PoolSeen, TaskInstanceSeen},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({}), said, expected);
}

/// Airflow's clock is 18:51:00 when the journal begins.
fn started() -> Vec<Draft> {
    let health = Draft { said_at: Some(AT), ..a(all_healthy()) };
    vec![airflow_started(), health, a(pools(&[pool("weather", 1, 1)])), a(parallelism(Some(4)))]
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    started().into_iter().chain(more).collect()
}

/// A sensor of `sensors` with its times in seconds after 18:51:00: scheduled, queued, started, ended.
fn sensor(state: &str, times: [Option<i64>; 4]) -> ActiveInstance {
    let [scheduled_at, queued_at, started_at, ended_at] = times.map(|time| time.map(|second| AT + second * 1000));
    let seen = TaskInstanceSeen {
        pool: Some("weather".to_owned()),
        try_number: 1,
        scheduled_at,
        queued_at,
        started_at,
        ended_at,
        ..instance("wait", -1, Some(state))
    };
    active("sensors", seen)
}

/// Journal time of the nth thing said, by Airflow's clock: half a second more, for it tells whole seconds.
fn heard(nth: i64) -> i64 {
    AT + 500 + (nth - 1) * 100
}

#[test]
fn nothing_said_is_not_known() {
    let awaits = ["the pools", "the tasks that hold slots", "Airflow's time"];
    let summary = "Airflow told of no pools yet.";
    let unknown = json!({
        "known": false, "awaits": awaits, "summary": summary, "/pools": null, "/parallelism": null,
        "/parallelism_unread": null, "/executor_slots": null, "/at": null,
    });
    check(&[airflow_started()], &unknown);
    let untold = json!({
        "/parallelism": null, "/parallelism_unread": "chose not to expose the configuration", "/executor_slots": 0,
        "summary": "Pool weather: 1 of 1 slot held. 0 tasks run; how many may run at once is not known.",
    });
    check(&after([a(parallelism(None)), a(all_active(&[]))]), &untold);
    check(&after([airflow_started()]), &unknown);
}

#[test]
fn a_sensor_that_pokes_runs_all_the_time() {
    let running = sensor("running", [Some(10), Some(11), Some(12), None]);
    let expected = json!({
        "known": true,
        "awaits": [],
        "/executor_slots": 1,
        "/executor_queued": 0,
        "/pools/0/open_slots": 0,
        "/instances/0/holds_pool_slots": true,
        "/instances/0/holds_executor_slot": true,
        "/instances/0/operator_name": "@task.sensor",
        "/instances/0/intervals": [
            { "state": "scheduled", "try_number": 1, "from": AT + 10_000, "from_is_airflows": true, "to": AT + 11_000,
                "to_is_airflows": true, "holds_pool_slots": false },
            { "state": "queued", "try_number": 1, "from": AT + 11_000, "from_is_airflows": true, "to": AT + 12_000,
                "to_is_airflows": true, "holds_pool_slots": true },
            { "state": "running", "try_number": 1, "from": AT + 12_000, "from_is_airflows": true, "to": null,
                "to_is_airflows": false, "holds_pool_slots": true },
        ],
        "table/0": ["weather", "1", "1", "", "", "", "", "", "", ""],
        "table/3/7": "18:51:12",
        "table/3/2": "1",
        "table/2/8": "1.0",
        "summary": "Pool weather: 1 of 1 slot held, by wait of sensors (running since 18:51:12). Of the 4 tasks that may run \
            at once, 1 runs.",
    });
    check(&after([a(all_active(std::slice::from_ref(&running)))]), &expected);
    let done = sensor("success", [Some(10), Some(11), Some(12), Some(40)]);
    let ended = json!({
        "/executor_slots": 0, "/instances/0/state": "success", "/instances/0/holds_pool_slots": false,
        "/instances/0/intervals/2/to": AT + 40_000, "/instances/0/intervals/2/to_is_airflows": true,
        "/instances/0/intervals/3": null,
    });
    check(&after([a(all_active(&[running])), a(changed(&[done], &[]))]), &ended);
}

#[test]
fn one_that_is_rescheduled_gives_its_slot_back_between_two_looks() {
    let rest = |times| ActiveInstance { duration_ms: Some(500), ..sensor("up_for_reschedule", times) };
    let first = rest([Some(10), Some(11), Some(12), None]);
    // Its second look was over before anybody asked.
    let second = rest([Some(20), Some(21), Some(22), None]);
    let states = |said: &[Draft]| {
        let mut state = super::State::default();
        for observation in journal(said) {
            state.apply(&observation);
        }
        let model = super::project::project(&state, &super::Params::default()).model;
        let intervals = &model.instances[0].intervals;
        let of = |i: &super::Interval| {
            format!("{} {} {:?} {:?}", i.state, (i.from - AT) / 100, i.to.map(|to| (to - AT) / 100), i.holds_pool_slots)
        };
        intervals.iter().map(of).collect::<Vec<_>>()
    };
    let held =
        ["scheduled 100 Some(110) Some(false)", "queued 110 Some(120) Some(true)", "running 120 Some(125) Some(true)"];
    assert_eq!(
        states(&after([a(all_active(std::slice::from_ref(&first)))])),
        [&held[..], &["up_for_reschedule 125 None Some(false)"]].concat()
    );
    let again = [
        "up_for_reschedule 125 Some(200) Some(false)",
        "scheduled 200 Some(210) Some(false)",
        "queued 210 Some(220) Some(true)",
        "running 220 Some(225) Some(true)",
        "up_for_reschedule 225 None Some(false)",
    ];
    let twice = after([
        a(all_active(std::slice::from_ref(&first))),
        a(changed(std::slice::from_ref(&second), &[])),
        a(changed(&[second], &[])),
    ]);
    assert_eq!(states(&twice), [&held[..], &again].concat());
}

#[test]
fn what_airflow_does_not_date_begins_when_it_is_heard() {
    let deferred =
        |deferred_at| ActiveInstance { deferred_at, ..sensor("deferred", [Some(10), Some(11), Some(12), None]) };
    // How long it ran before the first look is not known.
    let expected = json!({
        "/instances/0/intervals/1/state": "queued",
        "/instances/0/intervals/1/to": AT + 12_000,
        "/instances/0/intervals/2": { "state": "deferred", "try_number": 1, "from": heard(4), "from_is_airflows": false,
            "to": null, "to_is_airflows": false, "holds_pool_slots": false },
        "/instances/0/holds_pool_slots": false,
    });
    check(&after([a(all_active(&[deferred(None)]))]), &expected);
    let dated = json!({
        "/instances/0/intervals/2/to": AT + 13_000, "/instances/0/intervals/3/state": "deferred",
        "/instances/0/intervals/3/from": AT + 13_000, "/instances/0/intervals/3/from_is_airflows": true,
    });
    check(&after([a(all_active(&[deferred(Some(AT + 13_000))]))]), &dated);
    // It goes on where it began: its start is no new one.
    let resumed = sensor("running", [Some(30), Some(31), Some(12), None]);
    let resumed = after([a(all_active(&[deferred(Some(AT + 13_000))])), a(changed(&[resumed], &[]))]);
    let expected = json!({
        "/instances/0/intervals/3/to": AT + 30_000,
        "/instances/0/intervals/5/to": heard(5),
        "/instances/0/intervals/6/state": "running",
        "/instances/0/intervals/6/from": heard(5),
        "/instances/0/intervals/6/from_is_airflows": false,
    });
    check(&resumed, &expected);
}

#[test]
fn a_pool_that_counts_deferred_tasks_keeps_their_slots() {
    let counting = PoolSeen { include_deferred: true, ..pool("weather", 1, 1) };
    let deferred = sensor("deferred", [Some(10), Some(11), Some(12), None]);
    let said = after([a(pools(&[counting])), a(all_active(&[deferred]))]);
    let holds = json!({ "/instances/0/holds_pool_slots": true, "/instances/0/holds_executor_slot": false });
    check(&said, &holds);
    // Of a pool that was not told it is not known.
    let other = sensor("deferred", [Some(10), Some(11), Some(12), None]);
    check(&after([a(pools(&[])), a(all_active(&[other]))]), &json!({ "/instances/0/holds_pool_slots": null }));
}

#[test]
fn what_is_gone_held_its_slot_until_that_was_heard() {
    let running = sensor("running", [Some(10), Some(11), Some(12), None]);
    let gone = after([a(all_active(std::slice::from_ref(&running))), a(changed(&[], &["wait"]))]);
    let expected = json!({
        "/instances/0/state": null, "/instances/0/intervals/2/to": heard(5), "/instances/0/intervals/2/to_is_airflows": false,
        "/executor_slots": 0,
    });
    check(&gone, &expected);
    // It did not run: an empty operator is a success at once.
    let empty = sensor("success", [None, None, Some(12), Some(12)]);
    check(&after([a(all_active(&[])), a(changed(&[empty], &[]))]), &json!({ "/instances": [] }));
}

#[test]
fn what_ended_before_the_picture_begins_is_not_in_it() {
    let early = sensor("success", [Some(-700), Some(-699), Some(-698), Some(-650)]);
    let said = after([a(all_active(&[])), a(changed(&[early], &[]))]);
    check(&said, &json!({ "/instances": [], "/minutes": 10 }));
    let long = json!({ "minutes": 30 });
    crate::testing::check::<TheView>(&long, &said, &json!({ "/instances/0/intervals/2/to": AT - 650_000 }));
}

#[test]
fn more_than_is_read_is_said_and_counts_are_not_known() {
    let AirflowFact::ActiveInstancesSeen { instances, gone, all, .. } = all_active(&[]) else { unreachable!() };
    let more = a(AirflowFact::ActiveInstancesSeen { instances, gone, all, more: true });
    let expected = json!({
        "/executor_slots": null, "/cut": "more tasks hold slots or wait than Pipewright reads", "awaits": [],
    });
    check(&after([more]), &expected);
}
