//! What can be done to Cassandra: one file per action, run on a lab's cluster through [`Cassandra`].
//!
//! An action is data that says what it takes, does it, tells what came back, and knows the command line that does the
//! same. Which buttons exist and what an outcome means for a learner must never move in here.

mod by_hand;
mod names;
mod operate;
mod scope;

mod alter_replication;
mod compact;
mod create_keyspace;
mod create_table;
mod decommission;
mod execute;
mod flush;
mod join;
mod repair;
mod run_load;
mod set_hints;
mod write_locally;

use std::sync::Arc;

use lab_model::{ActionCall, ActionId, ActionSpec, DraftSink, Problem, ProgressSink, facts::cassandra::RequestSeen};
use lab_probe::{
    action::{Acting, Verb},
    verbs,
};
use tokio_util::sync::CancellationToken;

pub use self::by_hand::ByHand;
use self::{
    alter_replication::AlterReplication, compact::Compact, create_keyspace::CreateKeyspace, create_table::CreateTable,
    decommission::Decommission, execute::Execute, flush::Flush, join::Join, repair::Repair, run_load::RunLoad,
    scope::Scope, set_hints::SetHints, write_locally::WriteLocally,
};
use crate::{
    Cluster, Level,
    driver::{Bulk, Driver, Request, Table},
};

/// Cassandra, as its actions need it.
enum Actions {}

impl Acting for Actions {
    type Scope = Scope;
    type Place = ByHand;
}

verbs![
    Actions:
    Execute,
    WriteLocally,
    CreateKeyspace,
    AlterReplication,
    CreateTable,
    RunLoad,
    SetHints,
    Repair,
    Flush,
    Compact,
    Join,
    Decommission,
];

/// Does actions and sends requests on one lab's Cassandra.
pub struct Cassandra {
    driver: Arc<Driver>,
}

impl Cassandra {
    /// For a cluster; what clients see goes to `out`. No connection is made before it is needed.
    pub fn new(cluster: Cluster, out: DraftSink) -> Self {
        Self { driver: Arc::new(Driver::new(cluster, out)) }
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
    /// Cancelling ends it soon, with code `cancelled`, saying what had been done.
    pub async fn run(
        &self,
        id: ActionId,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        let scope = Scope { driver: Arc::clone(&self.driver), id, progress, cancel };
        run(call, &scope).await
    }

    /// Sends one request, tells how it ended, and, if it was traced, its trace; late lines of the trace are told later.
    pub async fn request(&self, request: &Request) -> RequestSeen {
        let seen = self.driver.request(request).await;
        if let (Some(trace), Some(node)) = (&seen.trace, &seen.coordinator) {
            self.driver.tell_trace(trace, node, request.cause).await;
        }
        seen
    }

    /// Writes on `node` alone, whether or not it is a replica, and tells so like any request.
    pub async fn write_locally(&self, node: &str, cql: &str) -> RequestSeen {
        let request = Request { coordinator: Some(node.to_owned()), level: Level::NodeLocal, ..Request::of(cql) };
        self.driver.request(&request).await
    }

    /// Makes what is missing of a keyspace and its tables, each row of which stands on three nodes of each data centre, or on
    /// all where there are fewer. Gives the names of the tables that it made.
    ///
    /// # Errors
    /// In words; what is there stays.
    pub async fn make_missing(&self, keyspace: &str, tables: &[Table<'_>]) -> Result<Vec<String>, String> {
        self.driver.make_missing(keyspace, tables).await
    }

    /// Prepares the writing of many rows to a table, at LOCAL_QUORUM and through a replica of each.
    ///
    /// # Errors
    /// In words.
    pub async fn bulk(&self, table: &str, columns: &[&str]) -> Result<Bulk, String> {
        self.driver.bulk(table, columns).await
    }

    /// Has every node that answers treat hints as a node does that has just started. A node without an agent does
    /// already: nobody could tell it otherwise.
    pub async fn restore(&self) {
        let scope = Scope {
            driver: Arc::clone(&self.driver),
            id: ActionId(0),
            progress: Arc::new(|_| ()),
            cancel: CancellationToken::new(),
        };
        if let Err(error) = SetHints::as_at_start().run(&scope).await {
            tracing::debug!(%error, "hints could not be set back");
        }
    }

    /// Goes on counting requests after `sent`: for a lab that was taken over with requests already in its journal.
    pub fn count_on(&self, sent: u64) {
        self.driver.count_on(sent);
    }

    /// Ends what goes on after actions (late lines of traces are not read any more) and closes all connections. Another
    /// request opens them again.
    pub async fn stop_all(&self) {
        self.driver.close().await;
    }
}

impl Drop for Cassandra {
    fn drop(&mut self) {
        self.driver.abandon();
    }
}

#[cfg(test)]
mod tests;
