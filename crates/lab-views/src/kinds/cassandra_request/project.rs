//! A traced request's picture, table and sentence.

use lab_model::facts::cassandra::{RequestKind, RequestSeen};

use super::{Model, Params, State, read_trace::ReadTrace};
use crate::{
    Gaps, Projection, Table,
    parts::words::{count, list, millis, short, yes},
};

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let request = state.request(params);
    let mut model = untold(request);
    let Some((request, trace)) = request.and_then(|request| Some((request, state.trace(request)?))) else {
        let summary = match request {
            Some(request) => format!("{}. Its trace was not read yet.", how_it_ended(request)),
            None => "No traced request yet.".to_owned(),
        };
        return Projection { model, table: table(None), summary, known: false };
    };
    let told = ReadTrace::new(&state.ring, request, trace);
    let size = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let acknowledged = told.acknowledged();
    let (data, digest) = told.reads();
    model.duration_micros = trace.duration_micros;
    model.coordinator = Some(told.coordinator());
    model.messages = told.messages();
    model.lanes = told.lanes(&model.messages);
    model.marks = told.marks();
    model.mutations = size(told.mutations().len());
    model.acknowledged = size(acknowledged.len());
    model.late = size(acknowledged.values().filter(|at| told.is_late(**at)).count());
    model.data_reads = size(data.len());
    model.digest_reads = size(digest.len());
    model.digest_mismatch = told.mismatch();
    model.repairs = size(told.repaired().len());
    model.hinted = told.hinted();
    model.lines = size(told.lines.len());
    let summary = summary(request, &told, &model);
    Projection { table: table(Some(&told)), summary, known: true, model }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let awaits = match (state.request(params), &params.request, &params.about) {
        (Some(request), ..) if state.trace(request).is_some() => return Gaps::default(),
        (Some(request), ..) => format!("the trace of {}", short(&request.cql, 40)),
        (None, Some(id), _) => format!("traced request {}", short(id, 40)),
        (None, None, Some(about)) => format!("a traced request about {}", short(about, 40)),
        (None, None, None) => "a traced request".to_owned(),
    };
    Gaps { refusal: None, awaits: vec![awaits] }
}

/// What is known without the trace.
fn untold(request: Option<&RequestSeen>) -> Model {
    Model {
        request: request.map(|request| request.id.clone()),
        trace: request.and_then(|request| request.trace.clone()),
        cql: request.map(|request| request.cql.clone()),
        kind: request.map(|request| request.kind),
        coordinator: request.and_then(|request| request.coordinator.clone()),
        level: request.map(|request| request.level.clone()),
        outcome: request.map(|request| request.outcome.name().to_owned()),
        words: request.map(|request| request.outcome.to_string()),
        duration_micros: None,
        lanes: Vec::new(),
        messages: Vec::new(),
        marks: Vec::new(),
        mutations: 0,
        acknowledged: 0,
        late: 0,
        data_reads: 0,
        digest_reads: 0,
        digest_mismatch: false,
        repairs: 0,
        hinted: Vec::new(),
        lines: 0,
    }
}

fn how_it_ended(request: &RequestSeen) -> String {
    let through = request.coordinator.as_deref().unwrap_or("nobody");
    format!("{} at {} through {through}: {}", short(&request.cql, 80), request.level, request.outcome)
}

fn summary(request: &RequestSeen, told: &ReadTrace<'_>, model: &Model) -> String {
    let took = model.duration_micros.map(|took| format!(" after {}", millis(took))).unwrap_or_default();
    let mut said = vec![format!("{}{took}.", how_it_ended(request))];
    if request.kind == RequestKind::Conditional {
        said.extend(paxos(told));
    }
    said.extend(reads(model));
    let retried = told.retried();
    if !retried.is_empty() {
        said.push(format!("{} was asked because another one was slow.", list(retried)));
    }
    if model.digest_mismatch {
        let mut repaired = told.repaired();
        repaired.sort();
        repaired.dedup();
        let mended = match repaired.len() {
            0 => String::new(),
            1 => format!(", and {} was sent what it lacked", repaired[0]),
            _ => format!(", and {} were sent what they lacked", list(repaired)),
        };
        said.push(format!("Their answers differed: full data was read{mended}."));
    }
    said.extend(writes(model));
    let unheard: Vec<&str> = asked_in_vain(model);
    if !unheard.is_empty() {
        said.push(format!("No answer of {} is in the trace.", list(unheard)));
    }
    said.join(" ")
}

fn paxos(told: &ReadTrace<'_>) -> Option<String> {
    let rounds = told.rounds();
    let names = rounds.iter().map(|verb| verb.trim_end_matches("_REQ").split_once('_').map_or(*verb, |(_, round)| round));
    let names: Vec<&str> = names.collect();
    (!names.is_empty()).then(|| format!("{} of Paxos: {}.", count(names.len(), "round"), list(names)))
}

fn reads(model: &Model) -> Option<String> {
    let was = |number: u32| if number == 1 { "1 replica was".to_owned() } else { format!("{number} replicas were") };
    match (model.data_reads, model.digest_reads) {
        (0, _) => None,
        (data, 0) => Some(format!("{} asked for the data.", was(data))),
        (data, digest) => Some(format!("{} asked for the data, {digest} for a digest of it.", was(data))),
    }
}

fn writes(model: &Model) -> Option<String> {
    if model.mutations == 0 {
        return None;
    }
    let (asked, was) = match model.mutations {
        1 => ("1 replica".to_owned(), "was"),
        many => (format!("{many} replicas"), "were"),
    };
    let in_time = model.acknowledged - model.late.min(model.acknowledged);
    let late = if model.late > 0 { format!(" and {} after it", model.late) } else { String::new() };
    Some(format!("{asked} {was} asked to write; {in_time} acknowledged before the answer{late}."))
}

/// Nodes that were sent something and from which nothing came back.
fn asked_in_vain(model: &Model) -> Vec<&str> {
    let silent = model.lanes.iter().filter(|lane| !lane.coordinator && lane.replica);
    let spoke = |node: &str| model.messages.iter().any(|message| message.from == node);
    silent.filter(|lane| !spoke(&lane.node)).map(|lane| lane.node.as_str()).collect()
}

fn table(told: Option<&ReadTrace<'_>>) -> Table {
    let mut table = Table::new(&["#At (µs)", "Node", "What its trace says", "After the answer"]);
    let Some(told) = told else { return table };
    let mut lines: Vec<_> = told.lines.iter().collect();
    lines.sort_by_key(|line| line.at);
    for line in lines {
        table.row([
            line.at.to_string(),
            told.name(&line.event.source),
            line.event.activity.clone(),
            yes(told.is_late(line.at)).to_owned(),
        ]);
    }
    table
}
