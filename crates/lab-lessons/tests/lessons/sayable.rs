//! Before the first of these lessons is written: can all its checks be said? Also kept true as the models change.

use std::fs;

use lab_lessons::{Sentence, sentences};
use serde::Deserialize;

use crate::support::{catalog, content};

/// A sentence that lacks something.
#[derive(Deserialize)]
struct NotYet {
    needs: String,
    #[serde(flatten)]
    sentence: toml::Table,
}

#[derive(Deserialize)]
struct File {
    not_yet: Vec<NotYet>,
}

fn text() -> String {
    fs::read_to_string(content().join("sayable.toml")).unwrap()
}

#[test]
fn the_checks_of_lessons_to_come_can_be_said() {
    for (lesson, checks) in [("acked_but_lost", 16), ("hints", 8), ("rebalance", 12)] {
        let (said, flaws) = sentences("sayable.toml", &text(), lesson, &catalog());
        assert_eq!((said.len(), flaws), (checks, Vec::new()), "{lesson}");
    }
}

#[test]
fn what_cannot_be_said_yet_is_known_to_lack_a_field() {
    let file: File = toml::from_str(&text()).unwrap();
    assert_eq!(file.not_yet.len(), 4);
    for NotYet { needs, mut sentence } in file.not_yet {
        sentence.remove("lesson");
        let sentence: Sentence = sentence.try_into().unwrap();
        let flaws = sentence.check_types(&catalog().views[&sentence.view].model);
        assert!(!flaws.is_empty(), "this can be said now, move it up: {}", sentence.say);
        let lacks = |word: &str| needs.contains(&format!("`{word}`")) || needs.contains(&format!(".{word}`"));
        let named = flaws.iter().all(|flaw| flaw.says.split('`').any(lacks));
        assert!(named, "it lacks something else than it says: {flaws:?}");
    }
}
