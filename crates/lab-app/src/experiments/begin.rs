//! How a run begins: what is refused, and the job that it becomes.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use lab_bench::{ExperimentKind, Run};
use lab_model::{Code, Problem};

use super::{
    lab::{not_now, refuse_a_lessons_lab},
    run::{all, replay_one, unix_millis},
    runner::Runner,
    under_way::WorkingRun,
};
use crate::{
    App,
    jobs::JobContext,
    schema::{ExperimentJob, ResumeExperiment, TrialRef},
};

/// Beyond the estimate: a first start may build an image.
const ROOM: Duration = Duration::from_secs(45 * 60);

/// A run that is to begin: a plan that was checked, and its cells.
pub(super) struct Beginning<K: ExperimentKind> {
    pub(super) plan: K::Plan,
    pub(super) cells: Vec<K::CellPlan>,
    pub(super) expectations: BTreeMap<String, K::Verdict>,
    pub(super) shared: bool,
    pub(super) anyway: bool,
}

/// Begins a run as a job.
///
/// # Errors
/// An expectation of no cell; `not_now` if another run works in that lab.
pub(super) fn begin<K: Runner>(app: &Arc<App>, new: Beginning<K>) -> Result<ExperimentJob, Problem> {
    let lab = K::lab_of(&new.plan);
    refuse_a_lessons_lab(&lab, new.shared)?;
    if let Some(cell) = new.expectations.keys().find(|name| new.cells.iter().all(|cell| K::name_of(cell) != **name)) {
        return Err(Problem {
            code: Code::ActionInvalid,
            message: format!("The plan has no cell {cell}."),
            detail: String::new(),
            hint: "Check the plan first: it lists its cells.".into(),
        });
    }
    refuse_a_second(app, &lab)?;
    let run = app.experiments.store::<K>().create(|number| Run {
        expectations: new.expectations,
        shared: new.shared,
        ..Run::new(number, new.plan, new.cells, lab, unix_millis())
    })?;
    start(app, run, new.anyway)
}

/// Goes on with a run.
///
/// # Errors
/// `unknown`; `not_now` if it is done or works.
pub(crate) fn resume<K: Runner>(app: &Arc<App>, request: ResumeExperiment) -> Result<ExperimentJob, Problem> {
    let mut run = app.experiments.store::<K>().run(request.experiment)?;
    run.shared |= request.shared;
    if run.done {
        return Err(not_now(&format!("Run {} is already complete.", run.experiment), "Start a new run."));
    }
    refuse_a_second(app, &run.lab)?;
    start(app, run, request.anyway)
}

/// Does one trial of a run once more, with tracing, as a job.
///
/// # Errors
/// `unknown`; `not_now` if a run works in that lab.
pub(crate) fn replay<K: Runner>(app: &Arc<App>, wanted: TrialRef) -> Result<ExperimentJob, Problem> {
    let run = app.experiments.store::<K>().run(wanted.experiment)?;
    app.experiments.trial::<K>(wanted.experiment, &wanted.cell, wanted.trial)?;
    refuse_a_second(app, &run.lab)?;
    let title = format!("replay trial {} of {}", wanted.trial, wanted.cell);
    work(app, run, title, move |app, run, context, _| async move { replay_one(&app, run, &wanted, &context).await })
}

fn refuse_a_second(app: &App, lab: &str) -> Result<(), Problem> {
    app.experiments.under_way.in_lab(lab).map_or(Ok(()), |number| {
        Err(not_now(
            &format!("Run {number} is still running in lab {lab}."),
            "Wait until it ends, cancel it, or name another lab.",
        ))
    })
}

fn start<K: Runner>(app: &Arc<App>, run: Run<K>, anyway: bool) -> Result<ExperimentJob, Problem> {
    let title = format!("{} run {}: {} cells", K::NAME, run.experiment, run.cells.len());
    work(app, run, title, move |app, mut run, context, working| async move {
        let result = all(&app, &mut run, anyway, &context, &working).await;
        // Kept with the run: the job is forgotten when the application ends.
        run.problem = result.as_ref().err().filter(|problem| problem.code != Code::Cancelled).cloned();
        result.and(app.experiments.store::<K>().keep(&mut run))
    })
}

/// Does something with a run's lab as a job.
///
/// The work is a task of its own: a cancelled job is not waited for long, and undoing a fault may take longer than that.
fn work<K, F, Fut>(app: &Arc<App>, run: Run<K>, title: String, doing: F) -> Result<ExperimentJob, Problem>
where
    K: Runner,
    F: FnOnce(Arc<App>, Run<K>, JobContext, Arc<WorkingRun>) -> Fut,
    Fut: Future<Output = Result<(), Problem>> + Send + 'static,
{
    let number = run.experiment;
    let taken = app.experiments.store::<K>().take(number)?.ok_or_else(|| {
        not_now(&format!("Another Pipewright is running run {number}."), "Wait until the run ends, or cancel it there.")
    })?;
    let working = WorkingRun::new(run.lab.clone(), Duration::from_millis(run.took_ms), taken);
    app.experiments.under_way.begin(number, Arc::clone(&working));
    let limit = ROOM + plan_length(&run) * 5;
    let (lab, owner, own) = (run.lab.clone(), Arc::clone(app), Arc::clone(&working));
    let job = app.jobs.begin(title, Some(lab), limit, move |context| {
        let working = doing(Arc::clone(&owner), run, context, own);
        let task = tokio::spawn(async move {
            let result = working.await;
            owner.experiments.under_way.end(number);
            result
        });
        async move { task.await.unwrap_or_else(|error| Err(broken(&error))) }
    });
    working.is_job(job);
    Ok(ExperimentJob { experiment: number, job: job.job })
}

fn broken(error: &tokio::task::JoinError) -> Problem {
    Problem {
        code: Code::Internal,
        message: "The run stopped because of a bug.".into(),
        detail: error.to_string(),
        hint: "The trials so far are kept. Resume the run.".into(),
    }
}

fn plan_length<K: Runner>(run: &Run<K>) -> Duration {
    K::episodes(&run.plan).iter().map(|episode| K::about(episode, &run.plan)).sum()
}
