//! What can be done with saved runs: list, show, compare, verify, export. Reads files; asks no engine.

use std::collections::BTreeSet;

use lab_model::{Code, Problem};
use serde_json::json;

use super::{
    cells, report,
    store::{Run, Store},
    words,
};
use crate::schema::{
    Cell, CellState, ComparedCell, Comparison, Experiment, ExperimentInfo, ExportFormat, Exported, RunState, Trial,
    Verified,
};

/// What only the running application knows of a run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Alive {
    pub(super) job: Option<u64>,
    pub(super) remaining_ms: Option<u64>,
    pub(super) took_ms: Option<u64>,
}

/// The cells of a run, those that have not begun included.
pub(super) fn cells_of(store: &Store, run: &Run, alive: bool) -> Result<Vec<Cell>, Problem> {
    let cell = |plan: &crate::schema::CellPlan| {
        let expected = run.expectations.get(&plan.cell).copied();
        let saved = store.cell(run.experiment, &plan.cell)?;
        // What was under way when the application ended is begun anew.
        let saved = saved.filter(|cell| alive || cell.state != CellState::Running);
        Ok(saved.unwrap_or_else(|| cells::waiting(plan, run.plan.trials, expected)))
    };
    run.cells.iter().map(cell).collect()
}

pub(super) fn info(run: &Run, cells: &[Cell], alive: Option<Alive>) -> ExperimentInfo {
    let count = |holds: &dyn Fn(&Cell) -> bool| {
        u32::try_from(cells.iter().filter(|cell| holds(cell)).count()).unwrap_or(u32::MAX)
    };
    let state = match (alive, run.done) {
        (Some(_), _) => RunState::Running,
        (None, true) => RunState::Done,
        (None, false) => RunState::Unfinished,
    };
    let alive = alive.unwrap_or_default();
    ExperimentInfo {
        experiment: run.experiment,
        plan: run.plan.clone(),
        state,
        job: alive.job,
        began_at: run.began_at,
        problem: run.problem.clone().filter(|_| state != RunState::Running),
        took_ms: alive.took_ms.unwrap_or(run.took_ms),
        remaining_ms: alive.remaining_ms,
        lab: run.lab.clone(),
        images: run.images.clone(),
        cells: count(&|_| true),
        cells_done: count(&|cell| matches!(cell.state, CellState::Done | CellState::Incomplete)),
        trials: cells.iter().map(|cell| u64::from(cell.trials)).sum(),
        stale: cells.iter().map(|cell| u64::from(cell.stale)).sum(),
        surprises: count(&|cell| cell.surprise.is_some()),
        disagreements: count(&|cell| !cell.theory.disagrees.is_empty()),
    }
}

pub(super) fn experiment(store: &Store, number: u32, alive: Option<Alive>) -> Result<Experiment, Problem> {
    let run = store.run(number)?;
    let cells = cells_of(store, &run, alive.is_some())?;
    let info = info(&run, &cells, alive);
    let says = words::conclusions(&cells);
    Ok(Experiment { info, cells, episodes: run.episodes, says })
}

/// A trial by number.
pub(super) fn trial(store: &Store, number: u32, cell: &str, trial: u32) -> Result<Trial, Problem> {
    store.run(number)?.cell(cell)?;
    store.trials(number, cell)?.into_iter().find(|found| found.trial == trial).ok_or_else(|| Problem {
        code: Code::Unknown,
        message: format!("Cell {cell} of run {number} has no trial {trial}."),
        detail: String::new(),
        hint: String::new(),
    })
}

/// Counts every cell anew from its trials.
pub(super) fn verify(store: &Store, number: u32) -> Result<Verified, Problem> {
    let run = store.run(number)?;
    let mut verified = Verified { holds: true, cells: 0, trials: 0, findings: Vec::new() };
    for plan in &run.cells {
        let Some(saved) = store.cell(number, &plan.cell)? else { continue };
        let trials = store.trials(number, &plan.cell)?;
        verified.cells += 1;
        verified.trials += trials.len() as u64;
        verified.findings.extend(findings(&saved, &trials));
    }
    verified.holds = verified.findings.is_empty();
    Ok(verified)
}

/// What does not follow from a cell's trials.
fn findings(saved: &Cell, trials: &[Trial]) -> Vec<String> {
    let mut anew = saved.clone();
    cells::conclude(&mut anew, trials);
    let mut findings = differences(saved, &anew);
    for trial in trials {
        let reads = [("read during the fault", &trial.during), ("read after the return", &trial.after_return)];
        for (which, read) in reads.into_iter().filter_map(|(which, read)| Some((which, read.as_ref()?))) {
            let older = trial.acknowledged && read.request.outcome == "ok" && read.value.as_ref() != Some(&trial.new);
            if older != read.stale {
                findings.push(format!(
                    "trial {}: the {which} is marked {}, but its value does not fit",
                    trial.trial,
                    if read.stale { "stale" } else { "fresh" }
                ));
            }
        }
        if trial.acknowledged != (trial.write.outcome == "ok") {
            findings.push(format!(
                "trial {}: the write is marked acknowledged = {}, but it ended with {}",
                trial.trial, trial.acknowledged, trial.write.outcome
            ));
        }
    }
    findings.into_iter().map(|finding| format!("{}: {finding}.", saved.cell)).collect()
}

/// Fields of a cell that differ, by name.
fn differences(saved: &Cell, anew: &Cell) -> Vec<String> {
    let (saved, anew) = (json!(saved), json!(anew));
    let names = saved.as_object().into_iter().flat_map(|fields| fields.keys());
    names
        .filter(|name| saved[*name] != anew[*name])
        .map(|name| format!("{name} is {}, but the trials give {}", saved[name], anew[name]))
        .collect()
}

pub(super) fn compare(store: &Store, first: u32, second: u32) -> Result<Comparison, Problem> {
    let (one, other) = (experiment(store, first, None)?, experiment(store, second, None)?);
    let names: BTreeSet<&str> = one.cells.iter().chain(&other.cells).map(|cell| cell.cell.as_str()).collect();
    let find = |cells: &[Cell], name: &str| cells.iter().find(|cell| cell.cell == name && cell.trials > 0).cloned();
    let cells: Vec<ComparedCell> = names
        .into_iter()
        .map(|name| {
            let (first, second) = (find(&one.cells, name), find(&other.cells, name));
            let differs = first.as_ref().zip(second.as_ref()).map(|(a, b)| words::differs(a, b)).unwrap_or_default();
            ComparedCell { cell: name.to_owned(), first, second, differs }
        })
        .filter(|cell| cell.first.is_some() || cell.second.is_some())
        .collect();
    let says = words::comparison(&cells, first, second);
    Ok(Comparison { first: one.info, second: other.info, cells, says })
}

pub(super) fn export(store: &Store, number: u32, format: ExportFormat) -> Result<Exported, Problem> {
    let shown = experiment(store, number, None)?;
    let trials = |cell: &Cell| Ok((cell.cell.clone(), store.trials(number, &cell.cell)?));
    let trials: Vec<(String, Vec<Trial>)> = shown.cells.iter().map(trials).collect::<Result<_, Problem>>()?;
    let (name, content) = match format {
        ExportFormat::Json => {
            let trials: serde_json::Map<_, _> =
                trials.into_iter().map(|(cell, trials)| (cell, json!(trials))).collect();
            let whole =
                json!({ "format": 1, "experiment": shown, "trials": trials, "replays": store.replays(number)? });
            (format!("consistency-{number}.json"), format!("{whole:#}"))
        }
        ExportFormat::Html => (format!("consistency-{number}.html"), report::html(&shown, &trials)),
    };
    let path = store.save_export(number, &name, &content)?;
    Ok(Exported { name, content, path: path.display().to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::samples::{cell, plan, read, trial};

    fn store_with_a_run() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path());
        let consistency = serde_json::from_str(r#"{ "write": ["ONE"], "read": ["ONE"] }"#).unwrap();
        store.create(|number| Run::new(number, consistency, vec![plan("ONE", "ONE")], "lab".into(), 5)).unwrap();
        let mut stale = trial(1, "ok");
        stale.during = Some(read("ok", "old", true));
        let trials = [stale, trial(2, "unavailable")];
        let mut counted = cell("ONE", "ONE");
        counted.state = CellState::Done;
        cells::conclude(&mut counted, &trials);
        store.save_cell(1, &counted, &trials).unwrap();
        (dir, store)
    }

    #[test]
    fn a_saved_run_adds_up_until_somebody_changes_it() {
        let (_dir, store) = store_with_a_run();
        let fine = verify(&store, 1).unwrap();
        assert!(fine.holds, "{:?}", fine.findings);
        assert_eq!((fine.cells, fine.trials), (1, 2));
        let mut trials = store.trials(1, "rf3-stop-whole-ONE-ONE").unwrap();
        let saved = store.cell(1, "rf3-stop-whole-ONE-ONE").unwrap().unwrap();
        trials[0].during.as_mut().unwrap().stale = false;
        store.save_cell(1, &saved, &trials).unwrap();
        let wrong = verify(&store, 1).unwrap();
        assert!(!wrong.holds);
        let all = wrong.findings.join("\n");
        assert!(
            all.contains("stale is 1, but the trials give 0")
                && all.contains("marked fresh, but its value does not fit"),
            "{all}"
        );
    }

    #[test]
    fn what_was_under_way_is_begun_anew() {
        let (_dir, store) = store_with_a_run();
        let mut running = store.cell(1, "rf3-stop-whole-ONE-ONE").unwrap().unwrap();
        running.state = CellState::Running;
        store.save_cell(1, &running, &[]).unwrap();
        assert_eq!(experiment(&store, 1, Some(Alive::default())).unwrap().cells[0].state, CellState::Running);
        let dead = experiment(&store, 1, None).unwrap();
        assert_eq!((dead.cells[0].state, dead.info.state), (CellState::Waiting, RunState::Unfinished));
    }

    #[test]
    fn two_runs_of_one_plan_are_compared_cell_by_cell() {
        let (_dir, store) = store_with_a_run();
        let again = store.run(1).unwrap();
        store.create(|number| Run { experiment: number, ..again }).unwrap();
        let mut fresh = trial(1, "ok");
        fresh.during = Some(read("ok", "new", false));
        let mut counted = cell("ONE", "ONE");
        cells::conclude(&mut counted, std::slice::from_ref(&fresh));
        store.save_cell(2, &counted, &[fresh]).unwrap();
        let compared = compare(&store, 1, 2).unwrap();
        assert_eq!(compared.cells.len(), 1);
        assert!(compared.cells[0].differs.join(" ").contains("stale"), "{:?}", compared.cells[0].differs);
    }

    #[test]
    fn both_exports_carry_every_trial() {
        let (_dir, store) = store_with_a_run();
        let json = export(&store, 1, ExportFormat::Json).unwrap();
        let parsed: serde_json::Value = serde_json::from_str(&json.content).unwrap();
        assert_eq!(parsed["trials"]["rf3-stop-whole-ONE-ONE"].as_array().unwrap().len(), 2);
        let html = export(&store, 1, ExportFormat::Html).unwrap();
        assert!(html.content.starts_with("<!doctype html>") && !html.content.contains("<script"));
        assert_eq!(std::fs::read_to_string(html.path).unwrap(), html.content);
    }
}
