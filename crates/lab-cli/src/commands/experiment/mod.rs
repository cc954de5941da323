//! `experiment`: the consistency bench in a terminal, and its saved runs.

mod plan;
mod words;

use std::{process::ExitCode, sync::Arc};

use clap::Subcommand;
use lab_app::{
    App, LocalHost, dispatch,
    schema::{
        Cell, Comparison, Experiment, ExperimentJob, ExperimentList, Exported, JobId, PlanChecked, Replay, RunState,
        Table, Trial, TrialRead, UnreadableRun, Verified,
    },
};
use lab_model::{Code, Problem};
use serde_json::{Value, json};

use self::{
    plan::place,
    words::{brief, one_line, read_words, result, shown, tell},
};
use super::{follow, with_a_way_on};
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum What {
    /// Try consistency levels under faults, e.g. `consistency rf=3 write=ONE,QUORUM read=ONE,QUORUM faults=none,stop trials=20`.
    Consistency {
        /// rf, write, read, faults (none, stop, stop_two, kill, pause, cut, rack, dc), hints=on, trials, stack; lists with
        /// commas. expect=CELL:fresh|stale|write_fails|read_fails,… says what you expect.
        plan: Vec<String>,
        /// The lab. By default the run has its own lab, pipewright-bench-<stack>, and starts it if it does not run.
        #[arg(long)]
        lab: Option<String>,
        /// Continue a run that was cancelled or interrupted.
        #[arg(long, conflicts_with_all = ["plan", "lab"])]
        resume: Option<u32>,
        /// Only show what the run would try and how long it would take.
        #[arg(long)]
        dry: bool,
        /// Start the lab even if memory seems too short for it.
        #[arg(long)]
        anyway: bool,
        /// Use the lab even if it holds things of others or belongs to lessons. The run stops and kills its nodes.
        #[arg(long)]
        shared: bool,
    },
    /// List the saved runs.
    List,
    /// Show a saved run; one of its cells with every trial; or one trial with its evidence.
    Show {
        /// The run.
        run: u32,
        /// The cell, e.g. rf3-stop-whole-ONE-ONE.
        cell: Option<String>,
        /// The trial.
        trial: Option<u32>,
    },
    /// Write a run as an HTML report, or as JSON with every trial.
    Export {
        /// The run.
        run: u32,
        /// The file. Its ending decides the format: .html or .json.
        file: std::path::PathBuf,
    },
    /// Count all results of a run again from its trials, and say whether they are right.
    Verify {
        /// The run.
        run: u32,
    },
    /// Compare two runs, cell by cell.
    Compare {
        /// The first run.
        first: u32,
        /// The second run.
        second: u32,
    },
    /// Do a trial once more, with its fault and with tracing.
    Replay {
        /// The run.
        run: u32,
        /// The cell.
        cell: String,
        /// The trial.
        trial: u32,
    },
    /// Remove a saved run.
    Remove {
        /// The run.
        run: u32,
    },
}

pub(crate) async fn run(out: &Output, host: LocalHost, what: What) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    match what {
        What::Consistency { plan, lab, resume, dry, anyway, shared } => {
            consistency(out, &app, &plan, Asked { lab, resume, dry, anyway, shared }).await.map_err(with_a_way_on)
        }
        What::List => list(out, &app).await,
        What::Show { run, cell: None, .. } => shown(out, &ask(&app, "experiment", json!({ "experiment": run })).await?),
        What::Show { run, cell: Some(cell), trial: None } => trials(out, &app, run, &cell).await,
        What::Show { run, cell: Some(cell), trial: Some(trial) } => one_trial(out, &app, run, &cell, trial).await,
        What::Export { run, file } => export(out, &app, run, &file).await,
        What::Verify { run } => verify(out, &app, run).await,
        What::Compare { first, second } => compare(out, &app, first, second).await,
        What::Replay { run, cell, trial } => replay(out, &app, run, &cell, trial).await,
        What::Remove { run } => {
            let _: Value = ask(&app, "experiment_remove", json!({ "experiment": run })).await?;
            out.give(&json!({ "event": "removed", "experiment": run }));
            out.say(format!("Run {run} is removed."));
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn ask<T: serde::de::DeserializeOwned>(app: &Arc<App>, command: &str, request: Value) -> Result<T, Problem> {
    super::typed(dispatch(app, command, request).await?)
}

/// How a run is to be done, besides its plan.
struct Asked {
    lab: Option<String>,
    resume: Option<u32>,
    dry: bool,
    anyway: bool,
    shared: bool,
}

async fn consistency(
    out: &Output,
    app: &Arc<App>,
    arguments: &[String],
    Asked { lab, resume, dry, anyway, shared }: Asked,
) -> Result<ExitCode, Problem> {
    let started: ExperimentJob = match resume {
        Some(run) => {
            ask(app, "experiment_resume", json!({ "experiment": run, "anyway": anyway, "shared": shared })).await?
        }
        None => {
            let (mut plan, expectations) = plan::plan(arguments)?;
            if !dry && let Some(lab) = &lab {
                // The lab may have to be started first.
                let _ = app.adopt_one(Some(lab)).await;
            }
            place(app, &mut plan, lab);
            let checked: PlanChecked = ask(app, "experiment_plan_check", Value::Object(plan.clone())).await?;
            planned(out, &checked);
            if dry {
                out.give(&checked);
                return Ok(ExitCode::SUCCESS);
            }
            let request = json!({ "plan": plan, "expectations": expectations, "anyway": anyway,
                "shared": shared });
            ask(app, "experiment_begin", request).await?
        }
    };
    out.say(format!("Run {}. Ctrl-C stops it and leaves a healthy lab.", started.experiment));
    let ended = to_the_end(out, app, started).await;
    let run: Experiment = ask(app, "experiment", json!({ "experiment": started.experiment })).await?;
    result(out, &run);
    if run.info.state == RunState::Unfinished {
        out.say(format!("Continue the run: pipewright experiment consistency --resume {}", started.experiment));
    }
    match ended {
        Ok(()) => Ok(exit(&run)),
        // The person's own wish is no problem; the answer says that the run is unfinished.
        Err(problem) if problem.code == Code::Cancelled => Ok(ExitCode::FAILURE),
        Err(problem) => Err(problem),
    }
}

/// Follows a run to its end; whoever ends this process in order leaves a healthy lab too.
async fn to_the_end(out: &Output, app: &Arc<App>, started: ExperimentJob) -> Result<(), Problem> {
    let job = JobId { job: started.job };
    let asked_to_end = async {
        asked_to_end().await;
        let _ = app.jobs.cancel(job);
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        ended = follow(out, app, job) => ended,
        () = asked_to_end => Ok(()),
    };
    if ended.is_err() {
        out.say("Faults are undone before this ends.");
    }
    app.experiments.settled().await;
    app.leave_all().await;
    ended
}

/// Waits until another than the person at the keyboard asks this process to end.
#[cfg(unix)]
async fn asked_to_end() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            terminate.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn asked_to_end() {
    std::future::pending().await
}

/// A run in which the rules were broken ends like a failed check.
fn exit(run: &Experiment) -> ExitCode {
    let broken = run.cells.iter().any(|cell| cell.theory.must_be_fresh && cell.stale > 0);
    if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn planned(out: &Output, checked: &PlanChecked) {
    out.say(format!(
        "Cells: {}. Trials of each: {}. Rounds, each with a fault or without: {}. About {} s, in lab {}.",
        checked.cells.len(),
        checked.plan.trials,
        checked.episodes,
        checked.about_ms / 1000,
        checked.lab
    ));
    for remark in &checked.remarks {
        out.say(format!("  {remark}"));
    }
}

async fn list(out: &Output, app: &Arc<App>) -> Result<ExitCode, Problem> {
    let all: ExperimentList = ask(app, "experiments", Value::Null).await?;
    out.give(&all);
    if all == ExperimentList::default() {
        out.say("No run is saved. Begin one: pipewright experiment consistency write=ONE,QUORUM read=ONE,QUORUM faults=none,stop");
    }
    all.runs.iter().for_each(|run| out.say(one_line(run)));
    for UnreadableRun { folder, problem, .. } in &all.unreadable {
        out.say(format!("{folder:>4}  {problem}"));
    }
    Ok(ExitCode::SUCCESS)
}

async fn trials(out: &Output, app: &Arc<App>, run: u32, cell: &str) -> Result<ExitCode, Problem> {
    let trials: Vec<Trial> = ask(app, "experiment_trials", json!({ "experiment": run, "cell": cell })).await?;
    out.give(&trials);
    let mut table = Table::new(&["#trial", "write", "read during", "read after the return", ""]);
    let read = |read: &Option<TrialRead>| read.as_ref().map(read_words).unwrap_or_default();
    table.rows = trials
        .iter()
        .map(|trial| {
            let aside = trial.set_aside.clone().map(|why| format!("set aside: {why}")).unwrap_or_default();
            vec![
                trial.trial.to_string(),
                trial.write.says.clone(),
                read(&trial.during),
                read(&trial.after_return),
                aside,
            ]
        })
        .collect();
    out.table(&table);
    Ok(ExitCode::SUCCESS)
}

async fn one_trial(out: &Output, app: &Arc<App>, run: u32, cell: &str, trial: u32) -> Result<ExitCode, Problem> {
    let trial: Trial = ask(app, "experiment_trial", json!({ "experiment": run, "cell": cell, "trial": trial })).await?;
    out.give(&trial);
    tell(out, &trial);
    Ok(ExitCode::SUCCESS)
}

async fn export(out: &Output, app: &Arc<App>, run: u32, file: &std::path::Path) -> Result<ExitCode, Problem> {
    let format = match file.extension().and_then(|ending| ending.to_str()) {
        Some("html" | "htm") => "html",
        Some("json") => "json",
        _ => {
            return Err(Problem {
                code: Code::ActionInvalid,
                message: format!("The file name {} ends with neither .html nor .json.", file.display()),
                detail: String::new(),
                hint: "The ending decides the format.".into(),
            });
        }
    };
    let exported: Exported = ask(app, "experiment_export", json!({ "experiment": run, "format": format })).await?;
    std::fs::write(file, &exported.content).map_err(|error| Problem {
        code: Code::Storage,
        message: format!("{} cannot be written.", file.display()),
        detail: error.to_string(),
        hint: String::new(),
    })?;
    out.give(&json!({ "event": "exported", "experiment": run, "file": file }));
    out.say(format!("Run {run} is in {}.", file.display()));
    Ok(ExitCode::SUCCESS)
}

async fn verify(out: &Output, app: &Arc<App>, run: u32) -> Result<ExitCode, Problem> {
    let verified: Verified = ask(app, "experiment_verify", json!({ "experiment": run })).await?;
    out.give(&verified);
    // Where nothing is, nothing is right.
    let right = verified.holds && verified.cells > 0;
    let says = match (verified.holds, verified.cells) {
        (true, 0) => "there is nothing to count yet",
        (true, _) => "every count is right",
        (false, _) => "NOT everything is right",
    };
    let Verified { cells, of_cells, trials, .. } = verified;
    out.say(format!("{cells} of {of_cells} cells, {trials} trials counted again: {says}."));
    verified.findings.iter().for_each(|finding| out.say(format!("  {finding}")));
    Ok(if right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn compare(out: &Output, app: &Arc<App>, first: u32, second: u32) -> Result<ExitCode, Problem> {
    let compared: Comparison = ask(app, "experiment_compare", json!({ "first": first, "second": second })).await?;
    out.give(&compared);
    let mut table = Table::new(&["cell", &format!("run {first}"), &format!("run {second}"), "differs"]);
    table.rows = compared
        .cells
        .iter()
        .filter(|cell| cell.first.is_some() && cell.second.is_some())
        .map(|cell| {
            let text = |cell: &Option<Cell>| cell.as_ref().map_or_else(|| "not tried".into(), brief);
            vec![cell.cell.clone(), text(&cell.first), text(&cell.second), cell.differs.join("; ")]
        })
        .collect();
    out.table(&table);
    out.say(&compared.says);
    Ok(ExitCode::SUCCESS)
}

async fn replay(out: &Output, app: &Arc<App>, run: u32, cell: &str, trial: u32) -> Result<ExitCode, Problem> {
    let started: ExperimentJob =
        ask(app, "experiment_replay", json!({ "experiment": run, "cell": cell, "trial": trial })).await?;
    to_the_end(out, app, started).await?;
    let replays: Vec<Replay> = ask(app, "experiment_replays", json!({ "experiment": run })).await?;
    if let Some(replay) = replays.last() {
        out.give(replay);
        tell(out, &replay.trial);
        let reads = replay.trial.during.iter().chain(&replay.trial.after_return).map(|read| &read.request);
        for request in std::iter::once(&replay.trial.write).chain(reads) {
            out.say(format!("  {}: trace {}", request.id, request.trace.as_deref().unwrap_or("none")));
        }
    }
    Ok(ExitCode::SUCCESS)
}
