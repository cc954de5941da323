//! How a run begins: what is refused, and the job that it becomes.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use lab_bench::consistency::{Run, about, episodes};
use lab_model::{Code, Problem};

use super::{
    WorkingRun,
    run::{all, replay_one, unix_millis},
    testbed::not_now,
};
use crate::{
    App,
    jobs::JobContext,
    schema::{BeginExperiment, ConsistencyPlan, ExperimentJob, ResumeExperiment, TrialRef},
};

/// Beyond the estimate: a first start may build an image.
const ROOM: Duration = Duration::from_secs(45 * 60);

/// Begins a run as a job.
///
/// # Errors
/// What is wrong with the plan; `not_now` if another run works in that lab.
pub(crate) fn begin(app: &Arc<App>, request: BeginExperiment) -> Result<ExperimentJob, Problem> {
    let checked = super::check(app, request.plan)?;
    let lab = lab_of(&checked.plan);
    refuse_a_lessons_lab(&lab, request.shared)?;
    if let Some(cell) = request.expectations.keys().find(|name| checked.cells.iter().all(|cell| cell.cell != **name)) {
        return Err(Problem {
            code: Code::ActionInvalid,
            message: format!("The plan has no cell {cell}."),
            detail: String::new(),
            hint: "Check the plan first: it lists its cells.".into(),
        });
    }
    refuse_a_second(app, &lab)?;
    let run = app.experiments.store.create(|number| Run {
        expectations: request.expectations,
        shared: request.shared,
        ..Run::new(number, checked.plan, checked.cells, lab, unix_millis())
    })?;
    start(app, run, request.anyway)
}

/// The lab that a plan runs in: the one it names, else one of the bench's own.
pub(super) fn lab_of(plan: &ConsistencyPlan) -> String {
    plan.lab.clone().unwrap_or_else(|| format!("pipewright-bench-{}", plan.stack))
}

/// Goes on with a run.
///
/// # Errors
/// `unknown`; `not_now` if it is done or works.
pub(crate) fn resume(app: &Arc<App>, request: ResumeExperiment) -> Result<ExperimentJob, Problem> {
    let mut run = app.experiments.store.run(request.experiment)?;
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
pub(crate) fn replay(app: &Arc<App>, wanted: TrialRef) -> Result<ExperimentJob, Problem> {
    let run = app.experiments.store.run(wanted.experiment)?;
    app.experiments.trial(wanted.experiment, &wanted.cell, wanted.trial)?;
    refuse_a_second(app, &run.lab)?;
    let title = format!("replay trial {} of {}", wanted.trial, wanted.cell);
    work(app, run, title, move |app, run, context, _| async move { replay_one(&app, run, &wanted, &context).await })
}

/// A run in a lab that cannot be brought up could never be gone on with, so it is none: a name that is none, or one that a
/// lab of another stack has.
pub(super) fn refuse_no_such_lab(app: &App, plan: &ConsistencyPlan) -> Result<(), Problem> {
    let lab = lab_of(plan);
    crate::catalog::check_lab_name(&lab)?;
    match app.lab(&lab) {
        Ok(there) if there.stack.name() != plan.stack => {
            Err(crate::words::another_stack(&lab, there.stack.name(), &plan.stack))
        }
        _ => Ok(()),
    }
}

/// A lesson's lab may have somebody in the middle of it.
fn refuse_a_lessons_lab(lab: &str, shared: bool) -> Result<(), Problem> {
    if shared || !lab.starts_with(crate::learning::LESSON_LABS) {
        return Ok(());
    }
    Err(Problem {
        code: Code::HoldsThings,
        message: format!(
            "{lab} is the lab of the lessons. A run stops and kills its nodes, also while somebody learns there."
        ),
        detail: String::new(),
        hint: "Do not name a lab: the run then gets its own. Or confirm that the run may use this one.".into(),
    })
}

fn refuse_a_second(app: &App, lab: &str) -> Result<(), Problem> {
    let running = app.experiments.lock().iter().find(|(_, run)| run.lab == lab).map(|(number, _)| *number);
    running.map_or(Ok(()), |number| {
        Err(not_now(
            &format!("Run {number} is still running in lab {lab}."),
            "Wait until it ends, cancel it, or name another lab.",
        ))
    })
}

fn start(app: &Arc<App>, run: Run, anyway: bool) -> Result<ExperimentJob, Problem> {
    let title = format!("consistency run {}: {} cells", run.experiment, run.cells.len());
    work(app, run, title, move |app, mut run, context, working| async move {
        let result = all(&app, &mut run, anyway, &context, &working).await;
        // Kept with the run: the job is forgotten when the application ends.
        run.problem = result.as_ref().err().filter(|problem| problem.code != Code::Cancelled).cloned();
        result.and(app.experiments.store.keep(&mut run))
    })
}

/// Does something with a run's lab as a job.
///
/// The work is a task of its own: a cancelled job is not waited for long, and undoing a fault may take longer than that.
fn work<F, Fut>(app: &Arc<App>, run: Run, title: String, doing: F) -> Result<ExperimentJob, Problem>
where
    F: FnOnce(Arc<App>, Run, JobContext, Arc<WorkingRun>) -> Fut,
    Fut: Future<Output = Result<(), Problem>> + Send + 'static,
{
    let number = run.experiment;
    let taken = app.experiments.store.take(number)?.ok_or_else(|| {
        not_now(&format!("Another Pipewright is running run {number}."), "Wait until the run ends, or cancel it there.")
    })?;
    let working = Arc::new(WorkingRun {
        lab: run.lab.clone(),
        began: Instant::now(),
        took_before: Duration::from_millis(run.took_ms),
        job: Mutex::default(),
        remaining: Mutex::default(),
        _taken: taken,
    });
    app.experiments.lock().insert(number, Arc::clone(&working));
    app.experiments.pulse.send_modify(|n| *n += 1);
    let limit = ROOM + plan_length(&run) * 5;
    let (lab, owner, own) = (run.lab.clone(), Arc::clone(app), Arc::clone(&working));
    let job = app.jobs.begin(title, Some(lab), limit, move |context| {
        let working = doing(Arc::clone(&owner), run, context, own);
        let task = tokio::spawn(async move {
            let result = working.await;
            owner.experiments.lock().remove(&number);
            owner.experiments.pulse.send_modify(|n| *n += 1);
            result
        });
        async move { task.await.unwrap_or_else(|error| Err(broken(&error))) }
    });
    *working.job.lock().unwrap_or_else(PoisonError::into_inner) = Some(job.job);
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

fn plan_length(run: &Run) -> Duration {
    episodes(&run.plan).iter().map(|episode| about(episode, run.plan.trials, run.plan.hints)).sum()
}

#[cfg(test)]
#[path = "begin_test.rs"]
mod tests;
