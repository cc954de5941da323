//! A run as a job: bring the lab up, do every episode that is not done, keep what was made, and leave a healthy lab.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use lab_cassandra::Request;
use lab_model::{Code, Problem, Progress, ProgressSink};

use super::{
    UnderWay, cells,
    episode::{Bench, Told},
    ground::{Ground, cancelled, not_now},
    plan::{self, EpisodePlan, about, episodes},
    sheet::Sheet,
    store::{Run, Store},
    telling::{Quiet, Teller},
};
use crate::{
    App,
    jobs::JobContext,
    lab::{Lab, Thing, in_the_way},
    schema::{
        BeginExperiment, Cell, CellPlan, CellState, ExperimentJob, JobId, JobState, Replay, ResumeExperiment, Trial,
        TrialRef, Up,
    },
};

/// Beyond the estimate: a first start may build an image.
const ROOM: Duration = Duration::from_secs(45 * 60);

/// Begins a run as a job.
///
/// # Errors
/// What is wrong with the plan; `not_now` if another run works in that lab.
pub(crate) fn begin(app: &Arc<App>, request: BeginExperiment) -> Result<ExperimentJob, Problem> {
    let checked = super::check(app, request.plan)?;
    let lab = checked.plan.lab.clone().unwrap_or_else(|| format!("pipewright-bench-{}", checked.plan.stack));
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

/// What others made in the run's lab; keyspaces of the bench are its own.
fn things_of_others(lab: &Lab) -> Vec<Thing> {
    lab.holds().into_iter().filter(|thing| !thing.is_node() && !thing.name.starts_with("bench_")).collect()
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
    work(app, run, title, move |app, mut run, context, under_way| async move {
        let result = all(&app, &mut run, anyway, &context, &under_way).await;
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
    F: FnOnce(Arc<App>, Run, JobContext, Arc<UnderWay>) -> Fut,
    Fut: Future<Output = Result<(), Problem>> + Send + 'static,
{
    let number = run.experiment;
    let taken = app.experiments.store.take(number)?.ok_or_else(|| {
        not_now(&format!("Another Pipewright is running run {number}."), "Wait until the run ends, or cancel it there.")
    })?;
    let under_way = Arc::new(UnderWay {
        lab: run.lab.clone(),
        began: Instant::now(),
        took_before: Duration::from_millis(run.took_ms),
        job: Mutex::default(),
        remaining: Mutex::default(),
        _taken: taken,
    });
    app.experiments.lock().insert(number, Arc::clone(&under_way));
    app.experiments.pulse.send_modify(|n| *n += 1);
    let limit = ROOM + plan_length(&run) * 5;
    let (lab, owner, alive) = (run.lab.clone(), Arc::clone(app), Arc::clone(&under_way));
    let job = app.jobs.begin(title, Some(lab), limit, move |context| {
        let working = doing(Arc::clone(&owner), run, context, alive);
        let task = tokio::spawn(async move {
            let result = working.await;
            owner.experiments.lock().remove(&number);
            owner.experiments.pulse.send_modify(|n| *n += 1);
            result
        });
        async move { task.await.unwrap_or_else(|error| Err(broken(&error))) }
    });
    *under_way.job.lock().unwrap_or_else(PoisonError::into_inner) = Some(job.job);
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

/// Every episode that is not done.
async fn all(
    app: &Arc<App>,
    run: &mut Run,
    anyway: bool,
    context: &JobContext,
    under_way: &Arc<UnderWay>,
) -> Result<(), Problem> {
    let store = app.experiments.store.clone();
    run.attempts += 1;
    run.problem = None;
    store.keep(run)?;
    let lab = bring_up(app, run, anyway, context).await?;
    refuse_things_of_others(&lab, run.shared).await?;
    run.images = lab.info().images;
    let told = Teller::new(&store, run, context, under_way)?;
    let ground = Ground::new(&lab, context.cancel.clone())?;
    let result = async {
        ground.unless_cancelled(lab.calm_down()).await??;
        drop_others(&ground, run.experiment).await;
        for episode in episodes(&run.plan) {
            one(&store, run, &told, &ground, &episode).await?;
        }
        Ok(())
    }
    .await;
    told.step("leave the lab as it was".into());
    let calm = calm(&ground).await;
    run.took_ms = under_way.alive().took_ms.unwrap_or(run.took_ms);
    run.done = result.is_ok();
    store.keep(run)?;
    result.and(calm)
}

/// An episode, if it is not done already.
async fn one(
    store: &Store,
    run: &mut Run,
    told: &Teller,
    ground: &Ground,
    episode: &EpisodePlan,
) -> Result<(), Problem> {
    let ended = |cell: &Cell| matches!(cell.state, CellState::Done | CellState::Incomplete);
    let saved = |plan: &CellPlan| store.cell(run.experiment, &plan.cell);
    let all_ended = episode.cells.iter().map(saved).collect::<Result<Vec<_>, _>>()?;
    if all_ended.iter().all(|cell| cell.as_ref().is_some_and(ended)) {
        return Ok(());
    }
    told.episode();
    store.keep(run)?;
    let fresh = |plan: &CellPlan| cells::waiting(plan, run.plan.trials, run.expectations.get(&plan.cell).copied());
    let waiting: Vec<Cell> = episode.cells.iter().map(fresh).collect();
    let bench = Bench {
        ground,
        told,
        table: table(run.experiment, episode.rf),
        prefix: format!("{}{}a{}", plan::fault_name(episode.fault), episode.rf, run.attempts),
        numbers: 1..=run.plan.trials,
        hints: run.plan.hints,
        trace: false,
    };
    let (sheets, mut done, result) = bench.run(episode, waiting.clone()).await;
    done.remarks.extend(not_alone(&things_of_others(&ground.lab)));
    let result = match result {
        Err(problem) if problem.code == Code::Cancelled => return Err(problem),
        Err(problem) => {
            done.remarks.push(problem.message.clone());
            // Once more from a healthy lab with the next fault; what happened here is said in its cells.
            incomplete(store, run, sheets, waiting, &problem)?;
            ground.unless_cancelled(ground.lab.calm_down()).await?
        }
        Ok(()) => save(store, run, &sheets),
    };
    run.episodes.retain(|old| (old.rf, &old.fault) != (done.rf, &done.fault));
    run.episodes.push(done);
    run.took_ms = told.under_way.alive().took_ms.unwrap_or(run.took_ms);
    store.keep(run)?;
    told.episode_done(episode);
    result
}

/// Hints and read repairs are counted by node: those of others cannot be told from the run's own.
fn not_alone(others: &[Thing]) -> Option<String> {
    let names: Vec<String> = others.iter().take(5).map(ToString::to_string).collect();
    let more = if others.len() > names.len() { ", …" } else { "" };
    (!names.is_empty()).then(|| {
        format!(
            "Other programs used the lab during the run ({}{more}), so the counts include their hints and read repairs.",
            names.join(", ")
        )
    })
}

fn save(store: &Store, run: &Run, sheets: &[Sheet]) -> Result<(), Problem> {
    sheets.iter().try_for_each(|sheet| store.save_cell(run.experiment, &sheet.cell, &sheet.trials()))
}

/// Keeps what was made, and says why it is not all.
fn incomplete(store: &Store, run: &Run, sheets: Vec<Sheet>, waiting: Vec<Cell>, why: &Problem) -> Result<(), Problem> {
    let made: Vec<(Cell, Vec<Trial>)> = if sheets.is_empty() {
        waiting.into_iter().map(|cell| (cell, Vec::new())).collect()
    } else {
        sheets.into_iter().map(|sheet| (sheet.cell.clone(), sheet.trials())).collect()
    };
    for (mut cell, trials) in made {
        cell.state = CellState::Incomplete;
        cell.why = Some(why.message.clone());
        store.save_cell(run.experiment, &cell, &trials)?;
    }
    Ok(())
}

fn table(number: u32, rf: u32) -> String {
    format!("bench_{number}_rf{rf}.trials")
}

/// Keyspaces of earlier runs go: what is left to look at is this one's.
async fn drop_others(ground: &Ground, number: u32) {
    let model = ground.ring_model();
    let mine = format!("bench_{number}_");
    let names = model["keyspaces"].as_array().into_iter().flatten().filter_map(|keyspace| keyspace["name"].as_str());
    for name in names.filter(|name| name.starts_with("bench_") && !name.starts_with(&mine)) {
        let dropped = ground.request(Request::of(format!("DROP KEYSPACE IF EXISTS {name}"))).await;
        tracing::debug!(name, ?dropped, "a keyspace of an earlier run was dropped");
    }
}

/// No fault, hints as they were, every node up. A cancel does not stop this: a lab is never left broken.
async fn calm(ground: &Ground) -> Result<(), Problem> {
    let calm = ground.lab.calm_down().await;
    let hints = ground.set_hints(true).await;
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

/// Tells how far another job is.
async fn forward(app: &Arc<App>, job: JobId, progress: &ProgressSink) {
    let mut changes = app.jobs.changes();
    let mut last = None;
    loop {
        let info = app.jobs.list().into_iter().find(|info| info.job == job.job && info.state == JobState::Running);
        if let Some(info) = info.filter(|info| last.as_ref() != Some(&info.progress)) {
            progress(info.progress.clone());
            last = Some(info.progress);
        }
        if changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

async fn replay_one(app: &Arc<App>, run: Run, wanted: &TrialRef, context: &JobContext) -> Result<(), Problem> {
    let store = app.experiments.store.clone();
    let plan = run.cell(&wanted.cell)?.clone();
    let lab = bring_up(app, &run, false, context).await?;
    let ground = Ground::new(&lab, context.cancel.clone())?;
    let told = Quiet { progress: Arc::clone(&context.progress) };
    let episode = EpisodePlan { rf: plan.rf, fault: plan.fault, cells: vec![plan.clone()] };
    let at = unix_millis();
    let bench = Bench {
        ground: &ground,
        told: &told,
        table: table(run.experiment, plan.rf),
        prefix: format!("replay{at}"),
        numbers: wanted.trial..=wanted.trial,
        hints: run.plan.hints,
        trace: true,
    };
    let result = async {
        ground.unless_cancelled(lab.calm_down()).await??;
        let (sheets, _, result) = bench.run(&episode, vec![cells::waiting(&plan, 1, None)]).await;
        result?;
        let trial = sheets.first().and_then(|sheet| sheet.trials().pop());
        trial.ok_or_else(|| not_now("The other nodes marked the node down before the trial could begin.", "Try again."))
    }
    .await;
    let calm = calm(&ground).await;
    let mut replays = store.replays(run.experiment)?;
    replays.push(Replay { cell: wanted.cell.clone(), of: wanted.trial, at, lab: run.lab.clone(), trial: result? });
    store.save_replays(run.experiment, &replays)?;
    calm
}

fn unix_millis() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|time| i64::try_from(time.as_millis()).ok())
        .unwrap_or_default()
}

#[cfg(test)]
#[path = "run_test.rs"]
mod tests;
