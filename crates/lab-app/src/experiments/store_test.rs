//! Runs on disk, found again, taken and refused.

use super::*;
use crate::experiments::samples::{cell, plan, trial};

fn consistency() -> ConsistencyPlan {
    serde_json::from_str(r#"{ "write": ["ONE"], "read": ["ONE"] }"#).unwrap()
}

#[test]
fn a_run_is_found_again_as_it_was_saved() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::new(dir.path());
    assert!(store.all().unwrap().is_empty());
    let make = |number| Run::new(number, consistency(), vec![plan("ONE", "ONE")], "lab".into(), 5);
    let first = store.create(make).unwrap();
    let second = store.create(make).unwrap();
    assert_eq!((first.experiment, second.experiment), (1, 2));
    assert_eq!(store.run(2).unwrap(), second);
    let one = cell("ONE", "ONE");
    store.save_cell(1, &one, &[trial(1, "ok")]).unwrap();
    assert_eq!(store.cell(1, &one.cell).unwrap(), Some(one.clone()));
    assert_eq!(store.trials(1, &one.cell).unwrap(), [trial(1, "ok")]);
    store.remove(1).unwrap();
    assert_eq!(store.all().unwrap(), [2]);
    assert_eq!(store.run(1).unwrap_err().code, Code::Unknown);
}

#[test]
fn a_run_belongs_to_whoever_took_it_first() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::new(dir.path());
    store.create(|number| Run::new(number, consistency(), Vec::new(), "lab".into(), 5)).unwrap();
    assert!(!store.is_taken(1));
    let taken = store.take(1).unwrap();
    assert!(taken.is_some() && store.is_taken(1) && store.take(1).unwrap().is_none());
    drop(taken);
    assert!(!store.is_taken(1) && store.take(1).unwrap().is_some());
}

#[test]
fn what_is_expected_meanwhile_is_not_lost() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::new(dir.path());
    let mut run =
        store.create(|number| Run::new(number, consistency(), vec![plan("ONE", "ONE")], "lab".into(), 5)).unwrap();
    let cell = run.cells[0].cell.clone();
    store.expect(1, [(cell.clone(), crate::schema::Verdict::Stale)].into(), |_, _| Ok(())).unwrap();
    run.took_ms = 7;
    store.keep(&mut run).unwrap();
    let saved = store.run(1).unwrap();
    assert_eq!((saved.took_ms, saved.expectations[&cell]), (7, crate::schema::Verdict::Stale));
}

#[test]
fn a_newer_or_damaged_run_is_refused_with_words() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::new(dir.path());
    let mut run = store.create(|number| Run::new(number, consistency(), Vec::new(), "lab".into(), 5)).unwrap();
    run.format = FORMAT + 1;
    store.save(&run).unwrap();
    assert!(store.run(1).unwrap_err().message.contains("newer"));
    fs::write(store.of(1).join("run.json"), "{").unwrap();
    assert!(store.run(1).unwrap_err().message.contains("damaged"));
}
