//! The shape of the picture: Airflow's components as its API server tells them, each with its newest heartbeat.

use lab_model::Millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// Nothing to choose.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/airflow_components/model.gen.ts")]
pub struct Params {}

/// Airflow's components.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_components/model.gen.ts")]
pub struct Model {
    /// Airflow's clock minus the journal's, milliseconds: a journal time plus this is a time of Airflow's. None before
    /// Airflow told its time.
    #[ts(type = "number | null")]
    pub clock_offset: Option<i64>,
    /// The one that answers for all: what is told of the others is what it knows of them.
    pub api_server: ApiServer,
    /// `metadatabase`, `scheduler`, `dag_processor`, `triggerer`, in this order; empty before the API server told them.
    pub components: Vec<Component>,
    /// The API server answers, and each component is `healthy`.
    pub healthy: bool,
    /// A run of the warm-up DAG ended with `success` after the scheduler was started: the next task does not pay for the
    /// imports of the first one. None while that is not known.
    pub warm: Option<bool>,
}

/// The component that is asked.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_components/model.gen.ts")]
pub struct ApiServer {
    /// The node it runs on; none if the lab has no Airflow.
    pub node: Option<String>,
    /// Where it is reached from this machine, `127.0.0.1:<port>`; Airflow's own pages are there, too.
    pub endpoint: Option<String>,
    /// Airflow's version, e.g. `3.3.2`.
    pub version: Option<String>,
    /// Does it answer us?
    pub heard: Hearing,
    /// Journal time it last answered, milliseconds.
    #[ts(type = "number | null")]
    pub heard_at: Option<Millis>,
    /// Why it is silent.
    pub why_silent: Option<String>,
}

/// A component, as the API server tells it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/airflow_components/model.gen.ts")]
pub struct Component {
    /// Airflow's name of it: `metadatabase`, `scheduler`, `dag_processor`, `triggerer`.
    pub name: String,
    /// `healthy` or `unhealthy`; none if it was never started.
    pub status: Option<String>,
    /// Its newest heartbeat by Airflow's clock, Unix milliseconds; none for `metadatabase`, which has none.
    #[ts(type = "number | null")]
    pub latest_heartbeat: Option<i64>,
    /// When the job behind it was started by Airflow's clock, Unix milliseconds; none while it is not known.
    #[ts(type = "number | null")]
    pub start_date: Option<i64>,
    /// The host it runs on, by its own words: in a container, the container's name.
    pub hostname: Option<String>,
}
