//! Facts about a lab itself: containers, actions, lessons, and beats (is a source heard at all?).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ActionCall, Code, Millis};

/// What the container engine says a container is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/node_state.gen.ts")]
pub enum NodeState {
    /// The process runs.
    Running,
    /// The processes are frozen: sockets stay open, nothing answers.
    Paused,
    /// The container was created or has ended.
    Stopped,
    /// There is no such container.
    Absent,
}

/// Where an image came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/origin.gen.ts")]
pub enum Origin {
    /// The engine project's own image.
    Official,
    /// Built here from the engine project's jars, same contract.
    Own,
}

/// An image a lab runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/image.gen.ts")]
pub struct ImageInUse {
    /// The engine in it, e.g. `Kafka`.
    pub engine: String,
    /// The version, e.g. `4.3.1`.
    pub version: String,
    /// `name:tag`.
    pub reference: String,
    /// Content id, `sha256:…`.
    pub id: String,
    /// Official or ours.
    pub origin: Origin,
}

/// A node of a lab, as its stack describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "rpc/node.gen.ts")]
pub struct NodeInfo {
    /// Service name, e.g. `kafka-1`.
    pub name: String,
    /// The engine whose node it is, as the stack says, e.g. `kafka`; empty in journals of before this was noted.
    #[serde(default)]
    pub system: String,
    /// `broker`, `controller`, … as the stack says.
    pub role: String,
    /// The engine's own id of the node, e.g. Kafka's `node.id`.
    #[serde(default)]
    pub node_id: Option<i32>,
    /// `127.0.0.1:port` if published.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// `127.0.0.1:port` of its management agent, if it has one.
    #[serde(default)]
    pub agent: Option<String>,
    /// The node's own fixed address on the cluster's network, by which its peers know it.
    #[serde(default)]
    pub address: Option<String>,
    /// The node is not started with the lab: it joins when asked to.
    #[serde(default)]
    pub spare: bool,
    /// A spare that takes the place of others for a while: it waits whenever it does not run.
    #[serde(default)]
    pub stands_in: bool,
    /// Networks that its stack puts it on, short names; empty in journals of before this was noted.
    #[serde(default)]
    pub networks: Vec<String>,
    /// Faults it may have, e.g. `pause`; empty in journals of before this was noted.
    #[serde(default)]
    pub faults: Vec<String>,
}

impl NodeInfo {
    /// Whether it is a node of that engine. In journals that name no engine the role tells.
    pub fn is_of(&self, system: &str) -> bool {
        let own = match (self.system.as_str(), self.role.as_str()) {
            ("", "broker" | "controller") => "kafka",
            ("", "node" | "sidecar") => "cassandra",
            (own, _) => own,
        };
        own == system
    }
}

/// A setting that a stack changes from the engine's default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, schemars::JsonSchema)]
#[ts(export, export_to = "rpc/setting.gen.ts")]
pub struct SettingChanged {
    /// The name, as the engine says it.
    pub name: String,
    /// The engine's default.
    pub default: String,
    /// Why a lab has another value.
    pub why: String,
}

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/outcome.gen.ts")]
pub enum Outcome {
    /// The action did what it says.
    Done,
    /// The action did not; the message says why.
    Failed,
    /// The person stopped it.
    Cancelled,
}

/// A fact about a lab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum LabFact {
    /// A lab's containers were started, or found running.
    LabStarted {
        /// The lab's name; empty in journals of before this was noted.
        #[serde(default)]
        lab: String,
        /// The stack.
        stack: String,
        /// The nodes.
        nodes: Vec<NodeInfo>,
        /// The images they run.
        images: Vec<ImageInUse>,
        /// True if it ran already and was taken over.
        #[serde(default)]
        adopted: bool,
        /// Settings that the stack changes.
        #[serde(default)]
        settings: Vec<SettingChanged>,
    },
    /// Every ready sentence of the stack became true.
    LabBecameReady {
        /// From the request to ready.
        took: Millis,
    },
    /// The lab's containers were removed.
    LabStopped,
    /// The container engine reported a node's state (source: docker).
    NodeChanged {
        /// The node.
        node: String,
        /// The state.
        state: NodeState,
        /// Exit code, if it has ended.
        #[serde(default)]
        exit_code: Option<i64>,
        /// Short names of the networks it is attached to, e.g. `a-client`, `b-cluster`.
        #[serde(default)]
        networks: Vec<String>,
    },
    /// The source answered. Written when it starts to, and about once a second while it goes on.
    Heard,
    /// The source did not answer within its deadline. Written like [`LabFact::Heard`].
    FellSilent {
        /// Why, in the words of the socket or the deadline.
        why: String,
    },
    /// An action began (cause: its id).
    ActionBegan {
        /// What was asked.
        action: ActionCall,
        /// The command lines that do the same by hand.
        #[serde(default)]
        by_hand: Vec<String>,
    },
    /// An action ended (cause: its id).
    ActionEnded {
        /// How.
        outcome: Outcome,
        /// What came back, in plain words.
        says: String,
        /// The class of the failure.
        #[serde(default)]
        code: Option<Code>,
        /// How long it ran.
        took: Millis,
    },
    /// The learner came to a step: sentences about it look from here on.
    StepBegan {
        /// `track/lesson`.
        lesson: String,
        /// The step's id.
        step: String,
    },
    /// Every check of the step was true.
    StepDone {
        /// `track/lesson`.
        lesson: String,
        /// The step's id.
        step: String,
    },
    /// The learner committed a prediction.
    PredictionMade {
        /// `track/lesson`.
        lesson: String,
        /// The step's id.
        step: String,
        /// Index of the option chosen.
        option: u32,
    },
    /// The machine slept: this much is missing from the monotonic clock's story.
    MachineSlept {
        /// Wall-clock time lost.
        gap: Millis,
    },
}

impl std::fmt::Display for LabFact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::LabStarted { lab, stack, nodes, adopted, .. } => {
                let verb = if *adopted { "found running" } else { "started" };
                let name = if lab.is_empty() { stack.clone() } else { format!("{lab} (stack {stack})") };
                write!(f, "{name} {verb}: {} containers", nodes.len())
            }
            // Counted from the request, which is older than the journal: no stamp of the journal may be taken for it.
            Self::LabBecameReady { took } => {
                write!(f, "ready, {:.1} s after the start was asked for", *took as f64 / 1000.0)
            }
            Self::LabStopped => f.write_str("the lab was removed"),
            Self::NodeChanged { node, state, exit_code, networks } => {
                let state = match state {
                    NodeState::Running => "runs",
                    NodeState::Paused => "is paused",
                    NodeState::Stopped => "is stopped",
                    NodeState::Absent => "is gone",
                };
                write!(f, "{node} {state}")?;
                if let Some(code) = exit_code {
                    write!(f, " (exit code {code})")?;
                }
                if !networks.is_empty() {
                    write!(f, ", on {}", networks.join(" and "))?;
                }
                Ok(())
            }
            Self::Heard => f.write_str("answers"),
            Self::FellSilent { why } => write!(f, "does not answer: {why}"),
            Self::ActionBegan { action, .. } => write!(f, "{action}"),
            Self::ActionEnded { outcome, says, took, .. } => {
                let outcome = match outcome {
                    Outcome::Done => "done",
                    Outcome::Failed => "failed",
                    Outcome::Cancelled => "cancelled",
                };
                write!(f, "{outcome} after {:.1} s: {says}", *took as f64 / 1000.0)
            }
            Self::StepBegan { lesson, step } => write!(f, "{lesson}, step {step} began"),
            Self::StepDone { lesson, step } => write!(f, "{lesson}, step {step} done"),
            Self::PredictionMade { step, option, .. } => {
                write!(f, "prediction {} made at step {step}", option + 1)
            }
            Self::MachineSlept { gap } => write!(f, "the machine slept for {:.0} s", *gap as f64 / 1000.0),
        }
    }
}
