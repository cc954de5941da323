//! What can be done to a node. Every fault has its undo.

use serde::{Deserialize, Serialize};

use crate::label;

/// What can be done to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Asks it to shut down, and waits up to 30 s.
    Stop,
    /// Starts it again. Undoes stop and kill.
    Start,
    /// Ends its process at once (SIGKILL).
    Kill,
    /// Freezes its processes: sockets stay open, nothing answers.
    Pause,
    /// Lets it go on.
    Unpause,
    /// Takes it off the cluster network: its peers lose it, clients do not.
    Cut,
    /// Puts it back with its old address and names.
    Heal,
}

impl Fault {
    /// What mends it; nothing mends a mending.
    pub fn undo(self) -> Option<Self> {
        match self {
            Self::Stop | Self::Kill => Some(Self::Start),
            Self::Pause => Some(Self::Unpause),
            Self::Cut => Some(Self::Heal),
            Self::Start | Self::Unpause | Self::Heal => None,
        }
    }

    /// The word for it, as in `kafka.stop_node`, e.g. `stop`.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Kill => "kill",
            Self::Pause => "pause",
            Self::Unpause => "unpause",
            Self::Cut => "cut",
            Self::Heal => "heal",
        }
    }

    /// The command line that does the same by hand. (For `heal` the address and alias are the node's labels.)
    pub fn by_hand(self, project: &str, node: &str) -> String {
        let container = format!("{project}-{node}-1");
        let network = format!("{project}_{}", label::CLUSTER_NETWORK);
        match self {
            Self::Stop => format!("docker stop -t 30 {container}"),
            Self::Start | Self::Kill | Self::Pause | Self::Unpause => format!("docker {} {container}", self.verb()),
            Self::Cut => format!("docker network disconnect {network} {container}"),
            Self::Heal => {
                let label =
                    |key: &str| format!("$(docker inspect -f '{{{{ index .Config.Labels \"{key}\" }}}}' {container})");
                format!(
                    "docker network connect --ip {} --alias {} --alias {node} {network} {container}",
                    label(label::ADDRESS),
                    label(label::ALIAS)
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_mended_by_something_that_needs_no_mending() {
        for fault in [Fault::Stop, Fault::Kill, Fault::Pause, Fault::Cut] {
            assert_eq!(fault.undo().and_then(Fault::undo), None);
            assert!(fault.undo().is_some());
        }
    }

    #[test]
    fn the_command_line_names_the_container() {
        assert_eq!(Fault::Pause.by_hand("lab", "kafka-1"), "docker pause lab-kafka-1-1");
        assert_eq!(Fault::Cut.by_hand("lab", "kafka-1"), "docker network disconnect lab_b-cluster lab-kafka-1-1");
        let heal = Fault::Heal.by_hand("lab", "kafka-1");
        assert!(heal.contains(r#"{{ index .Config.Labels "dev.pipewright.cluster.address" }}"#), "{heal}");
    }
}
