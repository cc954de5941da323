//! Whether all nodes have the same schema: asked of each node itself, since a driver's session knows only of nodes that
//! it happens to be connected to, and a write to a node that does not know the table yet fails.

use std::{collections::BTreeSet, time::Duration};

use futures::future::join_all;

use super::Driver;
use crate::{Node, ask::ring};

/// Nodes tell each other within a second; one that has just come back needs longer.
const LIMIT: Duration = Duration::from_secs(30);
/// Between two looks.
const AGAIN: Duration = Duration::from_millis(200);
/// A node that does not say its version in this time is left out: it is away.
const TO_SAY: Duration = Duration::from_secs(3);

impl Driver {
    /// Waits until all nodes that answer have the same schema, but not for ever.
    pub(super) async fn agreed(&self) -> bool {
        let agreeing = async {
            while self.schema_versions().await.len() > 1 {
                tokio::time::sleep(AGAIN).await;
            }
        };
        tokio::time::timeout(LIMIT, agreeing).await.is_ok()
    }

    async fn schema_versions(&self) -> BTreeSet<String> {
        join_all(self.cluster.nodes.iter().map(|node| self.schema_version(node))).await.into_iter().flatten().collect()
    }

    async fn schema_version(&self, node: &Node) -> Option<String> {
        let saying = async {
            let mut connection = self.connect(&node.name).await.ok()?;
            let itself = ring::itself(&mut connection).await.ok()?;
            self.give_back(&node.name, connection);
            Some(itself.schema_version)
        };
        tokio::time::timeout(TO_SAY, saying).await.ok().flatten()
    }
}
