//! Follows one sentence through the journal and says when its truth changes, and by which observation.

use lab_model::Millis;
use serde_json::Value;

use super::{Moment, Sentence, Truth, When};

/// The truth of a sentence became another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What it was.
    pub from: Truth,
    /// What it is.
    pub to: Truth,
    /// Journal time of the change.
    pub at: Millis,
    /// The observation that made it so: its place in the journal.
    pub decided_by: Option<u64>,
}

/// A sentence being followed. Feed it every model of its view, in journal order, beginning with the present one.
#[derive(Debug, Clone)]
pub struct Judge {
    sentence: Sentence,
    began: Millis,
    /// The first model known: the variable `before`.
    before: Option<Value>,
    truth: Truth,
    decided_by: Option<u64>,
    /// What the model says, known or not, and the observation that made it say so.
    said: (Truth, Option<u64>),
    /// Since when it holds without a break.
    holds_since: Option<Millis>,
}

impl Judge {
    /// Begins to follow a sentence at a journal time; nothing is known yet.
    pub fn new(sentence: Sentence, began: Millis) -> Self {
        let said = (Truth::Unknown, None);
        Self { sentence, began, before: None, truth: Truth::Unknown, decided_by: None, said, holds_since: None }
    }

    /// The sentence.
    pub fn sentence(&self) -> &Sentence {
        &self.sentence
    }

    /// The truth as of the last thing seen.
    pub fn truth(&self) -> Truth {
        self.truth
    }

    /// The observation that gave the present truth: its place in the journal. None while nothing was seen.
    pub fn decided_by(&self) -> Option<u64> {
        self.decided_by
    }

    /// The view as it is after the observation `seq`, heard at journal time `at`. `known` is the view's own word on
    /// whether it heard anything relevant: while it did not, the sentence is neither true nor false.
    pub fn see(&mut self, at: Millis, seq: u64, known: bool, model: &Value) -> Option<Change> {
        if known && self.before.is_none() && self.sentence.holds.reads_before() {
            self.before = Some(model.clone());
        }
        let says = self.sentence.holds.evaluate(Moment { model, before: self.before.as_ref(), began: self.began });
        if says != self.said.0 {
            self.said = (says, Some(seq));
        }
        let holds = if known { says } else { Truth::Unknown };
        self.holds_since = match holds {
            Truth::True => self.holds_since.or(Some(at)),
            Truth::False | Truth::Unknown => None,
        };
        self.settle(holds, at, Some(seq))
    }

    /// The observation by which the view's model came to say what it says, its place in the journal; none while it says
    /// nothing. What made the rest of the view known later did not decide the sentence.
    pub fn said_by(&self) -> Option<u64> {
        self.said.1
    }

    /// Journal time went on without a new model: only `for 5s` can change by that. The time is that of an observation
    /// heard, never of a clock of ours.
    pub fn at(&mut self, at: Millis) -> Option<Change> {
        match (self.sentence.when, self.holds_since) {
            (When::For(_), Some(_)) => self.settle(Truth::True, at, None),
            _ => None,
        }
    }

    fn settle(&mut self, holds: Truth, at: Millis, seq: Option<u64>) -> Option<Change> {
        let to = match (self.sentence.when, holds) {
            (When::Ever, _) if self.truth == Truth::True => Truth::True,
            (When::Never, _) if self.truth == Truth::False => Truth::False,
            (When::Now | When::Ever, holds) => holds,
            (When::Never, Truth::True) => Truth::False,
            (When::Never, Truth::False) => Truth::True,
            (When::For(time), Truth::True) => self.held(time, at),
            (When::Never | When::For(_), holds) => holds,
        };
        let from = std::mem::replace(&mut self.truth, to);
        if from != to || self.decided_by.is_none() {
            // What is not known any more was not decided by what the model says.
            self.decided_by = if to == Truth::Unknown { seq } else { self.said_by() }.or(seq).or(self.decided_by);
        }
        (from != to).then_some(Change { from, to, at, decided_by: self.decided_by })
    }

    /// Long enough is true; holding, but not yet long enough, is still false.
    fn held(&self, time: Millis, at: Millis) -> Truth {
        let long_enough = self.holds_since.is_some_and(|since| at.saturating_sub(since) >= time);
        if long_enough { Truth::True } else { Truth::False }
    }
}
