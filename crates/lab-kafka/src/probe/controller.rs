//! The active controller, asked for through a broker on a connection of its own: a broker that is cut off from the
//! controllers lets the question hang, and its own words must not wait for that.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use lab_model::{DraftSink, KafkaNeed};
use lab_probe::{Look, Pace};

use super::{
    DEADLINE,
    account::{Account, Subject},
};
use crate::{
    Broker, ask,
    wire::{Connection, Failure},
};

/// The controller has three brokers asking it: a quarter of a second is often enough.
const AT_MOST_EVERY: Duration = Duration::from_millis(250);

/// What one broker says of the controllers.
pub(super) struct Controller {
    broker: Broker,
    account: Account,
    pace: Arc<Pace>,
    /// The broker itself answers; while it does not, there is no use in asking it about others.
    heard: Arc<AtomicBool>,
    connection: Option<Connection>,
}

impl Controller {
    pub(super) fn new(broker: Broker, out: DraftSink, pace: Arc<Pace>, heard: Arc<AtomicBool>) -> Self {
        let account = Account::of(&broker.node, out, Arc::clone(&pace));
        Self { broker, account, pace, heard, connection: None }
    }

    async fn ask(&mut self) -> Result<(), Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.broker.address, DEADLINE).await?,
        };
        let quorum = ask::cluster::quorum(&mut connection).await;
        self.connection = Some(connection).filter(Connection::usable);
        self.account.hear(Subject::Quorum, quorum?);
        Ok(())
    }
}

impl Look for Controller {
    type Need = KafkaNeed;

    async fn look(&mut self, needs: &BTreeSet<KafkaNeed>, _fresh: bool) {
        if !needs.contains(&KafkaNeed::Cluster) || !self.heard.load(Ordering::Relaxed) {
            return;
        }
        if let Err(failure) = self.ask().await {
            tracing::debug!(node = self.broker.node, %failure, "no word of the controllers");
        }
    }

    fn interval(&self) -> Duration {
        self.pace.interval().max(AT_MOST_EVERY)
    }
}
