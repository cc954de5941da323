//! What is remembered of hints: files, counters, switches, and what happened.

use std::collections::VecDeque;

use lab_model::Observation;
use serde::{Deserialize, Serialize};

use super::Turn;
use crate::parts::{hints::Hints, members::Members, sources::Sources};

/// Turns kept, the newest.
const TURNS: usize = 30;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) members: Members,
    pub(super) hints: Hints,
    /// The newest first.
    pub(super) turns: VecDeque<Turn>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let ring = self.members.apply(observation).is_some();
        let changes = self.hints.apply(observation, &self.members.ring);
        let about_hints = changes.is_some();
        for change in changes.into_iter().flatten() {
            self.turns.push_front(Turn {
                at: observation.heard_at,
                kind: change.what.name().to_owned(),
                words: change.words(),
                holder: change.holder,
                target: change.target,
            });
        }
        self.turns.truncate(TURNS);
        ring || about_hints || Sources::concerns(observation)
    }
}
