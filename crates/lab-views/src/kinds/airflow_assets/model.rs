//! The shape of the picture: assets, who makes and who waits for them, and their newest events.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/airflow_assets/model.gen.ts")]
pub struct Params {
    /// Only the asset of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub asset: Option<String>,
}

/// Assets and their events.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_assets/model.gen.ts")]
pub struct Model {
    /// Airflow's clock minus the journal's, milliseconds: a journal time plus this is a time of Airflow's. None before
    /// Airflow told its time.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
    /// Those that some DAG names now, by name; at most 100. None while they are not known.
    pub assets: Option<Vec<Asset>>,
    /// How many there are in all; none while it is not known.
    #[ts(type = "number | null")]
    pub asset_count: Option<u64>,
    /// The newest first; at most 50. None while they are not known.
    pub events: Option<Vec<AssetEvent>>,
    /// How many there are in all, also of assets that are not shown; none while it is not known.
    #[ts(type = "number | null")]
    pub event_count: Option<u64>,
}

/// An asset.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_assets/model.gen.ts")]
pub struct Asset {
    /// Airflow's number for it.
    #[ts(type = "number")]
    pub id: i64,
    /// The name.
    pub name: String,
    /// The URI.
    pub uri: String,
    /// The group.
    pub group: String,
    /// What its definition says besides, as JSON, at most 500 characters of it; none if nothing.
    pub extra: Option<String>,
    /// Tasks whose success makes an event of it (`outlets`).
    pub producing_tasks: Vec<TaskOf>,
    /// Tasks that name it as `inlets`: they start no sooner for it.
    pub consuming_tasks: Vec<TaskOf>,
    /// DAGs that are scheduled by it.
    pub scheduled_dags: Vec<String>,
    /// Names under which tasks may reach it.
    pub aliases: Vec<String>,
    /// What makes events of it from outside.
    pub watchers: Vec<Watcher>,
    /// When its newest event was, by Airflow's clock, Unix milliseconds; none if it has none.
    #[ts(type = "number | null")]
    pub last_event: Option<i64>,
    /// DAGs for which an event of it is queued: no run took it yet. They may wait for other assets, too. None while it is not
    /// known.
    pub queued_events: Option<Vec<QueuedEvent>>,
}

/// A task of a DAG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_assets/model.gen.ts")]
pub struct TaskOf {
    /// The DAG's id.
    pub dag_id: String,
    /// The task's id.
    pub task_id: String,
}

/// What watches something outside, and makes an event of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_assets/model.gen.ts")]
pub struct Watcher {
    /// The name.
    pub name: String,
    /// When its trigger was made, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub created_date: Option<i64>,
}

/// An event that no run took yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_assets/model.gen.ts")]
pub struct QueuedEvent {
    /// The DAG it waits for.
    pub dag_id: String,
    /// Since when, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub created_at: Option<i64>,
}

/// An event of an asset.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_assets/model.gen.ts")]
pub struct AssetEvent {
    /// Airflow's number for it.
    #[ts(type = "number")]
    pub id: i64,
    /// The asset's number.
    #[ts(type = "number")]
    pub asset_id: i64,
    /// The asset's name; none where Airflow does not tell.
    pub name: Option<String>,
    /// When it was, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub timestamp: Option<i64>,
    /// The DAG whose task made it; none if no task did: somebody by the API, or a watcher.
    pub source_dag_id: Option<String>,
    /// The task that made it.
    pub source_task_id: Option<String>,
    /// The run in which it did.
    pub source_run_id: Option<String>,
    /// Which of a mapped task; none of any other.
    pub source_map_index: Option<i32>,
    /// What it says besides, as JSON, at most 500 characters of it; none if nothing.
    pub extra: Option<String>,
    /// The partition it stands for; none if for none.
    pub partition_key: Option<String>,
    /// Runs that this event is part of.
    pub created_dagruns: Vec<CreatedRun>,
}

/// A run that an event is part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_assets/model.gen.ts")]
pub struct CreatedRun {
    /// The DAG's id.
    pub dag_id: String,
    /// The run's id.
    pub run_id: String,
    /// `queued`, `running`, `success`, `failed`.
    pub state: String,
    /// The run was made for this event: it is the newest one that the run took. None where Airflow does not tell.
    pub triggering: Option<bool>,
    /// When it began, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub start_date: Option<i64>,
    /// When it ended, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub end_date: Option<i64>,
}
