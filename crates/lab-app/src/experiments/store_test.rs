//! Runs on disk, found again, taken and refused.

use lab_bench::{
    FORMAT,
    consistency::{Cell, Consistency, ConsistencyPlan, Topology, Trial, Verdict, check},
};

use super::*;

type Store = super::Store<Consistency>;

fn store(data_dir: &Path) -> Store {
    Store::of(&Files::new(data_dir))
}

fn consistency() -> ConsistencyPlan {
    serde_json::from_str(r#"{ "write": ["ONE"], "read": ["ONE"] }"#).unwrap()
}

/// A run with its one cell.
fn run(number: u32) -> Run<Consistency> {
    let checked = check(consistency(), &Topology::of("cassandra-3", 3)).unwrap();
    Run::new(number, checked.plan, checked.cells, "lab".into(), 5)
}

/// The saved run that `lab-bench` keeps, in a data folder.
pub(in crate::experiments) fn saved() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lab-bench/src/consistency/saved_run");
    let to = dir.path().join("experiments/1");
    for folder in ["", "cells", "trials"] {
        fs::create_dir_all(to.join(folder)).unwrap();
        for file in fs::read_dir(from.join(folder)).unwrap().map(|entry| entry.unwrap().path()) {
            if file.is_file() {
                fs::copy(&file, to.join(folder).join(file.file_name().unwrap())).unwrap();
            }
        }
    }
    let store = store(dir.path());
    (dir, store)
}

#[test]
fn a_run_is_found_again_as_it_was_saved() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    assert!(store.all().unwrap().is_empty());
    let first = store.create(run).unwrap();
    let second = store.create(run).unwrap();
    assert_eq!((first.experiment, second.experiment), (1, 2));
    assert_eq!(store.run(2).unwrap(), second);
    let one = Cell::waiting(&first.cells[0], 20, None);
    store.save_cell(1, &one, &[]).unwrap();
    assert_eq!(store.cell(1, &one.cell).unwrap(), Some(one.clone()));
    assert_eq!(store.trials(1, &one.cell).unwrap(), []);
    store.files.remove(1).unwrap();
    assert_eq!(store.all().unwrap(), [2]);
    assert_eq!(store.run(1).unwrap_err().code, Code::Unknown);
}

#[test]
fn a_run_of_an_earlier_pipewright_is_found_with_its_trials() {
    let (_dir, store) = saved();
    assert_eq!(store.all().unwrap(), [1]);
    let run = store.run(1).unwrap();
    assert!(run.done && run.cells.len() == 2);
    let trials: Vec<Trial> = store.trials(1, &run.cells[0].cell).unwrap();
    let cell: Cell = store.cell(1, &run.cells[0].cell).unwrap().unwrap();
    assert_eq!((trials.len(), cell.verdict), (20, Some(Verdict::Stale)));
}

#[test]
fn a_run_belongs_to_whoever_took_it_first() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    store.create(run).unwrap();
    assert!(!store.files.is_taken(1));
    let taken = store.take(1).unwrap();
    assert!(taken.is_some() && store.files.is_taken(1) && store.take(1).unwrap().is_none());
    drop(taken);
    assert!(!store.files.is_taken(1) && store.take(1).unwrap().is_some());
}

#[test]
fn what_is_expected_meanwhile_is_not_lost() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let mut run = store.create(run).unwrap();
    let cell = run.cells[0].cell.clone();
    store.expect(1, [(cell.clone(), Verdict::Stale)].into(), |_, _| Ok(())).unwrap();
    run.took_ms = 7;
    store.keep(&mut run).unwrap();
    let saved = store.run(1).unwrap();
    assert_eq!((saved.took_ms, saved.expectations[&cell]), (7, Verdict::Stale));
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let (_dir, store) = saved();
    let cell = store.run(1).unwrap().cells[0].cell.clone();
    let before = store.trials(1, &cell).unwrap();
    let mut trials = before.clone();
    // A number that JSON has no word for.
    trials[0].write.took_ms = f64::NAN;
    let counted = store.cell(1, &cell).unwrap().unwrap();
    assert!(store.save_cell(1, &counted, &trials).unwrap_err().message.contains("could not be read again"));
    assert_eq!(store.trials(1, &cell).unwrap(), before);
}

#[test]
fn a_newer_or_damaged_run_is_refused_with_words() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let mut newer = store.create(run).unwrap();
    newer.format = FORMAT + 1;
    store.save(&newer).unwrap();
    assert!(store.run(1).unwrap_err().message.contains("newer"));
    fs::write(store.folder(1).join("run.json"), "{").unwrap();
    assert!(store.run(1).unwrap_err().message.contains("damaged"));
}

#[test]
fn runs_of_another_experiment_are_not_listed_and_damaged_ones_are() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    for _ in 1..=3 {
        store.create(run).unwrap();
    }
    fs::write(store.folder(1).join("run.json"), r#"{ "format": 1, "kind": "durability" }"#).unwrap();
    fs::write(store.folder(2).join("run.json"), "{").unwrap();
    assert_eq!(store.all().unwrap(), [2, 3]);
    assert_eq!(store.create(run).unwrap().experiment, 4, "numbers are of all experiments");
    store.files.remove(2).unwrap();
    assert_eq!(store.all().unwrap(), [3, 4], "what cannot be read can be removed");
}
