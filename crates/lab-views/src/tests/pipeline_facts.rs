//! Facts about the weather pipeline in every combination, for the tests of all kinds.

use lab_model::{
    Datum, Fact,
    facts::{
        airflow::{AirflowFact, RunValue, ValueSeen},
        cassandra::{CassandraFact, Scanned},
        kafka::{CommittedOffset, HeaderSeen, KafkaFact, PartitionSeen, RecordSeen},
        weather::{AnswerGiven, Archived, SinkTold, SourceFault, SourceState, WeatherFact},
    },
};
use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::select,
};

use crate::parts::pipeline::{self, GENERAL, PERIODIC, RAIN, REJECTED};

fn text(of: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    select(of.to_vec()).prop_map(ToOwned::to_owned)
}

fn topic() -> impl Strategy<Value = String> {
    text(&[GENERAL, PERIODIC, REJECTED, RAIN])
}

fn offset() -> impl Strategy<Value = i64> {
    prop_oneof![9 => 0..12_i64, 1 => any::<i64>()]
}

fn id() -> impl Strategy<Value = String> {
    text(&[
        "2024-01-01T06:00:00+08:00",
        "east/2024-01-01T06:00:00+08:00/2024-01-01T06:00:00+08:00",
        "east/2024-01-02T06:00:00+08:00/2024-01-02T06:00:00+08:00",
        "periodic_weather/0/3",
        "not what it should be",
        "",
    ])
}

fn run() -> impl Strategy<Value = String> {
    text(&["scheduled__1", "manual__2"])
}

fn hash() -> impl Strategy<Value = String> {
    text(&["44136fa355b3678a", "0", ""])
}

fn headers() -> impl Strategy<Value = Vec<HeaderSeen>> {
    let piece = text(&["1/1", "2/20", "20/20", "x", "18446744073709551615/18446744073709551615"]);
    let header = |key: &str, value: String| HeaderSeen { key: Datum::of_text(key), value: Datum::of_text(&value) };
    (option::of(id()), option::of(hash()), option::of(piece), option::of(run())).prop_map(
        move |(id, hash, piece, run)| {
            let all = [("record_id", id), ("content_hash", hash), ("piece", piece), ("run_id", run)];
            all.into_iter().filter_map(|(key, value)| Some(header(key, value?))).collect()
        },
    )
}

fn record() -> impl Strategy<Value = RecordSeen> {
    (offset(), headers(), option::of(any::<i64>()), any::<bool>()).prop_map(|(offset, headers, timestamp, null)| {
        RecordSeen {
            offset,
            headers,
            timestamp,
            key: Datum::of_text("east"),
            value: if null { Datum::default() } else { Datum::of_text("{}") },
            ..RecordSeen::default()
        }
    })
}

fn about_kafka() -> impl Strategy<Value = KafkaFact> {
    let partition = |partition: i32| PartitionSeen {
        partition,
        leader: Some(1),
        leader_epoch: 0,
        replicas: vec![1],
        isr: vec![1],
        elr: Vec::new(),
        last_known_elr: Vec::new(),
        offline: Vec::new(),
    };
    let committed =
        (topic(), 0..2, offset()).prop_map(|(topic, partition, offset)| CommittedOffset { topic, partition, offset });
    let group = text(&["store_weather", "weather_sink", "rain_stream"]);
    prop_oneof![
        (topic(), 0..2, vec(record(), 0..5), option::of((offset(), offset()))).prop_map(
            |(topic, partition, records, between)| {
                let (from, to) = between.unzip();
                KafkaFact::RecordsStored { topic, partition, records, from, to }
            }
        ),
        (topic(), option::of(text(&["A", "B"]))).prop_map(move |(topic, topic_id)| KafkaFact::TopicDescribed {
            topic,
            partitions: vec![partition(0), partition(1)],
            internal: false,
            topic_id,
        }),
        (topic(), 0..2, offset(), offset(), option::of(offset())).prop_map(
            |(topic, partition, log_start, log_end, high_watermark)| KafkaFact::ReplicaRead {
                topic,
                partition,
                leader_epoch: 0,
                log_start,
                log_end,
                high_watermark,
                last_stable: None,
            }
        ),
        (group, vec(committed, 0..4)).prop_map(|(group, offsets)| KafkaFact::OffsetsCommitted {
            group,
            offsets,
            unread: None
        }),
        Just(KafkaFact::GroupsListed { groups: vec!["store_weather".into(), "rain_stream".into()] }),
    ]
}

fn scanned() -> impl Strategy<Value = Scanned> {
    prop_oneof![
        text(&[pipeline::GENERAL_TABLE, pipeline::PERIODIC_TABLE]).prop_map(|table| pipeline::forecasts(&table)),
        text(&[pipeline::STREAMED, pipeline::BATCHED]).prop_map(|table| pipeline::windows(&table)),
    ]
}

fn value() -> impl Strategy<Value = Datum> {
    let moment = text(&["2024-01-01 00:00:00.000000+0000", "2023-12-31 16:00:00.000000+0000", "9999"]);
    prop_oneof![
        2 => id().prop_map(|id| Datum::of_text(&id)),
        2 => moment.prop_map(|at| Datum::of_text(&at)),
        2 => (0..9_u8).prop_map(|number| Datum::of_text(&number.to_string())),
        1 => Just(Datum::of_text("east")),
        1 => Just(Datum::default()),
    ]
}

fn about_cassandra() -> impl Strategy<Value = CassandraFact> {
    let row = || vec(value(), 0..8);
    prop_oneof![
        4 => (scanned(), 0..5_u64, vec(row(), 0..4), vec(row(), 0..2), any::<(bool, bool, bool)>(), any::<u64>()).prop_map(
            |(scan, number, rows, gone, (anew, unfinished, more), total)| CassandraFact::TableScanned {
                scan,
                number,
                level: "LOCAL_QUORUM".into(),
                rows,
                gone,
                anew,
                unfinished,
                total,
                more,
            }
        ),
        1 => (scanned(), any::<bool>()).prop_map(|(scan, missing)| CassandraFact::ScanRefused {
            scan,
            missing,
            error: "unconfigured table".into(),
        }),
    ]
}

fn about_airflow() -> impl Strategy<Value = AirflowFact> {
    let json = text(&["21", "\"2024-01-01T06:00:00+08:00\"", "\"", "18446744073709551615", "null"]);
    let seen = prop_oneof![
        4 => json.prop_map(|text| ValueSeen::Json { length: text.len() as u64, text, kind: "number".into() }),
        1 => Just(ValueSeen::Unread { why: "it was not read".into() }),
    ];
    let value = (run(), text(&["running", "success", "failed"]), option::of(seen))
        .prop_map(|(run, run_state, value)| RunValue { run, run_state, value });
    let key = select(vec![pipeline::PIECES, pipeline::FETCHED]);
    (key, vec(value, 0..3), any::<u64>(), 0..9_u64).prop_map(|((task, key), values, total, read)| {
        AirflowFact::ValuesLeft {
            dag: pipeline::COLLECTS.into(),
            task: task.into(),
            key: key.into(),
            values,
            total,
            read,
        }
    })
}

fn answer() -> impl Strategy<Value = AnswerGiven> {
    let made = text(&["2024-01-01T06:00:00+08:00", "2024-01-02T06:00:00+08:00", "never"]);
    (0..9_u64, any::<i64>(), select(vec![200_u16, 500]), option::of(made), 0..3_u64).prop_map(
        |(number, at, status, updated, pieces)| AnswerGiven {
            number,
            at,
            status,
            updated,
            hash: "44136fa355b3678a".into(),
            pieces,
            fault: None,
        },
    )
}

fn beside() -> impl Strategy<Value = WeatherFact> {
    let body = prop_oneof![
        text(&["{}", "", "{\"data\":{\"records\":[{\"periods\":[{}]}]}}"]).prop_map(Archived::Body),
        Just(Archived::Refused("No forecast was made then.".into())),
    ];
    let sink = (text(&["weather_sink", "other"]), any::<u64>(), option::of(any::<u64>()), any::<bool>());
    prop_oneof![
        vec(answer(), 0..4).prop_map(|answers| WeatherFact::AnswersGiven { answers }),
        (id(), body).prop_map(|(updated, said)| WeatherFact::ArchiveRead { updated, said }),
        sink.prop_map(|(group, stored, lag, running)| WeatherFact::SinkTold {
            told: SinkTold { group, stored, lag, running, ..SinkTold::default() }
        }),
    ]
}

fn about_source() -> impl Strategy<Value = WeatherFact> {
    let fault = (text(&["slow", "late"]), option::of(any::<u64>()), any::<u64>())
        .prop_map(|(name, left, spoiled)| SourceFault { name, left, spoiled, seconds: None });
    (option::of(fault), any::<u64>(), text(&["200", "500"])).prop_map(|(fault, requests, status)| {
        let at = "2024-01-01T06:00:00+08:00".to_owned();
        let state = SourceState {
            sample: "a sample".into(),
            clock: at.clone(),
            speed: 1440.0,
            updated: at.clone(),
            next_update: at,
            served: None,
            requests,
            answered: [(status, requests)].into(),
            fault,
        };
        WeatherFact::SourceTold { state }
    })
}

pub(super) fn any_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        5 => about_kafka().prop_map(Fact::from),
        3 => about_cassandra().prop_map(Fact::from),
        1 => about_airflow().prop_map(Fact::from),
        1 => about_source().prop_map(Fact::from),
        1 => beside().prop_map(Fact::from),
    ]
}
