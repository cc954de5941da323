//! Assets as sentences.

use super::{Asset, AssetEvent, Model, Params};
use crate::parts::{
    clock::utc,
    words::{brief, count, few, first},
};

/// Named one by one.
const NAMED: usize = 4;
/// Assets told one by one.
const TOLD: usize = 3;

pub(super) fn summary(model: &Model, params: &Params) -> String {
    let Some(assets) = &model.assets else {
        return "Airflow told of no assets yet.".to_owned();
    };
    let mut said = vec![match (assets.len(), &params.asset) {
        (0, Some(name)) => format!("No DAG names an asset {}.", brief(name)),
        (0, None) => "No DAG names an asset.".to_owned(),
        (_, Some(_)) => String::new(),
        (some, None) => format!("{}.", count(model.asset_count.unwrap_or(some as u64), "asset")),
    }];
    let sentences: Vec<String> = assets.iter().map(of_asset).collect();
    said.extend(first(TOLD, &sentences, "assets"));
    if let Some(newest) = model.events.as_ref().and_then(|events| events.first()) {
        said.push(of_newest(newest));
    }
    said.join(" ").trim().to_owned()
}

/// `orders is made by produce.write and schedules consume; an event of it is queued for join.`
fn of_asset(asset: &Asset) -> String {
    let makers = asset.producing_tasks.iter().map(|task| format!("{}.{}", brief(&task.dag_id), brief(&task.task_id)));
    let watchers = asset.watchers.iter().map(|watcher| format!("the watcher {}", brief(&watcher.name)));
    let makers: Vec<String> = makers.chain(watchers).collect();
    let made =
        if makers.is_empty() { "is made by no task".to_owned() } else { format!("is made by {}", few(NAMED, makers)) };
    let schedules = match asset.scheduled_dags.len() {
        0 => "schedules no DAG".to_owned(),
        _ => format!("schedules {}", few(NAMED, asset.scheduled_dags.iter().map(|dag| brief(dag)))),
    };
    let queued = asset.queued_events.as_ref().filter(|queued| !queued.is_empty());
    let waits = queued.map(|queued| {
        let dags = few(NAMED, queued.iter().map(|one| brief(&one.dag_id)));
        format!("; an event of it is queued for {dags}")
    });
    format!("{} {made} and {schedules}{}.", brief(&asset.name), waits.unwrap_or_default())
}

fn of_newest(event: &AssetEvent) -> String {
    let of = event.name.as_ref().map_or_else(|| format!("asset {}", event.asset_id), |name| brief(name));
    let when = event.timestamp.map(|at| format!(" at {} UTC", utc(at))).unwrap_or_default();
    let runs = event
        .created_dagruns
        .iter()
        .map(|run| format!("{} of {}, {}", brief(&run.run_id), brief(&run.dag_id), run.state));
    let runs = match event.created_dagruns.len() {
        0 => "it is part of no run".to_owned(),
        _ => format!("it is part of {}", few(NAMED, runs)),
    };
    format!("The newest event: {of}{when} by {}; {runs}.", maker(event))
}

/// The task that made it; if none did it came through the API or from a watcher.
pub(super) fn maker(event: &AssetEvent) -> String {
    let index = event.source_map_index.map(|index| format!("[{index}]")).unwrap_or_default();
    match (&event.source_dag_id, &event.source_task_id) {
        (Some(dag), Some(task)) => format!("{}.{}{index}", brief(dag), brief(task)),
        _ => "no task".to_owned(),
    }
}
