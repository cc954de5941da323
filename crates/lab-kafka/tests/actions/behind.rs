//! What the controller decided reaches brokers one after the other: the one that is asked may not have heard of it yet.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use kafka_protocol::messages::{
    ListOffsetsRequest, ListOffsetsResponse, RequestKind, ResponseKind,
    list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse},
};
use lab_model::{Code, Problem};
use serde_json::json;

use crate::{
    NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION, act, described,
    support::{Answers, broker},
    topic,
};

/// An empty log, or an error.
fn listed(asked: &ListOffsetsRequest, error: i16) -> ResponseKind {
    let end = |index| ListOffsetsPartitionResponse::default().with_partition_index(index).with_error_code(error);
    let partitions = asked.topics[0].partitions.iter().map(|place| end(place.partition_index).with_offset(0)).collect();
    let topic = ListOffsetsTopicResponse::default().with_name(topic()).with_partitions(partitions);
    ResponseKind::ListOffsets(ListOffsetsResponse::default().with_topics(vec![topic]))
}

/// Node 2 leads the only partition, and refuses so many questions at first.
fn leads_after(refusals: usize, error: i16) -> Answers {
    let asked = AtomicUsize::new(0);
    Arc::new(move |request| match request {
        RequestKind::DescribeTopicPartitions(_) => Some(described(&[2], 0)),
        RequestKind::ListOffsets(request) => {
            let refuses = asked.fetch_add(1, Ordering::SeqCst) < refusals;
            Some(listed(request, if refuses { error } else { 0 }))
        }
        _ => None,
    })
}

fn has_not_heard() -> Answers {
    Arc::new(|request| match request {
        RequestKind::DescribeTopicPartitions(_) => Some(described(&[], UNKNOWN_TOPIC_OR_PARTITION)),
        _ => None,
    })
}

async fn read(node_1: Answers, node_2: Answers) -> Result<String, Problem> {
    let (node_1, node_2) = (broker(node_1).await, broker(node_2).await);
    act(&[&node_1, &node_2], "kafka.read", json!({ "topic": "t", "name": "r" })).await
}

#[tokio::test]
async fn a_topic_is_there_when_one_broker_knows_it() {
    // The one that has not heard of it answers at once, the other a moment later.
    let knows = leads_after(0, 0);
    let slowly: Answers = Arc::new(move |request| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        knows(request)
    });
    assert_eq!(read(has_not_heard(), slowly).await.unwrap(), "read 0 records of t: 0 from partition 0");
}

#[tokio::test]
async fn a_topic_that_no_broker_knows_is_not_waited_for_at_a_silent_one() {
    let silent: Answers = Arc::new(|_| None);
    let problem = read(has_not_heard(), silent).await.unwrap_err();
    assert_eq!((problem.code, problem.message.as_str()), (Code::EngineSaidNo, "There is no topic t."));
    assert_eq!(problem.detail, "UNKNOWN_TOPIC_OR_PARTITION, says kafka-1");
}

#[tokio::test]
async fn a_leader_that_has_not_heard_that_it_leads_is_asked_again() {
    for error in [NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION] {
        let says = read(has_not_heard(), leads_after(2, error)).await.unwrap();
        assert_eq!(says, "read 0 records of t: 0 from partition 0");
    }
}
