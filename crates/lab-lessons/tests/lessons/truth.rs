//! Sentence + model → truth.

use lab_lessons::{Holds, Moment, Truth};
use serde_json::json;

#[test]
fn a_sentence_is_true_false_or_unknown() {
    let model = json!({
        "count": 5, "big": u64::MAX, "part": 0.5, "nothing": null, "empty": [], "state": "answering",
        "logs": [{ "end": 7, "leader": 1 }, { "end": 9, "leader": null }],
    });
    let before = json!({ "count": 3, "logs": [{ "end": 7, "leader": 2 }] });
    for (holds, truth) in CASES {
        let moment = Moment { model: &model, before: Some(&before), began: 1000 };
        assert_eq!(Holds::new(holds).unwrap().evaluate(moment), *truth, "{holds}");
    }
    let without = Moment { model: &model, before: None, began: 0 };
    assert_eq!(Holds::new("before.count == 3").unwrap().evaluate(without), Truth::Unknown);
}

const CASES: &[(&str, Truth)] = &[
    ("count == 5", Truth::True),
    ("count - 1 == 4 && 5 - count == 0 && count / 2 == 2", Truth::True),
    ("count > 4.5 && part < 1", Truth::True),
    ("big > count", Truth::True),
    ("state == 'silent'", Truth::False),
    ("nothing == 3", Truth::False),
    ("nothing > 3", Truth::Unknown),
    ("nothing + 1 == 1", Truth::Unknown),
    ("logs.all(l, l.leader > 0)", Truth::Unknown),
    ("logs.exists(l, l.leader > 0)", Truth::True),
    ("logs[7].end == 7", Truth::Unknown),
    ("missing == 3", Truth::Unknown),
    ("count", Truth::Unknown),
    ("count > before.count && logs[0].leader != before.logs[0].leader", Truth::True),
    ("began == 1000", Truth::True),
    ("logs[0] in logs && logs.filter(l, logs[1] in [l]).size() == 1", Truth::True),
    // What only the linter can catch: CEL finds both true.
    ("empty.all(l, l.nonsense == 3)", Truth::True),
    ("count == 5 || nonsense", Truth::True),
];

#[test]
fn what_cannot_be_read_says_where() {
    for (text, offset) in [("count == ", 9), ("count = 3", 6), ("a &&\n b ==", 10), ("", 0)] {
        match Holds::new(text) {
            Err(lab_lessons::Error::Holds { offset: at, why, .. }) => {
                assert_eq!((at, why.is_empty()), (offset, false), "{text}: {why}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}
