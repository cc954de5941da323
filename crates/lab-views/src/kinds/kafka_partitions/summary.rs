//! The sentence about a topic's partitions: the whole when all is well, otherwise each partition that is not.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cursor, Model, Partition, Replica, State};
use crate::{
    Hearing,
    parts::words::{brief, cell, count, few, first, list},
};

/// Partitions, groups and truncations spoken of one by one.
const SPOKEN: usize = 3;

/// Speaks about all of the model's partitions.
pub(super) fn summary(state: &State, model: &Model) -> String {
    let topic = &brief(&model.topic);
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
        (some, all) if some == all => "all of them in need of attention".to_owned(),
        (some, _) => format!("{some} of them need attention"),
    };
    let (partitions, brokers) = (count(all, "partition"), count(brokers.len(), "broker"));
    format!("{}: {partitions} on {brokers}, {sync}{}.", brief(&model.topic), readable(model).unwrap_or_default())
}

/// Offsets that consumers read; fewer with `read_committed` while a transaction is open. None if one log is not known.
fn readable(model: &Model) -> Option<String> {
    let all = below(model, |partition| partition.high_watermark)?;
    let said = format!("; {} readable", count(all, "offset"));
    let committed = below(model, |partition| partition.last_stable.or(partition.high_watermark))?;
    let open = format!(" ({committed} with read_committed: a transaction is open)");
    Some(if committed < all { said + &open } else { said })
}

/// Offsets between the log starts of all leaders and such an end.
fn below(model: &Model, end: impl Fn(&Partition) -> Option<i64>) -> Option<i64> {
    model.partitions.iter().try_fold(0_i64, |sum, partition| {
        let leader = partition.replicas.iter().find(|replica| Some(replica.broker) == partition.leader)?;
        Some(sum.saturating_add(end(partition)?.saturating_sub(leader.log_start?).max(0)))
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

/// The replica names another leader, and so lives in another epoch. Having said nothing is no disagreement.
fn disagrees(partition: &Partition, replica: &Replica) -> bool {
    replica.says_epoch.is_some()
        && (replica.says_leader, replica.says_epoch) != (partition.leader, Some(partition.leader_epoch))
}

fn trouble(state: &State, topic: &str, partition: &Partition) -> String {
    let mut said = vec![match partition.leader {
        Some(leader) => format!("{} leads at epoch {}", state.nodes.name(leader), partition.leader_epoch),
        None => "no replica leads".to_owned(),
    }];
    said.extend(disagreements(state, partition));
    for replica in &partition.replicas {
        if let Some(error) = &replica.refused {
            said.push(format!("{} says nothing of its replica ({error})", replica.node));
        }
    }
    let named = |wanted: &dyn Fn(&Replica) -> bool| -> Vec<String> {
        partition.replicas.iter().filter(|replica| wanted(replica)).map(|r| r.node.clone()).collect()
    };
    let behind = named(&|replica| !replica.in_sync);
    if !behind.is_empty() {
        said.push(format!("not in sync: {}", list(behind)));
    }
    let eligible = named(&|replica| !replica.in_sync && partition.elr.contains(&replica.broker));
    if !eligible.is_empty() {
        said.push(format!("eligible to lead all the same (ELR): {}", list(eligible)));
    }
    let silent = named(&|replica| replica.heard == Hearing::Silent);
    if !silent.is_empty() {
        said.push(format!("silent: {}", list(silent)));
    }
    format!("{topic}-{}: {}.{}", partition.partition, said.join("; "), logs(partition))
}

/// The replicas that name another leader or epoch than the one to believe; those that say the same are named together.
fn disagreements(state: &State, partition: &Partition) -> Vec<String> {
    let mut claims: BTreeMap<(Option<i32>, Option<i32>), Vec<&Replica>> = BTreeMap::new();
    for replica in partition.replicas.iter().filter(|replica| disagrees(partition, replica)) {
        claims.entry((replica.says_leader, replica.says_epoch)).or_default().push(replica);
    }
    let sentence = |((leader, epoch), who): (_, Vec<&Replica>)| {
        // Of one that is silent it is not known what it says now.
        let answering = who.iter().all(|replica| replica.heard != Hearing::Silent);
        let say = match (answering, who.len()) {
            (true, 1) => "still says",
            (true, _) => "still say",
            (false, _) => "last said",
        };
        let names = list(who.iter().map(|replica| &replica.node));
        let at = cell(epoch);
        match leader {
            None => format!("{names} {say} that nobody leads at epoch {at}"),
            Some(own) if who.len() == 1 && who[0].broker == own => {
                format!("{names} {say} that it leads at epoch {at}")
            }
            Some(other) => {
                format!("{names} {say} that {} leads at epoch {at}", state.nodes.name(other))
            }
        }
    };
    claims.into_iter().map(sentence).collect()
}

/// The high watermark, and the logs that end elsewhere than the leader's.
fn logs(partition: &Partition) -> String {
    let mut said: Vec<String> =
        partition.high_watermark.map(|offset| format!("High watermark {offset}")).into_iter().collect();
    let mut ends: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for replica in &partition.replicas {
        let leads = Some(replica.broker) == partition.leader;
        if let Some(end) = replica.log_end
            && ((!leads && !replica.in_sync) || replica.log_end != partition.log_end)
        {
            ends.entry(end).or_default().push(&replica.node);
        }
    }
    said.extend(ends.iter().map(|(end, nodes)| match nodes.as_slice() {
        [one] => format!("{one}'s log ends at {end}"),
        many => format!("the logs of {} end at {end}", list(many)),
    }));
    if let Some(rest) = said.first().and_then(|words| words.strip_prefix("the ")) {
        said[0] = format!("The {rest}");
    }
    if said.is_empty() { String::new() } else { format!(" {}.", said.join("; ")) }
}

/// How far each group is behind, where that is known of all partitions; and which committed offsets lie outside a log.
fn lags(model: &Model) -> Vec<String> {
    let mut groups: BTreeMap<&str, Vec<(i32, &Cursor)>> = BTreeMap::new();
    for partition in &model.partitions {
        for cursor in &partition.cursors {
            groups.entry(&cursor.group).or_default().push((partition.partition, cursor));
        }
    }
    let sentences: Vec<String> = groups.iter().filter_map(|(group, cursors)| lag(group, cursors)).collect();
    first(SPOKEN, &sentences, "groups")
}

fn lag(group: &str, cursors: &[(i32, &Cursor)]) -> Option<String> {
    let beyond = few(SPOKEN, cursors.iter().filter(|(_, cursor)| cursor.beyond.is_some()).map(|(index, _)| index));
    if cursors.iter().any(|(_, cursor)| cursor.beyond.is_some()) {
        return Some(format!("Group {} committed offsets beyond the log's end in partition {beyond}.", brief(group)));
    }
    let lag = cursors.iter().try_fold(0_i64, |sum, (_, cursor)| Some(sum.saturating_add(cursor.lag?)))?;
    let gone = cursors.iter().fold(0_i64, |sum, (_, cursor)| sum.saturating_add(cursor.gone.unwrap_or_default()));
    let gone = if gone > 0 { format!(", {gone} of which the log no longer has") } else { String::new() };
    Some(format!("Group {} lags by {lag}{gone}.", brief(group)))
}
