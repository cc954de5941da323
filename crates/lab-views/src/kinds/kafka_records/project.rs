//! The records' picture, table and sentence.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Key, Model, Params, PartitionLog, Reader, Record, State, Writer,
    fold::Records,
    stored::{Leader, Stored},
};
use crate::{
    Projection, Table,
    parts::{
        topic::Topic,
        words::{cell, count, first, list},
    },
};

/// Readers and keys spoken of one by one.
const SPOKEN: usize = 5;
/// Keys shown.
const KEYS: usize = 100;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let topic = state.topics.get(&params.topic);
    let nothing = Records::default();
    let records = state.records.get(&params.topic).unwrap_or(&nothing);
    let mut indexes: BTreeSet<i32> = records.partitions.keys().copied().collect();
    indexes.extend(topic.map(Topic::partitions).unwrap_or_default());
    let empty = Stored::default();
    let mut keys = BTreeMap::new();
    let mut partitions = Vec::new();
    for index in indexes {
        let stored = records.partitions.get(&index).unwrap_or(&empty);
        let leader = leader(state, topic, index);
        count_keys(&mut keys, stored, leader.as_ref());
        partitions.push(partition(index, stored, leader.as_ref(), params.window));
    }
    let model = Model {
        topic: params.topic.clone(),
        stored: partitions.iter().fold(0, |sum, partition| sum.saturating_add(partition.stored)),
        acknowledged: records.acknowledged,
        writers: records.writers.clone(),
        partitions,
        keys: keys.into_values().take(KEYS).collect(),
        readers: records.readers.iter().map(|reader| reader.show(params.window)).collect(),
    };
    let known = records.known || state.topics.known(&params.topic);
    let missing = topic.and_then(Topic::exists) == Some(false);
    let summary = summary(&model, known, missing);
    Projection { table: table(&model), summary, known, model }
}

/// The leader of a partition and its log, as far as it was said.
fn leader(state: &State, topic: Option<&Topic>, index: i32) -> Option<Leader> {
    let node = state.nodes.name(topic?.best(index)?.seen.leader?);
    let log = topic?.log(&node, index)?;
    Some(Leader { numbers: log.numbers?, seq: log.seq, node })
}

fn partition(index: i32, stored: &Stored, leader: Option<&Leader>, window: usize) -> PartitionLog {
    let newest: Vec<_> = stored.visible(leader).rev().take(window).collect();
    let numbers = leader.map(|leader| leader.numbers);
    PartitionLog {
        partition: index,
        stored: stored.count(leader),
        log_start: numbers.map(|log| log.start),
        log_end: numbers.map(|log| log.end),
        high_watermark: numbers.and_then(|log| log.high_watermark),
        said_by: newest.first().map(|kept| kept.by.clone()),
        records: newest.into_iter().rev().map(|kept| kept.record.clone()).collect(),
    }
}

fn count_keys(keys: &mut BTreeMap<String, Key>, stored: &Stored, leader: Option<&Leader>) {
    for Record { key, partition, .. } in stored.visible(leader).map(|kept| &kept.record) {
        let Some(key) = key else { continue };
        let known = keys.entry(key.clone()).or_insert_with(|| Key {
            key: key.clone(),
            stored: 0,
            partitions: Vec::new(),
        });
        known.stored = known.stored.saturating_add(1);
        if !known.partitions.contains(partition) {
            // Partitions are gone through by index.
            known.partitions.push(*partition);
        }
    }
}

fn summary(model: &Model, known: bool, missing: bool) -> String {
    let topic = &model.topic;
    if missing {
        return format!("There is no topic {topic}.");
    }
    if !known && model.partitions.is_empty() {
        return format!("Nothing was heard of topic {topic} yet.");
    }
    let partitions = count(model.partitions.len(), "partition");
    let mut said = vec![match model.partitions.len() {
        0 => format!("{topic}: no record was heard of yet."),
        1 => format!("{topic}: {} in {partitions}.", count(model.stored, "record")),
        _ => {
            let each = list(model.partitions.iter().map(|partition| partition.stored));
            format!("{topic}: {} in {partitions} ({each}).", count(model.stored, "record"))
        }
    }];
    said.extend(keys(&model.keys));
    let writers: Vec<String> = model.writers.iter().map(writer).collect();
    said.extend(first(SPOKEN, &writers, "producers"));
    let readers: Vec<String> = model.readers.iter().map(reader).collect();
    said.extend(first(SPOKEN, &readers, "readers"));
    said.join(" ")
}

/// Where the keys lie, while there are few enough to say.
fn keys(keys: &[Key]) -> Option<String> {
    if keys.is_empty() || keys.len() > SPOKEN {
        return (!keys.is_empty()).then(|| {
            let more = if keys.len() == KEYS { " or more" } else { "" };
            format!("{}{more}.", count(keys.len(), "key"))
        });
    }
    let place = |key: &Key| {
        let noun = if key.partitions.len() == 1 { "partition" } else { "partitions" };
        format!("{} in {noun} {}", key.key, list(&key.partitions))
    };
    let noun = if keys.len() == 1 { "Key" } else { "Keys" };
    Some(format!("{noun}: {}.", keys.iter().map(place).collect::<Vec<_>>().join("; ")))
}

fn writer(writer: &Writer) -> String {
    let got = count(writer.acknowledged, "record");
    match (&writer.error, writer.refused) {
        (Some(error), refused) => {
            let more = format!("{refused} not, the last because: {}", error.trim_end_matches('.'));
            format!("{} got {got} acknowledged and {more}.", writer.client)
        }
        (None, _) => format!("{} got {got} acknowledged.", writer.client),
    }
}

fn reader(reader: &Reader) -> String {
    let who = match &reader.group {
        Some(group) => format!("{} in group {group}", reader.client),
        None => reader.client.clone(),
    };
    let has = if reader.assigned.is_empty() {
        String::new()
    } else {
        format!(", which has {} {},", if reader.assigned.len() == 1 { "partition" } else { "partitions" }, list(&reader.assigned))
    };
    let verb = if reader.reading { "has read" } else { "read" };
    format!("{who}{has} {verb} {}{}.", count(reader.count, "record"), order(reader))
}

/// How the order of reading compares with the order of sending.
fn order(reader: &Reader) -> String {
    let keys = match reader.out_of_order_within_key {
        0 => String::new(),
        times => format!(", {} within a key", late(times)),
    };
    let partitions = match (reader.numbered, reader.out_of_order, reader.out_of_order_within_partition) {
        (0, _, _) => String::new(),
        (_, 0, 0) => ", in the order of sending".to_owned(),
        (_, across, 0) => {
            format!(", in the order of sending within each partition, but {} across partitions", late(across))
        }
        (_, _, within) => format!(", {} within a partition", late(within)),
    };
    partitions + &keys
}

fn late(times: u32) -> String {
    format!("{} out of order", count(times, "time"))
}

fn table(model: &Model) -> Table {
    let heads = ["Where", "#Partition", "#Offset", "Key", "Value", "Producer", "#Sent as"];
    let mut table = Table::new(&heads);
    for partition in &model.partitions {
        let place = format!("in partition {}", partition.partition);
        partition.records.iter().for_each(|record| table.row(row(&place, record)));
    }
    for reader in &model.readers {
        let place = format!("read by {}", reader.client);
        reader.read.iter().for_each(|record| table.row(row(&place, record)));
    }
    table
}

fn row(place: &str, record: &Record) -> [String; 7] {
    [
        place.to_owned(),
        record.partition.to_string(),
        record.offset.to_string(),
        cell(record.key.as_ref()),
        record.value.clone(),
        cell(record.producer.as_ref()),
        cell(record.sent),
    ]
}
