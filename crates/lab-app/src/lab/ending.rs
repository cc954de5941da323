//! Whether a lab is well, and how it ends: left by us, or removed, by us or by somebody else.

use std::{
    collections::BTreeSet,
    sync::{PoisonError, atomic::Ordering},
};

use lab_docker::Variables;
use lab_model::{
    Code, Draft, Problem, Source,
    facts::lab::{LabFact, NodeState},
};
use lab_views::kinds::lab_nodes::{self, Node};

use super::Lab;
use crate::schema::Phase;

/// Lines that a node that has ended is quoted with.
const LAST_WORDS: usize = 4;

impl Lab {
    /// Whether it is well, and what is wrong with it in words: as its journal says it, like every picture of it.
    pub(crate) fn health(&self) -> (bool, Vec<String>) {
        let picture = self.seen();
        (picture.well && *self.phase.borrow() == Phase::Ready, picture.troubles)
    }

    /// Nodes that should run and have ended, or are not there at all.
    pub(crate) fn ended_nodes(&self) -> Vec<String> {
        let ended = |node: &Node| !node.waits && matches!(node.state, Some(NodeState::Stopped | NodeState::Absent));
        self.seen().nodes.into_iter().filter(ended).map(|node| node.name).collect()
    }

    /// What each of these nodes wrote last, with its name before it; of one that cannot be asked nothing.
    pub(crate) async fn last_words(&self, nodes: &[String]) -> Vec<String> {
        let mut said = Vec::new();
        for node in nodes {
            let last = self.engine.last_lines(&self.name, node, LAST_WORDS).await.unwrap_or_default();
            said.extend(last.into_iter().map(|line| format!("{node}: {line}")));
        }
        said
    }

    /// Whether all of its containers were removed, as far as its journal tells.
    pub(crate) fn has_no_container(&self) -> bool {
        let nodes = self.seen().nodes;
        !nodes.is_empty() && nodes.iter().all(|node| node.state == Some(NodeState::Absent))
    }

    fn seen(&self) -> lab_nodes::Model {
        self.recorder.model::<lab_nodes::TheView>(&lab_nodes::Params { actions: 0 })
    }

    /// Whether these containers are this lab: some of its own are among them.
    pub(crate) fn is_made_of(&self, containers: &BTreeSet<String>) -> bool {
        !self.lock_containers().is_disjoint(containers)
    }

    /// Whether nothing was made anew in it since it was last looked at; something may have been removed.
    pub(crate) fn has_all_of(&self, containers: &BTreeSet<String>) -> bool {
        self.lock_containers().is_superset(containers)
    }

    /// Takes note of nodes that were made anew. False if the lab has other addresses or secrets now: then what we know of
    /// it leads nowhere, and it must be taken over anew.
    pub(crate) fn goes_on_with(&self, containers: BTreeSet<String>, variables: &Variables) -> bool {
        let images: Vec<&str> = self.stack.images().iter().map(|image| image.variable.as_str()).collect();
        let same = are_same(&self.variables, variables, &images);
        if same {
            *self.lock_containers() = containers;
        }
        same
    }

    /// Whether something that the lab was made with is not told: a node that is made just now has not got the lab's secret
    /// yet. Then nobody knows whether it goes on.
    pub(crate) fn is_made_just_now(&self, variables: &Variables) -> bool {
        self.variables.keys().any(|name| !variables.contains_key(name))
    }

    /// True while somebody looks at the lab.
    pub(crate) fn is_looked_at(&self) {
        self.looked_at.store(true, Ordering::Relaxed);
    }

    pub(crate) fn was_looked_at(&self) -> bool {
        self.looked_at.load(Ordering::Relaxed)
    }

    /// Stops observing and acting; containers are left alone.
    pub async fn leave(&self) {
        self.actions.cancel_all();
        self.systems.stop_clients().await;
        self.cancel.cancel();
        self.recorder.flush();
    }

    /// Says that its containers are being removed by us.
    pub fn is_stopping(&self) {
        self.phase.send_replace(Phase::Stopping);
        self.recorder.record(Draft::new(Source::Pipewright, LabFact::LabStopped));
    }

    /// The lab's containers are gone, whoever removed them; its followers are told.
    pub(crate) fn is_removed(&self) {
        if *self.phase.borrow() != Phase::Stopping {
            self.recorder.record(Draft::new(Source::Docker, LabFact::LabStopped));
        }
        self.phase.send_replace(Phase::Removed);
        // What was recorded last is seen before the phase changed: look once more.
        self.recorder.wake();
        self.actions.begun.wake();
    }

    /// Returns when the lab's containers were removed.
    pub async fn removed(&self) {
        let mut phase = self.phase.subscribe();
        if phase.wait_for(|phase| *phase == Phase::Removed).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// The problem that the lab was removed, for a caller that asked it for something; none while the lab is there.
    pub fn gone(&self) -> Option<Problem> {
        (*self.phase.borrow() == Phase::Removed).then(|| was_removed(&self.name, self.stack.name()))
    }

    fn lock_containers(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.containers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lab was removed.
pub(crate) fn was_removed(lab: &str, stack: &str) -> Problem {
    Problem {
        code: Code::LabRemoved,
        message: format!("Lab {lab} was removed."),
        detail: String::new(),
        hint: format!("Start it again: pipewright up {stack} --lab {lab}"),
    }
}

/// Whether a lab is reached as before. By another image it is no other lab.
fn are_same(before: &Variables, now: &Variables, images: &[&str]) -> bool {
    let known_by = |variables: &Variables| {
        let mut known_by = variables.clone();
        images.iter().for_each(|image| drop(known_by.remove(*image)));
        known_by
    };
    known_by(before) == known_by(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_image_is_no_other_lab_and_another_secret_is() {
        let made_with = |image: &str, secret: &str| -> Variables {
            [("PORT", "28080"), ("IMAGE", image), ("SECRET", secret)]
                .map(|(name, value)| (name.into(), value.into()))
                .into()
        };
        let before = made_with("ours:1", "a");
        assert!(are_same(&before, &made_with("mine:1", "a"), &["IMAGE"]));
        assert!(!are_same(&before, &made_with("ours:1", "b"), &["IMAGE"]));
        assert!(!are_same(&before, &Variables::new(), &["IMAGE"]));
    }
}
