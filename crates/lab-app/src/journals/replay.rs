//! Pictures out of a journal: what views showed at a moment, by the folds that showed it then.

use std::{collections::BTreeSet, sync::Arc};

use lab_model::{Code, Header, Millis, Problem};
use lab_views::{Gaps, Projection};
use serde_json::Value;

use super::reader::{End, Journal, Line};
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
    /// Kinds of view that know nothing of what was told in them.
    without: BTreeSet<&'static str>,
    /// Everything in the journal was read.
    pub at_its_end: bool,
    /// It ends in the middle of a line.
    pub cut_off: bool,
}

impl Replay {
    /// Reads a journal to its end, or up to a moment, that moment included; `seen` looks at every observation that
    /// changed a kind of view, with the kinds.
    ///
    /// # Errors
    /// `storage`; `journal_invalid` with file and line; `unknown` for a moment whose part was removed.
    pub fn new(
        journal: &Journal,
        at: Option<Millis>,
        mut seen: impl FnMut(&Self, &[&'static str]),
    ) -> Result<Self, Problem> {
        let mut replay = Self {
            folds: Folds::new(),
            header: journal.header.clone(),
            until: None,
            gone: journal.gone(),
            without: lab_views::kinds().iter().map(|kind| kind.name).collect(),
            at_its_end: false,
            cut_off: false,
        };
        let mut later = None;
        let end = journal.read(|line| match line {
            Line::Keyframes(keyframes) => {
                // Those of the first part that is left; later ones say what was read by then.
                if replay.until.is_none() {
                    (replay.folds, replay.without) = Folds::resumed(keyframes);
                }
                true
            }
            Line::Observation(observation) if at.is_some_and(|at| observation.heard_at > at) => {
                later = Some(observation.heard_at);
                false
            }
            Line::Observation(observation) => {
                let changed = replay.folds.apply(&observation);
                replay.until = Some(observation.heard_at);
                if !changed.is_empty() {
                    seen(&replay, &changed);
                }
                true
            }
        })?;
        if let (Some(begins), None, 1..) = (later, replay.until, journal.gone()) {
            return Err(gone_by_then(journal.gone(), begins));
        }
        replay.at_its_end = end != End::Stopped;
        replay.cut_off = end == End::CutOff;
        Ok(replay)
    }

    /// Parts at the beginning that are gone and of which this kind of view knows nothing: the journal's parts did not yet
    /// begin with what was known, or not with what the kind can read today.
    pub fn missing(&self, kind: &str) -> u32 {
        if self.without.contains(kind) { self.gone } else { 0 }
    }

    /// What a view showed, and what of it was not known.
    ///
    /// # Errors
    /// `unknown` kind; `action_invalid` for parameters that are not its own.
    pub fn show(&self, kind: &str, params: &Value) -> Result<(Arc<Projection<Value>>, Gaps), Problem> {
        self.folds.show(kind, params).map_err(catalog::params_wrong)
    }
}

/// What the first part that is left begins with was known later than at the moment that was asked for.
fn gone_by_then(parts: u32, begins: Millis) -> Problem {
    let parts = if parts == 1 {
        "Its first part was removed.".to_owned()
    } else {
        format!("Its first {parts} parts were removed.")
    };
    Problem {
        code: Code::Unknown,
        message: "What was told at that moment is not in the journal any more.".into(),
        detail: parts,
        hint: format!("Give a moment from --at {} on.", begins.div_ceil(1000)),
    }
}
