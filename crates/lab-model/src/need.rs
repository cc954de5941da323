//! What a view or a sentence wants observed. `lab-app` unions the needs of all that is open and runs the probes they call for.

use serde::{Deserialize, Serialize};

/// One wish, by system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The state of the lab's containers.
    Nodes,
    /// Something a Kafka cluster knows.
    Kafka(KafkaNeed),
}

/// What can be asked of a Kafka cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KafkaNeed {
    /// Brokers (fenced or not), true controller, voters, names of topics.
    Cluster,
    /// Leadership and every replica's own log start, log end and high watermark of one topic.
    Partitions {
        /// The topic.
        topic: String,
    },
    /// The newest records each partition leader holds.
    Records {
        /// The topic.
        topic: String,
    },
    /// All consumer groups: members, assignment, committed offsets.
    Groups,
}
