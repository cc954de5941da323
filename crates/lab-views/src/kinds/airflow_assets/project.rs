//! Picture and table of assets.

use lab_model::{
    Code, Problem,
    facts::airflow::{AssetEventSeen, AssetSeen, CreatedRunSeen},
};

use super::{
    Asset, AssetEvent, CreatedRun, Model, Params, QueuedEvent, State, TaskOf, Watcher,
    summary::{maker, summary},
};
use crate::{
    Gaps, Projection, Table,
    parts::{
        airflows::{as_heard, awaited},
        clock::utc,
        words::{brief, cell},
    },
};

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let model = model(state, params);
    let known = state.assets.is_some();
    let summary = as_heard(&state.nodes, &state.sources, known, summary(&model, params));
    Projection { table: table(&model), summary, known, model }
}

fn model(state: &State, params: &Params) -> Model {
    let asked = |name: Option<&str>| params.asset.as_deref().is_none_or(|wanted| name == Some(wanted));
    let assets = state.assets.as_ref().map(|(all, _)| all.iter().filter(|asset| asked(Some(&asset.name))));
    let events = state.events.as_ref().map(|(all, _)| all.iter().filter(|event| asked(event.name.as_deref())));
    Model {
        clock_offset: state.clock.offset,
        assets: assets.map(|all| all.map(|asset| shown(state, asset)).collect()),
        asset_count: state.assets.as_ref().map(|(_, total)| *total),
        events: events.map(|all| all.map(event).collect()),
        event_count: state.events.as_ref().map(|(_, total)| *total),
    }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    if let (Some(name), Some((all, total))) = (&params.asset, &state.assets)
        && all.len() as u64 >= *total
        && !all.iter().any(|asset| asset.name == *name)
    {
        return Gaps { refusal: Some(no_asset(name)), awaits: Vec::new() };
    }
    let awaits = |missing: bool, what: &str| missing.then(|| awaited(&state.nodes, &state.sources, what));
    Gaps::default()
        .and(awaits(state.assets.is_none(), "the assets"))
        .and(awaits(state.events.is_none(), "the events of assets"))
}

fn no_asset(name: &str) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("No DAG names an asset {}.", brief(name)),
        detail: String::new(),
        hint: "A new file is read within a few seconds; an asset that no DAG names any more is not shown.".to_owned(),
    }
}

fn shown(state: &State, seen: &AssetSeen) -> Asset {
    let queued = state
        .queued
        .get(&seen.id)
        .map(|all| all.iter().map(|one| QueuedEvent { dag_id: one.dag_id.clone(), created_at: one.since }).collect());
    // Nobody is there for whom one could wait.
    let queued = queued.or_else(|| seen.scheduled_dags.is_empty().then(Vec::new));
    Asset {
        id: seen.id,
        name: seen.name.clone(),
        uri: seen.uri.clone(),
        group: seen.group.clone(),
        extra: seen.extra.clone(),
        producing_tasks: tasks(&seen.producing_tasks),
        consuming_tasks: tasks(&seen.consuming_tasks),
        scheduled_dags: seen.scheduled_dags.clone(),
        aliases: seen.aliases.clone(),
        watchers: seen
            .watchers
            .iter()
            .map(|watcher| Watcher { name: watcher.name.clone(), created_date: watcher.created_at })
            .collect(),
        last_event: seen.last_event_at,
        queued_events: queued,
    }
}

fn tasks(of: &[(String, String)]) -> Vec<TaskOf> {
    of.iter().map(|(dag, task)| TaskOf { dag_id: dag.clone(), task_id: task.clone() }).collect()
}

fn event(seen: &AssetEventSeen) -> AssetEvent {
    AssetEvent {
        id: seen.id,
        asset_id: seen.asset_id,
        name: seen.name.clone(),
        timestamp: seen.at,
        source_dag_id: seen.source_dag_id.clone(),
        source_task_id: seen.source_task_id.clone(),
        source_run_id: seen.source_run_id.clone(),
        source_map_index: Some(seen.source_map_index).filter(|index| *index >= 0),
        extra: seen.extra.clone(),
        partition_key: seen.partition_key.clone(),
        created_dagruns: seen.runs.iter().map(run).collect(),
    }
}

fn run(seen: &CreatedRunSeen) -> CreatedRun {
    CreatedRun {
        dag_id: seen.dag_id.clone(),
        run_id: seen.run_id.clone(),
        state: seen.state.clone(),
        triggering: seen.triggering,
        start_date: seen.started_at,
        end_date: seen.ended_at,
    }
}

fn table(model: &Model) -> Table {
    let mut table = Table::new(&["Asset", "When (UTC)", "Made by", "Schedules", "Waits for", "Runs"]);
    for asset in model.assets.iter().flatten() {
        let makers = asset.producing_tasks.iter().map(|task| format!("{}.{}", task.dag_id, task.task_id));
        let watchers = asset.watchers.iter().map(|watcher| format!("watcher {}", watcher.name));
        let queued = asset.queued_events.as_ref();
        table.row([
            asset.name.clone(),
            cell(asset.last_event.map(utc)),
            makers.chain(watchers).collect::<Vec<_>>().join(", "),
            asset.scheduled_dags.join(", "),
            cell(queued.map(|all| all.iter().map(|one| one.dag_id.clone()).collect::<Vec<_>>().join(", "))),
            String::new(),
        ]);
    }
    for event in model.events.iter().flatten() {
        let runs = event.created_dagruns.iter().map(|run| format!("{} of {} {}", run.run_id, run.dag_id, run.state));
        table.row([
            format!("event of {}", event.name.clone().unwrap_or_else(|| format!("asset {}", event.asset_id))),
            cell(event.timestamp.map(utc)),
            maker(event),
            String::new(),
            String::new(),
            runs.collect::<Vec<_>>().join(", "),
        ]);
    }
    table
}
