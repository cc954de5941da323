//! What a produce sends and says, without a broker.

use serde_json::{Value, json};

use super::*;
use crate::clients::producer::Outgoing;

fn call(args: &Value) -> Result<Produce, Problem> {
    let call = serde_json::from_value(json!({ "do": "kafka.produce" })).map(|mut call: lab_model::ActionCall| {
        call.args = args.as_object().cloned().unwrap_or_default();
        call
    });
    lab_probe::action::read::<Actions, Produce>(&call.unwrap())
}

fn plan(args: &Value) -> Vec<Outgoing> {
    call(args).unwrap().plan(1, 3)
}

fn typed(args: &Value) -> Vec<String> {
    let place = ByHand { container: "lab-kafka-1-1".into(), bootstrap: "localhost:9092".into() };
    call(args).unwrap().by_hand(&place)
}

#[test]
fn without_keys_partitions_come_in_turn() {
    let places: Vec<_> = plan(&json!({ "topic": "t", "count": 4 })).into_iter().map(|r| r.partition).collect();
    assert_eq!(places, [Some(0), Some(1), Some(2), Some(0)]);
}

#[test]
fn the_turn_goes_on_where_the_producer_was() {
    let first = &call(&json!({ "topic": "t", "count": 1 })).unwrap().plan(6, 3)[0];
    assert_eq!((first.id.as_str(), first.partition), ("producer-6", Some(2)));
}

#[test]
fn keys_come_in_turn_and_decide_the_partition() {
    let records = plan(&json!({ "topic": "t", "count": 3, "keys": ["oslo", "bergen"], "value": "{key} {n}" }));
    let values: Vec<_> = records.iter().map(|record| record.value.as_str()).collect();
    assert_eq!(values, ["oslo 1", "bergen 2", "oslo 3"]);
    assert!(records.iter().all(|record| record.partition.is_none()));
}

#[test]
fn one_partition_takes_all_whatever_the_keys() {
    let records = plan(&json!({ "topic": "t", "count": 2, "key": "oslo", "partition": 1 }));
    assert!(records.iter().all(|record| record.partition == Some(1)));
}

#[test]
fn keys_can_be_overruled_by_turns() {
    let records = plan(&json!({ "topic": "t", "count": 2, "key": "oslo", "spread": "round_robin" }));
    assert_eq!(records[1].partition, Some(1));
    assert_eq!(records[1].key.as_deref(), Some("oslo"));
}

#[test]
fn written_records_are_sent_as_written() {
    let records = plan(&json!({ "topic": "t", "records": [{ "key": "a", "value": "{n}" }, { "value": "y" }] }));
    assert_eq!(records[0].value, "{n}");
    assert_eq!((records[1].id.as_str(), records[1].key.as_deref()), ("producer-2", None));
}

#[test]
fn what_makes_no_sense_is_told_before_anything_is_sent() {
    let wrong = [
        (json!({ "topic": "t" }), "`count` or `records`"),
        (json!({ "topic": "t", "count": 0 }), "from 1 to 10000"),
        (json!({ "topic": "t", "count": 10_001 }), "from 1 to 10000"),
        (json!({ "topic": "t", "count": 1, "records": [{ "value": "x" }] }), "not both"),
        (json!({ "topic": "t", "count": 1, "key": "a", "keys": ["b"] }), "not both"),
        (json!({ "topic": "t", "count": 1, "spread": "key" }), "needs keys"),
        (json!({ "topic": "t", "count": 1, "key": "a", "spread": "sticky" }), "without keys"),
        (json!({ "topic": "t", "count": 1, "partition": 0, "spread": "sticky" }), "nothing to spread"),
        (json!({ "topic": "t", "count": 1, "acks": "1", "idempotence": true }), "acks = \"all\""),
        (json!({ "topic": "t", "count": 1, "acks": "2" }), "unknown variant `2`"),
        (json!({ "topic": "a b", "count": 1 }), "`topic` must be"),
        (json!({ "topic": "t", "count": 1, "colour": "red" }), "unknown field `colour`"),
        (json!({ "count": 1 }), "missing field `topic`"),
    ];
    for (args, says) in wrong {
        let error = call(&args).unwrap_err();
        assert_eq!(error.code, lab_model::Code::ActionInvalid, "{args}");
        assert!(error.to_string().contains(says), "{args}: {error}");
    }
}

#[test]
fn the_command_line_sends_the_same_records() {
    assert_eq!(
        typed(&json!({ "topic": "t", "records": [{ "key": "oslo", "value": "cold" }] })),
        ["printf '%s\\n' oslo:cold | docker exec -i lab-kafka-1-1 /opt/kafka/bin/kafka-console-producer.sh \
          --bootstrap-server localhost:9092 --topic t --reader-property parse.key=true \
          --reader-property key.separator=:"]
    );
}

#[test]
fn many_records_are_made_by_the_shell() {
    let line = &typed(&json!({
        "topic": "t", "count": 100, "keys": ["a b", "c"], "value": "say \"{n}\" of {key}", "acks": "1",
    }))[0];
    let (feed, rest) = line.split_once(" | docker").unwrap();
    assert!(rest.contains("--command-property acks=1"), "{rest}");
    let made = std::process::Command::new("sh").arg("-c").arg(feed).output().unwrap();
    let made = String::from_utf8(made.stdout).unwrap();
    let mut lines = made.lines();
    assert_eq!(lines.next(), Some("a b:say \"1\" of a b"));
    assert_eq!(lines.next(), Some("c:say \"2\" of c"));
    assert_eq!(made.lines().count(), 100);
}
