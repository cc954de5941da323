//! Three who count, against each other.

use lab_model::{
    Datum, Draft, Fact,
    facts::{
        cassandra::CassandraFact,
        kafka::{HeaderSeen, KafkaFact, PartitionSeen, RecordSeen},
    },
};
use serde_json::{Value, json};

use super::TheView;
use crate::{
    parts::pipeline::{BATCHED, PERIODIC, RAIN, STREAMED, windows},
    testing::{check, k, started},
};

fn shows(said: &[Draft], expected: &Value) {
    let said: Vec<Draft> = [started()].into_iter().chain(said.iter().cloned()).collect();
    check::<TheView>(&json!({}), &said, expected);
}

/// A topic of one partition on kafka-1 with these records: id and value.
fn log(topic: &str, records: &[(&str, &str)]) -> Vec<Draft> {
    let partition = PartitionSeen {
        partition: 0,
        leader: Some(1),
        leader_epoch: 0,
        replicas: vec![1],
        isr: vec![1],
        elr: Vec::new(),
        last_known_elr: Vec::new(),
        offline: Vec::new(),
    };
    let end = i64::try_from(records.len()).unwrap();
    let described = KafkaFact::TopicDescribed {
        topic: topic.to_owned(),
        partitions: vec![partition],
        internal: false,
        topic_id: None,
    };
    let read = KafkaFact::ReplicaRead {
        topic: topic.to_owned(),
        partition: 0,
        leader_epoch: 0,
        log_start: 0,
        log_end: end,
        high_watermark: Some(end),
        last_stable: None,
    };
    let record = |(offset, (id, value)): (usize, &(&str, &str))| RecordSeen {
        offset: i64::try_from(offset).unwrap(),
        value: Datum::of_text(value),
        headers: vec![HeaderSeen { key: Datum::of_text("record_id"), value: Datum::of_text(id) }],
        ..RecordSeen::default()
    };
    let records = records.iter().enumerate().map(record).collect();
    let stored =
        KafkaFact::RecordsStored { topic: topic.to_owned(), partition: 0, records, from: Some(0), to: Some(end) };
    [described, read, stored].map(|fact| k(1, fact)).to_vec()
}

/// A table of windows that was read to its end: region, start in UTC, periods, rainy, what the last column says.
fn table(name: &str, rows: &[[&str; 5]]) -> Draft {
    let row = |[region, start, periods, rainy, last]: &[&str; 5]| {
        let computed = "2026-12-01 10:00:00.000000+0000";
        [region, start, periods, rainy, "hash", computed, last].map(Datum::of_text).to_vec()
    };
    let fact = CassandraFact::TableScanned {
        scan: windows(name),
        number: 1,
        level: "LOCAL_QUORUM".into(),
        rows: rows.iter().map(row).collect(),
        gone: Vec::new(),
        anew: true,
        unfinished: false,
        total: rows.len() as u64,
        more: false,
    };
    Draft::new(lab_model::Source::Node("cassandra-1".into()), Fact::from(fact))
}

const FIRST: &str = "2023-12-31 16:00:00.000000+0000";
const SECOND: &str = "2024-01-01 16:00:00.000000+0000";
/// Records of the first and of the third of January.
const RECORDS: [(&str, &str); 2] = [
    ("east/2024-01-01T06:00:00+08:00/2024-01-01T06:00:00+08:00", "{}"),
    ("east/2024-01-03T06:00:00+08:00/2024-01-03T06:00:00+08:00", "{}"),
];
const SENT: (&str, &str) = ("east/2024-01-01T00:00:00+08:00", "{\"rainy\":1,\"periods\":4}");

#[test]
fn the_newest_day_is_open_and_the_same_counts_are_no_difference() {
    let mut said = [log(PERIODIC, &RECORDS), log(RAIN, &[SENT])].concat();
    said.push(table(STREAMED, &[["east", FIRST, "4", "1", "periodic_weather/0/1"]]));
    said.push(table(BATCHED, &[["east", FIRST, "4", "1", "true"]]));
    shows(
        &said,
        &json!({ "/region": "east", "/windows/0/day": "2024-01-01", "/windows/0/standing": "same",
                 "/windows/1/day": "2024-01-03", "/windows/1/standing": "open", "/windows/1/table": null,
                 "/counts/0/windows": 1, "/counts/0/behind": 2, "/counts/1/windows": 1, "/counts/2/newest": "2024-01-01",
                 "/newest_record": "2024-01-03", "/differing": 0 }),
    );
}

#[test]
fn a_batch_that_counted_an_open_window_is_older_and_one_that_counted_a_closed_one_differs() {
    let mut said = log(PERIODIC, &RECORDS);
    said.push(table(
        STREAMED,
        &[["east", FIRST, "4", "1", "periodic_weather/0/1"], ["east", SECOND, "4", "0", "periodic_weather/0/1"]],
    ));
    said.push(table(BATCHED, &[["east", FIRST, "5", "2", "true"], ["east", SECOND, "2", "0", "false"]]));
    shows(
        &said,
        &json!({ "/windows/0/standing": "differs", "/windows/1/standing": "older", "/counts/2/windows": 1, "/differing": 1,
                 "/differ/0": "east, 2024-01-01: rain in 1 of 4 in Cassandra, 2 of 5 by the batch." }),
    );
}

#[test]
fn of_a_window_that_was_sent_again_the_last_counts_and_what_is_no_window_is_passed_over() {
    let again = ("east/2024-01-01T00:00:00+08:00", "{\"rainy\":3,\"periods\":8}");
    let strange = [("east", "{\"rainy\":9,\"periods\":9}"), ("east/never", "{}"), (SENT.0, "no json"), ("", "")];
    let sent: Vec<(&str, &str)> = [SENT, again].into_iter().chain(strange).collect();
    shows(
        &[log(PERIODIC, &RECORDS), log(RAIN, &sent)].concat(),
        &json!({ "/windows/0/topic/rainy": 3, "/windows/0/standing": "same", "/counts/0/windows": null, "/counts/1/windows": 1, "/differing": null }),
    );
}
