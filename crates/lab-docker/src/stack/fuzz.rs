//! Files of a stack that nobody would write by hand: read, or refused with their file and line; never a panic.

use proptest::prelude::*;

use super::tests::{ABOUT, COMPOSE, load};
use super::*;

/// A right file with some of its bytes changed: most refusals lie one letter away from what is right.
fn spoiled(right: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(String::new()),
        Just("${".to_owned()),
        Just("&a [*a, *a]".to_owned()),
        Just("\n  - ".to_owned()),
        Just("99999999999999999999".to_owned()),
        ".{0,6}",
    ];
    prop::collection::vec((0..right.len(), 0_usize..12, piece), 1..4).prop_map(|changes| {
        let mut text = right.to_owned();
        for (at, length, piece) in changes {
            let from = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let to = (from + length..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
            text.replace_range(from..to.max(from), &piece);
        }
        text
    })
}

fn is_told(result: Result<Stack>) -> std::result::Result<(), TestCaseError> {
    if let Err(error) = result {
        let Error::Stack { line, problem, .. } = error else {
            return Err(TestCaseError::fail(format!("not told as a flaw of the stack: {error:?}")));
        };
        prop_assert!(line >= 1);
        prop_assert!(!problem.is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_compose_file_is_read_or_refused_with_its_line(text in prop_oneof![4 => spoiled(COMPOSE), 1 => ".*"]) {
        is_told(load(&text, ABOUT))?;
    }

    #[test]
    fn any_stack_file_is_read_or_refused_with_its_line(text in prop_oneof![4 => spoiled(ABOUT), 1 => ".*"]) {
        is_told(load(COMPOSE, &text))?;
    }
}

/// A few lines that would grow to gigabytes if every alias were written out.
#[test]
fn aliases_that_multiply_are_refused_and_do_not_fill_the_memory() {
    let mut text = "name: small\nx-0: &x0 [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
    for level in 1..12 {
        let before = level - 1;
        let all = vec![format!("*x{before}"); 10].join(", ");
        text.push_str(&format!("x-{level}: &x{level} [{all}]\n"));
    }
    text.push_str(COMPOSE.split_once('\n').map_or("", |(_, rest)| rest));
    let refused = load(&text, ABOUT).map(drop);
    assert!(refused.is_err(), "written out, these lines are 10^12 letters");
}

/// Files that are odd in a way of their own, or were read wrongly once: `corpus/<file>--<what>`.
#[test]
fn the_kept_files_are_read_or_refused_with_their_line() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stack/corpus");
    let mut read = 0;
    for entry in std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()) {
        let text = std::fs::read_to_string(&entry).unwrap();
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        let told = if name.starts_with("compose") { load(&text, ABOUT) } else { load(COMPOSE, &text) };
        is_told(told).unwrap_or_else(|why| panic!("{name}: {why}"));
        read += 1;
    }
    assert!(read >= 10, "{read} files");
}
