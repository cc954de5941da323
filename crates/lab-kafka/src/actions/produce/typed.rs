//! The command line that sends the same records by Kafka's console producer.

use lab_probe::action::quoted;

use super::{Acks, Produce, Spread};
use crate::actions::by_hand::ByHand;

/// Records up to this many are written out; more are made by `seq` and `awk`.
const WRITTEN_OUT: usize = 12;

pub(super) fn lines(call: &Produce, place: &ByHand) -> Vec<String> {
    let mut arguments = vec!["--topic", call.topic.as_str()];
    let acks = format!("acks={}", call.acks.word());
    if call.acks != Acks::All {
        arguments.extend(["--command-property", &acks]);
    }
    if call.idempotence == Some(false) {
        arguments.extend(["--command-property", "enable.idempotence=false"]);
    }
    let separator = format!("key.separator={}", separator(call));
    if call.keyed() {
        arguments.extend(["--reader-property", "parse.key=true", "--reader-property", &separator]);
    }
    if call.partition.is_none() && call.spread() == Spread::RoundRobin {
        let in_turn = "partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner";
        arguments.extend(["--command-property", in_turn]);
    }
    let line = place.fed(&feed(call), "kafka-console-producer", &arguments);
    match call.partition {
        Some(partition) => {
            vec![format!("# kafka-console-producer.sh cannot be told to use partition {partition}"), line]
        }
        None => vec![line],
    }
}

/// A character between key and value that no key has.
fn separator(call: &Produce) -> char {
    let keys: String = call.plan(1, 1).into_iter().filter_map(|record| record.key).collect();
    [':', '|', ';', '~'].into_iter().find(|mark| !keys.contains(*mark)).unwrap_or(':')
}

fn feed(call: &Produce) -> String {
    if call.total() <= WRITTEN_OUT || !call.records.is_empty() {
        let mut words = String::from("printf '%s\\n'");
        for record in call.plan(1, 1) {
            let line = match record.key {
                Some(key) => format!("{key}{}{}", separator(call), record.value),
                None => record.value,
            };
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
            format!(
                "BEGIN {{ n = split({}, k, \"\\t\") }} {{ print {key} \"{}\" {value} }}",
                awk_text(&list),
                separator(call)
            )
        }
    };
    format!("seq {count} | awk {}", quoted(&program))
}

/// A value with its placeholders, as an expression of awk.
fn awk(value: &str, keyed: bool) -> String {
    let key = if keyed { "\" k[(NR - 1) % n + 1] \"" } else { "" };
    awk_text(value).replace("{n}", "\" $1 \"").replace("{key}", key)
}

fn awk_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t"))
}
