//! Raw connections that wait for the next question. One that waited long is tried first: a node that was paused or
//! restarted meanwhile must not be taken for one that got a request and did not answer.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    Node,
    wire::{Connection, Failure},
};

/// To connect and be greeted.
const TO_OPEN: Duration = Duration::from_secs(2);
/// For an answer: longer than any limit of Cassandra's own (12 s), so that the coordinator's word is what arrives.
const TO_ANSWER: Duration = Duration::from_secs(15);
/// To show that it is still there.
const TO_SHOW: Duration = Duration::from_millis(1000);
/// After so long it must show.
const FRESH: Duration = Duration::from_millis(500);
/// Kept per node.
const MOST: usize = 32;

/// Idle connections by node.
#[derive(Debug, Default)]
pub(super) struct Idle {
    waiting: Mutex<HashMap<String, Vec<(Connection, Instant)>>>,
}

impl Idle {
    /// A connection that was sound a moment ago.
    pub(super) async fn take(&self, node: &Node) -> Result<Connection, Failure> {
        while let Some((connection, since)) = self.pop(&node.name) {
            if !connection.is_sound() {
                continue;
            }
            if since.elapsed() < FRESH {
                return Ok(connection);
            }
            let mut connection = connection.within(TO_SHOW);
            if connection.ping().await.is_ok() {
                return Ok(connection.within(TO_ANSWER));
            }
        }
        Ok(Connection::open(&node.cql, TO_OPEN).await?.within(TO_ANSWER))
    }

    pub(super) fn put(&self, node: &str, connection: Connection) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let of_node = waiting.entry(node.to_owned()).or_default();
        if of_node.len() < MOST && connection.is_sound() {
            of_node.push((connection.within(TO_ANSWER), Instant::now()));
        }
    }

    pub(super) fn clear(&self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn pop(&self, node: &str) -> Option<(Connection, Instant)> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).get_mut(node)?.pop()
    }
}
