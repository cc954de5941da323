//! A run, a cell and a trial in a terminal.

use std::process::ExitCode;

use lab_app::schema::{Cell, CellState, Experiment, ExperimentInfo, Table, Trial, TrialRead};
use lab_model::Problem;
use serde::Serialize;
use serde_json::json;

use crate::output::Output;

/// Everything about a run: one object for scripts, tables and words for people.
pub(super) fn result(out: &Output, run: &Experiment) {
    out.give(&json!({ "event": "ended", "experiment": run.info.experiment, "state": run.info.state,
        "seconds": run.info.took_ms as f64 / 1000.0, "lab": run.info.lab, "plan": run.info.plan,
        "images": run.info.images, "problem": run.info.problem, "cells": run.cells, "episodes": run.episodes, "says": run.says }));
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
            "  {} of {}: marked down after {}, back after {}, {} hints. {}",
            episode.fault.replace('_', " "),
            episode.victims.join(", "),
            seconds(episode.believed_down_ms),
            seconds(episode.back_ms),
            episode.hints.map_or_else(|| "an unknown number of".into(), |hints| hints.to_string()),
            episode.remarks.join(" ")
        ));
    }
    out.say(format!("Every trial's evidence: pipewright experiment show {} CELL [TRIAL]", run.info.experiment));
}

pub(super) fn shown(out: &Output, run: &Experiment) -> Result<ExitCode, Problem> {
    out.say(one_line(&run.info));
    if let Some(problem) = &run.info.problem {
        out.say(format!("The run failed: {} {}", problem.message, problem.hint));
    }
    result(out, run);
    Ok(ExitCode::SUCCESS)
}

/// A name as a plan writes it.
pub(super) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Cells by replication factor, fault and phase, in their order.
fn groups(cells: &[Cell]) -> Vec<(String, Vec<&Cell>)> {
    let mut groups: Vec<(String, Vec<&Cell>)> = Vec::new();
    for cell in cells {
        let phase = match word(&cell.phase).as_str() {
            "whole" => String::new(),
            phase => format!(", {phase} the other nodes marked it down"),
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
    let heads: Vec<String> =
        std::iter::once(String::new()).chain(reads.iter().map(|read| format!("read {read}"))).collect();
    let mut table = Table::new(&heads.iter().map(String::as_str).collect::<Vec<_>>());
    table.rows = writes
        .iter()
        .map(|write| {
            let find =
                |read: &String| cells.iter().find(|cell| word(&cell.write) == *write && word(&cell.read) == *read);
            let texts = reads.iter().map(|read| find(read).map(|cell| brief(cell)).unwrap_or_default());
            std::iter::once(format!("write {write}")).chain(texts).collect()
        })
        .collect();
    table
}

/// A cell in a few words.
pub(super) fn brief(cell: &Cell) -> String {
    if cell.trials == 0 {
        return if cell.state == CellState::Waiting { "not run".into() } else { "no trial counts".into() };
    }
    let mut text: Vec<String> =
        cell.outcomes.iter().map(|(end, count)| format!("{count} {}", end.replace('_', " "))).collect();
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

pub(super) fn one_line(info: &ExperimentInfo) -> String {
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

pub(super) fn read_words(read: &TrialRead) -> String {
    let value = read.value.as_ref().map(|value| format!(" '{value}'")).unwrap_or_default();
    let stale = if read.stale { " STALE" } else { "" };
    format!("{}{value} by {}{stale}", read.request.says, read.request.coordinator.as_deref().unwrap_or("no node"))
}

/// Where what a trial tells can be read again, and how.
fn place(out: &Output, trial: &Trial) {
    let (Some(place), Some(file)) = (trial.place(), &trial.journal_file) else {
        out.say("In which journal it is was not noted.");
        return;
    };
    out.say(format!("In the journal {place}."));
    if let Some((_, to)) = trial.journal_at {
        let at = format!("{}.{:03}", to / 1000, to % 1000);
        out.say(format!("Look: pipewright watch cassandra_requests --from {file} --at {at} --once"));
    }
}

pub(super) fn tell(out: &Output, trial: &Trial) {
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
                out.say(format!(
                    "read {when} at {}: {}, {:.1} ms",
                    at(&request.level, &request.coordinator),
                    read_words(read),
                    request.took_ms
                ));
            }
            for holds in replicas {
                let says = match (&holds.error, &holds.value) {
                    (Some(error), _) => error.clone(),
                    (None, Some(value)) => {
                        format!("'{value}' written at {}", holds.written_at.as_deref().unwrap_or("?"))
                    }
                    (None, None) => "no row".into(),
                };
                out.say(format!("    {held}: {} {says}", holds.node));
            }
        }
    }
    place(out, trial);
}
