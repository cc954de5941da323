//! What an experiment is: a plan that becomes episodes of cells, cells that are counted from trials, and how they are told.

use std::{fmt::Debug, time::Duration};

use serde::{Serialize, de::DeserializeOwned};

use crate::CellState;

/// What is kept.
pub trait Kept: Debug + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Debug + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static> Kept for T {}

/// An experiment, as far as a runner and the files of its runs must know it. The rest is its own.
pub trait ExperimentKind: Debug + Clone + PartialEq + Send + Sync + 'static {
    /// Names it in `run.json`, and for people.
    const NAME: &'static str;
    /// What its runs create in a lab is named so in front: everything else there is somebody's.
    const OWN: &'static str;
    /// What the user chooses.
    type Plan: Kept;
    /// A combination of what was chosen: tried for itself.
    type CellPlan: Kept;
    /// What is counted of it.
    type Cell: Kept;
    /// A single try, with its evidence.
    type Trial: Kept;
    /// What a cell can turn out to be, and what the user may expect of it.
    type Verdict: Kept;
    /// Something done to the lab, and all cells that are tried meanwhile.
    type EpisodePlan: Debug + Clone + Send + Sync;
    /// What came of it.
    type Episode: Kept;
    /// A trial that was made once more.
    type Replay: Kept;

    /// The stack that a plan runs on.
    fn stack(plan: &Self::Plan) -> &str;
    /// The lab that it names, if it names one.
    fn lab(plan: &Self::Plan) -> Option<&str>;
    /// The lab that a plan runs in: the one it names, else one of the bench's own.
    fn lab_of(plan: &Self::Plan) -> String {
        Self::lab(plan).map_or_else(|| format!("pipewright-bench-{}", Self::stack(plan)), str::to_owned)
    }
    /// Trials of each cell.
    fn trials(plan: &Self::Plan) -> u32;
    /// What is done to the lab, in order.
    fn episodes(plan: &Self::Plan) -> Vec<Self::EpisodePlan>;
    /// Cells of an episode.
    fn cells(episode: &Self::EpisodePlan) -> &[Self::CellPlan];
    /// The episode that tries nothing but a cell.
    fn alone(cell: &Self::CellPlan) -> Self::EpisodePlan;
    /// About how long an episode takes.
    fn about(episode: &Self::EpisodePlan, plan: &Self::Plan) -> Duration;

    /// The name of a cell within its run.
    fn name_of(cell: &Self::CellPlan) -> &str;
    /// The name of a cell that is counted.
    fn name_of_counted(cell: &Self::Cell) -> &str;
    /// A cell that has not begun.
    fn waiting(cell: &Self::CellPlan, trials: u32, expected: Option<Self::Verdict>) -> Self::Cell;
    /// How far a cell is.
    fn state(cell: &Self::Cell) -> CellState;
    /// Ends a cell in the middle: what was made is all that it has.
    fn break_off(cell: &mut Self::Cell, why: &str, trials: &[Self::Trial]);
    /// The number of a trial within its cell, from 1.
    fn number_of(trial: &Self::Trial) -> u32;

    /// Both are of the same thing done: the newer one takes the other's place.
    fn same(episode: &Self::Episode, other: &Self::Episode) -> bool;
    /// Adds a sentence to what came of an episode.
    fn remark(episode: &mut Self::Episode, says: String);
    /// What is to be said of an episode in a lab in which others have these things; none if there are none.
    fn not_alone(others: &[String]) -> Option<String>;
    /// A trial made once more.
    fn replay(of: Replayed, trial: Self::Trial) -> Self::Replay;
}

/// Which trial was made once more, when and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// The cell.
    pub cell: String,
    /// The trial's number.
    pub trial: u32,
    /// When, Unix milliseconds.
    pub at: i64,
    /// The lab whose journal has it.
    pub lab: String,
}
