//! Files that nobody would write: whatever stands in one of them, loading ends with flaws that have a place.

use std::fs;

use lab_lessons::Library;
use proptest::prelude::*;

use crate::support::{catalog, content, copy};

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_gives_flaws_with_a_place_and_never_a_panic(
        file in prop::sample::select(vec![
            "kafka/track.toml", "kafka/small/lesson.toml", "kafka/small/solution.toml", "kafka/small/create.md",
        ]),
        cuts in prop::collection::vec(any_cut(), 1..4),
    ) {
        let dir = tempfile::tempdir().unwrap();
        copy(&content().join("good"), dir.path());
        let path = dir.path().join(file);
        let text = cut(&fs::read_to_string(&path).unwrap(), &cuts);
        let lines = text.lines().count() + 1;
        fs::write(&path, text).unwrap();
        let (_, flaws) = Library::load(dir.path(), &catalog());
        for flaw in flaws {
            prop_assert!(!flaw.says.is_empty() && flaw.line >= 1 && flaw.column >= 1, "{}", flaw);
            prop_assert!(flaw.file != file || flaw.line as usize <= lines, "{} is past the end of {}", flaw, file);
        }
    }
}
