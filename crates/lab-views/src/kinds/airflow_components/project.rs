//! Picture, table and sentence of Airflow's components.

use lab_model::facts::airflow::ComponentSeen;

use super::{ApiServer, Component, Model, State};
use crate::{
    Gaps, Hearing, Projection, Table,
    parts::{
        airflows::{awaited, heard, node},
        clock::utc,
        words::{answers, cell, list},
    },
};

pub(super) fn project(state: &State) -> Projection<Model> {
    let api_server = api_server(state);
    let components: Vec<Component> = state.components.iter().map(|seen| component(state, seen)).collect();
    let all = |status: &str| components.iter().all(|component| component.status.as_deref() == Some(status));
    let answers = api_server.heard == Hearing::Answering;
    let model = Model {
        clock_offset: state.clock.offset,
        healthy: answers && !components.is_empty() && all("healthy"),
        warm: state.warm(),
        api_server,
        components,
    };
    Projection { table: table(&model), summary: summary(&model, state), known: !model.components.is_empty(), model }
}

pub(super) fn gaps(state: &State) -> Gaps {
    let awaits = |missing: bool, what: &str| missing.then(|| awaited(&state.nodes, &state.sources, what));
    let health = awaits(state.components.is_empty(), "the health of the components");
    Gaps::default().and(health).and(awaits(state.warm().is_none(), "whether the first run has ended"))
}

fn api_server(state: &State) -> ApiServer {
    let node = node(&state.nodes);
    let heard = heard(&state.nodes, &state.sources);
    ApiServer {
        node: node.map(|node| node.info.name.clone()),
        endpoint: node.and_then(|node| node.info.endpoint.clone()),
        version: state.version.clone(),
        heard: heard.hearing,
        heard_at: heard.at,
        why_silent: heard.why,
    }
}

fn component(state: &State, seen: &ComponentSeen) -> Component {
    let job_type = match seen.name.as_str() {
        "scheduler" => "SchedulerJob",
        "dag_processor" => "DagProcessorJob",
        "triggerer" => "TriggererJob",
        _ => "",
    };
    let job = state.job(job_type);
    Component {
        name: seen.name.clone(),
        status: seen.status.clone(),
        latest_heartbeat: seen.heartbeat_at,
        start_date: job.and_then(|job| job.started_at),
        hostname: job.and_then(|job| job.hostname.clone()),
    }
}

fn summary(model: &Model, state: &State) -> String {
    let Some(node) = &model.api_server.node else {
        return "The lab has no Airflow.".to_owned();
    };
    let server = match (&model.api_server.heard, &model.api_server.why_silent) {
        (Hearing::NotAsked, _) => return format!("{node} was not asked yet."),
        (Hearing::Silent, Some(why)) => format!("{node} does not answer ({why})."),
        (Hearing::Silent, None) => format!("{node} does not answer."),
        (Hearing::Answering, _) => match &model.api_server.version {
            Some(version) => format!("Airflow {version} answers."),
            None => "Airflow answers.".to_owned(),
        },
    };
    let mut said = vec![server];
    if model.components.is_empty() {
        said.push("How its components are is not known yet.".to_owned());
    }
    if model.api_server.heard == Hearing::Silent && !model.components.is_empty() {
        said.push("What it said last:".to_owned());
    }
    said.extend(statuses(&model.components));
    said.push(
        match model.warm {
            Some(true) => "The first run has ended.",
            Some(false) if state.job("SchedulerJob").is_none() => "No scheduler is alive.",
            Some(false) if state.cold() > 0 => "The first run failed; another one is made until one ends well.",
            Some(false) => "The first run has not ended yet: the first task takes some seconds longer than others.",
            None => "Whether the first run has ended is not known.",
        }
        .to_owned(),
    );
    said.join(" ")
}

/// `The scheduler and the triggerer are healthy.`, a sentence for each status.
fn statuses(components: &[Component]) -> Vec<String> {
    let mut statuses: Vec<Option<&str>> = components.iter().map(|component| component.status.as_deref()).collect();
    statuses.sort_unstable_by_key(|status| (*status != Some("healthy"), *status));
    statuses.dedup();
    let sentence = |status: Option<&str>| {
        let of = components.iter().filter(|component| component.status.as_deref() == status);
        let names: Vec<&str> = of.map(|component| component.name.as_str()).collect();
        let verb = if names.len() == 1 { ["is", "was"] } else { ["are", "were"] };
        match status {
            Some(status) => format!("{} {} {status}.", list(names), verb[0]),
            None => format!("{} {} never started.", list(names), verb[1]),
        }
    };
    statuses.into_iter().map(sentence).collect()
}

fn table(model: &Model) -> Table {
    let mut table = Table::new(&["Component", "Status", "Newest heartbeat (UTC)", "Started (UTC)", "Host"]);
    let server = &model.api_server;
    if server.node.is_some() {
        let answers = format!("answers: {}", answers(server.heard, server.heard_at));
        table.row(["api_server".to_owned(), answers, String::new(), String::new(), cell(server.node.as_ref())]);
    }
    for component in &model.components {
        table.row([
            component.name.clone(),
            component.status.clone().unwrap_or_else(|| "never started".to_owned()),
            cell(component.latest_heartbeat.map(utc)),
            cell(component.start_date.map(utc)),
            cell(component.hostname.as_ref()),
        ]);
    }
    table
}
