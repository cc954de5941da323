//! Changes of nodes, cluster, topics and groups in plain words.

use lab_model::facts::{kafka::MemberSeen, lab::NodeState};

use super::{change::Change, model::Mood};
use crate::{
    Hearing,
    parts::{
        cluster::Change as ClusterChange,
        groups::{self, Change as GroupChange, Description, Groups},
        nodes::{Change as ContainerChange, Nodes},
        sources::Turn,
        topics::Change as TopicChange,
        words::{brief, count, list},
    },
};

/// A source began or ceased to answer.
pub(super) fn turn(turn: Turn) -> Change {
    let Turn { source: about, to, last, why } = turn;
    if to == Hearing::Silent {
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        // A source that never answered yet is only starting.
        let (verb, mood) = match last {
            None => ("does not answer yet", Mood::Plain),
            Some(_) => ("does not answer", Mood::Bad),
        };
        return Change { kind: "silent", says: format!("{about} {verb}{why}"), about, mood };
    }
    let again = if last.is_some() { " again" } else { "" };
    Change { kind: "heard", says: format!("{about} answers{again}"), about, mood: Mood::Good }
}

/// A container's state or networks changed.
pub(super) fn container(change: ContainerChange) -> Vec<Change> {
    let ContainerChange { node, waits, was, state, exit_code, left, joined } = change;
    let mut said = Vec::new();
    if was != Some(state) {
        let (verb, mood) = match (state, was) {
            (NodeState::Running, None) => ("runs", Mood::Plain),
            (NodeState::Running, Some(NodeState::Paused)) => ("continues", Mood::Good),
            (NodeState::Running, Some(_)) => ("runs again", Mood::Good),
            (NodeState::Paused, _) => ("is paused", Mood::Bad),
            (NodeState::Stopped, _) if waits => ("waits to join", Mood::Plain),
            (NodeState::Stopped, _) => ("has stopped", Mood::Bad),
            (NodeState::Absent, None) => ("does not exist", Mood::Plain),
            (NodeState::Absent, Some(_)) => ("was removed", Mood::Bad),
        };
        let code = exit_code.filter(|_| !waits).map(|code| format!(" with exit code {code}")).unwrap_or_default();
        said.push((format!("{node} {verb}{code}"), mood));
    }
    if !left.is_empty() {
        said.push((format!("{node} is cut off from {}", list(left)), Mood::Bad));
    }
    if !joined.is_empty() {
        said.push((format!("{node} is on {} again", list(joined)), Mood::Good));
    }
    said.into_iter().map(|(says, mood)| Change { kind: "node", about: node.clone(), says, mood }).collect()
}

/// The cluster changed.
pub(super) fn cluster(nodes: &Nodes, change: ClusterChange) -> Change {
    match change {
        ClusterChange::Controller { from, to, epoch } => {
            let about = nodes.name(to);
            let says = if from == to {
                format!("{about} is the controller again, at epoch {epoch}")
            } else {
                format!("{about} is the controller at epoch {epoch}, after {}", nodes.name(from))
            };
            Change { kind: "controller", about, says, mood: Mood::Plain }
        }
        ClusterChange::Fenced(id) => {
            let about = nodes.name(id);
            let says = format!("{about} is fenced: the controller does not hear it");
            Change { kind: "fenced", about, says, mood: Mood::Bad }
        }
        ClusterChange::Unfenced(id) => {
            let about = nodes.name(id);
            let says = format!("{about} is no longer fenced");
            Change { kind: "unfenced", about, says, mood: Mood::Good }
        }
        ClusterChange::Created(topic) => {
            let says = format!("topic {topic} was created");
            Change { kind: "topic", about: topic, says, mood: Mood::Plain }
        }
        ClusterChange::Deleted(topic) => {
            let says = format!("topic {topic} was deleted");
            Change { kind: "topic", about: topic, says, mood: Mood::Ended }
        }
    }
}

/// A topic changed. Its creation and end are told from the list of topics, which is always watched.
pub(super) fn topic(nodes: &Nodes, topic: &str, change: TopicChange) -> Option<Change> {
    Some(match change {
        TopicChange::Ended => return None,
        TopicChange::Leader { partition, from, to, epoch } => {
            let about = format!("{topic}-{partition}");
            let before = from.map(|from| format!(", after {}", nodes.name(from))).unwrap_or_default();
            match to {
                Some(to) => {
                    let says = format!("{about} is led by {} at epoch {epoch}{before}", nodes.name(to));
                    let mood = if from.is_none() { Mood::Good } else { Mood::Plain };
                    Change { kind: "partition_leader", about, says, mood }
                }
                None => {
                    let says = format!("{about} has no leader{before}");
                    Change { kind: "partition_leader", about, says, mood: Mood::Bad }
                }
            }
        }
        TopicChange::Isr { partition, from, to } => {
            let about = format!("{topic}-{partition}");
            let names = |ids: &[i32], without: &[i32]| -> Vec<String> {
                ids.iter().filter(|id| !without.contains(id)).map(|&id| nodes.name(id)).collect()
            };
            let (left, joined) = (names(&from, &to), names(&to, &from));
            let said = [(left, "out of sync"), (joined, "in sync again")];
            let said = said.iter().filter(|(names, _)| !names.is_empty());
            let words: Vec<String> = said.map(|(names, what)| format!("{what}: {}", list(names))).collect();
            let now = list(to.iter().map(|&id| nodes.name(id)));
            let says = format!("{about} {}; in sync now: {now}", words.join("; "));
            let mood = if to.len() < from.len() { Mood::Bad } else { Mood::Good };
            Change { kind: "isr", about, says, mood }
        }
        TopicChange::Truncated { partition, node, from, to } => {
            let about = format!("{topic}-{partition}");
            let says = format!("{node} cut its log of {about} from {from} back to {to}");
            Change { kind: "truncation", about, says, mood: Mood::Bad }
        }
    })
}

/// A group changed.
pub(super) fn group(groups: &Groups, change: GroupChange) -> Option<Change> {
    match change {
        GroupChange::Gone { group } => {
            let says = format!("group {group} is gone");
            Some(Change { kind: "group", about: group, says, mood: Mood::Plain })
        }
        GroupChange::Described { group } => {
            let described = groups.all.get(&group)?.described.as_ref()?;
            let held: Vec<String> = described.members.iter().map(|seen| member(described, seen)).collect();
            let members = count(described.members.len(), "member");
            let held = if held.is_empty() { String::new() } else { format!(": {}", held.join("; ")) };
            let says = format!("group {group} is {} with {members}{held}", described.state);
            let mood = if described.state == "Stable" { Mood::Good } else { Mood::Plain };
            Some(Change { kind: "group", about: group, says, mood })
        }
    }
}

fn member(described: &Description, member: &MemberSeen) -> String {
    let label = groups::called(&brief(&member.client_id), described.apart(member).as_deref());
    if member.unread.is_some() {
        return format!("what {label} has is not known");
    }
    let held = member.assignment.iter().flat_map(|held| {
        held.partitions.iter().map(move |partition| format!("{}-{partition}", held.topic))
    });
    format!("{label} has {}", list(held))
}
