//! What every DAG may read, whatever the run: Variables and connections.

use serde::{Deserialize, Serialize};

/// What Airflow told of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreTold {
    /// `variables`.
    Variables {
        /// By key; the first 200.
        variables: Vec<VariableSeen>,
        /// How many there are in all.
        total: u64,
        /// When they were read before that, by Airflow's clock: what is new came since. None if they were not, or if the event
        /// log was not read beside them.
        #[serde(default)]
        since: Option<i64>,
    },
    /// `connections`.
    Connections {
        /// By id; the first 200.
        connections: Vec<ConnectionSeen>,
        /// How many there are in all.
        total: u64,
    },
    /// `eventLogs`: who asked for what to be done to them.
    Events {
        /// The newest first; at most 100.
        events: Vec<StoreEventSeen>,
    },
}

/// A Variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableSeen {
    /// The key.
    pub key: String,
    /// The first 2000 characters of its value, masked where Airflow takes it for a secret.
    #[serde(default)]
    pub value: Option<String>,
    /// So many characters it has.
    #[serde(default)]
    pub length: Option<u64>,
    /// A digest of the whole value, by which another one of the same beginning and length is told from it.
    #[serde(default)]
    pub digest: Option<u64>,
    /// What somebody wrote about it.
    #[serde(default)]
    pub description: Option<String>,
    /// It is kept encrypted.
    pub is_encrypted: bool,
}

/// A connection, without its password and the values of its extra.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionSeen {
    /// The id.
    pub connection_id: String,
    /// Its type.
    pub conn_type: String,
    /// What somebody wrote about it.
    #[serde(default)]
    pub description: Option<String>,
    /// The host, without a user and password before it.
    #[serde(default)]
    pub host: Option<String>,
    /// The port.
    #[serde(default)]
    pub port: Option<i64>,
    /// The schema.
    #[serde(default)]
    pub schema: Option<String>,
    /// The user.
    #[serde(default)]
    pub login: Option<String>,
    /// It has a password.
    #[serde(default)]
    pub has_password: bool,
    /// The names of what its extra says.
    #[serde(default)]
    pub extra_keys: Vec<String>,
}

/// An entry of the event log about one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreEventSeen {
    /// When.
    #[serde(default)]
    pub at: Option<i64>,
    /// The name of the call.
    pub event: String,
    /// Who called.
    #[serde(default)]
    pub owner: Option<String>,
    /// The key or id it is about.
    #[serde(default)]
    pub about: Option<String>,
}

impl StoreEventSeen {
    /// It is about a connection, not about a Variable.
    pub fn is_of_connection(&self) -> bool {
        self.event.contains("connection")
    }
}
