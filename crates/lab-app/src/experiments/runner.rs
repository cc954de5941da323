//! What is an experiment's own when it runs: how it uses a lab, and what it does in an episode.

use std::{future::Future, ops::RangeInclusive, sync::Arc};

use lab_bench::ExperimentKind;
use lab_model::Problem;
use tokio_util::sync::CancellationToken;

use super::progress::Listener;
use crate::lab::Lab;

/// An experiment that can be run.
pub(crate) trait Runner: ExperimentKind {
    /// A lab as a run uses it.
    type Testbed: Send + Sync;

    /// Begins to use a lab.
    ///
    /// # Errors
    /// If it has not what the experiment needs.
    fn testbed(lab: &Arc<Lab>, cancel: CancellationToken) -> Result<Self::Testbed, Problem>;

    /// Removes what earlier runs have left in the lab: what is there to look at is this one's.
    fn clear(testbed: &Self::Testbed, experiment: u32) -> impl Future<Output = ()> + Send;

    /// Does an episode. Whatever happens, cells that were begun come back with what was made.
    fn episode(
        testbed: &Self::Testbed,
        attempt: &Attempt<'_, Self>,
        episode: &Self::EpisodePlan,
        waiting: Vec<Self::Cell>,
        listener: &dyn Listener<Self>,
    ) -> impl Future<Output = Tried<Self>> + Send;

    /// Puts back what no repair of a lab puts back. A cancel does not stop this: a lab is never left changed.
    fn leave(testbed: &Self::Testbed) -> impl Future<Output = Result<(), Problem>> + Send;
}

/// What an episode is a part of.
pub(crate) struct Attempt<'a, K: ExperimentKind> {
    /// The run.
    pub(super) experiment: u32,
    /// What was chosen.
    pub(super) plan: &'a K::Plan,
    /// Tells what this attempt creates from what earlier ones have.
    pub(super) mark: String,
    /// Numbers of its trials.
    pub(super) numbers: RangeInclusive<u32>,
    /// Its requests are traced.
    pub(super) trace: bool,
}

/// What came of an episode.
pub(crate) struct Tried<K: ExperimentKind> {
    /// Its cells, each with its trials.
    pub(super) cells: Vec<(K::Cell, Vec<K::Trial>)>,
    /// What is told of it.
    pub(super) episode: K::Episode,
    /// Why it is not all.
    pub(super) result: Result<(), Problem>,
}
