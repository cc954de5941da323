//! Truths of checks and options over time → when the verdict stands, and on which option.

use lab_lessons::{SETTLES_AFTER, Truth, Verdict};

/// `T`, `F` or `?` for each.
fn truths(letters: &str) -> Vec<Truth> {
    let truth = |letter| match letter {
        'T' => Truth::True,
        'F' => Truth::False,
        _ => Truth::Unknown,
    };
    letters.chars().map(truth).collect()
}

/// When the verdict stands and on which option, from 0; none while it is not decided.
type Stands = Option<(u64, Option<usize>)>;

/// After each moment (time, checks, options): when the verdict stands.
fn story(moments: &[(u64, &str, &str)]) -> (Verdict, Vec<Stands>) {
    let mut verdict = Verdict::new(moments[0].2.len());
    let told = moments.iter().map(|(at, checks, options)| {
        verdict.see(*at, &truths(checks), &truths(options));
        verdict.stands_from().map(|from| (from, verdict.right()))
    });
    let told = told.collect();
    (verdict, told)
}

#[test]
fn a_verdict_waits_until_one_option_holds_alone_and_stays() {
    let (verdict, told) = story(&[
        (10, "TF", "FFT"),
        (20, "TT", "FFF"),
        (30, "TT", "FT?"),
        (40, "TT", "FT?"),
        (50, "TT", "TT?"),
        (60, "TT", "FTF"),
        (70, "T?", "FTF"),
        (80, "TT", "FTF"),
    ]);
    let from = |at| Some((at + SETTLES_AFTER, Some(1)));
    assert_eq!(told, [None, None, from(30), from(30), None, from(60), None, from(80)]);
    assert_eq!(verdict.ever_right().iter().collect::<Vec<_>>(), [&1]);
    assert_eq!(verdict.checks_hold_since(), Some(80));
}

#[test]
fn an_option_that_was_right_for_an_instant_only_is_remembered() {
    let (verdict, told) = story(&[(0, "T", "FFT"), (4, "T", "FTF")]);
    assert_eq!(told[1], Some((4 + SETTLES_AFTER, Some(1))));
    assert_eq!(verdict.ever_right().iter().collect::<Vec<_>>(), [&1, &2], "checks and options disagree");
}

#[test]
fn a_step_that_asks_nothing_is_done_when_its_checks_hold() {
    let (verdict, told) = story(&[(0, "TF", ""), (7, "TT", ""), (9, "FT", "")]);
    assert_eq!(told, [None, Some((7, None)), None]);
    assert!(verdict.checks_ever_held());
}
