//! The consistency bench: what each pair of consistency levels really returns while a fault lasts, beside the rules.
//!
//! A plan becomes cells (`check`, `episode`); of a cell the rules are said before anything is tried (`levels`, `theory`,
//! `placement`, `attempt`); what was tried is put together from journaled requests (`evidence`), judged by what nodes
//! believed meanwhile (`phase`), counted and graded (`counting`, `conclude`, `grading`), and told (`words`, `report`).

mod attempt;
mod cell;
mod check;
mod compare;
mod conclude;
mod counting;
mod episode;
mod evidence;
mod fault;
mod grading;
mod kind;
mod levels;
mod phase;
mod placement;
mod plan;
pub mod report;
mod run;
mod running;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod saved_run_test;
mod theory;
mod trial;
mod verify;
mod words;

pub use attempt::{Answer, NEW, OLD, Place, TrialMade, TrialPlan};
pub use cell::{Cell, Surprise, Theory};
pub use check::{Topology, check};
pub use compare::{ComparedCell, Comparison};
pub use episode::{Episode, EpisodePlan};
pub use evidence::text;
pub use fault::{Fault, doing, undoing, victims};
pub use phase::{Phase, Span, all_believe, any_believes_down};
pub use placement::{Key, Member, Ring};
pub use plan::{CellPlan, ConsistencyPlan, Expectations, FaultKind, Level, PlanChecked, TrialPhase, Verdict};
pub use run::{Experiment, ExperimentInfo};
pub use running::RunningCell;
pub use theory::{Conditions, Node};
pub use trial::{Replay, ReplicaHolds, Trial, TrialRead, TrialRequest};
pub use verify::Verified;
pub use words::title;

/// The experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Consistency;

/// A run of it, as it is kept.
pub type Run = crate::Run<Consistency>;
