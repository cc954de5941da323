//! What is remembered of a lab: containers, who is heard, actions.

use std::collections::VecDeque;

use lab_model::{
    ActionId, Fact, Millis, Observation,
    facts::{
        image::ImageFact,
        lab::{LabFact, Outcome},
    },
};
use serde::{Deserialize, Serialize};

use super::Action;
use crate::parts::{nodes::Nodes, sources::Sources};

/// Actions remembered, the newest.
const KEPT: usize = 200;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) ready: bool,
    /// A lab that ran already when it was looked at: how long that took says nothing about its start.
    found: bool,
    ready_after: Option<Millis>,
    pub(super) actions: VecDeque<Action>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        self.nodes.apply(observation);
        self.sources.apply(observation);
        match (&observation.fact, observation.cause) {
            (Fact::Lab(LabFact::LabStarted { adopted, .. }), _) => self.started(*adopted),
            (Fact::Lab(LabFact::LabStopped), _) => self.started(false),
            (Fact::Lab(LabFact::LabBecameReady { took }), _) => {
                self.ready = true;
                if !self.found {
                    self.ready_after = Some(*took);
                }
            }
            (Fact::Lab(fact @ LabFact::ActionBegan { .. }), Some(id)) => {
                self.began(id, fact, observation.heard_at);
            }
            (Fact::Lab(LabFact::ActionEnded { outcome, says, took, .. }), Some(id)) => {
                self.ended(id, *outcome, says, *took);
            }
            (Fact::Image(ImageFact::NodeRuns { .. }), _) => {}
            _ => return Sources::concerns(observation),
        }
        true
    }

    /// From the start to being ready, of the start that this lab runs from; none if nobody saw it.
    pub(super) fn ready_after(&self) -> Option<Millis> {
        self.ready_after.filter(|_| self.ready)
    }

    fn started(&mut self, found: bool) {
        (self.ready, self.found) = (false, found);
        if !found {
            self.ready_after = None;
        }
    }

    fn began(&mut self, ActionId(id): ActionId, fact: &LabFact, at: Millis) {
        let LabFact::ActionBegan { action, by_hand } = fact else { return };
        self.actions.retain(|known| known.id != id);
        self.actions.push_back(Action {
            id,
            name: action.name.clone(),
            says: action.to_string(),
            by_hand: by_hand.clone(),
            state: "running".to_owned(),
            result: String::new(),
            began_at: at,
            took: None,
        });
        if self.actions.len() > KEPT {
            self.actions.pop_front();
        }
    }

    fn ended(&mut self, ActionId(id): ActionId, outcome: Outcome, says: &str, took: Millis) {
        if let Some(action) = self.actions.iter_mut().find(|action| action.id == id) {
            action.state = match outcome {
                Outcome::Done => "done",
                Outcome::Failed => "failed",
                Outcome::Cancelled => "cancelled",
            }
            .to_owned();
            says.clone_into(&mut action.result);
            action.took = Some(took);
        }
    }
}
