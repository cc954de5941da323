//! Answers about committed offsets in which something is missing.

use kafka_protocol::messages::{
    TopicName,
    offset_fetch_response::{OffsetFetchResponsePartitions, OffsetFetchResponseTopics},
};

use super::*;

fn partition(index: i32, offset: i64, error: i16) -> OffsetFetchResponsePartitions {
    OffsetFetchResponsePartitions::default()
        .with_partition_index(index)
        .with_committed_offset(offset)
        .with_error_code(error)
}

fn answer(name: &str, error: i16, partitions: Vec<OffsetFetchResponsePartitions>) -> OffsetFetchResponseGroup {
    let topic = OffsetFetchResponseTopics::default().with_name(TopicName(text("t"))).with_partitions(partitions);
    OffsetFetchResponseGroup::default()
        .with_group_id(GroupId(text(name)))
        .with_error_code(error)
        .with_topics(vec![topic])
}

/// A group, its partitions with their offsets, and what is not known of them.
type Row = (String, Vec<(i32, i64)>, Option<String>);

fn read(answers: Vec<OffsetFetchResponseGroup>) -> Vec<Row> {
    let listed = ["a", "b", "c"].map(|name| ListedGroup::default().with_group_id(GroupId(text(name))));
    let facts = told(&listed.iter().collect::<Vec<_>>(), answers);
    let row = |(name, fact): (String, KafkaFact)| match fact {
        KafkaFact::OffsetsCommitted { offsets, unread, .. } => {
            (name, offsets.iter().map(|at| (at.partition, at.offset)).collect(), unread)
        }
        _ => unreachable!(),
    };
    facts.into_iter().map(row).collect()
}

#[test]
fn one_group_that_is_refused_costs_no_other_and_says_so() {
    let read = read(vec![answer("a", 0, vec![partition(1, 7, 0), partition(0, -1, 0)]), answer("b", 14, Vec::new())]);
    let expected = [
        ("a", vec![(1, 7)], None),
        ("b", vec![], Some("COORDINATOR_LOAD_IN_PROGRESS")),
        ("c", vec![], Some("its coordinator did not say them")),
    ];
    assert_eq!(read, expected.map(|(name, at, why)| (name.to_owned(), at, why.map(str::to_owned))));
}

#[test]
fn one_partition_that_is_refused_costs_no_other_and_says_so() {
    let read = read(vec![answer("a", 0, vec![partition(0, 7, 0), partition(1, -1, 88)])]);
    let expected = ("a".to_owned(), vec![(0, 7)], Some("t-1: UNSTABLE_OFFSET_COMMIT".to_owned()));
    assert_eq!(read[0], expected);
}
