//! One node's own words: everything it answers in CQL from what it knows itself.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use lab_model::{CassandraNeed, facts::cassandra::CassandraFact};
use lab_probe::{Beat, Look, Pace};

use super::{
    DEADLINE, Known, Seldom, WHILE_CALM,
    account::{Account, Subject},
    partitions::Partitions,
};
use crate::{
    Node,
    ask::{
        repairs, ring,
        schema::{self, Schema},
        settings, storage,
    },
    wire::{Connection, Failure},
};

/// A node that does not answer is tried this often: a refused connection costs nothing.
const WHILE_SILENT: Duration = Duration::from_millis(250);

/// A node being asked.
pub(super) struct OwnWords {
    node: Node,
    account: Account,
    beat: Beat,
    pace: Arc<Pace>,
    known: Arc<Known>,
    connection: Option<Connection>,
    /// Of which version it is, and it.
    schema: Option<(String, Schema)>,
    partitions: Partitions,
    ring: Seldom,
    compactions: Seldom,
    settings: Seldom,
}

impl OwnWords {
    pub(super) fn new(node: Node, account: Account, pace: Arc<Pace>, known: Arc<Known>) -> Self {
        Self {
            partitions: Partitions::new(&node),
            node,
            account,
            beat: Beat::default(),
            pace,
            known,
            connection: None,
            schema: None,
            ring: Seldom::every(WHILE_CALM),
            compactions: Seldom::every(Duration::from_millis(900)),
            settings: Seldom::every(Duration::from_secs(5)),
        }
    }

    async fn ask(&mut self, needs: &BTreeSet<CassandraNeed>, fresh: bool) -> Result<(), Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.node.cql, DEADLINE).await?,
        };
        if needs.is_empty() {
            connection.ping().await?;
        } else {
            self.ask_all(&mut connection, needs, fresh).await?;
        }
        self.connection = Some(connection);
        Ok(())
    }

    async fn ask_all(
        &mut self,
        connection: &mut Connection,
        needs: &BTreeSet<CassandraNeed>,
        fresh: bool,
    ) -> Result<(), Failure> {
        let turned = self.known.schema_turned.load(Ordering::Relaxed);
        // Repairs are pushed by nobody, and while something moves, streams come and go.
        let watchful = self.pace.is_stirred() || needs.contains(&CassandraNeed::Repairs);
        if self.ring.due_calmly(watchful, fresh || turned || self.schema.is_none()) {
            let itself = ring::itself(connection).await?;
            self.known.set_address(Some(itself.address.clone()));
            if needs.contains(&CassandraNeed::Ring) {
                self.account.hear(Subject::Node, with_mode(itself.fact, self.known.mode()));
            }
            self.ask_ring(connection, needs, &itself.address).await?;
            self.ask_schema(connection, itself.schema_version).await?;
        } else {
            connection.ping().await?;
        }
        if let Some((_, schema)) = &self.schema {
            if needs.contains(&CassandraNeed::Ring) {
                self.account.hear(Subject::Schema, schema.fact());
            }
            self.partitions.look(connection, &self.account, schema, (needs, fresh)).await?;
        }
        self.ask_storage(connection, needs, fresh).await
    }

    /// Reads the schema if it is another than it was, or was said to have changed.
    async fn ask_schema(&mut self, connection: &mut Connection, version: String) -> Result<(), Failure> {
        let turned = self.known.schema_turned.swap(false, Ordering::Relaxed);
        if turned || self.schema.as_ref().is_none_or(|(known, _)| *known != version) {
            let read = schema::read(connection).await;
            let read = read.inspect_err(|_| self.known.schema_turned.store(true, Ordering::Relaxed))?;
            self.forget_others(&read);
            self.schema = Some((version, read));
            self.partitions.forget();
        }
        Ok(())
    }

    /// A table that was dropped and made anew holds nothing of what was said of the one before: all of it is news again.
    fn forget_others(&self, read: &Schema) {
        let Some((_, before)) = &self.schema else { return };
        self.account.keep(|subject| match subject {
            Subject::Key(table, _) | Subject::Rows(table, _) | Subject::Table(table) => {
                before.id(table) == read.id(table)
            }
            _ => true,
        });
    }

    /// Peers, and what moves between them.
    async fn ask_ring(
        &mut self,
        connection: &mut Connection,
        needs: &BTreeSet<CassandraNeed>,
        own_address: &str,
    ) -> Result<(), Failure> {
        let (ring, repairs) = (needs.contains(&CassandraNeed::Ring), needs.contains(&CassandraNeed::Repairs));
        if ring {
            let peers = ring::peers(connection, own_address).await;
            self.note(Subject::Peers, peers)?;
        }
        if repairs {
            let repairs = repairs::repairs(connection).await;
            self.note(Subject::Repairs, repairs)?;
        }
        if ring || repairs {
            let streams = repairs::streams(connection).await;
            self.note(Subject::Streams, streams)?;
        }
        Ok(())
    }

    async fn ask_storage(
        &mut self,
        connection: &mut Connection,
        needs: &BTreeSet<CassandraNeed>,
        fresh: bool,
    ) -> Result<(), Failure> {
        if !needs.iter().any(|need| matches!(need, CassandraNeed::Storage { .. })) {
            self.compactions.rest();
        } else if self.compactions.due(fresh) {
            let (running, done) = (storage::running(connection).await?, storage::done(connection).await?);
            self.account.hear(Subject::Compactions, CassandraFact::CompactionsListed { running, done });
        }
        if !needs.contains(&CassandraNeed::Settings) {
            self.settings.rest();
        } else if self.settings.due(fresh) {
            let settings = settings::read(connection).await;
            self.note(Subject::Settings, settings)?;
        }
        Ok(())
    }

    /// A node that refuses one question is not silent: the others may go well.
    fn note(&self, subject: Subject, read: Result<CassandraFact, Failure>) -> Result<(), Failure> {
        match read {
            Ok(fact) => self.account.hear(subject, fact),
            Err(failure) if failure.is_refusal() => {
                tracing::debug!(node = self.node.name, %failure, "a question was refused");
            }
            Err(failure) => return Err(failure),
        }
        Ok(())
    }

    fn hear(&mut self, heard: bool, why: &str) {
        self.known.heard.store(heard, Ordering::Relaxed);
        if heard { self.beat.heard(&self.account) } else { self.beat.silent(&self.account, why) }
    }
}

impl Look for OwnWords {
    type Need = CassandraNeed;

    async fn look(&mut self, needs: &BTreeSet<CassandraNeed>, fresh: bool) {
        self.account.keep(|subject| is_wanted(subject, needs));
        match self.ask(needs, fresh).await {
            Err(why) if !why.is_refusal() => {
                // After a restart everything may be another.
                self.schema = None;
                self.hear(false, &why.to_string());
            }
            Err(refusal) => {
                tracing::debug!(node = self.node.name, %refusal, "a question was refused");
                // What was not answered, and what a push was about, is asked again with the next look.
                self.ring.rest();
                self.hear(true, "");
            }
            Ok(()) => self.hear(true, ""),
        }
    }

    fn interval(&self) -> Duration {
        let pace = self.pace.interval();
        if self.known.is_heard() { pace } else { pace.min(WHILE_SILENT) }
    }
}

/// The same description with what the node is doing.
pub(super) fn with_mode(mut fact: CassandraFact, doing: Option<String>) -> CassandraFact {
    if let CassandraFact::NodeDescribed { mode, .. } = &mut fact {
        *mode = doing;
    }
    fact
}

/// Whether somebody still looks at it; what belongs to no table costs nothing to keep.
fn is_wanted(subject: &Subject, needs: &BTreeSet<CassandraNeed>) -> bool {
    let (table, key) = match subject {
        Subject::Key(table, key) | Subject::Rows(table, key) => (table.clone(), key.clone()),
        Subject::Table(table) => return needs.contains(&CassandraNeed::Storage { table: table.clone() }),
        _ => return true,
    };
    let need = match subject {
        Subject::Key(..) => CassandraNeed::Key { table, key },
        _ => CassandraNeed::Rows { table, key },
    };
    needs.contains(&need)
}
