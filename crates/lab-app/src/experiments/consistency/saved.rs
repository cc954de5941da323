//! What can be done with saved runs: list, show, compare, verify, export. Reads files; asks no engine.

use lab_bench::{
    WorkStatus,
    consistency::{Comparison, Consistency, Experiment, Replay, Run, Trial, Verified, report},
};
use lab_model::Problem;

use crate::{
    experiments::{Experiments, store},
    schema::{Cell, CellPlan, CellState, ExperimentList, ExportFormat, Exported},
};

type Store = store::Store<Consistency>;

/// All runs, the newest first.
///
/// # Errors
/// `storage`.
pub(crate) fn list(all: &Experiments) -> Result<ExperimentList, Problem> {
    let (runs, unreadable) = all.list::<Consistency, _>(|number| show(all, number).map(|run| run.info))?;
    Ok(ExperimentList { runs, unreadable })
}

/// A run with its cells.
///
/// # Errors
/// `unknown`, `storage`.
pub(crate) fn show(all: &Experiments, number: u32) -> Result<Experiment, Problem> {
    experiment(&all.store(), number, all.status(number))
}

/// Counts a run anew from its trials.
///
/// # Errors
/// `unknown`, `storage`.
pub(crate) fn verify(all: &Experiments, number: u32) -> Result<Verified, Problem> {
    verified(&all.store(), number)
}

/// Two runs, cell by cell.
///
/// # Errors
/// `unknown`, `storage`.
pub(crate) fn compare(all: &Experiments, first: u32, second: u32) -> Result<Comparison, Problem> {
    compared(&all.store(), first, second)
}

/// Writes a run for use elsewhere.
///
/// # Errors
/// `unknown`, `storage`.
pub(crate) fn export(all: &Experiments, number: u32, format: ExportFormat) -> Result<Exported, Problem> {
    exported(&all.store(), number, format)
}

/// The cells of a run, those that have not begun included.
fn cells_of(store: &Store, run: &Run, working: bool) -> Result<Vec<Cell>, Problem> {
    let cell = |plan: &CellPlan| {
        let expected = run.expectations.get(&plan.cell).copied();
        let saved = store.cell(run.experiment, &plan.cell)?;
        // What was under way when the application ended is begun anew.
        let saved = saved.filter(|cell| working || cell.state != CellState::Running);
        Ok(saved.unwrap_or_else(|| Cell::waiting(plan, run.plan.trials, expected)))
    };
    run.cells.iter().map(cell).collect()
}

fn experiment(store: &Store, number: u32, working: Option<WorkStatus>) -> Result<Experiment, Problem> {
    let run = store.run(number)?;
    let cells = cells_of(store, &run, working.is_some())?;
    Ok(Experiment::of(run, cells, working))
}

/// Counts every cell anew from its trials.
fn verified(store: &Store, number: u32) -> Result<Verified, Problem> {
    let run = store.run(number)?;
    let kept = |plan: &CellPlan| Ok((store.cell(number, &plan.cell)?, store.trials(number, &plan.cell)?));
    Ok(Verified::of(&run, &store.strays(&run)?, kept))
}

fn compared(store: &Store, first: u32, second: u32) -> Result<Comparison, Problem> {
    Ok(Comparison::of(experiment(store, first, None)?, experiment(store, second, None)?))
}

fn exported(store: &Store, number: u32, format: ExportFormat) -> Result<Exported, Problem> {
    let shown = experiment(store, number, None)?;
    let trials = |cell: &Cell| Ok((cell.cell.clone(), store.trials(number, &cell.cell)?));
    let trials: Vec<(String, Vec<Trial>)> = shown.cells.iter().map(trials).collect::<Result<_, Problem>>()?;
    let (name, content) = match format {
        ExportFormat::Json => {
            let replays: Vec<Replay> = store.replays(number)?;
            (format!("consistency-{number}.json"), shown.as_json(&trials, &replays))
        }
        ExportFormat::Html => (format!("consistency-{number}.html"), report::html(&shown, &trials)),
    };
    let path = store.save_export(number, &name, &content)?;
    Ok(Exported { name, content, path: path.display().to_string() })
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use lab_bench::RunState;

    use super::*;
    use crate::experiments::store::tests::saved;

    const CELL: &str = "rf3-stop-whole-ONE-ONE";

    #[test]
    fn a_run_of_an_earlier_pipewright_is_shown_verified_and_compared() {
        let (_dir, store) = saved();
        let shown = experiment(&store, 1, None).unwrap();
        assert_eq!((shown.info.state, shown.info.cells_done, shown.info.stale), (RunState::Done, 2, 19));
        let fine = verified(&store, 1).unwrap();
        assert!(fine.holds && (fine.cells, fine.trials) == (2, 40), "{:?}", fine.findings);
        let same = compared(&store, 1, 1).unwrap();
        assert_eq!(same.says, "Runs 1 and 1 agree in all 2 cells that both have tried.");
    }

    #[test]
    fn what_somebody_changed_is_found() {
        let (_dir, store) = saved();
        let (cell, mut trials) = (store.cell(1, CELL).unwrap().unwrap(), store.trials(1, CELL).unwrap());
        trials[0].after_return.as_mut().unwrap().stale = false;
        store.save_cell(1, &cell, &trials).unwrap();
        assert!(!verified(&store, 1).unwrap().holds);
    }

    #[test]
    fn what_somebody_took_away_or_put_there_is_found() {
        let (dir, store) = saved();
        let run = dir.path().join("experiments/1");
        let cells = run.join("cells");
        fs::rename(cells.join(format!("{CELL}.json")), cells.join("rf3-stop-whole-TWO-ONE.json")).unwrap();
        fs::write(cells.join("rf3-stop-whole-ALL-ONE.json"), "{").unwrap();
        let found = verified(&store, 1).unwrap();
        assert!(!found.holds && (found.cells, found.of_cells) == (0, 2));
        let all = found.findings.join("\n");
        assert!(all.contains(&format!("cells/{CELL}.json is missing")), "{all}");
        assert!(all.contains("cells/rf3-stop-whole-TWO-ONE.json is of no cell of this run"), "{all}");
        assert!(all.contains("rf3-stop-whole-ALL-ONE.json is damaged"), "{all}");
        fs::remove_dir_all(cells).unwrap();
        assert_eq!(verified(&store, 1).unwrap().findings.len(), 2, "one for each cell");
    }

    #[test]
    fn a_copied_run_is_the_run_of_its_folder() {
        let (dir, store) = saved();
        let runs = dir.path().join("experiments");
        copy(&runs.join("1"), &runs.join("5"));
        copy(&runs.join("1"), &runs.join("036"));
        copy(&runs.join("1"), &runs.join("+37"));
        let all = Experiments::open(dir.path());
        let found = list(&all).unwrap();
        assert_eq!(found.runs.iter().map(|run| run.experiment).collect::<Vec<_>>(), [5, 1]);
        let unreadable: Vec<_> = found.unreadable.iter().map(|run| (run.folder.as_str(), run.experiment)).collect();
        assert_eq!(unreadable, [("+37", None), ("036", None)]);
        assert_eq!(exported(&store, 5, ExportFormat::Json).unwrap().name, "consistency-5.json");
        fs::remove_file(runs.join(format!("5/cells/{CELL}.json"))).unwrap();
        assert!(verified(&store, 1).unwrap().holds && !verified(&store, 5).unwrap().holds);
        all.remove(5).unwrap();
        assert_eq!(list(&all).unwrap().runs.iter().map(|run| run.experiment).collect::<Vec<_>>(), [1]);
    }

    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().flatten() {
            let to = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &to);
            } else {
                fs::copy(entry.path(), to).unwrap();
            }
        }
    }

    #[test]
    fn what_was_under_way_is_begun_anew() {
        let (_dir, store) = saved();
        let mut running = store.cell(1, CELL).unwrap().unwrap();
        running.state = CellState::Running;
        store.save_cell(1, &running, &[]).unwrap();
        let alive = experiment(&store, 1, Some(WorkStatus::default())).unwrap();
        assert_eq!((alive.cells[0].state, alive.info.state), (CellState::Running, RunState::Running));
        assert_eq!(experiment(&store, 1, None).unwrap().cells[0].state, CellState::Waiting);
    }

    #[test]
    fn both_exports_carry_every_trial() {
        let (_dir, store) = saved();
        let json = exported(&store, 1, ExportFormat::Json).unwrap();
        let parsed: serde_json::Value = serde_json::from_str(&json.content).unwrap();
        assert_eq!(parsed["trials"][CELL].as_array().unwrap().len(), 20);
        let html = exported(&store, 1, ExportFormat::Html).unwrap();
        assert!(html.content.starts_with("<!doctype html>") && !html.content.contains("<script"));
        assert_eq!(fs::read_to_string(html.path).unwrap(), html.content);
    }
}
