//! What an action has at hand while it runs.

use std::sync::Arc;

use lab_model::{ActionId, Draft, DraftSink, Problem, Progress, ProgressSink, Source, facts::kafka::KafkaFact};
use lab_probe::action::failed;
use tokio_util::sync::CancellationToken;

use super::{reach::Reach, running::Running};
use crate::Cluster;

/// A run of an action.
pub(super) struct Scope {
    pub(super) cluster: Arc<Cluster>,
    pub(super) id: ActionId,
    pub(super) out: DraftSink,
    pub(super) progress: ProgressSink,
    pub(super) cancel: CancellationToken,
    pub(super) running: Arc<Running>,
}

impl Scope {
    /// Ways to the brokers.
    pub(super) fn reach(&self) -> Reach<'_> {
        Reach { cluster: &self.cluster }
    }

    /// Where a client of ours says what it sees; `client` is its name.
    pub(super) fn witness(&self, client: &str) -> Witness {
        Witness::of(client, self.id, Arc::clone(&self.out))
    }

    /// Says how far it is.
    pub(super) fn report(&self, step: impl Into<String>, done: usize, total: usize, unit: &str) {
        (self.progress)(Progress {
            step: step.into(),
            detail: String::new(),
            done: u64::try_from(done).ok(),
            total: u64::try_from(total).ok(),
            unit: unit.to_owned(),
        });
    }

    /// The answer to `doing`, unless the person stops it before: then nobody knows what Kafka made of it.
    pub(super) async fn or_cancelled<T>(
        &self,
        doing: &str,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        tokio::select! {
            done = work => done,
            () = self.cancel.cancelled() => {
                Err(failed::cancelled(&format!("Kafka may still {doing}")))
            }
        }
    }
}

/// A client's own voice.
#[derive(Clone)]
pub(super) struct Witness {
    source: Source,
    id: ActionId,
    out: DraftSink,
}

impl Witness {
    pub(super) fn of(client: &str, id: ActionId, out: DraftSink) -> Self {
        Self { source: Source::Client(client.to_owned()), id, out }
    }

    /// Tells a fact, in answer to the action.
    pub(super) fn tell(&self, fact: KafkaFact) {
        (self.out)(Draft::new(self.source.clone(), fact).because_of(self.id));
    }
}
