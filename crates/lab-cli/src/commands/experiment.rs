//! `experiment`: the consistency bench in a terminal, and its saved runs.

use std::{collections::BTreeMap, process::ExitCode, sync::Arc};

use clap::Subcommand;
use lab_app::{
    App, LocalHost,
    schema::{
        Cell, CellState, Comparison, Experiment, ExperimentInfo, ExperimentJob, Exported, JobId, PlanChecked, Replay, RunState,
        Table, Trial, TrialRead, Verified, dispatch,
    },
};
use lab_model::{Code, Problem};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::follow;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum What {
    /// Try consistency levels under faults, e.g. `consistency rf=3 write=ONE,QUORUM read=ONE,QUORUM faults=none,stop trials=20`.
    Consistency {
        /// rf, write, read, faults (none, stop, stop_two, kill, pause, cut, rack, dc), hints=on, trials, stack; lists with
        /// commas. expect=CELL:fresh|stale|write_fails|read_fails,… says what you expect.
        plan: Vec<String>,
        /// The lab. By default the Cassandra lab that runs; if none does, one is started.
        #[arg(long)]
        lab: Option<String>,
        /// Go on with a run that was cancelled or interrupted.
        #[arg(long, conflicts_with_all = ["plan", "lab"])]
        resume: Option<u32>,
        /// Only say what would be tried and how long it would take.
        #[arg(long)]
        dry: bool,
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
        /// Where to; the ending decides: .html or .json.
        file: std::path::PathBuf,
    },
    /// Count a run anew from its trials, and say whether it adds up.
    Verify {
        /// The run.
        run: u32,
    },
    /// Compare two runs, cell by cell.
    Compare {
        /// One.
        first: u32,
        /// The other.
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
        What::Consistency { plan, lab, resume, dry } => consistency(out, &app, &plan, lab, resume, dry).await,
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

async fn consistency(
    out: &Output,
    app: &Arc<App>,
    arguments: &[String],
    lab: Option<String>,
    resume: Option<u32>,
    dry: bool,
) -> Result<ExitCode, Problem> {
    let started: ExperimentJob = match resume {
        Some(run) => ask(app, "experiment_resume", json!({ "experiment": run })).await?,
        None => {
            let (mut plan, expectations) = plan(arguments)?;
            if !dry {
                app.adopt_running().await?;
            }
            place(app, &mut plan, lab);
            let checked: PlanChecked = ask(app, "experiment_plan_check", Value::Object(plan.clone())).await?;
            planned(out, &checked);
            if dry {
                out.give(&checked);
                return Ok(ExitCode::SUCCESS);
            }
            ask(app, "experiment_begin", json!({ "plan": plan, "expectations": expectations })).await?
        }
    };
    out.say(format!("Run {}. Ctrl-C stops it and leaves a healthy lab.", started.experiment));
    let ended = follow(out, app, JobId { job: started.job }).await;
    if ended.is_err() {
        out.say("Faults are undone before this ends.");
    }
    app.experiments.settled().await;
    app.leave_all().await;
    let run: Experiment = ask(app, "experiment", json!({ "experiment": started.experiment })).await?;
    result(out, &run);
    match ended {
        Ok(()) => Ok(exit(&run)),
        Err(problem) => {
            if run.info.state == RunState::Unfinished {
                out.say(format!("Go on with it: pipewright experiment consistency --resume {}", started.experiment));
            }
            Err(problem)
        }
    }
}

/// A run in which the rules were broken ends like a failed check.
fn exit(run: &Experiment) -> ExitCode {
    let broken = run.cells.iter().any(|cell| cell.theory.must_be_fresh && cell.stale > 0);
    if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// A plan, and what is expected of its cells.
type Asked = (Map<String, Value>, BTreeMap<String, String>);

/// `name=value`, lists with commas.
fn plan(arguments: &[String]) -> Result<Asked, Problem> {
    let mut plan = Map::new();
    let mut expectations = BTreeMap::new();
    for argument in arguments {
        let wrong = |hint: &str| Problem {
            code: Code::ActionInvalid,
            message: format!("`{argument}` cannot be read."),
            detail: String::new(),
            hint: hint.to_owned(),
        };
        let (name, value) = argument.split_once('=').ok_or_else(|| wrong("Write name=value, e.g. write=ONE,QUORUM"))?;
        let words = || value.split(',').map(str::trim).filter(|word| !word.is_empty());
        let number = |word: &str| word.parse::<u32>().map_err(|_| wrong("A number is needed."));
        let value = match name {
            "rf" => json!(words().map(number).collect::<Result<Vec<_>, _>>()?),
            "write" | "read" => json!(words().map(str::to_uppercase).collect::<Vec<_>>()),
            "faults" | "fault" => json!(words().map(|word| word.to_lowercase().replace('-', "_")).collect::<Vec<_>>()),
            "trials" => json!(number(value)?),
            "hints" => json!(match value {
                "on" | "true" => true,
                "off" | "false" => false,
                _ => return Err(wrong("hints=on or hints=off")),
            }),
            "expect" => {
                for word in words() {
                    let (cell, verdict) = word.split_once(':').ok_or_else(|| wrong("expect=CELL:fresh"))?;
                    expectations.insert(cell.to_owned(), verdict.to_owned());
                }
                continue;
            }
            _ => json!(value),
        };
        plan.insert(if name == "fault" { "faults".into() } else { name.to_owned() }, value);
    }
    Ok((plan, expectations))
}

/// Chooses a lab and a stack where none is named: the Cassandra lab that runs, if it is the only one.
fn place(app: &App, plan: &mut Map<String, Value>, lab: Option<String>) {
    let asked = plan.get("stack").and_then(Value::as_str).map(str::to_owned);
    let running: Vec<(String, String)> = app.labs().iter().map(|lab| (lab.name.clone(), lab.stack.name().to_owned())).collect();
    let fits = |stack: &str| stack.starts_with("cassandra-") && asked.as_deref().is_none_or(|asked| asked == stack);
    let candidates: Vec<&(String, String)> =
        running.iter().filter(|(name, stack)| lab.as_ref().map_or(fits(stack), |lab| lab == name)).collect();
    if let [(name, stack)] = candidates.as_slice() {
        plan.insert("lab".into(), json!(name));
        plan.entry("stack").or_insert_with(|| json!(stack));
        return;
    }
    if let Some(lab) = lab {
        plan.insert("lab".into(), json!(lab));
    }
    let data_center = plan.get("faults").and_then(Value::as_array).is_some_and(|faults| faults.iter().any(|fault| fault == "dc"));
    plan.entry("stack").or_insert_with(|| json!(if data_center { "cassandra-6" } else { "cassandra-3" }));
}

fn planned(out: &Output, checked: &PlanChecked) {
    let lab = checked.plan.lab.clone().unwrap_or_else(|| format!("pipewright-{}", checked.plan.stack));
    out.say(format!(
        "{} cells × {} trials, {} times a fault or none, about {} s, in {lab}.",
        checked.cells.len(),
        checked.plan.trials,
        checked.episodes,
        checked.about_ms / 1000
    ));
    for remark in &checked.remarks {
        out.say(format!("  {remark}"));
    }
}

/// Everything about a run: one object for scripts, tables and words for people.
fn result(out: &Output, run: &Experiment) {
    out.give(&json!({ "event": "done", "experiment": run.info.experiment, "state": run.info.state,
        "seconds": run.info.took_ms as f64 / 1000.0, "lab": run.info.lab, "plan": run.info.plan,
        "images": run.info.images, "cells": run.cells, "episodes": run.episodes, "says": run.says }));
    for (title, cells) in groups(&run.cells) {
        out.say(String::new());
        out.say(out.strong(&title));
        out.table(&matrix(&cells));
    }
    out.say(String::new());
    run.says.iter().for_each(|says| out.say(says));
    for cell in run.cells.iter().filter(|cell| cell.trials > 0) {
        cell.theory.disagrees.iter().for_each(|says| out.say(format!("! {}: {says}", cell.cell)));
        if let Some(surprise) = &cell.surprise {
            out.say(format!("? {}: {}", cell.cell, surprise.says));
        }
    }
    for cell in run.cells.iter().filter(|cell| cell.why.is_some() && cell.state != CellState::Waiting) {
        out.say(format!("  {}: {}.", cell.cell, cell.why.clone().unwrap_or_default()));
    }
    for episode in run.episodes.iter().filter(|episode| !episode.victims.is_empty()) {
        let seconds = |ms: Option<u64>| ms.map_or_else(|| "?".into(), |ms| format!("{:.1} s", ms as f64 / 1000.0));
        out.say(format!(
            "  {} of {}: believed down after {}, back after {}, {} hints. {}",
            episode.fault.replace('_', " "),
            episode.victims.join(", "),
            seconds(episode.believed_down_ms),
            seconds(episode.back_ms),
            episode.hints.map_or_else(|| "no word of".into(), |hints| hints.to_string()),
            episode.remarks.join(" ")
        ));
    }
    out.say(format!("Every trial's evidence: pipewright experiment show {} CELL [TRIAL]", run.info.experiment));
}

fn shown(out: &Output, run: &Experiment) -> Result<ExitCode, Problem> {
    out.say(one_line(&run.info));
    result(out, run);
    Ok(ExitCode::SUCCESS)
}

/// A name as a plan writes it.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Cells by replication factor, fault and phase, in their order.
fn groups(cells: &[Cell]) -> Vec<(String, Vec<&Cell>)> {
    let mut groups: Vec<(String, Vec<&Cell>)> = Vec::new();
    for cell in cells {
        let phase = match word(&cell.phase).as_str() {
            "whole" => String::new(),
            phase => format!(", {phase} the node is convicted"),
        };
        let title = format!("RF {}, fault {}{phase}", cell.rf, word(&cell.fault).replace('_', " "));
        match groups.last_mut().filter(|(last, _)| *last == title) {
            Some((_, cells)) => cells.push(cell),
            None => groups.push((title, vec![cell])),
        }
    }
    groups
}

/// Write levels down, read levels across.
fn matrix(cells: &[&Cell]) -> Table {
    let mut reads: Vec<String> = Vec::new();
    let mut writes: Vec<String> = Vec::new();
    for cell in cells {
        for (list, name) in [(&mut reads, word(&cell.read)), (&mut writes, word(&cell.write))] {
            if !list.contains(&name) {
                list.push(name);
            }
        }
    }
    let heads: Vec<String> = std::iter::once(String::new()).chain(reads.iter().map(|read| format!("read {read}"))).collect();
    let mut table = Table::new(&heads.iter().map(String::as_str).collect::<Vec<_>>());
    table.rows = writes
        .iter()
        .map(|write| {
            let find = |read: &String| cells.iter().find(|cell| word(&cell.write) == *write && word(&cell.read) == *read);
            let texts = reads.iter().map(|read| find(read).map(|cell| brief(cell)).unwrap_or_default());
            std::iter::once(format!("write {write}")).chain(texts).collect()
        })
        .collect();
    table
}

/// A cell in a few words.
fn brief(cell: &Cell) -> String {
    if cell.trials == 0 {
        return if cell.state == CellState::Waiting { "not run".into() } else { "no trial counts".into() };
    }
    let mut text: Vec<String> = cell.outcomes.iter().map(|(end, count)| format!("{count} {}", end.replace('_', " "))).collect();
    text.push(if cell.stale > 0 { format!("{} STALE", cell.stale) } else { "0 stale".into() });
    if cell.straddled > 0 {
        text.push(format!("{} set aside", cell.straddled));
    }
    if let Some(median) = cell.write_ms.median {
        text.push(format!("w {median:.1} ms"));
    }
    if cell.theory.must_be_fresh {
        text.push("R+W>RF".into());
    }
    if !cell.theory.disagrees.is_empty() {
        text.push("!".into());
    }
    if cell.surprise.is_some() {
        text.push("?".into());
    }
    text.join(", ")
}

fn one_line(info: &ExperimentInfo) -> String {
    let plan = &info.plan;
    let words = |list: &[String]| list.join(",");
    format!(
        "{:>4}  {}  rf={} write={} read={} faults={} trials={}  {} of {} cells, {} trials, {} stale, {:.0} s",
        info.experiment,
        word(&info.state),
        words(&plan.rf.iter().map(u32::to_string).collect::<Vec<_>>()),
        words(&plan.write.iter().map(word).collect::<Vec<_>>()),
        words(&plan.read.iter().map(word).collect::<Vec<_>>()),
        words(&plan.faults.iter().map(word).collect::<Vec<_>>()),
        plan.trials,
        info.cells_done,
        info.cells,
        info.trials,
        info.stale,
        info.took_ms as f64 / 1000.0
    )
}

async fn list(out: &Output, app: &Arc<App>) -> Result<ExitCode, Problem> {
    let runs: Vec<ExperimentInfo> = ask(app, "experiments", Value::Null).await?;
    out.give(&runs);
    if runs.is_empty() {
        out.say("No run is saved. Begin one: pipewright experiment consistency write=ONE,QUORUM read=ONE,QUORUM faults=none,stop");
    }
    runs.iter().for_each(|run| out.say(one_line(run)));
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
            vec![trial.trial.to_string(), trial.write.says.clone(), read(&trial.during), read(&trial.after_return), aside]
        })
        .collect();
    out.table(&table);
    Ok(ExitCode::SUCCESS)
}

fn read_words(read: &TrialRead) -> String {
    let value = read.value.as_ref().map(|value| format!(" '{value}'")).unwrap_or_default();
    let stale = if read.stale { " STALE" } else { "" };
    format!("{}{value} by {}{stale}", read.request.says, read.request.coordinator.as_deref().unwrap_or("no node"))
}

async fn one_trial(out: &Output, app: &Arc<App>, run: u32, cell: &str, trial: u32) -> Result<ExitCode, Problem> {
    let trial: Trial = ask(app, "experiment_trial", json!({ "experiment": run, "cell": cell, "trial": trial })).await?;
    out.give(&trial);
    tell(out, &trial);
    Ok(ExitCode::SUCCESS)
}

fn tell(out: &Output, trial: &Trial) {
    let at = |level: &str, by: &Option<String>| format!("{level} through {}", by.as_deref().unwrap_or("no node"));
    out.say(format!("Key {} on {}; '{}' before.", trial.key, trial.replicas.join(", "), trial.old));
    let write = &trial.write;
    let level = write.serial_level.as_ref().unwrap_or(&write.level);
    out.say(format!("write at {}: {}, {:.1} ms", at(level, &write.coordinator), write.says, write.took_ms));
    for (when, read) in [("during the fault", &trial.during), ("after the return", &trial.after_return)] {
        let Some(read) = read else { continue };
        for (held, replicas) in [("before", &read.before), ("after", &read.after)] {
            if held == "after" {
                let request = &read.request;
                out.say(format!("read {when} at {}: {}, {:.1} ms", at(&request.level, &request.coordinator), read_words(read), request.took_ms));
            }
            for holds in replicas {
                let says = match (&holds.error, &holds.value) {
                    (Some(error), _) => error.clone(),
                    (None, Some(value)) => format!("'{value}' written at {}", holds.written_at.as_deref().unwrap_or("?")),
                    (None, None) => "no row".into(),
                };
                out.say(format!("    {held}: {} {says}", holds.node));
            }
        }
    }
}

async fn export(out: &Output, app: &Arc<App>, run: u32, file: &std::path::Path) -> Result<ExitCode, Problem> {
    let format = match file.extension().and_then(|ending| ending.to_str()) {
        Some("html" | "htm") => "html",
        Some("json") => "json",
        _ => {
            return Err(Problem {
                code: Code::ActionInvalid,
                message: format!("{} ends neither with .html nor with .json.", file.display()),
                detail: String::new(),
                hint: "The ending decides what is written.".into(),
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
    let says = if verified.holds { "every count follows" } else { "NOT every count follows" };
    out.say(format!("{} cells, {} trials counted anew: {says}.", verified.cells, verified.trials));
    verified.findings.iter().for_each(|finding| out.say(format!("  {finding}")));
    Ok(if verified.holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
    let ended = follow(out, app, JobId { job: started.job }).await;
    app.experiments.settled().await;
    ended?;
    let replays: Vec<Replay> = ask(app, "experiment_replays", json!({ "experiment": run })).await?;
    if let Some(replay) = replays.last() {
        out.give(replay);
        tell(out, &replay.trial);
        let reads = replay.trial.during.iter().chain(&replay.trial.after_return).map(|read| &read.request);
        for request in std::iter::once(&replay.trial.write).chain(reads) {
            out.say(format!("  {}: trace {}", request.id, request.trace.as_deref().unwrap_or("none")));
        }
    }
    app.leave_all().await;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Asked, Problem> {
        plan(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_plan_is_read_from_words() {
        let given = ["rf=1,3", "write=one,QUORUM", "read=ALL", "faults=none,stop-two", "trials=5", "hints=on"];
        let (plan, _) = read(&given).unwrap();
        let expected = json!({ "rf": [1, 3], "write": ["ONE", "QUORUM"], "read": ["ALL"],
            "faults": ["none", "stop_two"], "trials": 5, "hints": true });
        assert_eq!(Value::Object(plan), expected);
    }

    #[test]
    fn expectations_go_by_cell() {
        let (_, expectations) = read(&["write=ONE", "expect=rf3-stop-whole-ONE-ONE:stale"]).unwrap();
        assert_eq!(expectations["rf3-stop-whole-ONE-ONE"], "stale");
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for wrong in ["rf=three", "trials=many", "hints=maybe", "write", "expect=x"] {
            assert_eq!(read(&[wrong]).unwrap_err().code, Code::ActionInvalid, "{wrong}");
        }
    }
}
