//! Changes of the lab itself: its start and end, actions, steps.

use std::collections::BTreeMap;

use lab_model::{
    ActionId,
    facts::lab::{LabFact, Outcome},
};
use serde::{Deserialize, Serialize};

use super::{change::Change, model::Mood};

/// How the lab was, as far as entries depend on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Lab {
    stack: String,
    phase: Phase,
    /// It ran already when it was looked at: when it became ready nobody saw.
    #[serde(default)]
    found: bool,
    /// Names of running actions by id.
    running: BTreeMap<u64, String>,
    /// The newest mark left by a lesson.
    mark: Option<Mark>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    #[default]
    Down,
    Starting,
    Ready,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    lesson: String,
    step: String,
    what: String,
}

impl Lab {
    /// Folds a fact in; tells what changed.
    pub(super) fn apply(&mut self, fact: &LabFact, cause: Option<ActionId>) -> Option<Change> {
        match fact {
            LabFact::LabStarted { stack, adopted, .. } => {
                self.found = *adopted;
                let again = std::mem::replace(&mut self.phase, Phase::Starting) == Phase::Starting
                    && self.stack == *stack;
                stack.clone_into(&mut self.stack);
                (!again).then(|| self.about_lab(fact, Mood::Plain))
            }
            LabFact::LabBecameReady { .. } => self.enter(Phase::Ready, fact, Mood::Good),
            LabFact::LabStopped => self.enter(Phase::Down, fact, Mood::Plain),
            LabFact::MachineSlept { .. } => Some(self.about_lab(fact, Mood::Bad)),
            LabFact::ActionBegan { action, .. } => self.began(cause?, &action.name, fact),
            LabFact::ActionEnded { outcome, .. } => self.ended(cause?, *outcome, fact),
            LabFact::StepBegan { lesson, step } => self.step(lesson, step, fact, Mood::Plain),
            LabFact::StepDone { lesson, step } => self.step(lesson, step, fact, Mood::Good),
            LabFact::PredictionMade { lesson, step, .. } => self.step(lesson, step, fact, Mood::Plain),
            LabFact::NodeChanged { .. } | LabFact::Heard | LabFact::FellSilent { .. } => None,
        }
    }

    fn about_lab(&self, fact: &LabFact, mood: Mood) -> Change {
        Change { kind: "lab", about: self.stack.clone(), says: fact.to_string(), mood }
    }

    fn enter(&mut self, phase: Phase, fact: &LabFact, mood: Mood) -> Option<Change> {
        let before = std::mem::replace(&mut self.phase, phase);
        let mut change = self.about_lab(fact, mood);
        if self.found && phase == Phase::Ready {
            "ready".clone_into(&mut change.says);
        }
        (before != phase).then_some(change)
    }

    fn began(&mut self, ActionId(id): ActionId, name: &str, fact: &LabFact) -> Option<Change> {
        let before = self.running.insert(id, name.to_owned());
        let says = format!("{fact} began");
        before.is_none().then(|| Change { kind: "action", about: name.to_owned(), says, mood: Mood::Plain })
    }

    fn ended(&mut self, ActionId(id): ActionId, outcome: Outcome, fact: &LabFact) -> Option<Change> {
        let about = self.running.remove(&id)?;
        let mood = match outcome {
            Outcome::Done => Mood::Good,
            Outcome::Failed => Mood::Bad,
            Outcome::Cancelled => Mood::Plain,
        };
        Some(Change { kind: "action", says: format!("{about} {fact}"), about, mood })
    }

    fn step(&mut self, lesson: &str, step: &str, fact: &LabFact, mood: Mood) -> Option<Change> {
        let mark = Mark { lesson: lesson.to_owned(), step: step.to_owned(), what: fact.to_string() };
        if self.mark.as_ref() == Some(&mark) {
            return None;
        }
        let says = mark.what.clone();
        self.mark = Some(mark);
        Some(Change { kind: "step", about: step.to_owned(), says, mood })
    }
}
