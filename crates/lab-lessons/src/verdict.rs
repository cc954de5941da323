//! The verdict on a step: its checks hold, and one option of its prediction holds alone, for long enough.
//!
//! Engines say one thing after the other, so for a moment the checks may hold while another option seems right, or two, or
//! none. Nothing is judged then. Time here is the journal's: it arrives with what is heard.

use std::collections::BTreeSet;

use lab_model::Millis;

use crate::Truth;

/// A verdict stands when nothing of it changed for so long.
pub const SETTLES_AFTER: Millis = 1500;

/// What a step's checks and options said so far. See it again whenever one of them changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The step asks for a prediction.
    asks: bool,
    /// Since when all checks hold.
    since: Option<Millis>,
    /// All checks held at some moment.
    ever_held: bool,
    /// The option that holds alone while they do, and since when it does.
    right: Option<(usize, Millis)>,
    /// Every option that held alone at some moment at which all checks held.
    ever_right: BTreeSet<usize>,
}

impl Verdict {
    /// Nothing was seen yet of a step with so many options.
    pub fn new(options: usize) -> Self {
        Self { asks: options > 0, since: None, ever_held: false, right: None, ever_right: BTreeSet::new() }
    }

    /// The truths of all checks and all options as of a journal time.
    pub fn see(&mut self, at: Millis, checks: &[Truth], options: &[Truth]) {
        if !checks.iter().all(|truth| *truth == Truth::True) {
            (self.since, self.right) = (None, None);
            return;
        }
        self.since = self.since.or(Some(at));
        self.ever_held = true;
        let alone = alone(options);
        self.ever_right.extend(alone);
        self.right = match (alone, self.right) {
            (Some(now), Some((before, since))) if now == before => Some((now, since)),
            (now, _) => now.map(|now| (now, at)),
        };
    }

    /// Since when all checks hold; none while one of them does not.
    pub fn checks_hold_since(&self) -> Option<Millis> {
        self.since
    }

    /// All checks held at some moment.
    pub fn checks_ever_held(&self) -> bool {
        self.ever_held
    }

    /// From which journal time on the verdict stands, if nothing changes before it; none while there is nothing to wait
    /// for. A step that asks nothing is done as soon as its checks hold.
    pub fn stands_from(&self) -> Option<Millis> {
        if self.asks { self.right.map(|(_, since)| since.saturating_add(SETTLES_AFTER)) } else { self.since }
    }

    /// The option that holds alone now, while all checks hold.
    pub fn right(&self) -> Option<usize> {
        self.right.map(|(option, _)| option)
    }

    /// Every option that a verdict at the first instant could have called right. More than one: checks and options
    /// do not agree about the moment.
    pub fn ever_right(&self) -> &BTreeSet<usize> {
        &self.ever_right
    }
}

/// The only option that is true.
fn alone(options: &[Truth]) -> Option<usize> {
    let mut holding = options.iter().enumerate().filter(|(_, truth)| **truth == Truth::True);
    match (holding.next(), holding.next()) {
        (Some((option, _)), None) => Some(option),
        _ => None,
    }
}
