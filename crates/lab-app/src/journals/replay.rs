//! Pictures out of a journal: what views showed at a moment, by the folds that showed it then.

use std::{collections::BTreeSet, sync::Arc};

use lab_model::{Code, Header, Millis, Observation, Problem};
use lab_views::{Gaps, Projection};
use serde_json::Value;

use super::{
    lines::Keyframes,
    reader::{End, Journal, Line},
    seconds,
};
use crate::{catalog, lab::Folds};

/// A journal read up to a moment.
pub struct Replay {
    folds: Folds,
    /// What the journal is about.
    pub header: Header,
    /// Journal time of the last observation that was read; none if there was none.
    pub until: Option<Millis>,
    /// Parts at the beginning that are gone.
    gone: u32,
    /// Journal time from which it was read on, knowing only what was known by then; none if it was read from its beginning,
    /// or from that of the first part that is left.
    since: Option<Millis>,
    /// Kinds of view that know nothing of what was told before.
    without: BTreeSet<&'static str>,
    /// What of it could not be read, a sentence each; the pictures after it know what was told there.
    pub unread: Vec<String>,
    /// Everything in the journal was read.
    pub at_its_end: bool,
    /// It ends in the middle of a line, and nobody writes it.
    pub cut_off: bool,
    /// Somebody writes it: it will go on after its end.
    pub is_written: bool,
}

impl Replay {
    /// Reads a journal to its end, or up to a moment, that moment included; `seen` looks at every observation that
    /// changed a kind of view, with the kinds.
    ///
    /// # Errors
    /// `storage`; `journal_invalid` with file and line, and the moments that can be read; `unknown` for a moment whose part
    /// was removed.
    pub fn new(
        journal: &Journal,
        at: Option<Millis>,
        seen: impl FnMut(&Self, &[&'static str]),
    ) -> Result<Self, Problem> {
        let replay = Self {
            folds: Folds::new(),
            header: journal.header.clone(),
            until: None,
            gone: journal.gone(),
            since: None,
            without: lab_views::kinds().iter().map(|kind| kind.name).collect(),
            unread: Vec::new(),
            at_its_end: false,
            cut_off: false,
            is_written: journal.is_written(),
        };
        let mut reading = Reading { replay, at, seen, known: None, damage: None, later: None };
        let end = journal.read(|line| reading.take(line));
        reading.end(end)
    }

    /// What this kind of view does not know of what was told before, in a sentence: parts did not always begin with what
    /// was known, and not with what every kind can read today.
    pub fn missing(&self, kind: &str) -> Option<String> {
        if !self.without.contains(kind) {
            return None;
        }
        match (self.since, self.gone) {
            (Some(since), _) => Some(format!("What was told before {} s is not known to this view.", seconds(since))),
            (None, 0) => None,
            (None, gone) => {
                let (parts, them) = first_parts(gone);
                Some(format!("{parts} of the journal {them}. What was told there is not known to this view."))
            }
        }
    }

    /// What a view showed, and what of it was not known.
    ///
    /// # Errors
    /// `unknown` kind; `action_invalid` for parameters that are not its own.
    pub fn show(&self, kind: &str, params: &Value) -> Result<(Arc<Projection<Value>>, Gaps), Problem> {
        self.folds.show(kind, params).map_err(catalog::params_wrong)
    }

    /// Goes on from what was known.
    fn resume(&mut self, known: Keyframes, damage: Option<&Problem>, at: Option<Millis>) {
        (self.folds, self.without) = Folds::resumed(known);
        if damage.is_some() || self.gone == 0 {
            self.since = Some(at.or(self.until).unwrap_or_default());
        }
        if let Some(damage) = damage {
            let from = self.until.map(|until| format!("after {} s ", seconds(until))).unwrap_or_default();
            let to = at.map(|at| format!("before {} s ", seconds(at))).unwrap_or_default();
            self.unread.push(format!("What was told {from}{to}cannot be read: {}", words(damage)));
        }
    }
}

/// A replay while its journal is read.
struct Reading<S> {
    replay: Replay,
    at: Option<Millis>,
    seen: S,
    /// What was known before the next observation.
    known: Option<Keyframes>,
    /// What could not be read before it.
    damage: Option<Problem>,
    /// When the first observation that was not read was heard.
    later: Option<Millis>,
}

impl<S: FnMut(&Replay, &[&'static str])> Reading<S> {
    fn take(&mut self, line: Line) -> bool {
        match line {
            Line::Keyframes(known) => self.known = Some(known),
            Line::Damage(damage) => self.damage = Some(damage),
            Line::Observation(later) if self.at.is_some_and(|at| later.heard_at > at) => {
                self.later = Some(later.heard_at);
                return false;
            }
            Line::Observation(observation) => self.told(&observation),
        }
        true
    }

    fn told(&mut self, observation: &Observation) {
        let resumed = self.known.take();
        let everything = resumed.is_some();
        if let Some(known) = resumed {
            self.replay.resume(known, self.damage.take().as_ref(), Some(observation.heard_at));
        }
        let changed = self.replay.folds.apply(observation);
        self.replay.until = Some(observation.heard_at);
        if everything {
            let all: Vec<&'static str> = lab_views::kinds().iter().map(|kind| kind.name).collect();
            (self.seen)(&self.replay, &all);
        } else if !changed.is_empty() {
            (self.seen)(&self.replay, &changed);
        }
    }

    fn end(mut self, end: End) -> Result<Replay, Problem> {
        self.replay.at_its_end = !matches!(end, End::Stopped | End::Damaged(_));
        self.replay.cut_off = end == End::CutOff && !self.replay.is_written;
        if let End::Damaged(damage) = end {
            self.damage = Some(damage);
        } else if let Some(known) =
            self.known.take_if(|_| self.at.is_none() || self.replay.at_its_end && self.damage.is_none())
        {
            // A part was begun, and nothing was told any more.
            self.replay.resume(known, self.damage.take().as_ref(), None);
        }
        let (until, later) = (self.replay.until, self.later);
        match self.damage {
            // It may have been told at that moment, too; what was told before it is shown.
            Some(damage) if until.is_some() && self.at == until => {
                self.replay.unread.push(format!("What was told next cannot be read: {}", words(&damage)));
            }
            Some(damage) => return Err(with_moments(damage, until, later)),
            None => {
                if let (Some(begins), None, true) = (later, until, self.known.is_some() || self.replay.gone > 0) {
                    return Err(gone_by_then(self.replay.gone, begins));
                }
            }
        }
        Ok(self.replay)
    }
}

/// A problem on one line.
fn words(damage: &Problem) -> String {
    let Problem { message, detail, .. } = damage;
    if detail.is_empty() { message.clone() } else { format!("{message} ({detail})") }
}

/// The same problem; its hint names the moments that can be read all the same.
fn with_moments(mut damage: Problem, until: Option<Millis>, later: Option<Millis>) -> Problem {
    let before = until.map(|until| format!("up to --at {}", seconds(until)));
    let behind = later.map(|later| format!("from --at {} on", seconds(later)));
    let moments: Vec<String> = before.into_iter().chain(behind).collect();
    let can = if moments.is_empty() {
        "Without that, nothing of it can be read.".to_owned()
    } else {
        format!("What can be read: {}.", moments.join(", and "))
    };
    damage.hint = [damage.hint, can].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    damage
}

/// `The first 3 parts`, and that they were removed.
fn first_parts(gone: u32) -> (String, &'static str) {
    if gone == 1 {
        ("The first part".into(), "was removed")
    } else {
        (format!("The first {gone} parts"), "were removed")
    }
}

/// What the first part that is left begins with was known later than at the moment that was asked for.
fn gone_by_then(gone: u32, begins: Millis) -> Problem {
    let (parts, them) = first_parts(gone);
    let detail = if gone == 0 { "This part of it begins later.".to_owned() } else { format!("{parts} {them}.") };
    Problem {
        code: Code::Unknown,
        message: "What was told at that moment is not in the journal any more.".into(),
        detail,
        hint: format!("Give a moment from --at {} on.", seconds(begins)),
    }
}
