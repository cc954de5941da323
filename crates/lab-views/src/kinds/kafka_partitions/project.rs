//! The picture of a topic's partitions, and its table.

use super::{Cursor, Model, Params, Partition, Replica, State, Truncation, summary::summary};
use crate::{
    Gaps, Projection, Table,
    parts::{
        brokers::Brokers,
        lag::{self, Lag},
        topic::{Best, Topic},
        topics::Logs,
        words::{answers, cell},
    },
};

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let topic = state.topics.get(&params.topic);
    let indexes = topic.map(Topic::partitions).unwrap_or_default();
    // The sentence is about all partitions, the picture and the table about those in the window.
    let all: Vec<Partition> = topic
        .map(|topic| indexes.iter().filter_map(|&index| partition(state, &params.topic, topic, index)).collect())
        .unwrap_or_default();
    let mut model = Model {
        topic: params.topic.clone(),
        exists: topic.and_then(Topic::exists),
        partition_count: i32::try_from(indexes.len()).unwrap_or(i32::MAX),
        partitions: all,
        truncations: truncations(state, &params.topic),
    };
    let summary = summary(state, &model);
    model.partitions.retain(|partition| partition.partition >= params.from);
    model.partitions.truncate(params.window);
    let known = state.topics.looked_at(&params.topic, |id| state.nodes.name(id));
    Projection { table: table(state, &model), summary, known, model }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let brokers = Brokers::new(&state.nodes, &state.sources);
    let gaps = brokers.gaps(&state.topics, &params.topic, Logs::Replicas);
    if gaps.refusal.is_some() {
        return gaps;
    }
    gaps.and(state.groups.awaits(brokers)).and(state.ends().awaits(&state.groups, &params.topic))
}

fn partition(state: &State, name: &str, topic: &Topic, index: i32) -> Option<Partition> {
    let Best { node, at, seen } = topic.best(index)?;
    let leader_log = seen
        .leader
        .and_then(|leader| topic.log(&state.nodes.name(leader), index))
        .and_then(|log| log.numbers);
    let high_watermark = leader_log.and_then(|log| log.high_watermark);
    Some(Partition {
        partition: index,
        leader: seen.leader,
        leader_epoch: seen.leader_epoch,
        isr: seen.isr.clone(),
        elr: seen.elr.clone(),
        high_watermark,
        last_stable: leader_log.and_then(|log| log.last_stable),
        log_end: leader_log.map(|log| log.end),
        said_by: node.to_owned(),
        said_at: at,
        replicas: seen.replicas.iter().map(|&id| replica(state, topic, index, id, &seen.isr)).collect(),
        cursors: cursors(state, name, index),
    })
}

fn replica(state: &State, topic: &Topic, partition: i32, broker: i32, isr: &[i32]) -> Replica {
    let node = state.nodes.name(broker);
    let log = topic.log(&node, partition);
    let numbers = log.and_then(|log| log.numbers);
    let own = topic.said_by(&node, partition);
    let heard = state.sources.of_node(&node, state.nodes.by_id(broker));
    Replica {
        broker,
        log_start: numbers.map(|log| log.start),
        log_end: numbers.map(|log| log.end),
        high_watermark: numbers.and_then(|log| log.high_watermark),
        in_sync: isr.contains(&broker),
        says_leader: own.and_then(|own| own.leader),
        says_epoch: own.map(|own| own.leader_epoch),
        refused: log.and_then(|log| log.refused.clone()),
        heard: heard.hearing,
        heard_at: heard.at,
        node,
    }
}

fn cursors(state: &State, topic: &str, partition: i32) -> Vec<Cursor> {
    let (log, heard) = state.ends().log(topic, partition);
    let cursor = |(group, known): (&String, &crate::parts::groups::Group)| {
        let offset = *known.offsets.get(topic)?.get(&partition)?;
        let Lag { lag, gone, beyond, .. } = lag::of(offset, known.offsets_at, log, heard);
        Some(Cursor { group: group.clone(), offset, lag, gone, beyond })
    };
    state.groups.all.iter().filter_map(cursor).collect()
}

fn truncations(state: &State, topic: &str) -> Vec<Truncation> {
    let known = state.truncations.get(topic).into_iter().flatten();
    known
        .filter_map(|shortened| {
            Some(Truncation {
                partition: shortened.partition,
                broker: state.nodes.id(&shortened.node)?,
                from: shortened.from,
                to: shortened.to,
                at: shortened.at,
            })
        })
        .collect()
}

fn table(state: &State, model: &Model) -> Table {
    let heads = [
        "#Partition",
        "Replica",
        "Role",
        "In sync",
        "#Log start",
        "#Log end",
        "#High watermark",
        "#Leader epoch",
        "Says leader",
        "#Says epoch",
        "Answers",
    ];
    let mut table = Table::new(&heads);
    for partition in &model.partitions {
        for replica in &partition.replicas {
            table.row(row(state, partition, replica));
        }
    }
    table
}

fn row(state: &State, partition: &Partition, replica: &Replica) -> [String; 11] {
    let leads = partition.leader == Some(replica.broker);
    let in_sync = match (replica.in_sync, partition.elr.contains(&replica.broker)) {
        (true, _) => "yes",
        (false, true) => "no, may lead (ELR)",
        (false, false) => "no",
    };
    let answers = answers(replica.heard, replica.heard_at);
    [
        partition.partition.to_string(),
        replica.node.clone(),
        if leads { "leader" } else { "follower" }.to_owned(),
        in_sync.to_owned(),
        cell(replica.log_start),
        cell(replica.log_end),
        cell(replica.high_watermark),
        partition.leader_epoch.to_string(),
        cell(replica.says_leader.map(|leader| state.nodes.name(leader))),
        cell(replica.says_epoch),
        match &replica.refused {
            Some(error) => format!("{answers}, but not of this replica: {error}"),
            None => answers,
        },
    ]
}
