//! What is wrong in a lesson's files, where, and what was probably meant.
//!
//! A flaw is data for an author to act on, so loading never stops at the first one.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// A thing that is wrong in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Flaw {
    /// The file, relative to the folder that was loaded, with `/`.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub says: String,
    /// What to write instead; may be empty.
    pub hint: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.says)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "\n  → {}", self.hint) }
    }
}

/// A flaw before it is known in which line of which file it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slip {
    /// JSON pointer to the value it is about.
    pub(crate) pointer: String,
    /// Which part of it.
    pub(crate) spot: Spot,
    pub(crate) says: String,
    pub(crate) hint: String,
}

/// Which part of a value a slip is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    /// The key.
    Key,
    /// The value.
    Value,
    /// A byte within the value, which is a text.
    Inside(usize),
}

impl Slip {
    pub(crate) fn value(pointer: impl Into<String>, says: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), spot: Spot::Value, says: says.into(), hint: hint.into() }
    }

    pub(crate) fn key(pointer: impl Into<String>, says: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), spot: Spot::Key, says: says.into(), hint: hint.into() }
    }

    pub(crate) fn inside(offset: usize, says: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { pointer: String::new(), spot: Spot::Inside(offset), says: says.into(), hint: hint.into() }
    }

    /// The byte within the text it is about.
    pub(crate) fn offset(&self) -> usize {
        match self.spot {
            Spot::Inside(offset) => offset,
            Spot::Key | Spot::Value => 0,
        }
    }

    /// The same slip, seen from a document in which its value lies at `base`.
    pub(crate) fn under(mut self, base: &str) -> Self {
        self.pointer.insert_str(0, base);
        self
    }
}

/// The word that was probably meant, if one is near.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Any letter is near any other one: a single one is no misspelling.
    let letters = word.chars().count();
    let allowed = if letters < 2 { 0 } else { (letters / 3).max(1) };
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(word: &str, candidate: &str) -> usize {
    strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase())
}

/// Says which word was probably meant, or which there are.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: BTreeSet<&str> = known.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None if known.is_empty() => "There are none to choose from.".to_owned(),
        None => format!("Known: {}.", known.into_iter().collect::<Vec<_>>().join(", ")),
    }
}
