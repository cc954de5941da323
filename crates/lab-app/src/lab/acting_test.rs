//! Actions in a lab whose engine is in the test's hands: how they go on, how they end, and what is remembered of them.

use serde_json::{Value, json};

use super::*;
use crate::{
    lab::{
        begun::REMEMBERED,
        test_lab::{Asked, LIMIT, TestLab},
    },
    test_host::TestHost,
};

async fn lab() -> TestLab {
    let app = TestHost::with_engine().await.app();
    TestLab::new(&app, "lab").await
}

fn call(args: Value) -> ActionCall {
    let Value::Object(args) = args else { panic!("{args}") };
    ActionCall { name: "kafka.create_topic".into(), args }
}

fn create() -> ActionCall {
    call(json!({ "topic": "orders", "partitions": 1, "replication_factor": 1 }))
}

fn problem(code: Code) -> Problem {
    Problem { code, message: "No.".into(), detail: String::new(), hint: String::new() }
}

fn running(step: &str) -> ActionStatus {
    let progress = if step.is_empty() { Progress::default() } else { Progress::step(step) };
    ActionStatus::Running { progress }
}

fn done(says: &str) -> ActionStatus {
    ActionStatus::Done { says: says.into() }
}

/// Waits until the action stands otherwise than running.
async fn end(lab: &Lab, id: u64) -> ActionStatus {
    let mut status = lab.status_of(id).unwrap();
    let ended = status.wait_for(|status| !matches!(status, ActionStatus::Running { .. }));
    tokio::time::timeout(LIMIT, ended).await.expect("it does not end").unwrap().clone()
}

fn now(lab: &Lab, id: u64) -> ActionStatus {
    lab.status_of(id).unwrap().borrow().clone()
}

#[tokio::test]
async fn an_action_that_has_begun_runs_under_the_id_that_the_engine_is_given() {
    let mut test = lab().await;
    let begun = test.lab.begin(create()).unwrap();
    let asked = test.asked().await;
    assert_eq!((asked.id, now(&test.lab, begun.id)), (ActionId(begun.id), running("")));
}

#[tokio::test]
async fn how_far_an_action_is_is_told_to_who_follows_it() {
    let mut test = lab().await;
    let begun = test.lab.begin(create()).unwrap();
    (test.asked().await.progress)(Progress::step("half"));
    assert_eq!(now(&test.lab, begun.id), running("half"));
}

#[tokio::test]
async fn an_action_ends_with_what_came_back() {
    let mut test = lab().await;
    let begun = test.lab.begin(create()).unwrap();
    test.asked().await.answer(Ok("made"));
    assert_eq!(end(&test.lab, begun.id).await, done("made"));
}

#[tokio::test]
async fn what_an_action_reports_after_its_end_changes_nothing() {
    let mut test = lab().await;
    let begun = test.lab.begin(create()).unwrap();
    let asked = test.asked().await;
    let late = Arc::clone(&asked.progress);
    asked.answer(Ok("made"));
    end(&test.lab, begun.id).await;
    late(Progress::step("half"));
    assert_eq!(now(&test.lab, begun.id), done("made"));
}

#[tokio::test]
async fn the_end_of_one_action_is_no_other_ones() {
    let mut test = lab().await;
    let [first, second] = [0, 1].map(|_| test.lab.begin(create()).unwrap().id);
    let (answered, _open): (Vec<Asked>, Vec<Asked>) =
        [test.asked().await, test.asked().await].into_iter().partition(|asked| asked.id == ActionId(second));
    answered.into_iter().for_each(|asked| asked.answer(Ok("made")));
    assert_eq!((end(&test.lab, second).await, now(&test.lab, first)), (done("made"), running("")));
}

#[tokio::test]
async fn only_the_action_that_is_named_is_cancelled() {
    let mut test = lab().await;
    test.lab.begin(create()).unwrap();
    test.lab.begin(create()).unwrap();
    let asked = [test.asked().await, test.asked().await];
    test.lab.cancel_action(asked[1].id.0).unwrap();
    assert_eq!(asked.map(|asked| asked.cancel.is_cancelled()), [false, true]);
}

#[tokio::test]
async fn an_action_that_was_cancelled_says_so_to_who_follows_it() {
    let mut test = lab().await;
    let begun = test.lab.begin(create()).unwrap();
    test.asked().await.answer(Err(problem(Code::Cancelled)));
    let status = end(&test.lab, begun.id).await;
    assert_eq!(status, ActionStatus::Failed { problem: problem(Code::Cancelled) });
}

#[tokio::test]
async fn the_journal_tells_how_each_action_ended() {
    let mut test = lab().await;
    for answer in [Ok("made"), Err(problem(Code::Cancelled)), Err(problem(Code::TimedOut))] {
        let begun = test.lab.begin(create()).unwrap();
        test.asked().await.answer(answer);
        end(&test.lab, begun.id).await;
    }
    test.lab.begin(create()).unwrap();
    let states: Vec<String> = test.actions().into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["done", "cancelled", "failed", "running"]);
}

#[tokio::test]
async fn an_action_that_ended_cannot_be_cancelled() {
    let mut test = lab().await;
    let begun = test.lab.begin(create()).unwrap();
    test.asked().await.answer(Ok("made"));
    end(&test.lab, begun.id).await;
    assert_eq!(test.lab.cancel_action(begun.id).unwrap_err().code, Code::Unknown);
}

#[tokio::test]
async fn whoever_leaves_a_lab_stops_what_runs_in_it() {
    let mut test = lab().await;
    test.lab.begin(create()).unwrap();
    let asked = test.asked().await;
    test.lab.leave().await;
    assert!(asked.cancel.is_cancelled());
}

/// Begins so many actions that all end.
async fn do_many(test: &mut TestLab, many: usize) -> Vec<u64> {
    let mut ids = Vec::new();
    for _ in 0..many {
        ids.push(test.lab.begin(create()).unwrap().id);
        test.asked().await.answer(Ok("made"));
        end(&test.lab, ids[ids.len() - 1]).await;
    }
    ids
}

#[tokio::test]
async fn the_ends_of_the_newest_hundred_actions_are_remembered() {
    let mut test = lab().await;
    let ids = do_many(&mut test, REMEMBERED + 1).await;
    let known: Vec<u64> = ids.iter().copied().filter(|id| test.lab.status_of(*id).is_ok()).collect();
    assert_eq!(known, ids[1..]);
}

#[tokio::test]
async fn an_action_that_runs_is_not_forgotten_for_any_number_of_others() {
    let mut test = lab().await;
    let begun = test.lab.begin(create()).unwrap();
    let _asked = test.asked().await;
    do_many(&mut test, REMEMBERED + 20).await;
    assert_eq!(now(&test.lab, begun.id), running(""));
}

#[tokio::test]
async fn a_call_that_is_refused_is_not_in_the_journal() {
    let test = lab().await;
    let refused = test.lab.begin(call(json!({ "topic": "orders", "partitions": "many" }))).unwrap_err();
    assert_eq!((refused.code, test.actions()), (Code::ActionInvalid, Vec::new()));
}

#[tokio::test]
async fn what_the_lab_has_no_engine_for_fails_and_the_journal_says_so() {
    let test = lab().await;
    let name = "cassandra.create_keyspace".into();
    let call = ActionCall { name, ..call(json!({ "keyspace": "lab", "replication": { "dc1": 3 } })) };
    let failed = test.lab.act(&call, Arc::new(|_| ()), CancellationToken::new()).await.unwrap_err();
    assert_eq!((failed.code, test.actions()), (Code::NotNow, vec![(1, "failed".to_owned())]));
}
