//! The consistency bench: which plans can be run, and what its runs do to a lab.
//!
//! `episode` does a fault and every cell that is tried while it lasts (`keys`, `trial`), through the run's `testbed`; `saved`
//! tells of runs.

mod episode;
mod keys;
mod saved;
mod testbed;
mod trial;

use std::{collections::BTreeMap, sync::Arc};

use lab_bench::consistency::{self, Consistency, EpisodePlan, RunningCell, Topology};
use lab_cassandra::Request;
use lab_model::{Code, Problem};
use tokio_util::sync::CancellationToken;

pub(crate) use self::saved::{compare, export, list, show, verify};
use self::{episode::EpisodeRun, testbed::Testbed};
use super::{
    begin::{self, Beginning},
    lab::{refuse_no_such_lab, would_hit},
    progress::Listener,
    runner::{Attempt, Runner, Tried},
};
use crate::{
    App,
    lab::Lab,
    schema::{BeginExperiment, Cell, ConsistencyPlan, ExperimentJob, PlanChecked},
};

/// Whether a plan can be run, and what it comes to.
///
/// # Errors
/// `action_invalid` with what does not make sense, `unknown` stack.
pub(crate) fn check(app: &App, plan: ConsistencyPlan) -> Result<PlanChecked, Problem> {
    let stack = app.stack(&plan.stack)?;
    let nodes = stack
        .node_infos(&BTreeMap::new())
        .into_iter()
        .filter(|node| node.is_of("cassandra") && node.role == "node" && !node.spare)
        .count();
    if nodes == 0 {
        return Err(Problem {
            code: Code::ActionInvalid,
            message: format!("Stack {} has no Cassandra nodes.", plan.stack),
            detail: String::new(),
            hint: "Use cassandra-3 or cassandra-6.".into(),
        });
    }
    let mut checked = consistency::check(plan, &Topology::of(stack.name(), nodes))?;
    refuse_no_such_lab::<Consistency>(app, &checked.plan)?;
    checked.remarks.extend(would_hit::<Consistency>(app, &checked.lab));
    Ok(checked)
}

/// Begins a run as a job.
///
/// # Errors
/// What is wrong with the plan; `not_now` if another run works in that lab.
pub(crate) fn begin(app: &Arc<App>, request: BeginExperiment) -> Result<ExperimentJob, Problem> {
    let PlanChecked { plan, cells, .. } = check(app, request.plan)?;
    let BeginExperiment { expectations, shared, anyway, .. } = request;
    begin::begin::<Consistency>(app, Beginning { plan, cells, expectations, shared, anyway })
}

impl Runner for Consistency {
    type Testbed = Testbed;

    fn testbed(lab: &Arc<Lab>, cancel: CancellationToken) -> Result<Testbed, Problem> {
        Testbed::new(lab, cancel)
    }

    async fn clear(testbed: &Testbed, experiment: u32) {
        let mine = format!("bench_{experiment}_");
        let names = testbed.picture().keyspaces.into_iter().map(|keyspace| keyspace.name);
        for name in names.filter(|name| name.starts_with("bench_") && !name.starts_with(&mine)) {
            let dropped = testbed.request(Request::of(format!("DROP KEYSPACE IF EXISTS {name}"))).await;
            tracing::debug!(name, ?dropped, "a keyspace of an earlier run was dropped");
        }
    }

    async fn episode(
        testbed: &Testbed,
        attempt: &Attempt<'_, Self>,
        plan: &EpisodePlan,
        waiting: Vec<Cell>,
        listener: &dyn Listener<Self>,
    ) -> Tried<Self> {
        let run = EpisodeRun {
            testbed,
            listener,
            table: format!("bench_{}_rf{}.trials", attempt.experiment, plan.rf),
            prefix: format!("{}{}{}", plan.fault.name(), plan.rf, attempt.mark),
            numbers: attempt.numbers.clone(),
            hints: attempt.plan.hints,
            trace: attempt.trace,
        };
        let (cells, episode, result) = run.run(plan, waiting).await;
        let with_trials = |running: RunningCell| (running.cell.clone(), running.trials());
        Tried { cells: cells.into_iter().map(with_trials).collect(), episode, result }
    }

    async fn leave(testbed: &Testbed) -> Result<(), Problem> {
        testbed.set_hints(true).await
    }
}

#[cfg(test)]
#[path = "begin_test.rs"]
mod tests;
