//! What can be done to Kafka: one file per action, run on a lab's cluster through [`Kafka`].
//!
//! An action is data that says what it takes, does it, tells what came back, and knows the command line that does the
//! same. Which buttons exist and what an outcome means for a learner must never move in here.

mod by_hand;
mod names;
mod reach;
mod running;
mod scalar;
mod scope;

mod alter_topic;
mod create_topic;
mod delete_records;
mod delete_topic;
mod elect_leader;
mod produce;
mod read;
mod reset_offsets;
mod start_consumer;
mod stop_consumer;

use std::sync::Arc;

use lab_model::{ActionCall, ActionId, ActionSpec, DraftSink, Problem, ProgressSink};
use lab_probe::{action::Acting, verbs};
use tokio_util::sync::CancellationToken;

use self::{
    alter_topic::AlterTopic, create_topic::CreateTopic, delete_records::DeleteRecords, delete_topic::DeleteTopic,
    elect_leader::ElectLeader, produce::Produce, read::Read, reset_offsets::ResetOffsets, running::Running,
    scope::Scope, start_consumer::StartConsumer, stop_consumer::StopConsumer,
};
pub use self::{by_hand::ByHand, running::TakeNumbers};
use crate::Cluster;

/// Kafka, as its actions need it.
enum Actions {}

impl Acting for Actions {
    type Scope = Scope;
    type Place = ByHand;
}

verbs![
    Actions: CreateTopic, Produce, Read, StartConsumer, StopConsumer, ResetOffsets, ElectLeader, AlterTopic,
    DeleteRecords, DeleteTopic
];

/// Does actions on one lab's Kafka, and holds the consumers that go on running after theirs.
pub struct Kafka {
    cluster: Arc<Cluster>,
    out: DraftSink,
    running: Arc<Running>,
}

impl Kafka {
    /// For a cluster; what clients see goes to `out`.
    pub fn new(cluster: Cluster, out: DraftSink) -> Self {
        Self { cluster: Arc::new(cluster), out, running: Arc::default() }
    }

    /// The same; the numbers of a producer's records are taken from where other programs take theirs too.
    pub fn numbered_by(cluster: Cluster, out: DraftSink, take: Box<TakeNumbers>) -> Self {
        Self { cluster: Arc::new(cluster), out, running: Arc::new(Running::numbered_by(take)) }
    }

    /// Every action with the schema of its arguments.
    pub fn catalog() -> Vec<ActionSpec> {
        catalog()
    }

    /// The command lines by which a person does the same; none if the call makes no sense.
    pub fn by_hand(call: &ActionCall, place: &ByHand) -> Vec<String> {
        by_hand(call, place)
    }

    /// What stays unseen of the call when a person does it by hand; empty if the engine tells all of it.
    pub fn unseen(call: &ActionCall) -> &'static str {
        unseen(call)
    }

    /// Does an action and waits for its end. Gives what came back, in plain words.
    ///
    /// Cancelling ends it soon, with code `cancelled`, saying what had been done; a consumer started earlier runs on.
    pub async fn run(
        &self,
        id: ActionId,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        let scope = Scope {
            cluster: Arc::clone(&self.cluster),
            id,
            out: Arc::clone(&self.out),
            progress,
            cancel,
            running: Arc::clone(&self.running),
        };
        run(call, &scope).await
    }

    /// Consumers that run, by name.
    pub fn consumers(&self) -> Vec<String> {
        self.running.names()
    }

    /// Has every running consumer leave its group; waits until they have, but not for ever.
    pub async fn stop_all(&self) {
        self.running.stop_all().await;
    }
}

impl Drop for Kafka {
    fn drop(&mut self) {
        self.running.abandon();
    }
}

#[cfg(test)]
mod tests;
