//! `kafka.delete_records` against leaders that say what a real one says only after some trouble.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use kafka_protocol::messages::{
    DeleteRecordsRequest, DeleteRecordsResponse, RequestKind, ResponseKind,
    delete_records_response::{DeleteRecordsPartitionResult, DeleteRecordsTopicResult},
};
use lab_model::{Code, Problem};
use serde_json::{Value, json};

use crate::{
    NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION, act, described,
    support::{Answers, broker},
    topic,
};

const OFFSET_OUT_OF_RANGE: i16 = 1;
const REQUEST_TIMED_OUT: i16 = 7;
const INVALID_TOPIC_EXCEPTION: i16 = 17;
const TOPIC_AUTHORIZATION_FAILED: i16 = 29;
const POLICY_VIOLATION: i16 = 44;

/// By partition, what its leader answers: an error, or 0 and the low watermark.
type Says = fn(i32) -> (i16, i64);

fn deleted(asked: &DeleteRecordsRequest, says: impl Fn(i32) -> (i16, i64)) -> ResponseKind {
    let result = |index: i32| {
        let (error, mark) = says(index);
        let partition = DeleteRecordsPartitionResult::default().with_partition_index(index);
        partition.with_error_code(error).with_low_watermark(mark)
    };
    let partitions = asked.topics[0].partitions.iter().map(|place| result(place.partition_index)).collect();
    let topic = DeleteRecordsTopicResult::default().with_name(topic()).with_partitions(partitions);
    ResponseKind::DeleteRecords(DeleteRecordsResponse::default().with_topics(vec![topic]))
}

/// Does the action on two brokers; `asked` hears what node 1 and node 2 are asked to delete.
async fn ask_two(args: Value, leaders: &'static [i32], says: Says, asked: Asked) -> Result<String, Problem> {
    let answers = |node: i32| -> Answers {
        let asked = Arc::clone(&asked);
        Arc::new(move |request| match request {
            RequestKind::DescribeTopicPartitions(_) => Some(described(leaders, 0)),
            RequestKind::DeleteRecords(request) => {
                let places =
                    request.topics[0].partitions.iter().map(|place| (node, place.partition_index, place.offset));
                asked.lock().unwrap().extend(places);
                Some(deleted(request, says))
            }
            _ => None,
        })
    };
    let addresses = [broker(answers(1)).await, broker(answers(2)).await];
    run(&[&addresses[0], &addresses[1]], args).await
}

/// Node, partition, offset.
type Asked = Arc<Mutex<Vec<(i32, i32, i64)>>>;

async fn delete(args: Value, leaders: &'static [i32], says: Says) -> Result<String, Problem> {
    ask_two(args, leaders, says, Asked::default()).await
}

async fn run(addresses: &[&str], args: Value) -> Result<String, Problem> {
    act(addresses, "kafka.delete_records", args).await
}

#[tokio::test]
async fn each_leader_is_asked_for_its_own_partitions() {
    let asked = Asked::default();
    let args = json!({ "topic": "t", "before": "high_watermark" });
    ask_two(args, &[1, 2, 1], |_| (0, 10), Arc::clone(&asked)).await.unwrap();
    let mut asked = asked.lock().unwrap().clone();
    asked.sort_unstable();
    assert_eq!(asked, [(1, 0, -1), (1, 2, -1), (2, 1, -1)]);
}

#[tokio::test]
async fn one_partition_is_deleted_from_although_another_has_no_leader() {
    let args = json!({ "topic": "t", "before": 7, "partition": 1 });
    let says = delete(args, &[-1, 2], |_| (0, 7)).await.unwrap();
    assert_eq!(says, "the low watermark of t is now 7 in partition 1");
}

#[tokio::test]
async fn the_low_watermark_of_each_partition_is_told() {
    let args = json!({ "topic": "t", "before": "high_watermark" });
    let says = delete(args, &[1, 2, 1], |partition| (0, 10 + i64::from(partition))).await.unwrap();
    assert_eq!(says, "the low watermarks of t are now 10 in partition 0, 11 in partition 1 and 12 in partition 2");
}

#[tokio::test]
async fn what_one_leader_did_is_told_though_another_refused() {
    let args = json!({ "topic": "t", "before": 7 });
    let says: Says = |partition| if partition == 1 { (OFFSET_OUT_OF_RANGE, -1) } else { (0, 7) };
    let problem = delete(args, &[1, 2], says).await.unwrap_err();
    assert_eq!(
        problem.message,
        "Kafka refused to delete records of t-1 before offset 7. Done all the same: the low watermark of t is now 7 in \
         partition 0."
    );
}

#[tokio::test]
async fn a_refusal_has_kafkas_name_and_advice() {
    let cases: [(Says, &str, &str); 4] = [
        (|_| (OFFSET_OUT_OF_RANGE, -1), "OFFSET_OUT_OF_RANGE", "up to the partition's high watermark"),
        (|_| (POLICY_VIOLATION, -1), "POLICY_VIOLATION", "`compact,delete`"),
        (|_| (TOPIC_AUTHORIZATION_FAILED, -1), "TOPIC_AUTHORIZATION_FAILED", "kafka-acls.sh"),
        (|_| (INVALID_TOPIC_EXCEPTION, -1), "INVALID_TOPIC_EXCEPTION", "its own topics"),
    ];
    for (says, name, advice) in cases {
        let problem = delete(json!({ "topic": "t", "before": 7 }), &[1], says).await.unwrap_err();
        assert_eq!((problem.code, problem.detail.as_str()), (Code::EngineSaidNo, name));
        assert!(problem.hint.contains(advice), "{name}: {}", problem.hint);
    }
}

#[tokio::test]
async fn a_replica_that_does_not_follow_is_no_refusal() {
    let args = json!({ "topic": "t", "before": 7 });
    let problem = delete(args, &[2], |_| (REQUEST_TIMED_OUT, -1)).await.unwrap_err();
    assert_eq!(problem.code, Code::TimedOut);
    assert_eq!(
        problem.message,
        "Waited 8 s in vain: kafka-2 has deleted records of t-0, but not every live replica has."
    );
}

#[tokio::test]
async fn nothing_is_deleted_where_a_partition_has_no_leader() {
    let asked = Asked::default();
    let args = json!({ "topic": "t", "before": "high_watermark" });
    let problem = ask_two(args, &[1, -1], |_| (0, 7), Arc::clone(&asked)).await.unwrap_err();
    assert_eq!((problem.code, problem.message.as_str()), (Code::NotNow, "Partition 1 of t has no leader."));
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_partition_that_is_not_there_is_named() {
    let args = json!({ "topic": "t", "before": 7, "partition": 2 });
    let problem = delete(args, &[1, 2], |_| (0, 7)).await.unwrap_err();
    assert_eq!((problem.code, problem.message.as_str()), (Code::NotNow, "t has no partition 2."));
}

#[tokio::test]
async fn a_topic_that_is_not_there_is_named() {
    let answers: Answers = Arc::new(|request| match request {
        RequestKind::DescribeTopicPartitions(_) => Some(described(&[], UNKNOWN_TOPIC_OR_PARTITION)),
        _ => None,
    });
    let problem = run(&[&broker(answers).await], json!({ "topic": "t", "before": 7 })).await.unwrap_err();
    assert_eq!((problem.code, problem.message.as_str()), (Code::EngineSaidNo, "There is no topic t."));
}

#[tokio::test]
async fn a_leader_that_has_just_moved_is_looked_for_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let answers: Answers = Arc::new(move |request| match request {
        RequestKind::DescribeTopicPartitions(_) => Some(described(&[1], 0)),
        RequestKind::DeleteRecords(request) => {
            let first = asked.fetch_add(1, Ordering::SeqCst) == 0;
            Some(deleted(request, |_| if first { (NOT_LEADER_OR_FOLLOWER, -1) } else { (0, 7) }))
        }
        _ => None,
    });
    let says = run(&[&broker(answers).await], json!({ "topic": "t", "before": 7 })).await.unwrap();
    assert_eq!(says, "the low watermark of t is now 7 in partition 0");
}

#[tokio::test]
async fn a_negative_offset_is_no_word_for_all() {
    let problem = run(&[], json!({ "topic": "t", "before": -1 })).await.unwrap_err();
    assert_eq!(problem.code, Code::ActionInvalid);
    assert!(problem.message.contains("\"high_watermark\" is all that consumers may read"), "{problem}");
}
