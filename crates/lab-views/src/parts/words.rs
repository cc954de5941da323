//! Small pieces of English and of table cells. No sentence about a view may move in.

use std::fmt::Display;

use lab_model::{Datum, DatumKind, Millis, Problem, facts::lab::NodeState};

use crate::Hearing;

/// `1 partition`, `3 partitions`.
pub(crate) fn count(number: impl TryInto<u64>, noun: &str) -> String {
    match number.try_into() {
        Ok(1) => format!("1 {noun}"),
        Ok(number) => format!("{number} {noun}s"),
        Err(_) => format!("an unknown number of {noun}s"),
    }
}

/// `a`, `a and b`, `a, b and c`; `nothing` for none.
pub(crate) fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A problem in one line: what happened, and what to do.
pub(crate) fn said(problem: &Problem) -> String {
    format!("{} {}", problem.message, problem.hint).trim_end().to_owned()
}

/// The first `limit` items, and how many more there are: `a, b and 3 more`.
pub(crate) fn few<T: Display>(limit: usize, items: impl IntoIterator<Item = T>) -> String {
    let mut items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    let more = items.len().saturating_sub(limit);
    if more > 0 {
        items.truncate(limit);
        items.push(format!("{more} more"));
    }
    list(items)
}

/// A name that anybody may have given, in quotes where it would not be seen as it is.
pub(crate) fn name(text: &str) -> String {
    let (kind, bytes) = (if text.is_empty() { DatumKind::Empty } else { DatumKind::Text }, text.len() as u64);
    Datum { kind, text: text.to_owned(), bytes, digest: None }.to_string()
}

/// The same within a sentence: a long one is cut.
pub(crate) fn brief(text: &str) -> String {
    const LETTERS: usize = 48;
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", name(&text[..end])),
        None => name(text),
    }
}

/// The first `limit` sentences, and how many more there are of what. A single one more is said instead.
pub(crate) fn first(limit: usize, sentences: &[String], more: &str) -> Vec<String> {
    let limit = if sentences.len() == limit + 1 { limit + 1 } else { limit };
    let mut said: Vec<String> = sentences.iter().take(limit).cloned().collect();
    if sentences.len() > limit {
        said.push(format!("And {} more {more}.", sentences.len() - limit));
    }
    said
}

/// `12.3`: seconds of a time in the journal; rounded up, so that whoever gives them back (`--at 12.3`) sees what was told.
pub(crate) fn seconds(at: Millis) -> String {
    let tenths = at.div_ceil(100);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A cell that is empty where nothing is known.
pub(crate) fn cell<T: Display>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// `yes` or `no`.
pub(crate) fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

/// Does it answer: `yes`, `no, last at 12.3 s` or `not asked`.
pub(crate) fn answers(hearing: Hearing, at: Option<Millis>) -> String {
    match (hearing, at) {
        (Hearing::Answering, _) => "yes".to_owned(),
        (Hearing::NotAsked, _) => "not asked".to_owned(),
        (Hearing::Silent, Some(at)) => format!("no, last at {} s", seconds(at)),
        (Hearing::Silent, None) => "no, not since Pipewright looks".to_owned(),
    }
}

/// What a container is doing.
pub(crate) fn container(state: NodeState) -> &'static str {
    match state {
        NodeState::Running => "running",
        NodeState::Paused => "paused",
        NodeState::Stopped => "stopped",
        NodeState::Absent => "gone",
    }
}

/// `4.2 ms`, of microseconds.
pub(crate) fn millis(micros: u64) -> String {
    format!("{}.{} ms", micros / 1000, micros % 1000 / 100)
}

/// The first letters of a text on one line.
pub(crate) fn short(text: &str, letters: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(letters) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
/// How many of a kind of thing there are and answer: `3 brokers, 2 of them answering`. Of those that were not asked yet it
/// is not said that they do not.
pub(crate) fn who_answers(one: &str, heard: &[Hearing]) -> String {
    let all = count(heard.len(), one);
    let answering = heard.iter().filter(|heard| **heard == Hearing::Answering).count();
    let unasked = heard.iter().filter(|heard| **heard == Hearing::NotAsked).count();
    match (answering, heard.len()) {
        (1, 1) => format!("{all}, and it answers"),
        (some, every) if some == every => format!("{all}, all answer"),
        (0, _) if unasked > 0 => all,
        (some, _) if unasked > 0 => format!("{all}, {some} of them answered so far"),
        (some, _) => format!("{all}, {some} of them answering"),
    }
}
