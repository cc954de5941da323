//! Where feeds of a lab read their values, and what they end with.

use lab_model::{ActionCall, KafkaNeed, Need, facts::lab::NodeState};
use serde_json::json;

use super::*;
use crate::{
    lab::test_lab::{LIMIT, TestLab},
    schema::Push,
    test_host::TestHost,
};

async fn lab() -> (Arc<App>, TestLab) {
    let app = TestHost::with_engine().await.app();
    let lab = TestLab::new(&app, "lab").await;
    (app, lab)
}

fn view(kind: &str) -> Subscription {
    Subscription::View { lab: "lab".into(), view: ViewRef { kind: kind.into(), with: json!({}) } }
}

async fn next(feed: &mut Feed) -> Option<Push> {
    tokio::time::timeout(LIMIT, feed.next()).await.expect("neither pushed nor ended")
}

#[tokio::test]
async fn what_a_view_needs_is_wanted_until_nobody_follows_it() {
    let (app, test) = lab().await;
    let wanted = || test.lab.needs.wanted().borrow().contains(&Need::Kafka(KafkaNeed::Groups));
    let before = wanted();
    let feed = subscribe(&app, &view("kafka_groups")).unwrap();
    let meanwhile = wanted();
    drop(feed);
    assert_eq!([before, meanwhile, wanted()], [false, true, false]);
}

#[tokio::test]
async fn a_view_is_pushed_when_what_it_shows_changed() {
    let (app, test) = lab().await;
    let mut feed = subscribe(&app, &view("lab_nodes")).unwrap();
    next(&mut feed).await;
    test.node_is(NodeState::Paused);
    assert_eq!(next(&mut feed).await.unwrap().value["model"]["nodes"][0]["state"], "paused");
}

#[tokio::test]
async fn of_a_lab_that_was_removed_no_picture_is_pushed_any_more() {
    let (app, test) = lab().await;
    let mut feed = subscribe(&app, &view("lab_nodes")).unwrap();
    next(&mut feed).await;
    test.lab.is_removed();
    let push = next(&mut feed).await.unwrap();
    assert_eq!((push.value, push.problem.map(|problem| problem.code)), (Value::Null, Some(Code::LabRemoved)));
}

#[tokio::test]
async fn what_follows_an_action_ends_with_its_end() {
    let (app, mut test) = lab().await;
    let args = json!({ "topic": "orders", "partitions": 1, "replication_factor": 1 });
    let args = args.as_object().unwrap().clone();
    let id = test.lab.begin(ActionCall { name: "kafka.create_topic".into(), args }).unwrap().id;
    let mut feed = subscribe(&app, &Subscription::Action { lab: "lab".into(), id }).unwrap();
    next(&mut feed).await;
    test.asked().await.answer(Ok("made"));
    let last = next(&mut feed).await.map(|push| push.value["state"].clone());
    assert_eq!((last, next(&mut feed).await.is_none()), (Some(json!("done")), true));
}

#[tokio::test]
async fn parameters_that_are_not_the_views_own_are_refused_before_anything_is_pushed() {
    let (app, _test) = lab().await;
    let view = ViewRef { kind: "lab_nodes".into(), with: json!({ "colour": "red" }) };
    let refused = subscribe(&app, &Subscription::View { lab: "lab".into(), view }).err();
    assert_eq!(refused.map(|problem| problem.code), Some(Code::ActionInvalid));
}
