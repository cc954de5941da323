//! Assets, and their events.

use serde::{Deserialize, Serialize};

/// What Airflow told of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetTold {
    /// `assets`: those that some DAG names now.
    Assets {
        /// By name; the first 100.
        assets: Vec<AssetSeen>,
        /// How many there are in all.
        total: u64,
    },
    /// `assets/events`.
    Events {
        /// The newest first; at most 50.
        events: Vec<AssetEventSeen>,
        /// How many there are in all.
        total: u64,
    },
    /// `assets/{id}/queuedEvents`: DAGs for which an event of an asset waits.
    Queued {
        /// The asset's number.
        asset_id: i64,
        /// By DAG.
        queued: Vec<QueuedSeen>,
    },
}

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetSeen {
    /// Airflow's number for it.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The URI.
    pub uri: String,
    /// The group.
    pub group: String,
    /// What its definition says besides, as JSON, the first 500 characters.
    #[serde(default)]
    pub extra: Option<String>,
    /// Tasks whose success makes an event of it: DAG, task.
    #[serde(default)]
    pub producing_tasks: Vec<(String, String)>,
    /// Tasks that name it as inlet: DAG, task.
    #[serde(default)]
    pub consuming_tasks: Vec<(String, String)>,
    /// DAGs that are scheduled by it.
    #[serde(default)]
    pub scheduled_dags: Vec<String>,
    /// Aliases.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What makes events of it from outside.
    #[serde(default)]
    pub watchers: Vec<WatcherSeen>,
    /// When its newest event was.
    #[serde(default)]
    pub last_event_at: Option<i64>,
}

/// What watches something outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatcherSeen {
    /// The name.
    pub name: String,
    /// When its trigger was made.
    #[serde(default)]
    pub created_at: Option<i64>,
}

/// An event of an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetEventSeen {
    /// Airflow's number for it.
    pub id: i64,
    /// The asset's number.
    pub asset_id: i64,
    /// The asset's name.
    #[serde(default)]
    pub name: Option<String>,
    /// When it was.
    #[serde(default)]
    pub at: Option<i64>,
    /// The DAG whose task made it.
    #[serde(default)]
    pub source_dag_id: Option<String>,
    /// The task.
    #[serde(default)]
    pub source_task_id: Option<String>,
    /// The run.
    #[serde(default)]
    pub source_run_id: Option<String>,
    /// Which of a mapped task; -1 of any other.
    pub source_map_index: i32,
    /// What it says besides, as JSON, the first 500 characters.
    #[serde(default)]
    pub extra: Option<String>,
    /// The partition it stands for.
    #[serde(default)]
    pub partition_key: Option<String>,
    /// Runs that it is part of.
    #[serde(default)]
    pub runs: Vec<CreatedRunSeen>,
}

/// A run that an event is part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedRunSeen {
    /// The DAG's id.
    pub dag_id: String,
    /// The run's id.
    pub run_id: String,
    /// `queued`, `running`, `success`, `failed`.
    pub state: String,
    /// It was made for this event.
    #[serde(default)]
    pub triggering: Option<bool>,
    /// When it began.
    #[serde(default)]
    pub started_at: Option<i64>,
    /// When it ended.
    #[serde(default)]
    pub ended_at: Option<i64>,
}

/// An event that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedSeen {
    /// The DAG it waits for.
    pub dag_id: String,
    /// Since when.
    #[serde(default)]
    pub since: Option<i64>,
}
