//! Where the nodes of a lab are reached. Plain data, given by whoever started the lab.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// A node's management agent (Jolokia): HTTP, basic authentication.
#[derive(Clone, PartialEq, Eq)]
pub struct Agent {
    /// The published address, `127.0.0.1:port`.
    pub address: String,
    /// User.
    pub user: String,
    /// Password.
    pub password: String,
}

/// The password is for nobody's log.
impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent").field("address", &self.address).finish_non_exhaustive()
    }
}

/// A node as the stack knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Service name, e.g. `cassandra-1`: the source of the facts it says.
    pub name: String,
    /// The published CQL address, `127.0.0.1:port`.
    pub cql: String,
    /// The agent, if it has one: without it only what CQL says is known.
    pub agent: Option<Agent>,
    /// The own address, by which its peers know it; asked of the node where it is not given.
    pub address: Option<String>,
    /// A spare: its stack keeps it waiting, and it may never have run.
    pub spare: bool,
}

/// The nodes of one cluster. Clones share what was asked of nodes that they cannot tell themselves.
#[derive(Debug, Clone, Default)]
pub struct Cluster {
    /// In the stack's order.
    pub nodes: Vec<Node>,
    /// What was asked of them; begin with its default.
    pub asked: Asked,
}

impl Cluster {
    /// A cluster of which nothing was asked yet.
    pub fn of(nodes: Vec<Node>) -> Self {
        Self { nodes, asked: Asked::default() }
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.name == name)
    }

    /// The node whose own address this is.
    pub(crate) fn at(&self, address: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.address.as_deref() == Some(address))
    }
}

/// What was asked of nodes that they have no words for: whether the delivery of hints is paused.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// By node: when its process began, Unix milliseconds. A new process delivers again.
    paused: Arc<Mutex<BTreeMap<String, i64>>>,
}

impl Asked {
    /// Delivery was paused or resumed in the process of `node` that began then.
    pub(crate) fn pause(&self, node: &str, process: i64, paused: bool) {
        let mut all = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        if paused {
            all.insert(node.to_owned(), process);
        } else {
            all.remove(node);
        }
    }

    /// Whether it is paused in that process.
    pub(crate) fn is_paused(&self, node: &str, process: i64) -> bool {
        let all = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(node) == Some(&process)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_process_delivers_again() {
        let cluster = Cluster::default();
        let other = cluster.clone();
        cluster.asked.pause("cassandra-1", 5, true);
        assert!(other.asked.is_paused("cassandra-1", 5));
        assert!(!other.asked.is_paused("cassandra-1", 6));
        assert!(!other.asked.is_paused("cassandra-2", 5));
        other.asked.pause("cassandra-1", 5, false);
        assert!(!cluster.asked.is_paused("cassandra-1", 5));
    }

    #[test]
    fn a_password_is_not_logged() {
        let agent = Agent { address: "127.0.0.1:1".into(), user: "pipewright".into(), password: "hush".into() };
        assert!(!format!("{agent:?}").contains("hush"));
    }
}
