//! The sentence about a topic's partitions: the whole when all is well, otherwise each partition that is not.

use std::collections::{BTreeMap, BTreeSet};

use super::{Model, Partition, Replica, State};
use crate::{
    Hearing,
    parts::words::{count, first, list},
};

/// Partitions, groups and truncations spoken of one by one.
const SPOKEN: usize = 3;

/// Speaks about all of the model's partitions.
pub(super) fn summary(state: &State, model: &Model) -> String {
    let topic = &model.topic;
    match model.exists {
        None => return format!("Nothing was heard of topic {topic} yet."),
        Some(false) => return format!("There is no topic {topic}."),
        Some(true) => {}
    }
    let troubled: Vec<&Partition> = model.partitions.iter().filter(|partition| is_troubled(partition)).collect();
    let mut said = vec![whole(model, troubled.len())];
    let troubles: Vec<String> =
        troubled.iter().map(|partition| trouble(state, topic, partition)).collect();
    said.extend(first(SPOKEN, &troubles, "partitions like that"));
    said.extend(lags(model));
    said.extend(model.truncations.iter().rev().take(SPOKEN).rev().map(|cut| {
        let name = state.nodes.name(cut.broker);
        format!("{name} cut its log of {topic}-{} from {} back to {}.", cut.partition, cut.from, cut.to)
    }));
    said.join(" ")
}

fn whole(model: &Model, troubled: usize) -> String {
    let brokers: BTreeSet<i32> =
        model.partitions.iter().flat_map(|partition| partition.replicas.iter().map(|r| r.broker)).collect();
    let all = model.partitions.len();
    let sync = match (troubled, all) {
        (0, 1) => "in sync".to_owned(),
        (0, _) => "all in sync".to_owned(),
        (1, 1) => "which needs attention".to_owned(),
        (1, _) => "1 of them needs attention".to_owned(),
        (some, _) => format!("{some} of them need attention"),
    };
    let (partitions, brokers) = (count(all, "partition"), count(brokers.len(), "broker"));
    let readable = readable(model).map(|records| format!("; {} readable", count(records, "record")));
    format!("{}: {partitions} on {brokers}, {sync}{}.", model.topic, readable.unwrap_or_default())
}

/// Offsets between the log starts and the high watermarks of all leaders; none if one of them is not known.
fn readable(model: &Model) -> Option<i64> {
    model.partitions.iter().try_fold(0_i64, |sum, partition| {
        let leader = partition.replicas.iter().find(|replica| Some(replica.broker) == partition.leader)?;
        let readable = partition.high_watermark?.saturating_sub(leader.log_start?);
        Some(sum.saturating_add(readable.max(0)))
    })
}

fn is_troubled(partition: &Partition) -> bool {
    partition.leader.is_none()
        || partition.replicas.iter().any(|replica| {
            !replica.in_sync
                || disagrees(partition, replica)
                || replica.heard == Hearing::Silent
                || replica.refused.is_some()
        })
}

/// It names another leader, and so lives in another epoch. Having said nothing is no disagreement.
fn disagrees(partition: &Partition, replica: &Replica) -> bool {
    replica.says_epoch.is_some()
        && (replica.says_leader, replica.says_epoch) != (partition.leader, Some(partition.leader_epoch))
}

fn trouble(state: &State, topic: &str, partition: &Partition) -> String {
    let name = format!("{topic}-{}", partition.partition);
    let epoch = partition.leader_epoch;
    let mut said = vec![match partition.leader {
        Some(leader) => format!("{} leads at epoch {epoch}", state.nodes.name(leader)),
        None => "no replica leads".to_owned(),
    }];
    let mut silent = Vec::new();
    let mut behind = Vec::new();
    for replica in &partition.replicas {
        if replica.heard == Hearing::Silent {
            silent.push(&replica.node);
        }
        if disagrees(partition, replica) {
            said.push(still_says(state, replica));
        }
        if let Some(error) = &replica.refused {
            said.push(format!("{} says nothing of its replica ({error})", replica.node));
        }
        if !replica.in_sync {
            behind.push(&replica.node);
        }
    }
    if !behind.is_empty() {
        said.push(format!("not in sync: {}", list(behind)));
    }
    if !silent.is_empty() {
        said.push(format!("silent: {}", list(silent)));
    }
    format!("{name}: {}.{}", said.join("; "), logs(partition))
}

fn still_says(state: &State, replica: &Replica) -> String {
    let at = replica.says_epoch.map(|epoch| format!(" at epoch {epoch}")).unwrap_or_default();
    match replica.says_leader {
        Some(own) if own == replica.broker => format!("{} still says that it leads{at}", replica.node),
        Some(other) => format!("{} still says that {} leads{at}", replica.node, state.nodes.name(other)),
        None => format!("{} says that nobody leads{at}", replica.node),
    }
}

/// The high watermark, and the logs that end elsewhere than the leader's.
fn logs(partition: &Partition) -> String {
    let mut said = Vec::new();
    if let Some(high_watermark) = partition.high_watermark {
        said.push(format!("high watermark {high_watermark}"));
    }
    let odd = partition.replicas.iter().filter(|replica| {
        let leads = Some(replica.broker) == partition.leader;
        (!leads && !replica.in_sync) || replica.log_end != partition.log_end
    });
    said.extend(odd.filter_map(|replica| Some(format!("{}'s log ends at {}", replica.node, replica.log_end?))));
    let said = said.join("; ");
    match said.get(..1) {
        Some(letter) => format!(" {}{}.", letter.to_uppercase(), &said[1..]),
        None => String::new(),
    }
}

/// How far each group is behind, over the partitions where that is known.
fn lags(model: &Model) -> Vec<String> {
    let mut lags: BTreeMap<&str, i64> = BTreeMap::new();
    for cursor in model.partitions.iter().flat_map(|partition| &partition.cursors) {
        if let Some(lag) = cursor.lag {
            let sum = lags.entry(&cursor.group).or_default();
            *sum = sum.saturating_add(lag);
        }
    }
    let sentences: Vec<String> = lags.iter().map(|(group, lag)| format!("Group {group} lags by {lag}.")).collect();
    first(SPOKEN, &sentences, "groups")
}
