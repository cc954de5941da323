//! The shape of the picture: Variables and connections, and what Airflow's event log says of who set them.

use lab_model::Millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/airflow_variables/model.gen.ts")]
pub struct Params {
    /// Only the Variable of this key, and no connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub key: Option<String>,
}

/// What every DAG may read, whatever the run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_variables/model.gen.ts")]
pub struct Model {
    /// Airflow's clock minus the journal's, milliseconds: a journal time plus this is a time of Airflow's. None before
    /// Airflow told its time.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
    /// By key; at most 200. None while they are not known.
    pub variables: Option<Vec<Variable>>,
    /// How many there are in all; none while it is not known.
    #[ts(type = "number | null")]
    pub variable_count: Option<u64>,
    /// By id; at most 200. None while they are not known.
    pub connections: Option<Vec<Connection>>,
    /// How many there are in all; none while it is not known.
    #[ts(type = "number | null")]
    pub connection_count: Option<u64>,
    /// What Airflow's event log says of Variables and connections, the newest first; at most 100. What was asked for stands
    /// there even if it was refused, and what a task sets does not. None while it is not known.
    pub event_log: Option<Vec<Event>>,
}

/// A Variable.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_variables/model.gen.ts")]
pub struct Variable {
    /// The key.
    pub key: String,
    /// The value as Airflow's API tells it, at most 2000 characters; `***` where Airflow takes it for a secret. None where it
    /// tells none.
    pub value: Option<String>,
    /// So many characters it has; none where Airflow tells no value.
    #[ts(type = "number | null")]
    pub length: Option<u64>,
    /// What somebody wrote about it.
    pub description: Option<String>,
    /// Airflow keeps it encrypted.
    pub is_encrypted: bool,
    /// When it was first heard to have this value, in journal time; none if it had it when Pipewright first looked.
    #[ts(type = "number | null")]
    pub changed_at: Option<Millis>,
    /// Whether the event log notes anything about it near that change. False: something set it that is not noted there, as
    /// tasks are. None while no change was heard.
    pub noted: Option<bool>,
    /// The newest entry of the event log about it, also one that was refused; none if there is none among the newest.
    pub last_event: Option<Event>,
    /// Who read it. Airflow notes no reads: none.
    pub read_by: Option<String>,
}

/// A connection, without its password and the values of its extra.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_variables/model.gen.ts")]
pub struct Connection {
    /// The id.
    pub connection_id: String,
    /// `kafka`, `http`, `postgres`, ….
    pub conn_type: String,
    /// What somebody wrote about it.
    pub description: Option<String>,
    /// The host; a user and password written before it are left out.
    pub host: Option<String>,
    /// The port.
    #[ts(type = "number | null")]
    pub port: Option<i64>,
    /// The schema; of a database its name.
    pub schema: Option<String>,
    /// The user.
    pub login: Option<String>,
    /// It has a password.
    pub has_password: bool,
    /// The names of what its extra says; empty if it says nothing.
    pub extra_keys: Vec<String>,
    /// When it was first heard to be so, in journal time; none if it was so when Pipewright first looked.
    #[ts(type = "number | null")]
    pub changed_at: Option<Millis>,
    /// The newest entry of the event log about it, also one that was refused; none if there is none among the newest.
    pub last_event: Option<Event>,
}

/// An entry of Airflow's event log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_variables/model.gen.ts")]
pub struct Event {
    /// When, by Airflow's clock, Unix milliseconds.
    #[ts(type = "number | null")]
    pub when: Option<i64>,
    /// The name of the call: `post_variable`, `patch_variable`, `delete_variable`, `cli_variables_set`, ….
    pub event: String,
    /// Who asked.
    pub owner: Option<String>,
    /// The key or id it is about; none where it is about several.
    pub about: Option<String>,
}
