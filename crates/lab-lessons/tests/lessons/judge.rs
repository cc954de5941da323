//! Sentence + sequence of models → truths, in every mode.

use lab_lessons::{Judge, Truth};
use proptest::prelude::*;
use serde_json::{Value, json};

fn judge(holds: &str, when: &str, began: u64) -> Judge {
    let sentence = json!({ "say": "x", "view": "v", "holds": holds, "when": when });
    Judge::new(serde_json::from_value(sentence).unwrap(), began)
}

/// What is seen: at a time, by an observation, known or not, of which count; or only time going on.
enum Seen {
    Count(u64, u64, i64),
    Null(u64, u64),
    Unknown(u64, u64),
    Time(u64),
}
use Seen::{Count, Null, Time, Unknown};

fn feed(judge: &mut Judge, seen: &Seen) -> Option<(Truth, Truth)> {
    let change = match *seen {
        Count(at, seq, n) => judge.see(at, seq, true, &json!({ "n": n })),
        Null(at, seq) => judge.see(at, seq, true, &json!({ "n": null })),
        Unknown(at, seq) => judge.see(at, seq, false, &json!({ "n": 3 })),
        Time(at) => judge.at(at),
    };
    change.map(|change| {
        assert_eq!(change.decided_by, judge.decided_by());
        (change.from, change.to)
    })
}

/// Truth after each thing seen: `T`, `F`, `?`, with the observation that decided it.
fn told(when: &str, seen: &[Seen]) -> String {
    let mut judge = judge("n > 2", when, 0);
    let mut told = Vec::new();
    for seen in seen {
        let before = judge.truth();
        let change = feed(&mut judge, seen);
        assert_eq!(
            change,
            (before != judge.truth()).then_some((before, judge.truth())),
            "a change is told, and only a change"
        );
        let letter = match judge.truth() {
            Truth::True => "T",
            Truth::False => "F",
            Truth::Unknown => "?",
        };
        told.push(judge.decided_by().map_or_else(|| letter.to_owned(), |seq| format!("{letter}{seq}")));
    }
    told.join(" ")
}

#[test]
fn modes_over_what_was_seen() {
    let story = || {
        vec![
            Unknown(0, 1),
            Count(10, 2, 1),
            Count(20, 3, 3),
            Count(30, 4, 5),
            Null(40, 5),
            Count(50, 6, 0),
            Unknown(60, 7),
        ]
    };
    assert_eq!(told("now", &story()), "?1 F2 T3 T3 ?5 F6 ?7");
    assert_eq!(told("ever", &story()), "?1 F2 T3 T3 T3 T3 T3");
    assert_eq!(told("never", &story()), "?1 T2 F3 F3 F3 F3 F3");
    assert_eq!(told("never", &[Count(0, 1, 0), Unknown(1, 2), Count(2, 3, 1)]), "T1 ?2 T3");
    assert_eq!(told("ever", &[Count(0, 1, 0), Null(1, 2), Count(2, 3, 1)]), "F1 ?2 F3");
    assert_eq!(
        told("now", &[Unknown(0, 1), Unknown(1, 2), Count(2, 3, 3)]),
        "?1 ?1 T1",
        "what made the rest known decides nothing"
    );
}

#[test]
fn for_a_time_means_without_a_break() {
    let held = [
        Count(0, 1, 3),
        Time(999),
        Time(1000),
        Time(2000),
        Count(2500, 2, 9),
        Count(2600, 3, 0),
        Count(2700, 4, 3),
        Time(3600),
        Time(3700),
    ];
    assert_eq!(told("for 1s", &held), "F1 F1 T1 T1 T1 F3 F3 F3 T4");
    let broken = [Count(0, 1, 3), Unknown(500, 2), Count(600, 3, 3), Time(1100), Count(1600, 4, 3)];
    assert_eq!(told("for 1s", &broken), "F1 ?2 F1 F1 T1", "what was not known for a moment was said before it");
    assert_eq!(told("now", &[Count(0, 1, 3), Time(5000)]), "T1 T1");
}

#[test]
fn before_is_the_first_model_known() {
    let mut judge = judge("n > before.n + 1 && began == 7", "now", 7);
    let truths: Vec<Truth> = [Unknown(7, 1), Count(8, 2, 4), Count(9, 3, 5), Count(10, 4, 6)]
        .iter()
        .map(|seen| {
            feed(&mut judge, seen);
            judge.truth()
        })
        .collect();
    assert_eq!(truths, [Truth::Unknown, Truth::False, Truth::False, Truth::True]);
}

fn any_sentence() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "n > 2",
        "n == 3",
        "n != 3",
        "n == null",
        "true",
        "l.size() == 0",
        "l.exists(x, x > 1)",
        "l.all(x, x > 1)",
        "nonsense",
        "before.n == n",
        "began >= 0",
    ]);
    let joint = prop::sample::select(vec!["&&", "||"]);
    (part.clone(), any::<bool>(), joint, part)
        .prop_map(|(a, not, and, b)| format!("{}({a}) {and} ({b})", if not { "!" } else { "" }))
}

fn any_model() -> impl Strategy<Value = Value> {
    let n = prop_oneof![Just(Value::Null), (0..5_i64).prop_map(Value::from)];
    (n, prop::collection::vec(0..4_i64, 0..3)).prop_map(|(n, l)| json!({ "n": n, "l": l }))
}

fn any_mode() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["now", "ever", "never", "for 1ms", "for 2s"])
}

proptest! {
    #[test]
    fn an_unknown_view_never_gives_true(holds in any_sentence(), when in any_mode(), models in prop::collection::vec(any_model(), 1..6)) {
        let mut judge = judge(&holds, when, 0);
        for (i, model) in (0_u64..).zip(&models) {
            judge.see(i * 1000, i, false, model);
            judge.at(i * 1000 + 500);
            prop_assert_eq!(judge.truth(), Truth::Unknown, "{} {}", holds, when);
        }
    }

    #[test]
    fn a_view_that_fell_silent_keeps_only_what_cannot_be_undone(
        holds in any_sentence(), when in any_mode(),
        seen in prop::collection::vec((any::<bool>(), any_model()), 1..8),
    ) {
        let mut judge = judge(&holds, when, 0);
        let mut was_true = false;
        for (i, (known, model)) in (0_u64..).zip(&seen) {
            judge.see(i * 1000, i, *known, model);
            if !known && judge.truth() == Truth::True {
                prop_assert!(when == "ever" && was_true, "{} {}", holds, when);
            }
            was_true |= judge.truth() == Truth::True;
        }
    }
}
