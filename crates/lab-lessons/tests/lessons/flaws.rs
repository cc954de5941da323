//! Lesson text → flaws. Each case changes one thing in lessons that are without flaw.

use std::fs;

use lab_lessons::Library;
use serde::Deserialize;

use crate::support::{catalog, content, copy};

/// A change and everything that must be said of it.
#[derive(Deserialize)]
struct Case {
    name: String,
    file: String,
    /// What is written there now; without it the whole file is written.
    from: Option<String>,
    to: String,
    flaws: Vec<String>,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

fn flaws(case: &Case) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    copy(&content().join("good"), dir.path());
    let file = dir.path().join(&case.file);
    if let Some(from) = &case.from {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{}: the fixture does not hold {from:?}", case.name);
        fs::write(&file, text.replacen(from, &case.to, 1)).unwrap();
    } else {
        fs::write(&file, &case.to).unwrap();
    }
    let (library, flaws) = Library::load(dir.path(), &catalog());
    let id = case.file.rsplit_once('/').unwrap().0;
    if !flaws.is_empty() {
        assert!(library.lesson(id).is_none(), "{}: a lesson with a flaw must be left out", case.name);
    }
    flaws.iter().map(|flaw| flaw.to_string().replace("\n  → ", " → ")).collect()
}

#[test]
fn every_flaw_is_found_with_its_place_and_the_nearest_word() {
    let cases: Cases = toml::from_str(&fs::read_to_string(content().join("flaws.toml")).unwrap()).unwrap();
    let found: Vec<_> = cases.case.iter().map(|case| (&case.name, flaws(case), &case.flaws)).collect();
    let other: Vec<_> = found.iter().filter(|(_, flaws, wanted)| flaws != *wanted).collect();
    assert!(other.is_empty(), "{other:#?}");
}
