//! The shape of the picture: brokers, the true controller, the names of topics.

use lab_model::{Millis, facts::lab::NodeState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Hearing;

/// What to show.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, export_to = "views/kafka_cluster/model.gen.ts")]
pub struct Params {
    /// Also list Kafka's own topics (`__consumer_offsets`, …).
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub internal: bool,
}

/// A Kafka cluster as its brokers describe it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_cluster/model.gen.ts")]
pub struct Model {
    /// Cluster id.
    pub cluster_id: Option<String>,
    /// Node id of the active controller, by DescribeQuorum (newest epoch heard); none while unknown.
    pub controller: Option<i32>,
    /// The controller's epoch.
    pub controller_epoch: Option<i32>,
    /// Controller quorum voters, node ids.
    pub voters: Vec<i32>,
    /// Brokers by id: those the stack has and those the cluster names.
    pub brokers: Vec<Broker>,
    /// Whether a broker has listed those that are registered: only then one that is not is known not to be.
    pub brokers_known: bool,
    /// Names of topics, sorted.
    pub topics: Vec<String>,
    /// Whether a broker has listed them: only then an empty list means that there is none.
    pub topics_known: bool,
}

/// A broker.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "views/kafka_cluster/model.gen.ts")]
pub struct Broker {
    /// Kafka's `node.id`.
    pub id: i32,
    /// Node name, e.g. `kafka-2`.
    pub node: String,
    /// Where clients on this machine reach it.
    pub endpoint: Option<String>,
    /// The cluster knows it (newest answer heard).
    pub registered: bool,
    /// The controller took leadership away from it: no heartbeat.
    pub fenced: bool,
    /// Does it answer us?
    pub heard: Hearing,
    /// Journal time it last answered.
    #[ts(type = "number | null")]
    pub heard_at: Option<Millis>,
    /// Why it is silent.
    pub why_silent: Option<String>,
    /// What the container engine says.
    pub container: Option<NodeState>,
    /// Is it cut off from the cluster network?
    pub cut: bool,
}
