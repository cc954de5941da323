//! What a run of the consistency bench is asked to try: the plan, its cells, and what the learner expects of them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A consistency level, by CQL's own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[ts(export_to = "rpc/schema.gen.ts")]
pub enum Level {
    /// Writes only: a hint is enough.
    Any,
    /// A single replica.
    One,
    /// Two replicas.
    Two,
    /// Three replicas.
    Three,
    /// More than half of all replicas, data centers summed.
    Quorum,
    /// Every replica.
    All,
    /// A single replica in the coordinator's data center.
    LocalOne,
    /// More than half of the replicas in the coordinator's data center.
    LocalQuorum,
    /// More than half of the replicas in every data center.
    EachQuorum,
    /// A quorum through Paxos: a serial read, or a conditional write that is committed at QUORUM.
    Serial,
    /// The same within the coordinator's data center, committed at LOCAL_QUORUM.
    LocalSerial,
}

impl Level {
    /// Every level, in the order of their declaration.
    pub const ALL: [Self; 11] = [
        Self::Any,
        Self::One,
        Self::Two,
        Self::Three,
        Self::Quorum,
        Self::All,
        Self::LocalOne,
        Self::LocalQuorum,
        Self::EachQuorum,
        Self::Serial,
        Self::LocalSerial,
    ];

    /// CQL's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "ANY",
            Self::One => "ONE",
            Self::Two => "TWO",
            Self::Three => "THREE",
            Self::Quorum => "QUORUM",
            Self::All => "ALL",
            Self::LocalOne => "LOCAL_ONE",
            Self::LocalQuorum => "LOCAL_QUORUM",
            Self::EachQuorum => "EACH_QUORUM",
            Self::Serial => "SERIAL",
            Self::LocalSerial => "LOCAL_SERIAL",
        }
    }

    /// A write at this level is conditional: it goes through Paxos.
    pub fn conditional(self) -> bool {
        matches!(self, Self::Serial | Self::LocalSerial)
    }
}

/// What is done to nodes while a cell's trials write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "rpc/schema.gen.ts")]
pub enum FaultKind {
    /// Nothing.
    None,
    /// A node shuts down in order and tells its peers, so they know at once.
    #[serde(alias = "stop_one", alias = "stop1")]
    Stop,
    /// Two nodes shut down in order.
    #[serde(alias = "stop2")]
    StopTwo,
    /// A node's process ends at once: its peers find out only by its silence.
    Kill,
    /// A node is frozen: connections stay open, nothing answers.
    Pause,
    /// A node is taken off the cluster's network. Pipewright can still ask it.
    Cut,
    /// Every node of one rack shuts down in order.
    Rack,
    /// Every node of one data center shuts down in order.
    Dc,
}

impl FaultKind {
    /// All of them, nothing first.
    pub const ALL: [Self; 8] =
        [Self::None, Self::Stop, Self::StopTwo, Self::Kill, Self::Pause, Self::Cut, Self::Rack, Self::Dc];

    /// As in a plan.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Stop => "stop",
            Self::StopTwo => "stop_two",
            Self::Kill => "kill",
            Self::Pause => "pause",
            Self::Cut => "cut",
            Self::Rack => "rack",
            Self::Dc => "dc",
        }
    }

    /// As people read it.
    pub fn words(self) -> String {
        self.name().replace('_', " ")
    }

    /// Its parts: a node that announces its shutdown is marked down at once, a silent one only later.
    pub fn phases(self) -> &'static [TrialPhase] {
        match self {
            Self::None | Self::Stop | Self::StopTwo | Self::Rack | Self::Dc => &[TrialPhase::Whole],
            Self::Kill | Self::Pause | Self::Cut => &[TrialPhase::Before, TrialPhase::After],
        }
    }
}

/// Which part of a fault a cell is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "rpc/schema.gen.ts")]
pub enum TrialPhase {
    /// The fault is known to every node at once, or there is none.
    Whole,
    /// No other node has marked the silent node down yet.
    Before,
    /// Every node that was asked had convicted it: it is believed down.
    After,
}

impl TrialPhase {
    /// As in an answer.
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// The outcome of a cell's trials: what the learner can expect, and what was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "rpc/schema.gen.ts")]
pub enum Verdict {
    /// Writes are acknowledged, and no read returns something older.
    Fresh,
    /// Writes are acknowledged, and some reads return something older.
    Stale,
    /// Most writes are not acknowledged.
    WriteFails,
    /// Writes are acknowledged, and most reads made during the fault are not answered.
    ReadFails,
}

/// What to try: every combination is a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct ConsistencyPlan {
    /// The stack to run on: `cassandra-3`, or `cassandra-6` for two data centers.
    #[serde(default = "default_stack")]
    #[ts(optional, as = "Option<String>")]
    pub stack: String,
    /// The lab to run in; by default `pipewright-bench-<stack>`, started if it does not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub lab: Option<String>,
    /// Replication factors to try, each per data center.
    #[serde(default = "default_rf")]
    #[schemars(length(min = 1, max = 5), inner(range(min = 1, max = 5)))]
    #[ts(optional, as = "Option<Vec<u32>>")]
    pub rf: Vec<u32>,
    /// Levels to write at. SERIAL and LOCAL_SERIAL mean a conditional write (IF).
    // None is told as a choice that is missing, not as a field.
    #[serde(default)]
    #[schemars(length(min = 1, max = 11))]
    pub write: Vec<Level>,
    /// Levels to read at.
    #[serde(default)]
    #[schemars(length(min = 1, max = 11))]
    pub read: Vec<Level>,
    /// Faults to try.
    #[serde(default = "default_faults")]
    #[schemars(length(min = 1, max = 8))]
    #[ts(optional, as = "Option<Vec<FaultKind>>")]
    pub faults: Vec<FaultKind>,
    /// Coordinators keep hints for nodes that miss a write. Off by default: hints heal what weak levels leave behind.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub hints: bool,
    /// Trials in each cell. From 200 up a p99 is given.
    #[serde(default = "default_trials")]
    #[schemars(range(min = 1, max = 1000))]
    #[ts(optional, as = "Option<u32>")]
    pub trials: u32,
}

fn default_stack() -> String {
    "cassandra-3".into()
}

fn default_rf() -> Vec<u32> {
    vec![3]
}

fn default_faults() -> Vec<FaultKind> {
    vec![FaultKind::None]
}

fn default_trials() -> u32 {
    20
}

/// A combination to try.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct CellPlan {
    /// Names it within the run, e.g. `rf3-stop-whole-ONE-QUORUM`.
    pub cell: String,
    /// Replication factor, per data center.
    pub rf: u32,
    /// Level of its writes.
    pub write: Level,
    /// Level of its reads.
    pub read: Level,
    /// The fault.
    pub fault: FaultKind,
    /// The part of the fault.
    pub phase: TrialPhase,
}

/// A plan that can be run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct PlanChecked {
    /// The plan with its defaults filled in, sorted and without repetitions.
    pub plan: ConsistencyPlan,
    /// The lab that the run will use.
    pub lab: String,
    /// The cells, in the order in which they are run.
    pub cells: Vec<CellPlan>,
    /// Trials in all.
    #[ts(type = "number")]
    pub trials: u64,
    /// How often a fault is done and undone.
    pub episodes: u32,
    /// About how long it will take, milliseconds.
    #[ts(type = "number")]
    pub about_ms: u64,
    /// What to know before it runs, a sentence each.
    pub remarks: Vec<String>,
}

/// What the learner expects, by cell.
pub type Expectations = BTreeMap<String, Verdict>;
