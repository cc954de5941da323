//! The records' picture and table.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::Datum;

use super::{
    Committed, Key, Model, Params, PartitionLog, Reads, Record, State,
    fold::Records,
    stored::{Leader, Stored},
    summary::{Extent, summary},
};
use crate::{
    Gaps, Projection, Table,
    parts::{
        brokers::Brokers,
        groups::Group,
        topic::Topic,
        topics::Logs,
        words::{brief, cell, few, name},
    },
};

/// Keys and groups shown.
pub(super) const SHOWN: usize = 100;
/// Headers of a record in its row.
const HEADERS: usize = 5;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let topic = state.topics.get(&params.topic);
    let nothing = Records::default();
    let records = state.records.get(&params.topic).unwrap_or(&nothing);
    let mut indexes: BTreeSet<i32> = records.partitions.keys().copied().collect();
    indexes.extend(topic.map(Topic::partitions).unwrap_or_default());
    let missing = topic.and_then(Topic::exists) == Some(false) && state.topics.known(&params.topic);
    let empty = Stored::default();
    let (mut keys, mut extent) = (BTreeMap::new(), Extent::default());
    let mut partitions = Vec::new();
    let (mut looked, mut keys_whole) = (!indexes.is_empty(), true);
    for &index in &indexes {
        let stored = records.partitions.get(&index).unwrap_or(&empty);
        let leader = leader(state, topic, index);
        looked = looked && is_looked_at(topic, index, stored, leader.as_ref());
        keys_whole &= count_keys(&mut keys, stored, leader.as_ref());
        extent.read = extent.read.saturating_add(leader.as_ref().map_or(0, |leader| stored.read_of(leader.numbers)));
        let compacted = topic.is_some_and(Topic::compacted);
        partitions.push(partition(index, stored, leader.as_ref(), compacted, params.window));
    }
    let sum = |sum: u32, more: u32| sum.saturating_add(more);
    let mut model = Model {
        topic: params.topic.clone(),
        stored: partitions.iter().try_fold(0, |all, partition| Some(sum(all, partition.stored?))).filter(|_| looked),
        found: partitions.iter().fold(0, |all, partition| sum(all, partition.found)),
        offsets: partitions.iter().try_fold(0_i64, |all, log| Some(all.saturating_add(log.log_end?.saturating_sub(log.log_start?).max(0)))),
        acknowledged: records.acknowledged,
        writers: records.writers.clone(),
        partition_count: i32::try_from(indexes.len()).unwrap_or(i32::MAX),
        partitions,
        keys_whole: keys_whole && keys.len() <= SHOWN,
        keys: keys.into_values().take(SHOWN).collect(),
        groups: groups(state, &params.topic),
        groups_known: state.groups.all_listed(&state.nodes),
        readers: records.readers.iter().map(|reader| reader.show(params.window)).collect(),
    };
    model.offsets = model.offsets.filter(|_| looked);
    model.keys_whole &= model.stored.is_some();
    extent.known = looked || missing;
    extent.missing = missing;
    let summary = summary(&model, &extent);
    model.partitions.retain(|partition| partition.partition >= params.from);
    model.partitions.truncate(params.partitions);
    Projection { table: table(&model), summary, known: extent.known, model }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let brokers = Brokers::new(&state.nodes, &state.sources);
    let gaps = brokers.gaps(&state.topics, &params.topic, Logs::Leaders);
    if gaps.refusal.is_some() {
        return gaps;
    }
    gaps.and(unread(state, &params.topic, brokers)).and(state.groups.awaits(brokers))
}

/// Partitions whose records were not read yet, or not up to the newest, by leader.
fn unread(state: &State, name: &str, brokers: Brokers<'_>) -> Vec<String> {
    let topic = state.topics.get(name);
    let stored = |index: i32| state.records.get(name).and_then(|records| records.partitions.get(&index));
    let (mut unread, empty) = (BTreeMap::<String, Vec<i32>>::new(), Stored::default());
    for index in topic.map(Topic::partitions).unwrap_or_default() {
        // Without its leader's log, that is what is waited for.
        let Some(leader) = leader(state, topic, index) else { continue };
        let stored = stored(index).unwrap_or(&empty);
        let whole = stored.caught_up || leader.numbers.readable_end().is_some_and(|end| stored.reaches(end));
        if !is_looked_at(topic, index, stored, Some(&leader)) || (stored.looked && !whole) {
            unread.entry(leader.node).or_default().push(index);
        }
    }
    let words = |(leader, partitions): (String, Vec<i32>)| {
        let places = few(3, partitions.iter().map(|partition| format!("{}-{partition}", brief(name))));
        brokers.awaited(&format!("records of {places}"), &leader)
    };
    unread.into_iter().map(words).collect()
}

/// The leader of a partition and its log, as far as it was said.
fn leader(state: &State, topic: Option<&Topic>, index: i32) -> Option<Leader> {
    let node = state.nodes.name(topic?.best(index)?.seen.leader?);
    let log = topic?.log(&node, index)?;
    Some(Leader { numbers: log.numbers?, seq: log.seq, node })
}

/// Whether its records were asked for, or there are none to ask for, or nobody to ask.
fn is_looked_at(topic: Option<&Topic>, index: i32, stored: &Stored, leader: Option<&Leader>) -> bool {
    let empty = leader.is_some_and(|leader| leader.numbers.readable_end() == Some(leader.numbers.start));
    let leaderless = topic.and_then(|topic| topic.best(index)).is_some_and(|best| best.seen.leader.is_none());
    stored.looked || empty || leaderless
}

fn partition(
    index: i32,
    stored: &Stored,
    leader: Option<&Leader>,
    compacted: bool,
    window: usize,
) -> PartitionLog {
    let newest: Vec<_> = stored.visible(leader).rev().take(window).collect();
    let numbers = leader.map(|leader| leader.numbers);
    PartitionLog {
        partition: index,
        stored: stored.counted(leader, compacted),
        found: stored.count(leader),
        log_start: numbers.map(|log| log.start),
        log_end: numbers.map(|log| log.end),
        high_watermark: numbers.and_then(|log| log.high_watermark),
        open_from: numbers.and_then(|log| log.open_from()),
        said_by: newest.first().map(|kept| kept.by.clone()),
        records: newest.into_iter().rev().map(|kept| kept.record.clone()).collect(),
    }
}

/// Whether each record of the partition is among those whose key is counted, or has none.
fn count_keys(keys: &mut BTreeMap<Datum, Key>, stored: &Stored, leader: Option<&Leader>) -> bool {
    for record in stored.visible(leader).map(|kept| &kept.record).filter(|record| record.has_key()) {
        let known = keys.entry(record.key.clone()).or_insert_with(|| Key {
            key: record.key.clone(),
            found: 0,
            partitions: Vec::new(),
        });
        known.found = known.found.saturating_add(1);
        if !known.partitions.contains(&record.partition) {
            // Partitions are gone through by index.
            known.partitions.push(record.partition);
        }
    }
    let visible = || stored.visible(leader);
    visible().all(|kept| kept.record.key_was_read()) && u32::try_from(visible().count()) == Ok(stored.count(leader))
}

fn groups(state: &State, topic: &str) -> Vec<Reads> {
    let reads = |(name, group): (&String, &Group)| {
        let committed: Vec<Committed> = group
            .offsets
            .get(topic)
            .into_iter()
            .flatten()
            .map(|(&partition, &offset)| Committed { partition, offset })
            .collect();
        let described = group.described.as_ref();
        let reads = described.into_iter().flat_map(|said| &said.members);
        let members = reads.filter(|member| member.assignment.iter().any(|held| held.topic == topic)).count();
        let protocol = described.map(|said| said.protocol.clone()).unwrap_or_default();
        let concerns = members > 0 || !committed.is_empty();
        concerns.then(|| Reads { group: name.clone(), protocol, members, committed })
    };
    state.groups.all.iter().filter_map(reads).take(SHOWN).collect()
}

fn table(model: &Model) -> Table {
    let heads = ["Where", "#Partition", "#Offset", "Key", "Value", "Headers", "Producer", "#Sent as"];
    let mut table = Table::new(&heads);
    for partition in &model.partitions {
        let place = format!("in partition {}", partition.partition);
        partition.records.iter().for_each(|record| table.row(row(&place, record)));
    }
    for reader in &model.readers {
        let place = format!("read by {}", name(&reader.client));
        reader.read.iter().for_each(|record| table.row(row(&place, record)));
    }
    table
}

/// `trace=1f, note="a, b"`: quotes where a key or a value would be taken for something else. The first ones.
fn headers(record: &Record) -> String {
    let part = |datum: &Datum| datum.within(&['=', ',']);
    let mut said: Vec<String> = record
        .headers
        .iter()
        .take(HEADERS)
        .map(|header| format!("{}={}", part(&header.key), part(&header.value)))
        .collect();
    let more = record.headers.len().saturating_sub(HEADERS) + record.headers_more as usize;
    if more > 0 {
        said.push(format!("(and {more} more)"));
    }
    said.join(", ")
}

fn row(place: &str, record: &Record) -> [String; 8] {
    [
        place.to_owned(),
        record.partition.to_string(),
        match record.through {
            Some(through) => format!("{} to {through}", record.offset),
            None => record.offset.to_string(),
        },
        record.key.to_string(),
        record.value.to_string(),
        headers(record),
        record.producer.as_deref().map(name).unwrap_or_default(),
        cell(record.sent),
    ]
}
