//! Assets, their events, and the events that wait.

use lab_model::facts::airflow::{AssetEventSeen, AssetSeen, CreatedRunSeen, QueuedSeen, WatcherSeen};
use serde_json::Value;

use super::{PAGE, at, cut};
use crate::rest::{Asset, AssetEvent, AssetEvents, Assets, CreatedRun, Dated, Failure, QueuedEvents, Rest, TaskNamed};

/// Events that are told.
const EVENTS: u64 = 50;
/// Of what is said besides, so many characters are told.
const EXTRA: usize = 500;

/// Those that some DAG names now, by name, and how many there are in all.
pub(crate) async fn assets(rest: &mut Rest) -> Result<Dated<(Vec<AssetSeen>, u64)>, Failure> {
    let Dated { at, said } = rest.get::<Assets>(&format!("assets?order_by=name&limit={PAGE}")).await?;
    Ok(Dated { at, said: (said.assets.into_iter().map(asset).collect(), said.total_entries) })
}

fn asset(said: Asset) -> AssetSeen {
    let tasks = |of: Vec<TaskNamed>| of.into_iter().map(|task| (task.dag_id, task.task_id)).collect();
    let watchers = said.watchers.into_iter();
    AssetSeen {
        id: said.id,
        name: said.name,
        uri: said.uri,
        group: said.group,
        extra: extra(said.extra.as_ref()),
        producing_tasks: tasks(said.producing_tasks),
        consuming_tasks: tasks(said.consuming_tasks),
        scheduled_dags: said.scheduled_dags.into_iter().map(|dag| dag.dag_id).collect(),
        aliases: said.aliases.into_iter().map(|alias| alias.name).collect(),
        watchers: watchers
            .map(|watcher| WatcherSeen { name: watcher.name, created_at: at(watcher.created_date.as_ref()) })
            .collect(),
        last_event_at: said.last_asset_event.and_then(|event| at(event.timestamp.as_ref())),
    }
}

/// None if it says nothing.
fn extra(said: Option<&Value>) -> Option<String> {
    let said = said.filter(|said| !said.is_null() && said.as_object().is_none_or(|said| !said.is_empty()))?;
    Some(cut::short(&said.to_string(), EXTRA))
}

/// The newest events, and how many there are in all.
pub(crate) async fn asset_events(rest: &mut Rest) -> Result<Dated<(Vec<AssetEventSeen>, u64)>, Failure> {
    let path = format!("assets/events?order_by=-timestamp&limit={EVENTS}");
    let Dated { at, said } = rest.get::<AssetEvents>(&path).await?;
    Ok(Dated { at, said: (said.asset_events.into_iter().map(event).collect(), said.total_entries) })
}

fn event(said: AssetEvent) -> AssetEventSeen {
    let run = |run: CreatedRun| CreatedRunSeen {
        dag_id: run.dag_id,
        run_id: run.run_id,
        state: run.state,
        triggering: run.triggering,
        started_at: at(run.start_date.as_ref()),
        ended_at: at(run.end_date.as_ref()),
    };
    AssetEventSeen {
        id: said.id,
        asset_id: said.asset_id,
        name: said.name,
        at: at(said.timestamp.as_ref()),
        source_dag_id: said.source_dag_id,
        source_task_id: said.source_task_id,
        source_run_id: said.source_run_id,
        source_map_index: said.source_map_index,
        extra: extra(said.extra.as_ref()),
        partition_key: said.partition_key,
        runs: said.created_dagruns.into_iter().map(run).collect(),
    }
}

/// DAGs for which an event of an asset waits; none if there is no such asset any more.
pub(crate) async fn queued(rest: &mut Rest, asset: i64) -> Result<Dated<Vec<QueuedSeen>>, Failure> {
    let Dated { at: told, said } = match rest.get::<QueuedEvents>(&format!("assets/{asset}/queuedEvents")).await {
        Err(failure) if failure.is_missing() => return Ok(Dated { at: None, said: Vec::new() }),
        answered => answered?,
    };
    let one =
        |event: crate::rest::QueuedEvent| QueuedSeen { dag_id: event.dag_id, since: at(event.created_at.as_ref()) };
    let mut queued: Vec<QueuedSeen> = said.queued_events.into_iter().map(one).collect();
    queued.sort_by(|one, other| one.dag_id.cmp(&other.dag_id));
    Ok(Dated { at: told, said: queued })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_extra_that_says_nothing_is_none() {
        assert_eq!((extra(None), extra(Some(&json!({}))), extra(Some(&Value::Null))), (None, None, None));
        assert_eq!(extra(Some(&json!({ "rows": 3 }))).as_deref(), Some(r#"{"rows":3}"#));
    }
}
