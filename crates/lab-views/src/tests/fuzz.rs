//! Journals with lines that nobody wrote so: a line is refused, or every view folds and shows it; never a panic.

use std::cell::{Cell, RefCell};

use lab_model::Observation;
use proptest::prelude::*;
use serde_json::json;

use crate::{Fold, kinds};

/// The lines of every journal that is kept.
fn lines() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kinds");
    let journals =
        kinds().iter().filter_map(|kind| std::fs::read_to_string(folder.join(kind.name).join("journal.ndjson")).ok());
    journals.flat_map(|journal| journal.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn spoil(line: &str, at: usize, length: usize, piece: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let at = at % (letters.len() + 1);
    let rest = letters.iter().skip(at + length);
    letters[..at].iter().copied().chain(piece.chars()).chain(rest.copied()).collect()
}

fn fold(folds: &mut [(&'static str, Box<dyn Fold>)], observation: &Observation) {
    for (kind, fold) in folds {
        if fold.apply(observation) {
            // Some kinds need parameters; a refusal of these is fine.
            for params in [json!({}), json!({ "topic": "orders" }), json!({ "table": "ks.t", "key": "a" })] {
                let shown = fold.project(&params);
                let gaps = fold.gaps(&params);
                assert_eq!(shown.is_ok(), gaps.is_ok(), "{kind}");
            }
        }
    }
}

#[test]
fn any_line_is_refused_or_shown() {
    let lines = lines();
    assert!(lines.len() > 100);
    let folds: Vec<(&'static str, Box<dyn Fold>)> = kinds().iter().map(|kind| (kind.name, (kind.new_fold)())).collect();
    let piece = prop_oneof![
        Just("-9223372036854775808".to_owned()),
        Just("18446744073709551615".to_owned()),
        Just("\"\"".to_owned()),
        Just("null".to_owned()),
        Just("\\u0000".to_owned()),
        Just("[]".to_owned()),
        "[0-9]{1,20}",
        ".{0,4}",
    ];
    let (folds, read) = (RefCell::new(folds), Cell::new(0));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(10_000));
    runner
        .run(&(0..lines.len(), 0_usize..4000, 0_usize..8, piece), |(line, at, length, piece)| {
            if let Ok(observation) = serde_json::from_str::<Observation>(&spoil(&lines[line], at, length, &piece)) {
                read.set(read.get() + 1);
                fold(&mut folds.borrow_mut(), &observation);
            }
            Ok(())
        })
        .unwrap();
    // Else nothing but refusals was tried.
    assert!(read.get() > 500, "{} lines were read", read.get());
}
