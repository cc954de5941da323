//! A Cassandra ring, folded from what its nodes say: members, tokens, schema, and which node believes which node down.
//!
//! Every node's own report is kept beside the others'. `members` decides which report counts.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Millis, Observation, Source,
    facts::{
        cassandra::{CassandraFact, PeerBelief, PeerSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::schema::{self, Schema};

/// What was said of the ring since the lab was started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ring {
    /// True if a source spoke of it.
    pub(crate) known: bool,
    /// Keyspaces and tables.
    pub(crate) schema: Schema,
    /// What each node reports about itself, by name.
    pub(crate) described: BTreeMap<String, Described>,
    /// The peers that each node knows, by the node's name.
    pub(crate) listed: BTreeMap<String, Listed>,
    /// φ as last read, by observer.
    pub(crate) phi: BTreeMap<String, Phi>,
    /// Node names by the address the stack gave them.
    addresses: BTreeMap<String, String>,
    /// What each node believes: by its name, then by the others' addresses.
    beliefs: BTreeMap<String, BTreeMap<String, Believed>>,
}

/// What a node reports about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Described {
    pub(crate) host_id: String,
    pub(crate) address: String,
    pub(crate) cluster_name: String,
    pub(crate) data_center: String,
    pub(crate) rack: String,
    pub(crate) tokens: Vec<String>,
    pub(crate) schema_version: String,
    pub(crate) mode: Option<String>,
}

/// The peers that one node knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listed {
    /// Where in the journal it said so.
    pub(crate) seq: u64,
    /// By address.
    pub(crate) peers: BTreeMap<String, PeerSeen>,
}

/// A node's belief about another node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Believed {
    pub(crate) up: bool,
    /// Journal time since which.
    pub(crate) since: Millis,
    /// True if its going down was told as a change; only then its coming back is one.
    turned_down: bool,
}

/// A node's suspicion of the others.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Phi {
    pub(crate) threshold: f64,
    /// By address; none where it is no number.
    pub(crate) peers: BTreeMap<String, f64>,
}

/// A change of the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A node believes another one down, or up again.
    Turned { observer: String, peer: String, up: bool },
    /// A node is in another mode, by its own word.
    Mode { node: String, to: String },
    /// Keyspaces or tables changed.
    Schema(schema::Change),
}

impl Ring {
    /// Folds one observation in; none if it is not about the ring.
    pub(crate) fn apply(&mut self, observation: &Observation) -> Option<Vec<Change>> {
        if let Fact::Lab(LabFact::LabStarted { nodes, adopted, .. }) = &observation.fact {
            if !adopted {
                *self = Self::default();
            }
            let addressed = nodes.iter().filter_map(|node| Some((node.address.clone()?, node.name.clone())));
            self.addresses = addressed.collect();
            return Some(Vec::new());
        }
        let (Fact::Cassandra(fact), Source::Node(node)) = (&observation.fact, &observation.source) else {
            return None;
        };
        let at = observation.heard_at;
        let changes = match fact {
            CassandraFact::NodeDescribed { .. } => self.describes(node, fact),
            CassandraFact::PeersListed { peers } => {
                let peers = peers.iter().map(|peer| (peer.address.clone(), peer.clone())).collect();
                self.listed.insert(node.clone(), Listed { seq: observation.seq, peers });
                Vec::new()
            }
            CassandraFact::PeersBelieved { peers } => self.believes(node, peers, at),
            CassandraFact::PeerTurned { address, up } => self.turns(node, address, *up, at).into_iter().collect(),
            CassandraFact::PhiRead { peers, threshold } => {
                let peers = peers.iter().filter(|peer| peer.phi.is_finite());
                let peers = peers.map(|peer| (peer.address.clone(), peer.phi)).collect();
                self.phi.insert(node.clone(), Phi { threshold: *threshold, peers });
                Vec::new()
            }
            CassandraFact::SchemaListed { keyspaces } => {
                self.schema.listed(node, keyspaces).into_iter().map(Change::Schema).collect()
            }
            _ => return None,
        };
        self.known = true;
        Some(changes)
    }

    fn describes(&mut self, node: &str, fact: &CassandraFact) -> Vec<Change> {
        let CassandraFact::NodeDescribed {
            host_id,
            address,
            cluster_name,
            data_center,
            rack,
            tokens,
            schema_version,
            mode,
            ..
        } = fact
        else {
            return Vec::new();
        };
        let now = Described {
            host_id: host_id.clone(),
            address: address.clone(),
            cluster_name: cluster_name.clone(),
            data_center: data_center.clone(),
            rack: rack.clone(),
            tokens: tokens.clone(),
            schema_version: schema_version.clone(),
            mode: mode.clone(),
        };
        let before = self.described.insert(node.to_owned(), now).and_then(|before| before.mode);
        let Some(to) = mode else { return Vec::new() };
        // A node that is simply there when it is first heard has not changed.
        let first = before.is_none() && matches!(to.as_str(), "NORMAL" | "STARTING");
        if first || before.as_ref() == Some(to) {
            return Vec::new();
        }
        vec![Change::Mode { node: node.to_owned(), to: to.clone() }]
    }

    fn believes(&mut self, node: &str, peers: &[PeerBelief], at: Millis) -> Vec<Change> {
        if let Some(known) = self.beliefs.get_mut(node) {
            known.retain(|address, _| peers.iter().any(|peer| peer.address == *address));
        }
        // Of an address that is listed twice the last word counts, or hearing the list again would be news.
        let last: BTreeMap<&str, bool> = peers.iter().map(|peer| (peer.address.as_str(), peer.up)).collect();
        last.into_iter().filter_map(|(address, up)| self.turns(node, address, up, at)).collect()
    }

    fn turns(&mut self, node: &str, address: &str, up: bool, at: Millis) -> Option<Change> {
        let known = self.beliefs.entry(node.to_owned()).or_default();
        let Some(before) = known.get_mut(address) else {
            known.insert(address.to_owned(), Believed { up, since: at, turned_down: false });
            return None;
        };
        if before.up == up {
            return None;
        }
        let told = !up || before.turned_down;
        *before = Believed { up, since: at, turned_down: !up };
        let (observer, peer) = (node.to_owned(), self.name(address));
        (told && observer != peer).then_some(Change::Turned { observer, peer, up })
    }

    /// The name of the node with that address, or the address while no node is known to have it.
    pub(crate) fn name(&self, address: &str) -> String {
        let known = self.addresses.get(address);
        known.map_or_else(
            || {
                let described = self.described.iter().find(|(_, described)| described.address == address);
                described.map_or_else(|| address.to_owned(), |(node, _)| node.clone())
            },
            Clone::clone,
        )
    }

    /// The name of the node with that host id, or the id while no node is known to have it.
    pub(crate) fn name_of_host(&self, host_id: &str) -> String {
        if let Some((node, _)) = self.described.iter().find(|(_, described)| described.host_id == host_id) {
            return node.clone();
        }
        let mut listed = self.listed.values().flat_map(|listed| listed.peers.values());
        listed.find(|peer| peer.host_id == host_id).map_or_else(|| host_id.to_owned(), |peer| self.name(&peer.address))
    }

    /// The address by which its peers know a node.
    pub(crate) fn address(&self, node: &str) -> Option<&str> {
        let described = self.described.get(node).map(|described| described.address.as_str());
        described.or_else(|| self.addresses.iter().find(|(_, name)| *name == node).map(|(address, _)| address.as_str()))
    }

    /// Addresses that somebody spoke of and no node of the stack has.
    pub(crate) fn strangers(&self) -> impl Iterator<Item = &str> {
        let listed = self.listed.values().flat_map(|listed| listed.peers.keys()).map(String::as_str);
        listed.filter(|address| self.name(address) == **address)
    }

    /// What a node believes of another one.
    pub(crate) fn belief(&self, observer: &str, peer: &str) -> Option<&Believed> {
        let known = self.beliefs.get(observer)?;
        known.get(peer).or_else(|| known.get(self.address(peer)?))
    }

    /// What a node believes of every other one, by address.
    pub(crate) fn beliefs_of(&self, observer: &str) -> impl Iterator<Item = (&str, &Believed)> {
        let known = self.beliefs.get(observer).into_iter().flatten();
        known.map(|(address, believed)| (address.as_str(), believed))
    }

    /// What a node's φ of another one was when it was last read, and the threshold.
    pub(crate) fn phi_of(&self, observer: &str, peer: &str) -> Option<(f64, f64)> {
        let read = self.phi.get(observer)?;
        let phi = read.peers.get(peer).or_else(|| read.peers.get(self.address(peer)?))?;
        Some((*phi, read.threshold))
    }
}
