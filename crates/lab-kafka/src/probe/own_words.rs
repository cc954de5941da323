//! A broker's own words: everything that it answers from what it knows itself.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use lab_model::{DraftSink, KafkaNeed};
use lab_probe::{Beat, Look, Pace};

use super::{
    DEADLINE,
    account::{Account, Subject},
    groups,
    records::Positions,
    topics,
};
use crate::{
    Broker, ask,
    wire::{Connection, Failure},
};

/// A broker being asked.
pub(super) struct OwnWords {
    broker: Broker,
    /// The broker's node id, once known.
    id: Option<i32>,
    account: Account,
    beat: Beat,
    positions: Positions,
    pace: Arc<Pace>,
    heard: Arc<AtomicBool>,
    connection: Option<Connection>,
}

impl OwnWords {
    pub(super) fn new(broker: Broker, out: DraftSink, pace: Arc<Pace>, heard: Arc<AtomicBool>) -> Self {
        let account = Account::of(&broker.node, out, Arc::clone(&pace));
        Self {
            id: broker.node_id,
            broker,
            account,
            beat: Beat::default(),
            positions: Positions::default(),
            pace,
            heard,
            connection: None,
        }
    }

    /// A connection whose broker has answered.
    async fn connect(&mut self) -> Result<Connection, Failure> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let mut connection = Connection::open(&self.broker.address, DEADLINE).await?;
        self.hear(true, "");
        if self.id.is_none() {
            self.id = ask::cluster::id_at(&mut connection, &self.broker.address).await?;
        }
        Ok(connection)
    }

    async fn ask(&mut self, needs: &BTreeSet<KafkaNeed>) -> Result<(), Failure> {
        let mut connection = self.connect().await?;
        let Self { id, account, positions, .. } = self;
        if needs.is_empty() {
            ask::cluster::describe(&mut connection).await?;
        }
        if needs.contains(&KafkaNeed::Cluster) {
            note(cluster(&mut connection, account).await)?;
        }
        note(topics::look(&mut connection, account, positions, *id, needs).await)?;
        if needs.contains(&KafkaNeed::Groups) {
            note(groups::look(&mut connection, account).await)?;
        }
        self.connection = Some(connection).filter(Connection::usable);
        Ok(())
    }

    fn hear(&mut self, heard: bool, why: &str) {
        self.heard.store(heard, Ordering::Relaxed);
        if heard { self.beat.heard(&self.account) } else { self.beat.silent(&self.account, why) }
    }
}

impl Look for OwnWords {
    type Need = KafkaNeed;

    /// All of it is asked with every look: every look is fresh.
    async fn look(&mut self, needs: &BTreeSet<KafkaNeed>, _fresh: bool) {
        match self.ask(needs).await {
            Ok(()) => self.hear(true, ""),
            Err(why) => self.hear(false, &why.to_string()),
        }
    }

    fn interval(&self) -> Duration {
        self.pace.interval()
    }
}

async fn cluster(connection: &mut Connection, account: &Account) -> Result<(), Failure> {
    account.hear(Subject::Cluster, ask::cluster::describe(connection).await?);
    account.hear(Subject::Topics, ask::cluster::topics(connection).await?);
    Ok(())
}

/// A broker that refuses one question, or whose answer cannot be read, is not silent: the others may go well.
fn note(looked: Result<(), Failure>) -> Result<(), Failure> {
    match looked {
        Err(why @ (Failure::Refused(_) | Failure::Unreadable(_))) => {
            tracing::debug!(%why, "a question was not answered");
            Ok(())
        }
        other => other,
    }
}
