//! What the runner must know of this experiment.

use std::time::Duration;

use super::{
    Cell, CellPlan, Consistency, ConsistencyPlan, Episode, EpisodePlan, Replay, Trial, Verdict, episode, words,
};
use crate::{CellState, ExperimentKind, Replayed};

impl ExperimentKind for Consistency {
    const NAME: &'static str = "consistency";
    const OWN: &'static str = "bench_";
    type Plan = ConsistencyPlan;
    type CellPlan = CellPlan;
    type Cell = Cell;
    type Trial = Trial;
    type Verdict = Verdict;
    type EpisodePlan = EpisodePlan;
    type Episode = Episode;
    type Replay = Replay;

    fn stack(plan: &ConsistencyPlan) -> &str {
        &plan.stack
    }

    fn lab(plan: &ConsistencyPlan) -> Option<&str> {
        plan.lab.as_deref()
    }

    fn trials(plan: &ConsistencyPlan) -> u32 {
        plan.trials
    }

    fn episodes(plan: &ConsistencyPlan) -> Vec<EpisodePlan> {
        episode::episodes(plan)
    }

    fn cells(episode: &EpisodePlan) -> &[CellPlan] {
        &episode.cells
    }

    fn alone(cell: &CellPlan) -> EpisodePlan {
        EpisodePlan { rf: cell.rf, fault: cell.fault, cells: vec![cell.clone()] }
    }

    fn about(episode: &EpisodePlan, plan: &ConsistencyPlan) -> Duration {
        episode::about(episode, plan.trials, plan.hints)
    }

    fn name_of(cell: &CellPlan) -> &str {
        &cell.cell
    }

    fn name_of_counted(cell: &Cell) -> &str {
        &cell.cell
    }

    fn waiting(cell: &CellPlan, trials: u32, expected: Option<Verdict>) -> Cell {
        Cell::waiting(cell, trials, expected)
    }

    fn state(cell: &Cell) -> CellState {
        cell.state
    }

    fn break_off(cell: &mut Cell, why: &str, trials: &[Trial]) {
        cell.break_off(why, trials);
    }

    fn number_of(trial: &Trial) -> u32 {
        trial.trial
    }

    fn same(episode: &Episode, other: &Episode) -> bool {
        (episode.rf, &episode.fault) == (other.rf, &other.fault)
    }

    fn remark(episode: &mut Episode, says: String) {
        episode.remarks.push(says);
    }

    fn not_alone(others: &[String]) -> Option<String> {
        words::not_alone(others)
    }

    fn replay(Replayed { cell, trial: of, at, lab }: Replayed, trial: Trial) -> Replay {
        Replay { cell, of, at, lab, trial }
    }
}
