//! Picture, table and sentence of requests.

use lab_model::{Problem, facts::cassandra::RequestOutcome as Outcome};

use super::{
    Load, Model, Params, ReadRepairs, Request, State,
    fold::{Ended, Outcomes},
};
use crate::{
    Gaps, Projection, Table,
    parts::{
        schema::as_stored,
        statement::is_about,
        words::{cell, count, millis, seconds, short},
    },
};

/// Requests shown unless told.
const SHOWN: u32 = 20;
/// Requests shown at most.
const MOST: u32 = 200;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let about = params.about.as_deref();
    let limit = params.limit.unwrap_or(SHOWN).min(MOST);
    let fitting = state.requests.iter().rev().filter(|ended| is_about(&ended.request.cql, about));
    let requests: Vec<Request> = fitting.take(usize::try_from(limit).unwrap_or(usize::MAX)).map(request).collect();
    let outcomes = match about {
        None => state.outcomes.clone(),
        Some(about) => state.named.get(&about.to_lowercase()).cloned().unwrap_or_default(),
    };
    let table_fits = |load: &&Load| about.is_none_or(|about| is_of(load, about));
    let loads: Vec<Load> = state.loads.iter().filter(table_fits).cloned().collect();
    let met = |counted: &&ReadRepairs| counted.blocking > 0 || counted.reconciled > 0 || counted.timed_out > 0;
    let read_repairs: Vec<_> = state.read_repairs.values().filter(met).cloned().collect();
    // What nodes count of read repairs is known before a client of ours asked anything.
    let known = !outcomes.is_empty() || !loads.is_empty() || !state.read_repairs.is_empty();
    let model = Model { requests, outcomes, loads, read_repairs };
    Projection { table: table(&model), summary: summary(&model), known, model }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let about = params.about.as_deref();
    let named = |name: &str| state.named.contains_key(&name.to_lowercase()) || state.loads.iter().any(|load| is_of(load, name));
    match about {
        Some(name) if named(name) => Gaps::default(),
        Some(name) => Gaps { refusal: nothing_of(state, name), awaits: vec![format!("a request about {}", short(name, 40))] },
        None if state.outcomes.is_empty() && state.loads.is_empty() => {
            Gaps { refusal: None, awaits: vec!["a request of a client of Pipewright".to_owned()] }
        }
        None => Gaps::default(),
    }
}

/// Says that there is neither a table nor a keyspace of that name; asked only where no request named it.
fn nothing_of(state: &State, about: &str) -> Option<Problem> {
    let (schema, name) = (&state.members.ring.schema, as_stored(about));
    match name.split_once('.') {
        Some(("system" | "system_auth" | "system_distributed" | "system_schema" | "system_traces" | "system_views", _)) => None,
        Some(_) => schema.why_not(&name),
        // A table may be named without its keyspace.
        None if schema.keyspaces().into_iter().flatten().flat_map(|known| &known.tables).any(|table| table.name == name) => None,
        None => schema.no_keyspace(&name),
    }
}

fn is_of(load: &Load, about: &str) -> bool {
    load.table == about || load.table.split('.').next() == Some(about)
}

fn request(ended: &Ended) -> Request {
    let Ended { request, at, client, action } = ended;
    let (required, alive, received) = match request.outcome {
        Outcome::Unavailable { required, alive } => (Some(required), Some(alive), None),
        Outcome::WriteTimeout { required, received, .. }
        | Outcome::ReadTimeout { required, received, .. }
        | Outcome::WriteFailure { required, received, .. }
        | Outcome::ReadFailure { required, received, .. } => (Some(required), None, Some(received)),
        Outcome::Ok | Outcome::Refused { .. } | Outcome::NoConnection { .. } | Outcome::NoAnswer { .. } => {
            (None, None, None)
        }
    };
    Request {
        id: request.id.clone(),
        at: *at,
        client: client.clone(),
        action: *action,
        cql: request.cql.clone(),
        kind: request.kind,
        coordinator: request.coordinator.clone(),
        level: request.level.clone(),
        serial_level: request.serial_level.clone(),
        outcome: request.outcome.name().to_owned(),
        required,
        alive,
        received,
        words: request.outcome.to_string(),
        took_micros: request.took_micros,
        trace: request.trace.clone(),
        columns: request.columns.clone(),
        rows: request.rows.clone(),
        row_count: request.row_count,
        applied: request.applied,
        warnings: request.warnings.clone(),
    }
}

fn summary(model: &Model) -> String {
    let mut said = Vec::new();
    let all = model.outcomes.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
    if all > 0 {
        said.push(format!("{}: {}.", count(all, "request"), outcomes(&model.outcomes)));
    }
    said.extend(model.requests.first().map(newest));
    said.extend(model.loads.first().map(load));
    said.extend(read_repairs(&model.read_repairs));
    if said.is_empty() { "No request yet.".to_owned() } else { said.join(" ") }
}

/// `3 ok, 1 write timeout`.
fn outcomes(outcomes: &Outcomes) -> String {
    let ok = outcomes.get("ok").map(|count| format!("{count} ok"));
    let others = outcomes.iter().filter(|(name, _)| *name != "ok");
    let others = others.map(|(name, count)| format!("{count} {}", name.replace('_', " ")));
    ok.into_iter().chain(others).collect::<Vec<_>>().join(", ")
}

fn newest(request: &Request) -> String {
    let through = request.coordinator.as_deref().unwrap_or("nobody");
    let applied = match request.applied {
        Some(true) => ", applied",
        Some(false) => ", not applied",
        None => "",
    };
    let (cql, level, took) = (short(&request.cql, 80), &request.level, millis(request.took_micros));
    format!("The newest: {cql} at {level} through {through}: {}{applied}, after {took}.", request.words)
}

fn load(load: &Load) -> String {
    let Load { client, table, level, asked, ok, per_second, .. } = load;
    let mut said = format!("{client} got {ok} of {asked} requests to {table} at {level} through");
    if load.not_ok > 0 {
        said.push_str(&format!(", {} not ({})", load.not_ok, outcomes(&not_ok(&load.outcomes))));
    }
    let now = if load.running { "so far" } else { "in all" };
    format!("{said} {now}, {per_second:.0} a second, median {}.", millis(load.latency.median))
}

/// What nodes count; only they know it, our clients do not.
fn read_repairs(counted: &[ReadRepairs]) -> Option<String> {
    let of_node = |counted: &ReadRepairs| {
        let ReadRepairs { node, blocking, reconciled, timed_out } = counted;
        let ways = [(blocking, "mended"), (reconciled, "left as they were"), (timed_out, "not mended in time")];
        let ways = ways.iter().filter(|(count, _)| **count > 0).map(|(count, way)| format!("{count} {way}"));
        format!("{node} {}", ways.collect::<Vec<_>>().join(", "))
    };
    let each: Vec<String> = counted.iter().map(of_node).collect();
    (!each.is_empty()).then(|| format!("Reads that found replicas different, as coordinators count: {}.", each.join("; ")))
}

fn not_ok(outcomes: &Outcomes) -> Outcomes {
    outcomes.iter().filter(|(name, _)| *name != "ok").map(|(name, count)| (name.clone(), *count)).collect()
}

fn table(model: &Model) -> Table {
    let heads = [
        "#At (s)", "Client", "Statement", "Through", "Level", "Outcome", "#Needs", "#Alive", "#Received", "#Took (ms)",
        "#Rows", "Id",
    ];
    let mut table = Table::new(&heads);
    for request in &model.requests {
        table.row([
            seconds(request.at),
            request.client.clone(),
            request.cql.clone(),
            cell(request.coordinator.as_ref()),
            request.level.clone(),
            request.outcome.replace('_', " "),
            cell(request.required),
            cell(request.alive),
            cell(request.received),
            millis(request.took_micros).trim_end_matches(" ms").to_owned(),
            request.row_count.to_string(),
            request.id.clone(),
        ]);
    }
    table
}
