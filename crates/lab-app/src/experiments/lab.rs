//! The lab of a run: which one it is, whose things are in it, and how it is brought up.

use std::{collections::BTreeMap, sync::Arc};

use lab_bench::{ExperimentKind, Run};
use lab_model::{Code, Problem, Progress, ProgressSink};
use tokio_util::sync::CancellationToken;

use crate::{
    App,
    jobs::JobContext,
    lab::{Lab, Thing, in_the_way},
    schema::{JobId, JobState, Up},
};

/// A run in a lab that cannot be brought up could never be gone on with, so it is none: a name that is none, or one that a
/// lab of another stack has.
pub(super) fn refuse_no_such_lab<K: ExperimentKind>(app: &App, plan: &K::Plan) -> Result<(), Problem> {
    let lab = K::lab_of(plan);
    crate::catalog::check_lab_name(&lab)?;
    match app.lab(&lab) {
        Ok(there) if there.stack.name() != K::stack(plan) => {
            Err(crate::words::another_stack(&lab, there.stack.name(), K::stack(plan)))
        }
        _ => Ok(()),
    }
}

/// A lesson's lab may have somebody in the middle of it.
pub(super) fn refuse_a_lessons_lab(lab: &str, shared: bool) -> Result<(), Problem> {
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

/// What others made in a run's lab: everything that is not the experiment's own.
pub(super) fn things_of_others<K: ExperimentKind>(lab: &Lab) -> Vec<Thing> {
    lab.holds().into_iter().filter(|thing| !thing.is_node() && !thing.name.starts_with(K::OWN)).collect()
}

/// What a plan should know of its lab before it becomes a run, which then asks.
pub(super) fn would_hit<K: ExperimentKind>(app: &App, lab: &str) -> Option<String> {
    let things = things_of_others::<K>(&*app.lab(lab).ok()?);
    let first = things.first()?;
    let more = if things.len() > 1 { format!(" and {} more", things.len() - 1) } else { String::new() };
    Some(format!("Lab {lab} holds data that somebody created ({first}{more}). A run stops and kills its nodes."))
}

/// Faults hit everybody's things: a lab that holds any is used only if somebody said so.
pub(super) async fn refuse_things_of_others<K: ExperimentKind>(lab: &Lab, shared: bool) -> Result<(), Problem> {
    lab.settled().await;
    let things = things_of_others::<K>(lab);
    if shared || things.is_empty() {
        return Ok(());
    }
    let message = format!("Lab {} holds data that somebody created. A run stops and kills its nodes.", lab.name);
    let hint = "Do not name a lab: the run then gets its own. Or confirm that the run may use this one.";
    Err(in_the_way(message, &things, hint))
}

/// No fault, every node up.
pub(super) async fn calm_down(lab: &Lab, cancel: &CancellationToken) -> Result<(), Problem> {
    cancel.run_until_cancelled(lab.calm_down()).await.unwrap_or_else(|| Err(cancelled()))
}

/// `anyway`: also where there seems to be too little memory.
pub(super) async fn bring_up<K: ExperimentKind>(
    app: &Arc<App>,
    run: &Run<K>,
    anyway: bool,
    context: &JobContext,
) -> Result<Arc<Lab>, Problem> {
    let stack = K::stack(&run.plan).to_owned();
    (context.progress)(Progress::step(format!("start {stack}")));
    app.adopt_running().await?;
    let job = app.up_as(&Up { stack, lab: Some(run.lab.clone()), options: BTreeMap::new(), anyway })?;
    let forward = forward(app, job, &context.progress);
    tokio::select! {
        result = app.jobs.wait(job) => result?,
        () = forward => {}
        () = context.cancel.cancelled() => {
            app.jobs.cancel(job)?;
            return Err(cancelled());
        }
    }
    app.lab(&run.lab)
}

/// Tells how far another job is, and what it did between two looks.
async fn forward(app: &Arc<App>, job: JobId, progress: &ProgressSink) {
    let mut changes = app.jobs.changes();
    let (mut last, mut told) = (None, 0);
    loop {
        let info = app.jobs.list().into_iter().find(|info| info.job == job.job && info.state == JobState::Running);
        if let Some(info) = info.filter(|info| last.as_ref() != Some(&info.progress)) {
            let new = info.steps.iter().filter(|step| step.number > told);
            new.for_each(|step| progress(Progress::step(step.says.clone())));
            told = info.steps.last().map_or(told, |step| step.number);
            progress(info.progress.clone());
            last = Some(info.progress);
        }
        if changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

pub(super) fn cancelled() -> Problem {
    Problem {
        code: Code::Cancelled,
        message: "Cancelled. The trials so far are kept. You can run the rest later.".into(),
        detail: String::new(),
        hint: String::new(),
    }
}

pub(super) fn not_now(message: &str, hint: &str) -> Problem {
    Problem { code: Code::NotNow, message: message.into(), detail: String::new(), hint: hint.into() }
}
