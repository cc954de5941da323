//! The command line that sends the same records by Kafka's console producer.

use super::{Acks, Produce, Spread, Written};
use crate::actions::by_hand::{ByHand, quoted};

/// Records up to this many are written out; more are made by `seq` and `awk`.
const WRITTEN_OUT: usize = 12;

pub(super) fn line(call: &Produce, place: &ByHand) -> String {
    let mut arguments = vec!["--topic", call.topic.as_str()];
    let acks = format!("acks={}", call.acks.word());
    if call.acks != Acks::All {
        arguments.extend(["--command-property", &acks]);
    }
    if call.idempotence == Some(false) {
        arguments.extend(["--command-property", "enable.idempotence=false"]);
    }
    if call.keyed() {
        arguments.extend(["--reader-property", "parse.key=true", "--reader-property", "key.separator=:"]);
    }
    if call.partition.is_none() && call.spread() == Spread::RoundRobin {
        // The console producer has no word for one partition alone; in turn it can.
        let in_turn = "partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner";
        arguments.extend(["--command-property", in_turn]);
    }
    place.fed(&feed(call), "kafka-console-producer", &arguments)
}

fn feed(call: &Produce) -> String {
    if call.total() <= WRITTEN_OUT || !call.records.is_empty() {
        let mut words = String::from("printf '%s\\n'");
        for record in call.plan(1, 1) {
            let line = written(&Written { key: record.key, value: record.value });
            words.push(' ');
            words.push_str(&quoted(&line));
        }
        return words;
    }
    let keys: Vec<&str> = call.keys.iter().chain(&call.key).map(String::as_str).collect();
    let (count, key, value) = (call.total(), "k[(NR - 1) % n + 1]", awk(&call.value, !keys.is_empty()));
    let program = match keys.as_slice() {
        [] => format!("{{ print {value} }}"),
        keys => {
            let list = keys.join("\t");
            format!("BEGIN {{ n = split({}, k, \"\\t\") }} {{ print {key} \":\" {value} }}", awk_text(&list))
        }
    };
    format!("seq {count} | awk {}", quoted(&program))
}

fn written(record: &Written) -> String {
    match &record.key {
        Some(key) => format!("{key}:{}", record.value),
        None => record.value.clone(),
    }
}

/// A value with its placeholders, as an expression of awk.
fn awk(value: &str, keyed: bool) -> String {
    let key = if keyed { "\" k[(NR - 1) % n + 1] \"" } else { "" };
    awk_text(value).replace("{n}", "\" $1 \"").replace("{key}", key)
}

fn awk_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t"))
}
