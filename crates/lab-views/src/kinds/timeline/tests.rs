//! The timeline's cases: journals in, words and marks out.

use lab_model::{
    ActionId, Draft, Source,
    facts::{
        airflow::DagSeen,
        cassandra::{CassandraFact, Latency, RepairSeen, RequestKind, RequestOutcome},
        image::ImageFact,
        lab::{ImageInUse, LabFact, NodeState, Origin, Outcome},
    },
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({}), said, expected);
}

/// What the last of these added to the timeline: `kind, about, mood: words`.
fn adds(before: &[Draft], said: Draft, expected: &[&str]) {
    let mut state = super::State::default();
    for (draft, seq) in before.iter().zip(0..) {
        state.apply(&observed(seq, draft.clone()));
    }
    let known = state.entries.len();
    let changed = state.apply(&observed(before.len() as u64, said));
    let added: Vec<String> = state
        .entries
        .iter()
        .skip(known)
        .map(|entry| {
            let mood = serde_json::to_value(entry.mood).unwrap();
            format!("{}, {}, {}: {}", entry.kind, entry.about, mood.as_str().unwrap(), entry.says)
        })
        .collect();
    assert_eq!(added, expected);
    assert!(changed || added.is_empty());
}

const ALL: &[i32] = &[1, 2, 3];
const BOTH: &[&str] = &["a-client", "b-cluster"];

#[test]
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "/entries": [], "summary": "Nothing has happened yet." }));
    check(&[k(1, topics(&["orders"]))], &json!({ "known": true, "/entries/0/kind": "heard" }));
}

#[test]
fn hearing_is_told_when_it_turns() {
    let answers = [started(), k(1, LabFact::Heard)];
    adds(&answers[..1], k(1, LabFact::Heard), &["heard, kafka-1, good: kafka-1 answers"]);
    adds(&answers, k(1, LabFact::Heard), &[]);
    adds(&answers, k(1, silent()), &["silent, kafka-1, bad: kafka-1 does not answer: no answer within 1 s"]);
    adds(&answers, k(2, silent()), &["silent, kafka-2, plain: kafka-2 does not answer yet: no answer within 1 s"]);
    adds(&[started(), k(2, silent())], k(2, LabFact::Heard), &["heard, kafka-2, good: kafka-2 answers"]);
    let silent = [started(), k(1, LabFact::Heard), k(1, silent())];
    adds(&silent, silent[2].clone(), &[]);
    adds(&silent, k(1, LabFact::Heard), &["heard, kafka-1, good: kafka-1 answers again"]);
}

#[test]
fn two_brokers_saying_the_same_change_give_one_entry() {
    let before = [started(), k(1, orders(&[(1, 0, ALL)])), k(2, orders(&[(1, 0, ALL)]))];
    let change = orders(&[(2, 1, &[2, 3])]);
    adds(
        &before,
        k(2, change.clone()),
        &[
            "partition_leader, orders-0, plain: orders-0 is led by kafka-2 at epoch 1, after kafka-1",
            "isr, orders-0, bad: orders-0 out of sync: kafka-1; in sync now: kafka-2 and kafka-3",
        ],
    );
    let said: Vec<Draft> = before.iter().cloned().chain([k(2, change.clone())]).collect();
    adds(&said, k(1, change), &[]);
    // A broker that is behind says nothing new.
    adds(&said, k(1, orders(&[(1, 0, ALL)])), &[]);
    adds(&said, k(2, orders(&[(0, 1, &[])])), &[
        "partition_leader, orders-0, bad: orders-0 has no leader, after kafka-2",
        "isr, orders-0, bad: orders-0 out of sync: kafka-2 and kafka-3; in sync now: nothing",
    ]);
}

#[test]
fn truncations() {
    let before = [started(), k(3, LabFact::Heard), k(3, log(0, 0, 449, 50))];
    let told = ["truncation, orders-0, bad: kafka-3 cut its log of orders-0 from 449 back to 50"];
    adds(&before, k(3, log(0, 0, 50, 50)), &told);
    adds(&before, k(3, log(0, 0, 450, 50)), &[]);
}

#[test]
fn the_cluster() {
    let before = [
        started(),
        k(1, quorum(100, 1)),
        k(1, brokers(&[1, 2, 3])),
        k(1, topics(&["orders"])),
        k(2, brokers(&[1, 2, 3])),
        k(2, topics(&["orders"])),
    ];
    let cases: &[(Draft, &[&str])] = &[
        (k(1, quorum(100, 1)), &[]),
        (k(1, quorum(2, 3)), &["controller, kafka-2, plain: kafka-2 is the controller at epoch 3, after controller-1"]),
        (k(1, quorum(100, 2)), &["controller, controller-1, plain: controller-1 is the controller again, at epoch 2"]),
        (k(1, brokers(&[1, 2, -3])), &["fenced, kafka-3, bad: kafka-3 is fenced: the controller does not hear it"]),
        (k(1, topics(&["orders", "returns"])), &["topic, returns, plain: topic returns was created"]),
        (k(1, topics(&[])), &["topic, orders, ended: topic orders was deleted"]),
    ];
    for (said, expected) in cases {
        adds(&before, said.clone(), expected);
        let after: Vec<Draft> = before.iter().cloned().chain([said.clone()]).collect();
        let Draft { fact, .. } = said.clone();
        adds(&after, k(2, fact), &[]);
    }
    let fenced: Vec<Draft> = before.iter().cloned().chain([k(1, brokers(&[1, 2, -3]))]).collect();
    adds(&fenced, k(2, brokers(&[1, 2, 3])), &["unfenced, kafka-3, good: kafka-3 is no longer fenced"]);
}

#[test]
fn containers() {
    let runs = [started(), container("kafka-3", NodeState::Running, BOTH), k(3, LabFact::Heard)];
    adds(&runs, runs[1].clone(), &[]);
    adds(&runs, container("kafka-3", NodeState::Paused, BOTH), &["node, kafka-3, bad: kafka-3 is paused"]);
    let cut = container("kafka-3", NodeState::Running, &["a-client"]);
    adds(&runs, cut.clone(), &["node, kafka-3, bad: kafka-3 is cut off from b-cluster"]);
    let is_cut: Vec<Draft> = runs.iter().cloned().chain([cut]).collect();
    adds(&is_cut, runs[1].clone(), &["node, kafka-3, good: kafka-3 is on b-cluster again"]);
    // The node's silence is not told beside its end.
    let stopped = container("kafka-3", NodeState::Stopped, &[]);
    adds(&runs, stopped.clone(), &["node, kafka-3, bad: kafka-3 has stopped with exit code 137"]);
    let has_stopped: Vec<Draft> = runs.iter().cloned().chain([stopped]).collect();
    adds(&has_stopped, k(3, silent()), &[]);
    adds(&has_stopped, runs[1].clone(), &["node, kafka-3, good: kafka-3 runs again"]);
}

#[test]
fn a_spare_that_waits_is_no_fault() {
    let started = [app(start_cassandra(false))];
    let stopped = |node| container(node, NodeState::Stopped, &[]);
    adds(&started, stopped("cassandra-4"), &["node, cassandra-4, plain: cassandra-4 waits to join"]);
    adds(&started, stopped("cassandra-3"), &["node, cassandra-3, bad: cassandra-3 has stopped with exit code 137"]);
    let joined = [started[0].clone(), container("cassandra-4", NodeState::Running, BOTH)];
    adds(&joined, stopped("cassandra-4"), &["node, cassandra-4, bad: cassandra-4 has stopped with exit code 137"]);
}

#[test]
fn groups_and_their_members() {
    let before = [started(), k(2, LabFact::Heard), k(2, readers("Stable", &[("c1", &[0, 1]), ("c2", &[2])]))];
    adds(&before[..2], before[2].clone(), &[
        "group, readers, good: group readers is Stable with 2 members: c1 has orders-0 and orders-1; c2 has orders-2",
    ]);
    adds(&before, before[2].clone(), &[]);
    adds(&before, k(2, readers("Empty", &[])), &["group, readers, plain: group readers is Empty with 0 members"]);
    adds(&before, k(2, groups(&[])), &["group, readers, plain: group readers is gone"]);
    adds(&before, k(2, committed(&[(0, 3)])), &[]);
}

#[test]
fn the_lab_its_actions_and_steps() {
    let ended = |outcome| app(LabFact::ActionEnded { outcome, says: "it is there".into(), code: None, took: 1234 });
    let step = |done: bool| {
        let (lesson, step) = ("kafka/first-topic".to_owned(), "create".to_owned());
        app(if done { LabFact::StepDone { lesson, step } } else { LabFact::StepBegan { lesson, step } })
    };
    let began = [started(), action_began(7)];
    let ready = app(LabFact::LabBecameReady { took: 4200 });
    adds(&[], started(), &["lab, kafka-3, plain: lab-a (stack kafka-3) started: 4 containers"]);
    adds(&began, ready.clone(), &["lab, kafka-3, good: ready, 4.2 s after the start was asked for"]);
    // When a lab became ready that ran already, nobody saw.
    let mut found = started();
    if let lab_model::Fact::Lab(LabFact::LabStarted { adopted, .. }) = &mut found.fact {
        *adopted = true;
    }
    adds(&[found], ready, &["lab, kafka-3, good: ready"]);
    adds(&began, app(LabFact::LabStopped), &["lab, kafka-3, plain: the lab was removed"]);
    adds(&began[..1], action_began(7), &[
        "action, kafka.create_topic, plain: kafka.create_topic topic=orders began",
    ]);
    for (outcome, expected) in [
        (Outcome::Done, "action, kafka.create_topic, good: kafka.create_topic done after 1.2 s: it is there"),
        (Outcome::Failed, "action, kafka.create_topic, bad: kafka.create_topic failed after 1.2 s: it is there"),
        (Outcome::Cancelled, "action, kafka.create_topic, plain: kafka.create_topic cancelled after 1.2 s: it is there"),
    ] {
        adds(&began, ended(outcome).because_of(ActionId(7)), &[expected]);
    }
    adds(&began, step(false), &["step, create, plain: kafka/first-topic, step create began"]);
    adds(&began, step(true), &["step, create, good: kafka/first-topic, step create done"]);
    adds(&began, app(LabFact::MachineSlept { gap: 90_000 }), &["lab, kafka-3, bad: the machine slept for 90 s"]);
}

#[test]
fn counts_go_on_beyond_what_is_kept() {
    let turns = (0..1250).flat_map(|_| [k(1, LabFact::Heard), k(1, silent())]);
    let said: Vec<Draft> = [started()].into_iter().chain(turns).collect();
    check(
        &said,
        &json!({
            "/counts/0": { "kind": "heard", "count": 1250 },
            "/entries/199/seq": 2500,
            "/entries/200": null,
            "summary": "2501 changes; the newest, at 250.0 s: kafka-1 does not answer: no answer within 1 s.",
        }),
    );
    let params = json!({ "newest": 9999, "kinds": ["heard", "silent"] });
    let kept = json!({ "/entries/1999/seq": 2500, "/entries/2000": null, "/entries/0/seq": 501 });
    crate::testing::check::<TheView>(&params, &said, &kept);
    crate::testing::check::<TheView>(&json!({ "kinds": ["lab"] }), &said, &json!({ "/entries": [], "summary": "1 change, none shown." }));
    let none = json!({ "/entries": [], "summary": "Nothing of the kind nope has happened." });
    crate::testing::check::<TheView>(&json!({ "kinds": ["nope"] }), &said, &none);
}

#[test]
fn a_ring_s_changes_are_told_once() {
    let ring = whole_ring();
    adds(&ring, c(1, believes(&[2, 3])), &[]);
    adds(&ring, c(1, believes(&[2, -3])), &["believed, cassandra-3, bad: cassandra-1 believes cassandra-3 down"]);
    let down: Vec<Draft> = ring.iter().cloned().chain([c(1, believes(&[2, -3]))]).collect();
    let up = "believed, cassandra-3, good: cassandra-1 believes cassandra-3 up again";
    adds(&down, c(1, believes(&[2, -3])), &[]);
    adds(&down, c(1, believes(&[2, 3])), &[up]);
    // A peer that was never believed up does not come back.
    let first = [app(start_cassandra(false)), c(1, believes(&[-2, -3]))];
    adds(&first, c(1, believes(&[2, 3])), &[]);
    adds(&ring, c(4, describes_itself(4, 42, "JOINING")), &[
        "heard, cassandra-4, good: cassandra-4 answers",
        "member, cassandra-4, plain: cassandra-4 is JOINING",
    ]);
}

#[test]
fn a_schema_s_changes_are_told_by_the_first_who_has_them() {
    let ring: Vec<Draft> = whole_ring().into_iter().chain([c(1, no_keyspace()), c(2, no_keyspace())]).collect();
    let created = [
        "schema, weather, plain: keyspace weather is replicated by NetworkTopologyStrategy: dc1 3",
        "schema, weather.readings, plain: table weather.readings was created",
    ];
    adds(&ring, c(1, weather(3, &["readings"])), &created);
    let there: Vec<Draft> = ring.into_iter().chain([c(1, weather(3, &["readings"]))]).collect();
    adds(&there, c(2, weather(3, &["readings"])), &[]);
    let altered = "schema, weather, plain: keyspace weather is replicated by NetworkTopologyStrategy: dc1 2";
    adds(&there, c(1, weather(2, &["readings"])), &[altered]);
    adds(&there, c(1, no_keyspace()), &["schema, weather, ended: keyspace weather was dropped"]);
    // How things are when somebody first looks is no change.
    adds(&whole_ring(), c(1, weather(3, &["readings"])), &[]);
}

#[test]
fn requests_are_told_when_they_end_otherwise_than_before() {
    let insert = "INSERT INTO k.t (a) VALUES (1)";
    let say = |id: &str, outcome| ended(request(id, insert, "ALL", outcome));
    let unavailable = || RequestOutcome::Unavailable { required: 3, alive: 2 };
    let refused = "request, console, bad: console: INSERT INTO k.t (a) VALUES (1) at ALL through cassandra-1: Unavailable: 3 \
        required, 2 alive";
    let ring = whole_ring();
    adds(&ring, say("r1", RequestOutcome::Ok), &[]);
    adds(&ring, say("r1", unavailable()), &[refused]);
    let failed: Vec<Draft> = ring.into_iter().chain([say("r1", unavailable())]).collect();
    adds(&failed, say("r2", unavailable()), &[]);
    let again = "request, console, good: console: INSERT INTO k.t (a) VALUES (1) at ALL through cassandra-1 is ok, unlike the \
        one before";
    adds(&failed, say("r3", RequestOutcome::Ok), &[again]);
    // What is about another table says nothing of this one.
    adds(&failed, ended(request("r3", "INSERT INTO l.t (a) VALUES (1)", "ALL", RequestOutcome::Ok)), &[]);
    // Of the requests of one action the first is told; another action has its own.
    let by_action = |id: u64| say("r4", unavailable()).because_of(ActionId(id));
    adds(&failed, by_action(7), &[refused]);
    let failed: Vec<Draft> = failed.into_iter().chain([by_action(7)]).collect();
    adds(&failed, by_action(7), &[]);
    adds(&failed, by_action(8), &[refused]);
}

fn repair(id: &str, kind: &str, state: &str) -> RepairSeen {
    RepairSeen {
        id: id.to_owned(),
        keyspace: "weather".to_owned(),
        tables: Vec::new(),
        kind: kind.to_owned(),
        state: state.to_owned(),
        percent: None,
        words: String::new(),
    }
}

/// The newest is listed first, and told last.
#[test]
fn what_ended_between_two_looks_is_told_in_the_order_in_which_it_began() {
    let listed = |repairs: Vec<RepairSeen>| c(1, CassandraFact::RepairsListed { repairs });
    let looked: Vec<Draft> = whole_ring().into_iter().chain([listed(Vec::new())]).collect();
    let told = [
        "repair, weather, good: preview full repair of weather is done",
        "repair, weather, good: full repair of weather is done",
    ];
    adds(&looked, listed(vec![repair("2", "full", "completed"), repair("1", "preview_full", "completed")]), &told);
}

#[test]
fn hints_repairs_and_loads_are_told() {
    let ring = whole_ring();
    adds(&ring, hint_files(1, &[(3, 100)]), &["hints, cassandra-3, plain: cassandra-1 keeps hints for cassandra-3"]);
    let kept: Vec<Draft> = ring.iter().cloned().chain([hint_files(1, &[(3, 100)])]).collect();
    adds(&kept, hint_files(1, &[(3, 900)]), &[]);
    let gone = "hints, cassandra-3, good: cassandra-1 has no more hints for cassandra-3: its files are gone";
    adds(&kept, hint_files(1, &[]), &[gone]);
    let repairs = |states: &[&str]| {
        let of = |(id, state): (usize, &&str)| repair(&id.to_string(), "preview_full", state);
        c(1, CassandraFact::RepairsListed { repairs: states.iter().enumerate().map(of).collect() })
    };
    let began = "repair, weather, plain: preview full repair of weather began, led by cassandra-1";
    adds(&ring, repairs(&["start"]), &[began]);
    // A container that had ended before anybody looked is not told.
    adds(&ring, repairs(&["completed"]), &[]);
    let running: Vec<Draft> = ring.iter().cloned().chain([repairs(&["start"])]).collect();
    adds(&running, repairs(&["completed"]), &["repair, weather, good: preview full repair of weather is done"]);
    adds(&running, repairs(&["failed"]), &["repair, weather, bad: preview full repair of weather failed"]);
    let load = |ok: u64, running| {
        client("load", CassandraFact::LoadTold {
            table: "k.t".to_owned(),
            kind: RequestKind::Write,
            level: "ONE".to_owned(),
            asked: 10,
            ended: [("ok".to_owned(), ok)].into(),
            latency: Latency::default(),
            per_second: 1.0,
            running,
        })
    };
    let loading: Vec<Draft> = ring.into_iter().chain([load(4, true)]).collect();
    adds(&loading, load(7, true), &[]);
    adds(&loading, load(10, false), &["load, load, good: load: 10 of 10 requests to k.t at ONE were ok in all; 10 asked for"]);
}

#[test]
fn components_dags_and_runs_of_airflow_are_told() {
    let known = [
        airflow_started(),
        a(all_healthy()),
        a(described(dag("hello"))),
        a(listed(&["hello"])),
        a(import_errors(&[])),
        a(newest_runs(&[("hello", "r1", "success")])),
    ];
    let ails = health([Some("healthy"), Some("healthy"), Some("healthy"), Some("unhealthy")]);
    adds(&known[..1], a(ails.clone()), &[
        "heard, airflow-1, good: airflow-1 answers",
        "component, metadatabase, good: metadatabase is healthy",
        "component, scheduler, good: scheduler is healthy",
        "component, dag_processor, good: dag_processor is healthy",
    ]);
    adds(&known, a(ails), &["component, triggerer, bad: triggerer is unhealthy"]);
    adds(&known, a(described(dag("etl"))), &["dag, etl, plain: DAG etl was added"]);
    // Those that were there when somebody first looked are no news, and the warm-up DAG never is.
    adds(&known[..2], a(described(dag("etl"))), &[]);
    adds(&known, a(described(dag("pipewright_warm_up"))), &[]);
    let changed = DagSeen { is_paused: true, version_number: Some(2), ..dag("hello") };
    adds(&known, a(described(changed)), &[
        "dag, hello, plain: DAG hello is paused",
        "dag, hello, plain: DAG hello has version 2",
    ]);
    let stale = DagSeen { is_stale: true, ..dag("hello") };
    adds(&known, a(described(stale)), &["dag, hello, ended: DAG hello is stale: no file defines it any more"]);
    let broken = a(import_errors(&[("a.py", Some(3), "SyntaxError: x")]));
    let told = "import_error, a.py, bad: a.py cannot be imported, line 3: SyntaxError: x";
    adds(&known, broken.clone(), &[told]);
    let then: Vec<Draft> = known.iter().cloned().chain([broken.clone()]).collect();
    adds(&then, broken, &[]);
    adds(&then, a(import_errors(&[])), &["import_error, a.py, good: a.py has no import error any more"]);
    let runs = [("hello", "r3", "failed"), ("pipewright_warm_up", "w", "success"), ("hello", "r2", "running"), ("hello", "r1", "success")];
    adds(&known, a(newest_runs(&runs)), &[
        "run, hello, plain: run r2 of hello is running",
        "run, hello, bad: run r3 of hello is failed",
    ]);
}

#[test]
fn another_image_of_a_node_is_told_and_the_first_one_is_not() {
    let runs = |reference: &str, id: &str| {
        let image = ImageInUse {
            engine: "Airflow".into(),
            version: "3.3.2".into(),
            reference: reference.into(),
            id: id.into(),
            origin: Origin::Own,
        };
        Draft::new(Source::Docker, ImageFact::NodeRuns { node: "airflow-1".into(), image })
    };
    let first = [airflow_started(), runs("ours:1", "a")];
    adds(&first[..1], runs("ours:1", "a"), &[]);
    adds(&first, runs("ours:1", "a"), &[]);
    adds(&first, runs("mine:1", "b"), &["node, airflow-1, plain: airflow-1 runs mine:1 instead of ours:1"]);
    adds(&first, runs("ours:1", "b"), &["node, airflow-1, plain: airflow-1 runs ours:1, as it was built anew"]);
    adds(&[runs("ours:1", "a"), app(LabFact::LabStopped)], runs("mine:1", "b"), &[]);
}
