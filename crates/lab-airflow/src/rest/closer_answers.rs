//! Answers about single things, as far as they are read: a task instance, Variables and connections, assets.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::DagVersion;

/// A task instance with all that is told of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Instance {
    pub(crate) state: Option<String>,
    pub(crate) try_number: u32,
    pub(crate) max_tries: Option<i32>,
    pub(crate) operator: Option<String>,
    pub(crate) operator_name: Option<String>,
    pub(crate) pool: Option<String>,
    pub(crate) pool_slots: Option<u32>,
    pub(crate) priority_weight: Option<i64>,
    pub(crate) queue: Option<String>,
    pub(crate) hostname: Option<String>,
    pub(crate) pid: Option<i64>,
    pub(crate) rendered_map_index: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) scheduled_when: Option<String>,
    pub(crate) queued_when: Option<String>,
    pub(crate) start_date: Option<String>,
    pub(crate) end_date: Option<String>,
    pub(crate) trigger: Option<TriggerOf>,
    pub(crate) dag_version: Option<DagVersion>,
    #[serde(default)]
    pub(crate) rendered_fields: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TriggerOf {
    pub(crate) classpath: String,
    pub(crate) created_date: Option<String>,
    pub(crate) triggerer_id: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Tries {
    pub(crate) task_instances: Vec<Try>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Try {
    pub(crate) try_number: u32,
    pub(crate) state: Option<String>,
    pub(crate) hostname: Option<String>,
    pub(crate) queued_when: Option<String>,
    pub(crate) start_date: Option<String>,
    pub(crate) end_date: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct XComs {
    pub(crate) xcom_entries: Vec<XCom>,
    pub(crate) total_entries: u64,
}

/// One without its value.
#[derive(Debug, Deserialize)]
pub(crate) struct XCom {
    pub(crate) task_id: String,
    pub(crate) map_index: i32,
    pub(crate) key: String,
    pub(crate) timestamp: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct EventLogs {
    pub(crate) event_logs: Vec<EventLog>,
    pub(crate) total_entries: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct EventLog {
    pub(crate) when: Option<String>,
    pub(crate) event: String,
    pub(crate) owner: Option<String>,
    pub(crate) map_index: Option<i32>,
    pub(crate) try_number: Option<u32>,
    pub(crate) extra: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Variables {
    pub(crate) variables: Vec<Variable>,
    pub(crate) total_entries: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Variable {
    pub(crate) key: String,
    pub(crate) value: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) is_encrypted: bool,
}

#[derive(Deserialize)]
pub(crate) struct Connections {
    pub(crate) connections: Vec<Connection>,
    pub(crate) total_entries: u64,
}

/// Of the password it is read only whether there is one, of the extra only its names.
#[derive(Deserialize)]
pub(crate) struct Connection {
    pub(crate) connection_id: String,
    pub(crate) conn_type: String,
    pub(crate) description: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) port: Option<i64>,
    pub(crate) schema: Option<String>,
    pub(crate) login: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) extra: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Assets {
    pub(crate) assets: Vec<Asset>,
    pub(crate) total_entries: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asset {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) uri: String,
    pub(crate) group: String,
    pub(crate) extra: Option<Value>,
    #[serde(default)]
    pub(crate) scheduled_dags: Vec<DagNamed>,
    #[serde(default)]
    pub(crate) producing_tasks: Vec<TaskNamed>,
    #[serde(default)]
    pub(crate) consuming_tasks: Vec<TaskNamed>,
    #[serde(default)]
    pub(crate) aliases: Vec<Named>,
    #[serde(default)]
    pub(crate) watchers: Vec<WatcherOf>,
    pub(crate) last_asset_event: Option<LastEvent>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DagNamed {
    pub(crate) dag_id: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TaskNamed {
    pub(crate) dag_id: String,
    pub(crate) task_id: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WatcherOf {
    pub(crate) name: String,
    pub(crate) created_date: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct LastEvent {
    pub(crate) timestamp: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct AssetEvents {
    pub(crate) asset_events: Vec<AssetEvent>,
    pub(crate) total_entries: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct AssetEvent {
    pub(crate) id: i64,
    pub(crate) asset_id: i64,
    pub(crate) name: Option<String>,
    pub(crate) timestamp: Option<String>,
    pub(crate) source_dag_id: Option<String>,
    pub(crate) source_task_id: Option<String>,
    pub(crate) source_run_id: Option<String>,
    pub(crate) source_map_index: i32,
    pub(crate) extra: Option<Value>,
    pub(crate) partition_key: Option<String>,
    #[serde(default)]
    pub(crate) created_dagruns: Vec<CreatedRun>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CreatedRun {
    pub(crate) dag_id: String,
    pub(crate) run_id: String,
    pub(crate) state: String,
    pub(crate) triggering: Option<bool>,
    pub(crate) start_date: Option<String>,
    pub(crate) end_date: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct QueuedEvents {
    pub(crate) queued_events: Vec<QueuedEvent>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct QueuedEvent {
    pub(crate) dag_id: String,
    pub(crate) created_at: Option<String>,
}
