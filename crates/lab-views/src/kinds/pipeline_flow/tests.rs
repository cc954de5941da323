//! What becomes of a record, against facts in an order that no engine need repeat.

use lab_model::{
    Datum, Draft, Fact,
    facts::{
        airflow::{AirflowFact, RunValue, ValueSeen},
        cassandra::CassandraFact,
        kafka::{CommittedOffset, HeaderSeen, KafkaFact, PartitionSeen, RecordSeen},
        lab::LabFact,
        weather::{AnswerGiven, WeatherFact},
    },
};
use serde_json::{Value, json};

use super::TheView;
use crate::{
    parts::pipeline::{
        COLLECTS, GENERAL, GENERAL_TABLE, PERIODIC, PERIODIC_TABLE, PIECES, REJECTED, STREAMED, digest, forecasts,
        windows,
    },
    testing::{check, k, silent, started},
};

const EAST: &str = "east/2024-01-01T06:00:00+08:00/2024-01-01T06:00:00+08:00";
const WEST: &str = "west/2024-01-01T06:00:00+08:00/2024-01-01T06:00:00+08:00";

fn shows(said: &[Draft], expected: &Value) {
    // Three brokers; the other two coordinate no group.
    let others = [2, 3].map(|id| k(id, KafkaFact::GroupsListed { groups: Vec::new() }));
    let said: Vec<Draft> = [started()].into_iter().chain(others).chain(said.iter().cloned()).collect();
    check::<TheView>(&json!({}), &said, expected);
}

/// One partition of a topic with so many records, led by kafka-1.
fn log(topic: &str, end: i64) -> [Draft; 2] {
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
    let topic = topic.to_owned();
    let described = KafkaFact::TopicDescribed {
        topic: topic.clone(),
        partitions: vec![partition],
        internal: false,
        topic_id: None,
    };
    let read = KafkaFact::ReplicaRead {
        topic,
        partition: 0,
        leader_epoch: 0,
        log_start: 0,
        log_end: end,
        high_watermark: Some(end),
        last_stable: None,
    };
    [k(1, described), k(1, read)]
}

/// A record of a run, the n-th of so many pieces.
fn record(offset: i64, id: &str, run: &str, piece: &str) -> RecordSeen {
    let header = |key: &str, value: &str| HeaderSeen { key: Datum::of_text(key), value: Datum::of_text(value) };
    let hash = digest::content_hash(b"{}");
    RecordSeen {
        offset,
        key: Datum::of_text("east"),
        value: Datum::of_text("{}"),
        headers: vec![
            header("record_id", id),
            header("content_hash", &hash),
            header("run_id", run),
            header("piece", piece),
        ],
        ..RecordSeen::default()
    }
}

fn stored(topic: &str, records: Vec<RecordSeen>) -> Draft {
    let to = records.iter().map(|record| record.offset + 1).max().unwrap_or_default();
    k(1, KafkaFact::RecordsStored { topic: topic.into(), partition: 0, records, from: Some(0), to: Some(to) })
}

fn committed(offset: i64) -> [Draft; 2] {
    let offsets = vec![CommittedOffset { topic: PERIODIC.into(), partition: 0, offset }];
    let group = "store_weather".to_owned();
    [
        k(1, KafkaFact::GroupsListed { groups: vec![group.clone()] }),
        k(1, KafkaFact::OffsetsCommitted { group, offsets, unread: None }),
    ]
}

fn cassandra(fact: CassandraFact) -> Draft {
    Draft::new(lab_model::Source::Node("cassandra-1".into()), Fact::from(fact))
}

/// A reading of a table of forecasts that found these records.
fn read(table: &str, number: u64, ids: &[&str]) -> Draft {
    let row =
        |id: &&str| [id, "hash", PERIODIC, "0", "0", "2024-01-01 00:00:00.000000+0000"].map(Datum::of_text).to_vec();
    cassandra(CassandraFact::TableScanned {
        scan: forecasts(table),
        number,
        level: "LOCAL_QUORUM".into(),
        rows: if number == 1 { ids.iter().map(row).collect() } else { Vec::new() },
        gone: Vec::new(),
        anew: number == 1,
        unfinished: false,
        total: ids.len() as u64,
        more: false,
    })
}

/// The same, all of it told anew; the rows of the south have no place in Kafka.
fn anew(table: &str, ids: &[&str]) -> Draft {
    let row = |id: &&str| {
        let mut row = [id, "hash", PERIODIC, "0", "0", "2024-01-01 00:00:00.000000+0000"].map(Datum::of_text).to_vec();
        if id.starts_with("south") {
            row[2..5].fill(Datum::default());
        }
        row
    };
    cassandra(CassandraFact::TableScanned {
        scan: forecasts(table),
        number: 9,
        level: "LOCAL_QUORUM".into(),
        rows: ids.iter().map(row).collect(),
        gone: Vec::new(),
        anew: true,
        unfinished: false,
        total: ids.len() as u64,
        more: false,
    })
}

fn fetched(run: &str, state: &str, pieces: u64) -> Draft {
    let (task, key) = PIECES;
    let text = pieces.to_string();
    let value = ValueSeen::Json { length: text.len() as u64, text, kind: "number".into() };
    let values = vec![RunValue { run: run.into(), run_state: state.into(), value: Some(value) }];
    let (dag, task, key) = (COLLECTS.into(), task.into(), key.into());
    let fact = AirflowFact::ValuesLeft { dag, task, key, values, total: 1, read: 1 };
    Draft::new(lab_model::Source::Node("airflow-1".into()), Fact::from(fact))
}

/// East and west are in Kafka, in a log of their own; the other topics are empty.
fn two_records() -> Vec<Draft> {
    let mut said: Vec<Draft> = [log(GENERAL, 0), log(REJECTED, 0), log(PERIODIC, 2)].concat();
    said.push(stored(PERIODIC, vec![record(0, EAST, "r", "1/2"), record(1, WEST, "r", "2/2")]));
    said.push(read(GENERAL_TABLE, 1, &[]));
    said
}

#[test]
fn all_counts_agree_where_every_record_has_its_row() {
    let mut said = two_records();
    said.extend([fetched("r", "success", 2), read(PERIODIC_TABLE, 1, &[EAST, WEST])]);
    said.extend(committed(2));
    shows(
        &said,
        &json!({ "/agrees": true, "/counts/fetched": 2, "/counts/produced": 2, "/counts/consumed": 2, "/counts/stored": 2,
                 "/counts/lost": 0, "/waiting/0/before": "computation", "/waiting/1": null,
                 "summary": "2 pieces fetched, 2 records in Kafka and 2 rows in Cassandra. 2 records wait in Kafka, for rain_stream. All counts agree: nothing is lost." }),
    );
}

#[test]
fn a_record_is_lost_only_when_its_table_was_read_after_it_was_said_to_be_stored() {
    let mut said = two_records();
    said.extend([fetched("r", "success", 2), read(PERIODIC_TABLE, 1, &[EAST])]);
    said.extend(committed(2));
    let unseen = json!({ "/counts/lost": 0, "/counts/unseen": 1, "/agrees": null });
    shows(&said, &unseen);
    // This reading may have begun before the commit.
    said.push(read(PERIODIC_TABLE, 2, &[EAST]));
    shows(&said, &unseen);
    said.push(read(PERIODIC_TABLE, 3, &[EAST]));
    shows(&said, &json!({ "/counts/lost": 1, "/counts/unseen": 0, "/agrees": false, "/lost/0/record": WEST }));
}

#[test]
fn what_a_run_fetched_and_never_sent_is_lost_when_the_run_has_ended() {
    let mut said = two_records();
    said.push(read(PERIODIC_TABLE, 1, &[EAST, WEST]));
    said.extend(committed(2));
    said.push(fetched("r", "running", 5));
    shows(
        &said,
        &json!({ "/counts/lost": 0, "/agrees": null, "/waiting/0/place": "in Airflow, for Kafka", "/waiting/0/records": 3 }),
    );
    // What it had sent may not be told yet.
    said.push(fetched("r", "failed", 5));
    shows(&said, &json!({ "/counts/lost": 0, "/agrees": null, "/waiting/0/records": 3 }));
    said.extend(std::iter::repeat_n(k(1, LabFact::Heard), 21));
    shows(
        &said,
        &json!({ "/counts/lost": 3, "/agrees": false, "/disagreements/0": "r fetched 5 pieces, and 3 never came to Kafka." }),
    );
    // Told again it is no other end.
    said.push(fetched("r", "failed", 5));
    shows(&said, &json!({ "/counts/lost": 3 }));
}

#[test]
fn while_an_engine_is_silent_nobody_says_that_all_agrees() {
    let mut said = two_records();
    said.extend([fetched("r", "success", 2), read(PERIODIC_TABLE, 1, &[EAST, WEST])]);
    said.extend(committed(2));
    said.extend(std::iter::repeat_n(k(1, LabFact::Heard), 21));
    shows(&said, &json!({ "/agrees": true }));
    for node in ["kafka-1", "cassandra-1", "airflow-1"] {
        let silent = Draft::new(lab_model::Source::Node(node.into()), silent());
        let said: Vec<Draft> = said.iter().cloned().chain([silent]).collect();
        shows(&said, &json!({ "/agrees": null, "/counts/stored": 2 }));
    }
}

#[test]
fn a_record_sent_twice_is_named_and_has_one_row() {
    let mut said: Vec<Draft> = [log(GENERAL, 0), log(REJECTED, 0), log(PERIODIC, 2)].concat();
    said.push(stored(PERIODIC, vec![record(0, EAST, "r", "1/1"), record(1, EAST, "r", "1/1")]));
    said.extend([read(GENERAL_TABLE, 1, &[]), read(PERIODIC_TABLE, 1, &[EAST]), fetched("r", "success", 1)]);
    said.extend(committed(2));
    shows(
        &said,
        &json!({ "/counts/duplicates": 1, "/counts/lost": 0, "/agrees": true, "/duplicates/0/record": EAST,
                 "/duplicates/0/rows": 1, "/duplicates/0/same": true }),
    );
}

#[test]
fn what_is_not_read_waits_and_a_row_without_a_record_is_told() {
    let mut said = two_records();
    said.extend([fetched("r", "success", 2), read(PERIODIC_TABLE, 1, &[EAST, "north/x/y"])]);
    said.extend(committed(1));
    shows(
        &said,
        &json!({ "/counts/unread": 1, "/counts/unlogged": 1, "/waiting/0/records": 1, "/agrees": false,
                 "/disagreements/0": "1 row is about no record that is in Kafka." }),
    );
}

/// The source handed out forecasts made then.
fn answered(made: &[(i64, &str)]) -> Draft {
    let answer = |(at, updated): &(i64, &str)| AnswerGiven {
        number: u64::try_from(*at).unwrap(),
        at: *at,
        status: 200,
        updated: Some((*updated).to_owned()),
        hash: "0".into(),
        pieces: 21,
        fault: None,
    };
    let answers = made.iter().map(answer).collect();
    Draft::new(lab_model::Source::Node("weather-1".into()), Fact::from(WeatherFact::AnswersGiven { answers }))
}

#[test]
fn a_forecast_is_kept_by_nobody_only_where_a_later_one_is_kept_and_nothing_was_deleted() {
    let (lost, kept, coming) = ("2023-12-31T06:00:00+08:00", "2024-01-01T06:00:00+08:00", "2024-01-02T06:00:00+08:00");
    let mut said = two_records();
    said.extend([read(PERIODIC_TABLE, 1, &[EAST, WEST]), answered(&[(1, lost), (2, kept), (3, coming)])]);
    shows(&said, &json!({ "/counts/unkept": 1, "/unkept/0/updated": lost, "/unkept/1": null }));
    // A row of it alone keeps it, too: it came without Kafka.
    let straight = format!("south/{lost}/{lost}");
    let rows = [EAST, WEST, &straight];
    let mut again = said.clone();
    again.push(anew(PERIODIC_TABLE, &rows));
    shows(&again, &json!({ "/counts/unkept": 0 }));
    // Deleted, it was kept all the same: nobody can tell any more what became of the answers of before.
    again.push(anew(PERIODIC_TABLE, &[EAST, WEST]));
    shows(&again, &json!({ "/counts/unkept": null }));
    again.push(answered(&[(4, coming)]));
    shows(&again, &json!({ "/counts/unkept": 0 }));
    let mut unread = two_records();
    unread.push(answered(&[(1, lost), (2, kept)]));
    shows(&unread, &json!({ "/counts/unkept": null }));
}

#[test]
fn a_row_without_a_topic_came_without_kafka_and_is_no_disagreement() {
    let mut said = two_records();
    said.push(anew(PERIODIC_TABLE, &[EAST, WEST, "south/x/y"]));
    shows(&said, &json!({ "/counts/direct": 1, "/counts/unlogged": 0, "/disagreements/0": null }));
}

#[test]
fn a_record_behind_the_one_that_closed_its_window_came_too_late() {
    let (next, late) =
        (EAST.replace("2024-01-01T", "2024-01-02T"), EAST.replace("01T06:00:00+08:00/", "01T05:00:00+08:00/"));
    let mut said: Vec<Draft> = [log(GENERAL, 0), log(REJECTED, 0), log(PERIODIC, 3)].concat();
    let records = [(0, EAST), (1, next.as_str()), (2, late.as_str())];
    said.push(stored(PERIODIC, records.iter().map(|(at, id)| record(*at, id, "r", "1/1")).collect()));
    let row = [
        "east",
        "2023-12-31 16:00:00.000000+0000",
        "1",
        "0",
        "hash",
        "2024-01-01 00:00:00.000000+0000",
        "periodic_weather/0/1",
    ];
    said.push(cassandra(CassandraFact::TableScanned {
        scan: windows(STREAMED),
        number: 1,
        level: "LOCAL_QUORUM".into(),
        rows: vec![row.map(Datum::of_text).to_vec()],
        gone: Vec::new(),
        anew: true,
        unfinished: false,
        total: 1,
        more: false,
    }));
    shows(
        &said,
        &json!({ "/counts/windows": 1, "/counts/open_windows": 1, "/counts/late": 1, "/late/0/record": late,
                 "/late/0/day": "2024-01-01", "/late/0/closed_by": "periodic_weather/0/1" }),
    );
}
