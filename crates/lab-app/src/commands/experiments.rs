//! The consistency bench: check a plan, run it, and work with saved runs.

use std::sync::Arc;

use lab_bench::consistency::Consistency;
use lab_model::Problem;

use crate::{
    App,
    experiments::{self, consistency},
    schema::{
        BeginExperiment, CellRef, CompareExperiments, Comparison, ConsistencyPlan, Expect, Experiment, ExperimentJob,
        ExperimentList, ExperimentRef, ExportExperiment, Exported, Nothing, PlanChecked, Replay, ResumeExperiment,
        Trial, TrialRef, Verified,
    },
};

pub(crate) async fn plan_check(app: &Arc<App>, plan: ConsistencyPlan) -> Result<PlanChecked, Problem> {
    consistency::check(app, plan)
}

pub(crate) async fn begin(app: &Arc<App>, request: BeginExperiment) -> Result<ExperimentJob, Problem> {
    consistency::begin(app, request)
}

pub(crate) async fn resume(app: &Arc<App>, request: ResumeExperiment) -> Result<ExperimentJob, Problem> {
    experiments::resume::<Consistency>(app, request)
}

pub(crate) async fn list(app: &Arc<App>, _: Nothing) -> Result<ExperimentList, Problem> {
    consistency::list(&app.experiments)
}

pub(crate) async fn show(app: &Arc<App>, run: ExperimentRef) -> Result<Experiment, Problem> {
    consistency::show(&app.experiments, run.experiment)
}

pub(crate) async fn trials(app: &Arc<App>, CellRef { experiment, cell }: CellRef) -> Result<Vec<Trial>, Problem> {
    app.experiments.trials::<Consistency>(experiment, &cell)
}

pub(crate) async fn trial(app: &Arc<App>, TrialRef { experiment, cell, trial }: TrialRef) -> Result<Trial, Problem> {
    app.experiments.trial::<Consistency>(experiment, &cell, trial)
}

pub(crate) async fn expect(app: &Arc<App>, request: Expect) -> Result<Nothing, Problem> {
    app.experiments.expect::<Consistency>(request.experiment, request.expectations)?;
    Ok(Nothing {})
}

pub(crate) async fn replay(app: &Arc<App>, trial: TrialRef) -> Result<ExperimentJob, Problem> {
    experiments::replay::<Consistency>(app, trial)
}

pub(crate) async fn replays(app: &Arc<App>, run: ExperimentRef) -> Result<Vec<Replay>, Problem> {
    app.experiments.replays::<Consistency>(run.experiment)
}

pub(crate) async fn export(app: &Arc<App>, request: ExportExperiment) -> Result<Exported, Problem> {
    consistency::export(&app.experiments, request.experiment, request.format)
}

pub(crate) async fn compare(app: &Arc<App>, request: CompareExperiments) -> Result<Comparison, Problem> {
    consistency::compare(&app.experiments, request.first, request.second)
}

pub(crate) async fn verify(app: &Arc<App>, run: ExperimentRef) -> Result<Verified, Problem> {
    consistency::verify(&app.experiments, run.experiment)
}

pub(crate) async fn remove(app: &Arc<App>, run: ExperimentRef) -> Result<Nothing, Problem> {
    app.experiments.remove(run.experiment)?;
    Ok(Nothing {})
}
