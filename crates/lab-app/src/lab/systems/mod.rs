//! The engines of a lab: each with its probe and its actions, told apart by the first word of an action's name.
//!
//! A system is a file here that wires its crate to the journal; nothing in it looks at a fact. Which engines a lab has is
//! read from its nodes, so a stack may have several.

mod cassandra;
mod kafka;

use std::{collections::BTreeMap, collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use lab_docker::{Engine, Stack};
use lab_model::{ActionCall, ActionId, DraftSink, Need, Problem, ProgressSink, facts::lab::NodeInfo};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Needs, Recorder};

/// What a system is made from.
pub(super) struct Ground<'a> {
    pub(super) engine: &'a Engine,
    pub(super) lab: &'a str,
    pub(super) stack: &'a Arc<Stack>,
    pub(super) nodes: &'a [NodeInfo],
    /// The lab's variables, secrets among them.
    pub(super) variables: &'a BTreeMap<String, String>,
    pub(super) recorder: &'a Arc<Recorder>,
    pub(super) needs: &'a Arc<Needs>,
    pub(super) cancel: &'a CancellationToken,
}

/// An engine's side of a lab.
#[async_trait]
pub(super) trait System: Send + Sync {
    /// The first word of its actions' names.
    fn name(&self) -> &'static str;
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
}

/// A lab's engines.
pub(super) struct Systems {
    all: Vec<Box<dyn System>>,
    cassandra: Option<Arc<lab_cassandra::Cassandra>>,
}

impl Systems {
    /// Starts the probes and makes the clients of every engine the lab has.
    pub(super) fn start(ground: &Ground<'_>) -> Self {
        let mut all: Vec<Box<dyn System>> = Vec::new();
        if let Some(kafka) = kafka::start(ground) {
            all.push(Box::new(kafka));
        }
        let cassandra = cassandra::start(ground);
        let clients = cassandra.as_ref().map(cassandra::CassandraSide::clients);
        if let Some(cassandra) = cassandra {
            all.push(Box::new(cassandra));
        }
        Self { all, cassandra: clients }
    }

    pub(super) fn always(&self) -> Vec<Need> {
        self.all.iter().flat_map(|system| system.always()).collect()
    }

    pub(super) async fn settled(&self) {
        futures::future::join_all(self.all.iter().map(|system| system.settled())).await;
    }

    pub(super) async fn stop_clients(&self) {
        futures::future::join_all(self.all.iter().map(|system| system.stop_clients())).await;
    }

    pub(super) async fn restore(&self) {
        futures::future::join_all(self.all.iter().map(|system| system.restore())).await;
    }

    /// The one that does actions of that name, if the lab has it.
    pub(super) fn of_action(&self, name: &str) -> Option<&dyn System> {
        let first = name.split_once('.').map_or(name, |(first, _)| first);
        self.all.iter().find(|system| system.name() == first).map(AsRef::as_ref)
    }

    /// Cassandra's clients, for experiments.
    pub(super) fn cassandra(&self) -> Option<&Arc<lab_cassandra::Cassandra>> {
        self.cassandra.as_ref()
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
    ground: &Ground<'_>,
    pick: fn(&Need) -> Option<T>,
) -> watch::Receiver<BTreeSet<T>> {
    let mut wanted = ground.needs.wanted();
    let cancel = ground.cancel.clone();
    let all = move |needs: &BTreeSet<Need>| -> BTreeSet<T> { needs.iter().filter_map(pick).collect() };
    let (sender, receiver) = watch::channel(all(&wanted.borrow_and_update()));
    tokio::spawn(async move {
        while let Some(Ok(())) = cancel.run_until_cancelled(wanted.changed()).await {
            sender.send_replace(all(&wanted.borrow_and_update()));
        }
    });
    receiver
}
