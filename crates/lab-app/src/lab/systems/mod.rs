//! The engines that Pipewright knows, one registration each, and those that a lab has.
//!
//! An engine is a crate, and a file here that wires it to the journal and registers it in [`ENGINES`]. Which engines a lab
//! has is read from its nodes, so a stack may have several.

mod airflow;
mod cassandra;
mod kafka;
mod weather;

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use async_trait::async_trait;
use lab_docker::{Engine, Stack};
use lab_model::{ActionCall, ActionId, ActionSpec, DraftSink, Fact, Need, Problem, ProgressSink, facts::lab::NodeInfo};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Folds, Needs, Recorder, Thing, images::Images};
use crate::schema::OwnPages;

/// An engine as it is registered: what is asked of it, with or without a lab.
pub(crate) struct Registration {
    /// Its name: the `system` of its nodes, and the first word of its actions' names.
    pub(crate) name: &'static str,
    /// Its actions.
    pub(crate) catalog: fn() -> Vec<ActionSpec>,
    /// The command lines by which a person does the same as one of its actions, in a lab of that name and stack.
    pub(crate) by_hand: fn(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String>,
    /// What stays unseen of one of its actions when a person does it by hand; empty if the engine tells all of it.
    pub(crate) unseen: fn(call: &ActionCall) -> &'static str,
    /// What somebody made in it: what would be lost with its data. What it makes for itself is nobody's.
    pub(super) holds: fn(&Recorder) -> Vec<Thing>,
    /// What a fact of its own says, where nodes have better names than the fact knows; none for any other fact.
    pub(super) words: fn(&Folds, &Fact) -> Option<String>,
    /// Whether a fact of its own is news; none if it always is, or is not its own.
    pub(super) novelty: fn(&Fact) -> Option<Novelty>,
    /// Starts its probe and makes its clients; none if the lab has no node of it.
    start: fn(&LabParts<'_>) -> Option<Box<dyn System>>,
}

/// Every engine.
pub(crate) const ENGINES: &[Registration] = &[kafka::ENGINE, cassandra::ENGINE, airflow::ENGINE, weather::ENGINE];

/// What is known of a fact that is not news for being told.
pub(super) enum Novelty {
    /// It is told again and again, never twice the same, and means that all is as it was.
    Beat,
    /// It is news if its source last said another thing of the same subject.
    IfOther { subject: String, said: Box<Fact> },
}

/// The container of a node, as Compose names it.
fn container(lab: &str, node: &str) -> String {
    format!("{lab}-{node}-1")
}

/// What a system is made from.
pub(super) struct LabParts<'a> {
    pub(super) engine: &'a Engine,
    pub(super) lab: &'a str,
    /// Tells it from others that had or will have its name.
    pub(super) instance: &'a str,
    /// Where Pipewright keeps its data.
    pub(super) data_dir: &'a Path,
    pub(super) stack: &'a Arc<Stack>,
    pub(super) nodes: &'a [NodeInfo],
    /// The lab's variables, secrets among them.
    pub(super) variables: &'a BTreeMap<String, String>,
    pub(super) recorder: &'a Arc<Recorder>,
    pub(super) images: &'a Arc<Images>,
    pub(super) needs: &'a Arc<Needs>,
    pub(super) cancel: &'a CancellationToken,
}

/// An engine's side of a lab.
#[async_trait]
pub(super) trait System: Any + Send + Sync {
    /// What is observed as long as the lab runs, whoever looks.
    fn always(&self) -> Vec<Need>;
    /// Returns when everything that was true at this call has been looked at.
    async fn settled(&self);
    /// Does an action.
    async fn run(
        &self,
        id: ActionId,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem>;
    /// Stops our own clients.
    async fn stop_clients(&self);
    /// Puts back what actions changed in the engine itself and a fresh lab would not have.
    async fn restore(&self) {}
    /// Its own pages, if it has any.
    fn own_pages(&self) -> Option<OwnPages> {
        None
    }
}

/// A lab's engines.
pub(super) struct Systems(Vec<(&'static str, Box<dyn System>)>);

impl Systems {
    /// Starts the probes and makes the clients of every engine the lab has.
    pub(super) fn start(parts: &LabParts<'_>) -> Self {
        Self(ENGINES.iter().filter_map(|engine| Some((engine.name, (engine.start)(parts)?))).collect())
    }

    /// One that a test has made.
    #[cfg(test)]
    pub(super) fn of(name: &'static str, system: Box<dyn System>) -> Self {
        Self(vec![(name, system)])
    }

    fn all(&self) -> impl Iterator<Item = &dyn System> {
        self.0.iter().map(|(_, system)| system.as_ref())
    }

    pub(super) fn always(&self) -> Vec<Need> {
        self.all().flat_map(System::always).collect()
    }

    pub(super) async fn settled(&self) {
        futures::future::join_all(self.all().map(System::settled)).await;
    }

    pub(super) async fn stop_clients(&self) {
        futures::future::join_all(self.all().map(System::stop_clients)).await;
    }

    pub(super) async fn restore(&self) {
        futures::future::join_all(self.all().map(System::restore)).await;
    }

    pub(super) fn own_pages(&self) -> Option<OwnPages> {
        self.all().find_map(System::own_pages)
    }

    /// The one that does actions of that name, if the lab has it.
    pub(super) fn of_action(&self, name: &str) -> Option<&dyn System> {
        let first = name.split_once('.').map_or(name, |(first, _)| first);
        self.0.iter().find(|(name, _)| *name == first).map(|(_, system)| system.as_ref())
    }

    /// Cassandra's clients, for experiments.
    pub(super) fn cassandra(&self) -> Option<&Arc<lab_cassandra::Cassandra>> {
        let side = self.all().find_map(|system| (system as &dyn Any).downcast_ref::<cassandra::CassandraSide>());
        side.map(cassandra::CassandraSide::clients)
    }
}

/// Where a system's probe and clients say what they hear.
fn sink(recorder: &Arc<Recorder>) -> DraftSink {
    let recorder = Arc::clone(recorder);
    Arc::new(move |draft| {
        recorder.record(draft);
    })
}

/// A system's part of what is wanted, as it changes.
fn needs_of<T: Ord + Clone + Send + Sync + 'static>(
    parts: &LabParts<'_>,
    pick: fn(&Need) -> Option<T>,
) -> watch::Receiver<BTreeSet<T>> {
    let mut wanted = parts.needs.wanted();
    let cancel = parts.cancel.clone();
    let all = move |needs: &BTreeSet<Need>| -> BTreeSet<T> { needs.iter().filter_map(pick).collect() };
    let (sender, receiver) = watch::channel(all(&wanted.borrow_and_update()));
    tokio::spawn(async move {
        while let Some(Ok(())) = cancel.run_until_cancelled(wanted.changed()).await {
            sender.send_replace(all(&wanted.borrow_and_update()));
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// What is misspelt there has no probe and no actions, and nothing says so.
    #[test]
    fn every_node_of_every_stack_is_of_an_engine_and_every_engine_has_a_stack() {
        let stacks = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docker/stacks");
        let stacks = Stack::load_all(&stacks).unwrap();
        let nodes = || stacks.iter().flat_map(|stack| stack.nodes().iter().map(move |node| (stack.name(), node)));
        for (stack, node) in nodes() {
            let known = ENGINES.iter().any(|engine| engine.name == node.system);
            assert!(known, "{stack}: {} is of {}, and there is no such engine", node.name, node.system);
        }
        for engine in ENGINES {
            assert!(nodes().any(|(_, node)| node.system == engine.name), "no stack starts {}", engine.name);
        }
    }
}
