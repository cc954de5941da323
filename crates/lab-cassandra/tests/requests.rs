//! Requests by the raw protocol to nodes that misbehave: nothing sent, nothing heard and a refusal stay apart.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::{Arc, Mutex};

use lab_cassandra::{Cassandra, Cluster, Level, Node, Request};
use lab_model::{
    Draft, Fact, Source,
    facts::cassandra::{CassandraFact, RequestKind, RequestOutcome, RequestSeen},
};
use support::{Answer, FakeNode, error, lab_node, rows, void};

fn cassandra(node: &FakeNode) -> (Cassandra, Arc<Mutex<Vec<Draft>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = Arc::clone(&told);
    let node = Node { name: "cassandra-1".into(), cql: node.address.clone(), agent: None, address: None, spare: false };
    let out = Arc::new(move |draft| telling.lock().unwrap().push(draft));
    (Cassandra::new(Cluster::of(vec![node]), out), told)
}

/// NODE_LOCAL goes by the raw protocol.
fn local(cql: &str) -> Request {
    Request { coordinator: Some("cassandra-1".into()), level: Level::NodeLocal, ..Request::of(cql) }
}

fn requests(told: &Mutex<Vec<Draft>>) -> Vec<RequestSeen> {
    let told = told.lock().unwrap();
    let requests = told.iter().filter_map(|draft| match &draft.fact {
        Fact::Cassandra(CassandraFact::RequestEnded { request }) => Some(request.clone()),
        _ => None,
    });
    requests.collect()
}

#[tokio::test]
async fn a_request_is_told_as_it_ended() {
    let node = FakeNode::start(lab_node(|_| rows(&["v"], &[&["hot"], &["cold"]]))).await;
    let (cassandra, told) = cassandra(&node);
    let seen = cassandra.request(&local("SELECT v FROM lab.t")).await;
    assert_eq!((seen.id.as_str(), seen.kind, seen.level.as_str()), ("r1", RequestKind::Read, "NODE_LOCAL"));
    assert_eq!((seen.outcome.clone(), seen.row_count), (RequestOutcome::Ok, 2));
    assert_eq!(seen.rows, [[lab_model::Datum::of_text("hot")], [lab_model::Datum::of_text("cold")]]);
    assert_eq!(requests(&told), [seen]);
    assert_eq!(told.lock().unwrap()[0].source, Source::Client("console".into()));
    cassandra.count_on(40);
    assert_eq!(cassandra.write_locally("cassandra-1", "DELETE FROM lab.t").await.id, "r41");
}

#[tokio::test]
async fn a_node_that_was_never_greeted_was_never_asked() {
    let paused = FakeNode::paused().await;
    let (cassandra, told) = cassandra(&paused);
    let seen = cassandra.request(&local("INSERT INTO lab.t (k) VALUES ('a')")).await;
    assert!(matches!(&seen.outcome, RequestOutcome::NoConnection { why } if why.starts_with("no answer within")));
    assert_eq!(requests(&told), [seen]);
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_question_leaves_it_open() {
    let node = FakeNode::start(lab_node(|_| Answer::HangUp)).await;
    let (cassandra, _told) = cassandra(&node);
    let seen = cassandra.request(&local("INSERT INTO lab.t (k) VALUES ('a')")).await;
    assert_eq!(seen.outcome, RequestOutcome::NoAnswer { why: "it closed the connection".into() });
}

#[tokio::test]
async fn a_connection_that_broke_meanwhile_is_not_used_again() {
    let node = FakeNode::start(lab_node(|cql| if cql.starts_with("SELECT") { Answer::HangUp } else { void() })).await;
    let (cassandra, _told) = cassandra(&node);
    let write = "INSERT INTO lab.t (k) VALUES ('a')";
    assert_eq!(cassandra.request(&local(write)).await.outcome, RequestOutcome::Ok);
    assert_eq!(cassandra.request(&local("SELECT v FROM lab.t")).await.outcome.name(), "no_answer");
    assert_eq!(cassandra.request(&local(write)).await.outcome, RequestOutcome::Ok);
}

#[tokio::test(start_paused = true)]
async fn a_silent_node_is_given_up_after_cassandras_own_limits() {
    let node = FakeNode::start(lab_node(|_| Answer::Silence)).await;
    let (cassandra, _told) = cassandra(&node);
    let seen = cassandra.request(&local("SELECT v FROM lab.t")).await;
    assert_eq!(seen.outcome, RequestOutcome::NoAnswer { why: "no answer within 15000 ms".into() });
}

#[tokio::test]
async fn an_error_keeps_its_trace() {
    let unavailable = [0, 5, 0, 0, 0, 3, 0, 0, 0, 2];
    let node = FakeNode::start(lab_node(move |_| error(0x1000, "Cannot achieve", &unavailable))).await;
    let (cassandra, _told) = cassandra(&node);
    let request = Request { trace: true, level: Level::All, ..local("INSERT INTO lab.t (k) VALUES ('a')") };
    let seen = cassandra.request(&request).await;
    assert_eq!(seen.outcome, RequestOutcome::Unavailable { required: 3, alive: 2 });
    assert_eq!(seen.trace.as_deref(), Some("07070707-0707-0707-0707-070707070707"));
}

#[tokio::test]
async fn a_node_of_no_such_name_is_not_asked() {
    let node = FakeNode::start(lab_node(|_| panic!("it must not be asked"))).await;
    let (cassandra, _told) = cassandra(&node);
    let request = Request { coordinator: Some("cassandra-9".into()), ..local("SELECT v FROM lab.t") };
    let seen = cassandra.request(&request).await;
    assert_eq!((seen.outcome.name(), seen.coordinator), ("no_connection", None));
}
