//! A run at work: bring the lab up, do every episode that is not done, keep what was made, and leave a healthy lab.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use lab_bench::consistency::{EpisodePlan, Run, RunningCell, episodes, not_alone};
use lab_cassandra::Request;
use lab_model::{Code, Problem, Progress, ProgressSink};

use super::{
    Runs, WorkingRun,
    episode::EpisodeRun,
    progress::{Listener, ReplayProgress, RunProgress, has_ended},
    testbed::{Testbed, cancelled, not_now},
};
use crate::{
    App,
    jobs::JobContext,
    lab::{Lab, Thing, in_the_way},
    schema::{Cell, CellPlan, JobId, JobState, Replay, Trial, TrialRef, Up},
};

/// What others made in the run's lab; keyspaces of the bench are its own.
fn things_of_others(lab: &Lab) -> Vec<Thing> {
    lab.holds().into_iter().filter(|thing| !thing.is_node() && !thing.name.starts_with("bench_")).collect()
}

/// What a plan should know of its lab before it becomes a run, which then asks.
pub(super) fn would_hit(app: &App, lab: &str) -> Option<String> {
    let things = things_of_others(&*app.lab(lab).ok()?);
    let first = things.first()?;
    let more = if things.len() > 1 { format!(" and {} more", things.len() - 1) } else { String::new() };
    Some(format!("Lab {lab} holds data that somebody created ({first}{more}). A run stops and kills its nodes."))
}

/// Faults hit everybody's things: a lab that holds any is used only if somebody said so.
async fn refuse_things_of_others(lab: &Lab, shared: bool) -> Result<(), Problem> {
    lab.settled().await;
    let things = things_of_others(lab);
    if shared || things.is_empty() {
        return Ok(());
    }
    let message = format!("Lab {} holds data that somebody created. A run stops and kills its nodes.", lab.name);
    let hint = "Do not name a lab: the run then gets its own. Or confirm that the run may use this one.";
    Err(in_the_way(message, &things, hint))
}

/// Every episode that is not done.
pub(super) async fn all(
    app: &Arc<App>,
    run: &mut Run,
    anyway: bool,
    context: &JobContext,
    working: &Arc<WorkingRun>,
) -> Result<(), Problem> {
    let store = app.experiments.store.clone();
    run.attempts += 1;
    run.problem = None;
    store.keep(run)?;
    let lab = bring_up(app, run, anyway, context).await?;
    refuse_things_of_others(&lab, run.shared).await?;
    run.images = lab.info().images;
    let progress = RunProgress::new(&store, run, context, working)?;
    let testbed = Testbed::new(&lab, context.cancel.clone())?;
    let result = async {
        testbed.unless_cancelled(lab.calm_down()).await??;
        drop_others(&testbed, run.experiment).await;
        for episode in episodes(&run.plan) {
            one(&store, run, &progress, &testbed, &episode).await?;
        }
        Ok(())
    }
    .await;
    progress.step("leave the lab as it was".into());
    let calm = calm(&testbed).await;
    run.took_ms = working.status().took_ms.unwrap_or(run.took_ms);
    run.done = result.is_ok();
    store.keep(run)?;
    result.and(calm)
}

/// An episode, if it is not done already.
async fn one(
    store: &Runs,
    run: &mut Run,
    progress: &RunProgress,
    testbed: &Testbed,
    episode: &EpisodePlan,
) -> Result<(), Problem> {
    if has_ended(store, run, episode)? {
        return Ok(());
    }
    progress.episode();
    store.keep(run)?;
    let fresh = |plan: &CellPlan| Cell::waiting(plan, run.plan.trials, run.expectations.get(&plan.cell).copied());
    let waiting: Vec<Cell> = episode.cells.iter().map(fresh).collect();
    let work = EpisodeRun {
        testbed,
        listener: progress,
        table: table(run.experiment, episode.rf),
        prefix: format!("{}{}a{}", episode.fault.name(), episode.rf, run.attempts),
        numbers: 1..=run.plan.trials,
        hints: run.plan.hints,
        trace: false,
    };
    let (cells, mut done, result) = work.run(episode, waiting.clone()).await;
    let others: Vec<String> = things_of_others(&testbed.lab).iter().map(ToString::to_string).collect();
    done.remarks.extend(not_alone(&others));
    done.remarks.extend(keep_evidence(store, run.experiment, &testbed.lab));
    let result = match result {
        Err(problem) if problem.code == Code::Cancelled => return Err(problem),
        Err(problem) => {
            done.remarks.push(problem.message.clone());
            // Once more from a healthy lab with the next fault; what happened here is said in its cells.
            incomplete(store, run, cells, waiting, &problem)?;
            testbed.unless_cancelled(testbed.lab.calm_down()).await?
        }
        Ok(()) => save(store, run, &cells),
    };
    run.episodes.retain(|old| (old.rf, &old.fault) != (done.rf, &done.fault));
    run.episodes.push(done);
    run.took_ms = progress.working.status().took_ms.unwrap_or(run.took_ms);
    store.keep(run)?;
    progress.episode_done(episode);
    result
}

/// Journals are kept within bounds, and a run as long as somebody wants: what its trials name is kept with it. Gives why
/// it could not be.
fn keep_evidence(store: &Runs, number: u32, lab: &Lab) -> Option<String> {
    let folder = store.of(number).join("journal").join(&lab.name);
    let refused = lab.recorder.keep_in(&folder).err()?;
    Some(format!("The journal of this lab could not be kept with the run ({refused}): it is removed when it gets old."))
}

fn save(store: &Runs, run: &Run, cells: &[RunningCell]) -> Result<(), Problem> {
    cells.iter().try_for_each(|cell| store.save_cell(run.experiment, &cell.cell, &cell.trials()))
}

/// Keeps what was made, and says why it is not all.
fn incomplete(
    store: &Runs,
    run: &Run,
    cells: Vec<RunningCell>,
    waiting: Vec<Cell>,
    why: &Problem,
) -> Result<(), Problem> {
    let made: Vec<(Cell, Vec<Trial>)> = if cells.is_empty() {
        waiting.into_iter().map(|cell| (cell, Vec::new())).collect()
    } else {
        cells.into_iter().map(|cell| (cell.cell.clone(), cell.trials())).collect()
    };
    for (mut cell, trials) in made {
        cell.break_off(&why.message, &trials);
        store.save_cell(run.experiment, &cell, &trials)?;
    }
    Ok(())
}

fn table(number: u32, rf: u32) -> String {
    format!("bench_{number}_rf{rf}.trials")
}

/// Keyspaces of earlier runs go: what is left to look at is this one's.
async fn drop_others(testbed: &Testbed, number: u32) {
    let mine = format!("bench_{number}_");
    let names = testbed.picture().keyspaces.into_iter().map(|keyspace| keyspace.name);
    for name in names.filter(|name| name.starts_with("bench_") && !name.starts_with(&mine)) {
        let dropped = testbed.request(Request::of(format!("DROP KEYSPACE IF EXISTS {name}"))).await;
        tracing::debug!(name, ?dropped, "a keyspace of an earlier run was dropped");
    }
}

/// No fault, hints as they were, every node up. A cancel does not stop this: a lab is never left broken.
async fn calm(testbed: &Testbed) -> Result<(), Problem> {
    let calm = testbed.lab.calm_down().await;
    let hints = testbed.set_hints(true).await;
    calm.and(hints)
}

/// `anyway`: also where there seems to be too little memory.
async fn bring_up(app: &Arc<App>, run: &Run, anyway: bool, context: &JobContext) -> Result<Arc<Lab>, Problem> {
    (context.progress)(Progress::step(format!("start {}", run.plan.stack)));
    app.adopt_running().await?;
    let (stack, lab) = (run.plan.stack.clone(), Some(run.lab.clone()));
    let job = app.up_as(&Up { stack, lab, options: BTreeMap::new(), anyway })?;
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

/// A trial once more, with traces, and a fault of its own.
pub(super) async fn replay_one(
    app: &Arc<App>,
    run: Run,
    wanted: &TrialRef,
    context: &JobContext,
) -> Result<(), Problem> {
    let store = app.experiments.store.clone();
    let plan = run.cell(&wanted.cell)?.clone();
    let lab = bring_up(app, &run, false, context).await?;
    let testbed = Testbed::new(&lab, context.cancel.clone())?;
    let progress = ReplayProgress { progress: Arc::clone(&context.progress) };
    let episode = EpisodePlan { rf: plan.rf, fault: plan.fault, cells: vec![plan.clone()] };
    let at = unix_millis();
    let work = EpisodeRun {
        testbed: &testbed,
        listener: &progress,
        table: table(run.experiment, plan.rf),
        prefix: format!("replay{at}"),
        numbers: wanted.trial..=wanted.trial,
        hints: run.plan.hints,
        trace: true,
    };
    let result = async {
        testbed.unless_cancelled(lab.calm_down()).await??;
        let (cells, _, result) = work.run(&episode, vec![Cell::waiting(&plan, 1, None)]).await;
        result?;
        let trial = cells.first().and_then(|cell| cell.trials().pop());
        trial.ok_or_else(|| not_now("The other nodes marked the node down before the trial could begin.", "Try again."))
    }
    .await;
    let calm = calm(&testbed).await;
    let mut replays = store.replays(run.experiment)?;
    replays.push(Replay { cell: wanted.cell.clone(), of: wanted.trial, at, lab: run.lab.clone(), trial: result? });
    store.save_replays(run.experiment, &replays)?;
    calm
}

pub(super) fn unix_millis() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|time| i64::try_from(time.as_millis()).ok())
        .unwrap_or_default()
}
