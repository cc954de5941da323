//! Records that nobody would write by hand: keys and headers of any bytes, sizes, foreign ids.

use lab_model::{
    Datum, Draft,
    facts::kafka::{HeaderSeen, KafkaFact, RecordSeen},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

const ALL: &[i32] = &[1, 2, 3];

fn check(said: &[Draft], expected: &Value) {
    let said: Vec<Draft> = [started()].into_iter().chain(said.iter().cloned()).collect();
    crate::testing::check::<TheView>(&json!({ "topic": "orders" }), &said, expected);
}

#[test]
fn a_batch_that_is_too_large_has_a_place_and_no_key() {
    let KafkaFact::RecordsStored { topic, partition, mut records, .. } = stored(0, &[(0, 1, "a"), (1, 2, "a")]) else {
        unreachable!()
    };
    records[1].value = Datum::too_large(70_000_000);
    records[1].key = Datum::too_large(70_000_000);
    let fact = |records: Vec<RecordSeen>| KafkaFact::RecordsStored {
        topic: topic.clone(),
        partition,
        records,
        from: Some(0),
        to: Some(4),
    };
    let known = [k(1, orders(&[(1, 0, ALL)])), k(1, log(0, 0, 4, 4))];
    let said: Vec<Draft> = known.iter().cloned().chain([k(1, fact(records.clone()))]).collect();
    let expected = json!({ "/partitions/0/records/1/value/kind": "too_large", "/keys/0/found": 1, "/keys_whole": false, "/stored": 2 });
    check(&said, &expected);
    // How many records a whole batch holds is not known.
    records[1].through = Some(3);
    let said: Vec<Draft> = known.into_iter().chain([k(1, fact(records))]).collect();
    check(&said, &json!({ "/partitions/0/records/1/through": 3, "/stored": null }));
}

#[test]
fn headers_are_told_from_each_other() {
    let KafkaFact::RecordsStored { topic, partition, mut records, .. } = stored(0, &[(0, 1, "a")]) else { unreachable!() };
    let header = |key: &str, value: Option<&[u8]>| HeaderSeen {
        key: Datum::of_text(key),
        value: Datum::of_bytes(value, |_| String::new()),
    };
    records[0].headers = vec![
        header("a", Some(b"1, b=2")),
        header("a=1", Some(b"")),
        header("n", None),
        header("n", Some(b"null")),
        header("x", Some(b"\xff")),
        header("y", Some(b"z")),
    ];
    records[0].headers_more = Some(480);
    let fact = KafkaFact::RecordsStored { topic, partition, records, from: None, to: None };
    let row = r#"a="1, b=2", "a=1"="", n=null, n="null", x=0xff, (and 481 more)"#;
    check(&[k(1, fact)], &json!({ "table/0/5": row }));
}

#[test]
fn keys_of_different_bytes_are_different_keys() {
    let KafkaFact::RecordsStored { topic, partition, mut records, .. } =
        stored(0, &[(0, 1, ""), (1, 2, ""), (2, 3, ""), (3, 4, "")])
    else {
        unreachable!()
    };
    let keys: [Option<&[u8]>; 4] = [Some(b"\xff\x01"), Some(b"\xfe\x01"), Some(b""), None];
    for (record, key) in records.iter_mut().zip(keys) {
        record.key = Datum::of_bytes(key, |_| String::new());
    }
    let fact = KafkaFact::RecordsStored { topic, partition, records, from: None, to: None };
    check(
        &[k(1, fact)],
        &json!({ "/keys/0/key/text": "", "/keys/1/key/text": "0xfe01", "/keys/2/key/text": "0xff01", "/keys/3": null }),
    );
}

#[test]
fn a_record_of_another_tool_has_no_number() {
    let KafkaFact::RecordsStored { topic, partition, mut records, .. } = stored(0, &[(0, 1, "a")]) else { unreachable!() };
    for (id, producer, sent) in [(None, None, None), (Some("shop"), None, None), (Some("a-b-7"), Some("a-b"), Some(7))] {
        records[0].id = id.map(ToOwned::to_owned);
        let fact = KafkaFact::RecordsStored { topic: topic.clone(), partition, records: records.clone(), from: None, to: None };
        let expected = json!({ "/partitions/0/records/0/producer": producer, "/partitions/0/records/0/sent": sent });
        check(&[k(1, fact)], &expected);
    }
}
