//! Picture and table of Variables and connections.

use lab_model::facts::airflow::{ConnectionSeen, StoreEventSeen, VariableSeen};

use super::{Connection, Event, Model, Params, State, Variable, summary::summary};
use crate::{
    Gaps, Projection, Table,
    parts::{
        airflows::{as_heard, awaited},
        clock::utc,
        words::{cell, seconds, short, yes},
    },
};

/// Letters of a value that stand in a cell.
const VALUE: usize = 200;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let model = model(state, params);
    let known = state.variables.is_some();
    let summary = as_heard(&state.nodes, &state.sources, known, summary(&model, params));
    Projection { table: table(&model), summary, known, model }
}

fn model(state: &State, params: &Params) -> Model {
    let asked = |key: &str| params.key.as_deref().is_none_or(|wanted| wanted == key);
    let variables = state.variables.as_ref().map(|(all, _)| all.iter().filter(|variable| asked(&variable.key)));
    let connections = state.connections.as_ref().map(|(all, _)| all.iter().filter(|_| params.key.is_none()));
    let is_shown = |event: &&StoreEventSeen| {
        params.key.is_none() || !event.is_of_connection() && event.about.as_deref().is_none_or(asked)
    };
    let events = state.events.as_ref().map(|events| events.iter().filter(is_shown));
    Model {
        clock_offset: state.clock.offset,
        variables: variables.map(|all| all.map(|variable| shown(state, variable)).collect()),
        variable_count: state.variables.as_ref().map(|(_, total)| *total),
        connections: connections.map(|all| all.map(|connection| shown_connection(state, connection)).collect()),
        connection_count: state.connections.as_ref().map(|(_, total)| *total),
        event_log: events.map(|events| events.map(event).collect()),
    }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let awaits = |missing: bool, what: &str| missing.then(|| awaited(&state.nodes, &state.sources, what));
    let connections = params.key.is_none() && state.connections.is_none();
    Gaps::default()
        .and(awaits(state.variables.is_none(), "the Variables"))
        .and(awaits(connections, "the connections"))
        .and(awaits(state.events.is_none(), "the event log of them"))
}

fn shown(state: &State, seen: &VariableSeen) -> Variable {
    let changed = state.changed.get(&seen.key);
    Variable {
        key: seen.key.clone(),
        value: seen.value.clone(),
        length: seen.length,
        description: seen.description.clone(),
        is_encrypted: seen.is_encrypted,
        changed_at: changed.map(|change| change.at),
        noted: changed.and_then(|change| change.noted),
        last_event: last_event(state, &seen.key, false),
        read_by: None,
    }
}

fn shown_connection(state: &State, seen: &ConnectionSeen) -> Connection {
    Connection {
        connection_id: seen.connection_id.clone(),
        conn_type: seen.conn_type.clone(),
        description: seen.description.clone(),
        host: seen.host.clone(),
        port: seen.port,
        schema: seen.schema.clone(),
        login: seen.login.clone(),
        has_password: seen.has_password,
        extra_keys: seen.extra_keys.clone(),
        changed_at: state.reconnected.get(&seen.connection_id).copied(),
        last_event: last_event(state, &seen.connection_id, true),
    }
}

fn last_event(state: &State, about: &str, of_connection: bool) -> Option<Event> {
    let is_about =
        |event: &&StoreEventSeen| event.is_of_connection() == of_connection && event.about.as_deref() == Some(about);
    state.events.iter().flatten().find(is_about).map(event)
}

fn event(seen: &StoreEventSeen) -> Event {
    Event { when: seen.at, event: seen.event.clone(), owner: seen.owner.clone(), about: seen.about.clone() }
}

fn table(model: &Model) -> Table {
    let heads = ["Kind", "Key", "Value", "Description", "Encrypted", "#Changed (s)", "Last event", "By", "When (UTC)"];
    let mut table = Table::new(&heads);
    for variable in model.variables.iter().flatten() {
        let [event, owner, when] = of_event(variable.last_event.as_ref());
        table.row([
            "Variable".to_owned(),
            variable.key.clone(),
            cell(variable.value.as_ref().map(|value| short(value, VALUE))),
            cell(variable.description.as_ref()),
            yes(variable.is_encrypted).to_owned(),
            cell(variable.changed_at.map(seconds)),
            event,
            owner,
            when,
        ]);
    }
    for connection in model.connections.iter().flatten() {
        let [event, owner, when] = of_event(connection.last_event.as_ref());
        table.row([
            "connection".to_owned(),
            connection.connection_id.clone(),
            address(connection),
            cell(connection.description.as_ref()),
            String::new(),
            cell(connection.changed_at.map(seconds)),
            event,
            owner,
            when,
        ]);
    }
    table
}

fn of_event(event: Option<&Event>) -> [String; 3] {
    [
        cell(event.map(|event| &event.event)),
        cell(event.and_then(|event| event.owner.as_ref())),
        cell(event.and_then(|event| event.when).map(utc)),
    ]
}

/// `postgres: me at db:5432, schema shop, extra sslmode`.
fn address(connection: &Connection) -> String {
    let login = connection.login.as_ref().map(|login| format!("{login} at ")).unwrap_or_default();
    let port = connection.port.map(|port| format!(":{port}")).unwrap_or_default();
    let host = connection.host.as_deref().unwrap_or("no host");
    let mut said = vec![format!("{}: {login}{host}{port}", connection.conn_type)];
    said.extend(connection.schema.as_ref().map(|schema| format!("schema {schema}")));
    if !connection.extra_keys.is_empty() {
        said.push(format!("extra {}", connection.extra_keys.join(", ")));
    }
    said.join(", ")
}
