//! Files that nobody would write: whatever stands in one of them, loading ends with flaws that have a place.

use std::{collections::BTreeMap, fs};

use lab_lessons::{Catalog, Library};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::support::{catalog, content, copy};

const FILES: [&str; 4] =
    ["kafka/track.toml", "kafka/small/lesson.toml", "kafka/small/solution.toml", "kafka/small/create.md"];

/// Where a cut begins, how long it is, and what is put in its place.
type Cut = (prop::sample::Index, usize, String);

fn any_cut() -> impl Strategy<Value = Cut> {
    let pieces = [
        "",
        "\"",
        "'''",
        "[[step]]\n",
        "[names]\n",
        "{topic}",
        "{",
        "---\n",
        "<b>",
        "\u{0}",
        "é",
        "= [",
        "2026-01-01",
        "1e400",
        "nan",
    ];
    let piece = prop_oneof![prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), any::<String>(),];
    (any::<prop::sample::Index>(), 0..40_usize, piece)
}

fn cut(text: &str, cuts: &[Cut]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, long, piece) in cuts {
        let from = at.index(chars.len() + 1);
        chars.splice(from..(from + long).min(chars.len()), piece.chars());
    }
    chars.into_iter().collect()
}

/// A lesson folder of this test alone, in which one file at a time is damaged.
struct Damaged {
    dir: tempfile::TempDir,
    catalog: Catalog,
    right: BTreeMap<&'static str, String>,
}

impl Damaged {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(&content().join("good"), dir.path());
        let right = FILES.map(|file| (file, fs::read_to_string(dir.path().join(file)).unwrap()));
        Self { dir, catalog: catalog(), right: right.into() }
    }

    /// Loads the folder with this text in place of that file; the file is right again afterwards.
    fn load(&self, file: &str, text: &[u8]) -> Result<(), TestCaseError> {
        let path = self.dir.path().join(file);
        fs::write(&path, text).unwrap();
        let (_, flaws) = Library::load(self.dir.path(), &self.catalog);
        fs::write(&path, &self.right[file]).unwrap();
        let lines = text.split(|byte| *byte == b'\n').count() + 1;
        for flaw in flaws {
            prop_assert!(!flaw.says.is_empty() && flaw.line >= 1 && flaw.column >= 1, "{}", flaw);
            prop_assert!(flaw.file != file || flaw.line as usize <= lines, "{} is past the end of {}", flaw, file);
        }
        Ok(())
    }
}

/// A damaged file gives flaws with a place, and never a panic. Ten thousand in all, by file so that they run side by side.
fn damage(file: &'static str) {
    let damaged = Damaged::new();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(2_500));
    let cuts = prop::collection::vec(any_cut(), 1..4);
    runner.run(&cuts, |cuts| damaged.load(file, cut(&damaged.right[file], &cuts).as_bytes())).unwrap();
}

#[test]
fn a_damaged_track_gives_flaws_with_a_place() {
    damage(FILES[0]);
}

#[test]
fn a_damaged_lesson_gives_flaws_with_a_place() {
    damage(FILES[1]);
}

#[test]
fn a_damaged_solution_gives_flaws_with_a_place() {
    damage(FILES[2]);
}

#[test]
fn a_damaged_text_gives_flaws_with_a_place() {
    damage(FILES[3]);
}

/// Files that were found to be read wrongly once, or that are odd in a way of their own: `corpus/<file>--<what>`.
#[test]
fn the_kept_files_give_flaws_with_a_place() {
    let (damaged, corpus) = (Damaged::new(), content().join("corpus"));
    let mut read = 0;
    for entry in fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        let file = FILES.into_iter().find(|file| name.starts_with(file.rsplit('/').next().unwrap())).expect(&name);
        damaged.load(file, &fs::read(&entry).unwrap()).unwrap_or_else(|why| panic!("{name}: {why}"));
        read += 1;
    }
    assert!(read >= 8, "{read} files");
}
