//! A sentence that reads two views at one moment.

use lab_lessons::{Holds, Moment, Sentence, Truth, sentences};
use serde_json::json;

use crate::support::catalog;

/// Everything said of a sentence over `kafka_partitions` with this line and `holds`.
fn said(beside: &str, holds: &str) -> Vec<String> {
    let text = format!(
        "[[ready]]\nsay = 'x'\nview = 'kafka_partitions'\nwith = {{ topic = 't' }}\n{beside}\nholds = '''{holds}'''\n"
    );
    let (_, flaws) = sentences("stack.toml", &text, "ready", &catalog());
    flaws.iter().map(|flaw| flaw.to_string().replace("\n  → ", " → ")).collect()
}

#[test]
fn the_linter_knows_every_model_that_is_read() {
    let cluster = "beside = { cluster = { kind = 'kafka_cluster' } }";
    let both = "partitions.exists(p, p.leader != null && cluster.brokers.exists(b, b.id == p.leader && !b.fenced))";
    assert_eq!(said(cluster, both), [""; 0]);
    let wrong = [
        (cluster, "cluster.brokers.exists(b, b.leader == 1)", "stack.toml:6:40: `b` has no field `leader`"),
        (cluster, "cluster.partitions.size() == 1", "stack.toml:6:20: `cluster` has no field `partitions`"),
        (
            "beside = { cluster = { kind = 'kafka_custer' } }",
            "true",
            "stack.toml:5:31: there is no view `kafka_custer`",
        ),
        (
            "beside = { cluster = { kind = 'kafka_cluster', with = { topic = 't' } } }",
            "true",
            "there is no `topic` here",
        ),
        (
            "beside = { topic = { kind = 'kafka_cluster' } }",
            "true",
            "the view's own model has the name `topic` already",
        ),
        (
            "beside = { began = { kind = 'kafka_cluster' } }",
            "true",
            "the view's own model has the name `began` already",
        ),
        ("beside = { A = { kind = 'kafka_cluster' } }", "true", "`A` cannot name a view"),
    ];
    for (beside, holds, says) in wrong {
        let said = said(beside, holds);
        assert!(said.len() == 1 && said[0].contains(says), "{beside} {holds}: {said:?}");
    }
}

#[test]
fn models_are_joined_under_their_names() {
    let sentence: Sentence = serde_json::from_value(json!({
        "say": "x", "view": "a", "holds": "n == b.n && before.b.n < b.n", "beside": { "b": { "kind": "other", "with": { "k": 1 } } },
    }))
    .unwrap();
    let reads: Vec<&str> = sentence.reads().map(|(kind, _)| kind).collect();
    assert_eq!(reads, ["a", "other"]);
    let joined = |a: i64, b: i64| sentence.join(vec![json!({ "n": a }), json!({ "n": b })]);
    let before = joined(1, 1);
    let truth = |model| sentence.holds.evaluate(Moment { model, before: Some(&before), began: 0 });
    assert_eq!((truth(&joined(2, 2)), truth(&joined(2, 3))), (Truth::True, Truth::False));
    assert_eq!(
        Holds::new("b.n == 1").unwrap().evaluate(Moment { model: &json!({ "n": 1 }), before: None, began: 0 }),
        Truth::Unknown
    );
}
