//! Sends requests as an application does, through the scylla driver, and what the driver leaves out through the raw
//! protocol: traced requests (their trace id must arrive with errors too) and NODE_LOCAL. Every request is told as a
//! fact, with its exact end. What a request is for is decided by whoever sends it.

mod agreement;
mod bulk;
mod came;
mod idle;
mod kind;
mod outcome;
mod request;
mod roster;
mod sessions;
mod trace;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use lab_model::{DraftSink, Problem, facts::cassandra::TableSeen};
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::bulk::{Bulk, Cell, Table};
pub(crate) use self::outcome::{attempt_outcome, outcome};
pub use self::request::Request;
pub(crate) use self::request::consistency;
use self::{idle::Idle, roster::Roster, sessions::Sessions};
use crate::{
    Cluster,
    ask::schema,
    error,
    wire::{Connection, Failure},
};

/// Requests of one lab.
pub(crate) struct Driver {
    pub(crate) cluster: Cluster,
    out: DraftSink,
    roster: Arc<Roster>,
    sessions: Sessions,
    idle: Idle,
    /// Requests so far: they are numbered.
    sent: AtomicU64,
    /// The node whose turn it is where no coordinator is asked for.
    turn: AtomicUsize,
    /// When nodes did not answer, of those that took their turn.
    silent: Mutex<HashMap<String, Instant>>,
    /// Tables as last read, by `keyspace.table`.
    tables: Mutex<HashMap<String, TableSeen>>,
    /// Traces being read after their request has ended.
    reading: TaskTracker,
    ended: CancellationToken,
    /// Traces are kept wherever they may be asked for.
    traces_spread: tokio::sync::Mutex<bool>,
}

impl Driver {
    pub(crate) fn new(cluster: Cluster, out: DraftSink) -> Self {
        let roster = Arc::new(Roster::of(&cluster));
        Self {
            sessions: Sessions::new(Arc::clone(&roster)),
            roster,
            cluster,
            out,
            idle: Idle::default(),
            sent: AtomicU64::new(0),
            turn: AtomicUsize::new(0),
            silent: Mutex::default(),
            tables: Mutex::default(),
            reading: TaskTracker::new(),
            ended: CancellationToken::new(),
            traces_spread: tokio::sync::Mutex::new(false),
        }
    }

    /// Where facts go.
    pub(crate) fn sink(&self) -> &DraftSink {
        &self.out
    }

    /// Goes on counting requests after `sent`.
    pub(crate) fn count_on(&self, sent: u64) {
        self.sent.fetch_max(sent, Ordering::Relaxed);
    }

    /// The next request's id.
    fn next_id(&self) -> String {
        format!("r{}", self.sent.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// A session for loads.
    pub(crate) async fn ingest(&self) -> Result<Arc<scylla::client::session::Session>, Failure> {
        self.sessions.ingest(&self.cluster).await
    }

    /// The driver's id of a node.
    pub(crate) async fn host_id(&self, node: &str) -> Result<uuid::Uuid, Failure> {
        self.roster.host_id(&self.cluster, node).await
    }

    /// A raw connection to a node, new or idle.
    pub(crate) async fn connect(&self, node: &str) -> Result<Connection, Failure> {
        let known = self.cluster.named(node);
        let known = known.ok_or_else(|| Failure::NoConnection(format!("there is no node {node}")))?;
        self.idle.take(known).await
    }

    /// Gives a connection back that may be used again.
    pub(crate) fn give_back(&self, node: &str, connection: Connection) {
        self.idle.put(node, connection);
    }

    /// The first node that answers, in the stack's order but all asked at once, with a connection to it.
    pub(crate) async fn any(&self) -> Result<(String, Connection), Problem> {
        use futures::{StreamExt as _, stream::FuturesUnordered};
        let mut attempts: FuturesUnordered<_> =
            self.cluster.nodes.iter().map(|node| async { (node.name.clone(), self.idle.take(node).await) }).collect();
        let mut silent = Vec::new();
        while let Some((node, attempt)) = attempts.next().await {
            match attempt {
                Ok(connection) => return Ok((node, connection)),
                Err(why) => silent.push(format!("{node}: {why}")),
            }
        }
        silent.sort();
        Err(error::silent(&silent.join("; ")))
    }

    /// A table as this node has it; read again when it is not known.
    pub(crate) async fn table(&self, connection: &mut Connection, name: &str) -> Result<Option<TableSeen>, Failure> {
        let known = self.tables.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let schema = schema::read(connection).await?;
        let table = schema.table(name).cloned();
        if let Some(table) = &table {
            let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
            tables.insert(name.to_owned(), table.clone());
        }
        Ok(table)
    }

    /// Tables may have changed.
    pub(crate) fn forget_tables(&self) {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Has readers of traces end, without waiting for them.
    pub(crate) fn abandon(&self) {
        self.ended.cancel();
    }

    /// Ends readers of traces, and closes all connections.
    pub(crate) async fn close(&self) {
        self.ended.cancel();
        self.reading.close();
        self.reading.wait().await;
        self.sessions.close().await;
        self.idle.clear();
    }
}
