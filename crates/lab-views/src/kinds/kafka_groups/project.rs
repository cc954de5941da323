//! The groups' picture, table and sentence.

use std::collections::BTreeSet;

use lab_model::{Code, Problem, facts::kafka::MemberSeen};

use super::{Assigned, Group, Member, Model, Offset, Params, State};
use crate::{
    Gaps, Hearing, Projection, Table,
    parts::{
        brokers::Brokers,
        groups::{self, Description},
        lag::{self, Lag},
        sources::Heard,
        topics::Logs,
        words::{answers, brief, cell, count, few, first, name, seconds, short},
    },
};

/// Groups and members spoken of one by one.
const SPOKEN: usize = 4;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let groups = state
        .groups
        .all
        .iter()
        .filter(|(name, _)| params.group.as_ref().is_none_or(|only| only == *name))
        .filter_map(|(name, known)| {
            let said = known.described.as_ref()?;
            let group = group(state, params, name, known, said);
            let wanted = |topic: &String| known.may_concern_any() || concerns(&group, topic);
            params.topic.as_ref().is_none_or(wanted).then_some(group)
        })
        .collect();
    let model = Model { groups };
    let known = state.groups.all_listed(&state.nodes);
    let summary = match (known, state.groups.known && !model.groups.is_empty()) {
        (false, false) => "Not every broker has said yet which groups it coordinates.".to_owned(),
        _ => summary(state, params, &model),
    };
    Projection { table: table(&model), summary, known, model }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let brokers = Brokers::new(&state.nodes, &state.sources);
    let of_topic = params.topic.as_ref().map(|topic| brokers.gaps(&state.topics, topic, Logs::Leaders));
    let gaps = of_topic.unwrap_or_default();
    if gaps.refusal.is_some() {
        return gaps;
    }
    let unsure = params.topic.iter().flat_map(|topic| state.ends().awaits(&state.groups, topic));
    let gaps = gaps.and(state.groups.awaits(brokers)).and(brokers.unheard()).and(unsure);
    match &params.group {
        Some(group) if gaps.awaits.is_empty() && !state.groups.all.contains_key(group) && state.groups.known => {
            Gaps { refusal: Some(no_group(group)), ..gaps }
        }
        _ => gaps,
    }
}

fn no_group(group: &str) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("There is no group {}.", brief(group)),
        detail: String::new(),
        hint: "Start a consumer in it. Kafka forgets a group some time after its last member and offset are gone.".to_owned(),
    }
}

/// Whether a group has committed in the topic, or has members that read it.
fn concerns(group: &Group, topic: &str) -> bool {
    let reads = |member: &Member| member.partitions.iter().any(|held| held.topic == topic);
    !group.offsets.is_empty() || group.members.iter().any(reads)
}

fn group(state: &State, params: &Params, name: &str, known: &groups::Group, said: &Description) -> Group {
    let offsets = offsets(state, params, known);
    let lag = offsets.iter().try_fold(0_i64, |sum, offset| Some(sum.saturating_add(offset.lag?)));
    Group {
        group: name.to_owned(),
        protocol: said.protocol.clone(),
        protocol_type: said.protocol_type.clone(),
        unread: said.unread.clone().or_else(|| shared(said)),
        state: said.state.clone(),
        epoch: said.epoch,
        coordinator: known.coordinator.clone(),
        heard: coordinator(state, known).hearing,
        said_at: said.at,
        members: said.members.iter().map(|seen| member(params, said, seen)).collect(),
        offsets_unread: known.offsets_unread.clone(),
        lag: lag.filter(|_| !offsets.is_empty()),
        offsets,
        rebalances: known.rebalances,
    }
}

/// Whether a group's coordinator answers.
fn coordinator(state: &State, known: &groups::Group) -> Heard {
    let node = state.nodes.all.iter().find(|node| node.info.name == known.coordinator);
    state.sources.of_node(&known.coordinator, node)
}

/// Share groups have no committed offsets; what they have instead is not read.
fn shared(said: &Description) -> Option<String> {
    let why = "a share group acknowledges records one by one, and Pipewright does not read which";
    (said.protocol == "share").then(|| why.to_owned())
}

fn is_wanted(params: &Params, topic: &str) -> bool {
    params.topic.as_deref().is_none_or(|only| only == topic)
}

fn member(params: &Params, said: &Description, seen: &MemberSeen) -> Member {
    let held = seen.assignment.iter().filter(|held| is_wanted(params, &held.topic));
    let mut partitions: Vec<Assigned> = held
        .flat_map(|held| {
            held.partitions.iter().map(|&partition| Assigned { topic: held.topic.clone(), partition })
        })
        .collect();
    partitions.sort();
    Member {
        member_id: seen.member_id.clone(),
        client_id: seen.client_id.clone(),
        apart: said.apart(seen),
        host: seen.host.clone(),
        partitions,
        unread: seen.unread.clone(),
    }
}

fn offsets(state: &State, params: &Params, known: &groups::Group) -> Vec<Offset> {
    let wanted = known.offsets.iter().filter(|(topic, _)| is_wanted(params, topic));
    wanted
        .flat_map(|(topic, offsets)| offsets.iter().map(move |(&partition, &committed)| (topic, partition, committed)))
        .map(|(topic, partition, committed)| {
            let (log, heard) = state.ends().log(topic, partition);
            let Lag { lag, gone, beyond, .. } = lag::of(committed, known.offsets_at, log, heard);
            let high_watermark = log.and_then(|log| log.high_watermark);
            Offset { topic: topic.clone(), partition, committed, high_watermark, lag, gone, beyond }
        })
        .collect()
}

fn summary(state: &State, params: &Params, model: &Model) -> String {
    match (model.groups.as_slice(), &params.group, &params.topic) {
        ([], Some(group), topic) => return not_shown(group, topic.as_deref(), state.groups.all.get(group)),
        ([], None, Some(topic)) => return format!("No group has a partition of {} or committed an offset in it.", brief(topic)),
        ([], None, None) => return "There are no groups.".to_owned(),
        _ => {}
    }
    let sentences: Vec<String> = model.groups.iter().map(sentence).collect();
    let uncounted = |group: &Group| {
        group.offsets.iter().any(|offset| offset.lag.is_none() && offset.beyond.is_none())
    };
    let mut said = first(SPOKEN, &sentences, "groups");
    if params.topic.is_none() && model.groups.iter().any(uncounted) {
        said.push("How far a group lags is counted for one topic at a time: name a topic.".to_owned());
    }
    said.join(" ")
}

/// Why a group that was asked for is not shown.
fn not_shown(group: &str, topic: Option<&str>, known: Option<&groups::Group>) -> String {
    let group = brief(group);
    match (known, topic) {
        (None, _) => format!("There is no group {group}."),
        (Some(known), Some(topic)) if known.described.is_some() => {
            format!("The group {group} has no partition of {} and committed no offset in it.", brief(topic))
        }
        (Some(_), _) => format!("No coordinator has described the group {group} yet."),
    }
}

fn sentence(group: &Group) -> String {
    let kind = if matches!(group.protocol.as_str(), "share" | "streams") { format!("{} group", group.protocol) } else { "group".to_owned() };
    let mut said = format!("The {kind} {} is {}", brief(&group.group), group.state);
    match group.members.len() {
        0 if group.unread.is_some() => {}
        0 => said.push_str(" and has no members"),
        n => {
            said.push_str(&format!(" with {}: ", count(n, "member")));
            let members: Vec<String> = group.members.iter().take(SPOKEN).map(held).collect();
            said.push_str(&members.join("; "));
            if n > SPOKEN {
                said.push_str(&format!("; and {} more", n - SPOKEN));
            }
        }
    }
    said.push('.');
    if group.heard == Hearing::Silent {
        said.push_str(&format!(" That was so at {} s: {} does not answer.", seconds(group.said_at), group.coordinator));
    }
    if let Some(unread) = &group.unread {
        said.push_str(&format!(" Not known: {}.", short(unread, 120)));
    }
    if let Some(unread) = &group.offsets_unread {
        said.push_str(&format!(" Its committed offsets are not known: {}.", short(unread, 120)));
    }
    said.extend(lag_words(group));
    if group.rebalances > 0 {
        said.push_str(&format!(" Its assignment changed {}.", count(group.rebalances, "time")));
    }
    said
}

/// How far it is behind, and which of its offsets lie outside the log.
fn lag_words(group: &Group) -> Option<String> {
    let beyond: Vec<String> = group
        .offsets
        .iter()
        .filter(|offset| offset.beyond.is_some())
        .map(|offset| format!("{}-{}", brief(&offset.topic), offset.partition))
        .collect();
    if !beyond.is_empty() {
        return Some(format!(" Its committed offset lies beyond the end of {}.", few(SPOKEN, beyond)));
    }
    let gone = group.offsets.iter().fold(0_i64, |sum, offset| sum.saturating_add(offset.gone.unwrap_or_default()));
    let gone = if gone > 0 { format!(", {gone} of which the log no longer has") } else { String::new() };
    group.lag.map(|lag| format!(" It lags by {lag}{gone}."))
}

/// The client id as it is written there, and whole behind it what tells the member from others of that id.
fn called(member: &Member, write: fn(&str) -> String) -> String {
    groups::called(&write(&member.client_id), member.apart.as_deref())
}

/// `c1 has orders-0 and orders-1`.
fn held(member: &Member) -> String {
    if member.unread.is_some() {
        return format!("what {} has is not known", called(member, brief));
    }
    let partitions = member.partitions.iter().map(|held| format!("{}-{}", brief(&held.topic), held.partition));
    format!("{} has {}", called(member, brief), few(SPOKEN, partitions))
}

fn table(model: &Model) -> Table {
    let heads = [
        "Group",
        "State",
        "Protocol",
        "Coordinator",
        "Answers",
        "Topic",
        "#Partition",
        "Member",
        "#Committed",
        "#High watermark",
        "#Lag",
    ];
    let mut table = Table::new(&heads);
    for group in &model.groups {
        for [topic, partition, member, committed, high_watermark, lag] in rows(group) {
            let answers = answers(group.heard, Some(group.said_at));
            let coordinator = group.coordinator.clone();
            let head = [name(&group.group), group.state.clone(), group.protocol.clone(), coordinator, answers];
            table.row(head.into_iter().chain([topic, partition, member, committed, high_watermark, lag]));
        }
    }
    table
}

/// A row for each partition assigned or committed, for each member without any, and for a group without either.
fn rows(group: &Group) -> Vec<[String; 6]> {
    let assigned = group.members.iter().flat_map(|member| member.partitions.iter().cloned());
    let committed = group
        .offsets
        .iter()
        .map(|offset| Assigned { topic: offset.topic.clone(), partition: offset.partition });
    let all: BTreeSet<Assigned> = assigned.chain(committed).collect();
    let mut rows: Vec<[String; 6]> = all.iter().map(|at| row(group, at)).collect();
    let idle = group.members.iter().filter(|member| member.partitions.is_empty());
    rows.extend(idle.map(|member| match &member.unread {
        Some(why) => only_member(&format!("{} ({why})", called(member, name))),
        None => only_member(&called(member, name)),
    }));
    if rows.is_empty() {
        rows.push(only_member(group.unread.as_deref().unwrap_or_default()));
    }
    rows
}

fn only_member(client: &str) -> [String; 6] {
    let mut row = [const { String::new() }; 6];
    client.clone_into(&mut row[2]);
    row
}

fn row(group: &Group, at: &Assigned) -> [String; 6] {
    let has = |member: &&Member| member.partitions.contains(at);
    let offset =
        group.offsets.iter().find(|offset| offset.topic == at.topic && offset.partition == at.partition);
    [
        at.topic.clone(),
        at.partition.to_string(),
        cell(group.members.iter().find(has).map(|member| called(member, name))),
        cell(offset.map(|offset| offset.committed)),
        cell(offset.and_then(|offset| offset.high_watermark)),
        cell(offset.and_then(|offset| offset.lag)),
    ]
}
