//! The nodes of a Cassandra lab: the ring, the containers and who is heard, read together.
//!
//! Here it is decided whose word counts: a node's own while it answers, else that of those who do.

use lab_model::{
    Observation,
    facts::{cassandra::PeerSeen, lab::NodeState},
};
use serde::{Deserialize, Serialize};

use super::{
    nodes::{self, Nodes},
    ring::{Change, Ring},
    sources::{Heard, Sources},
};
use crate::Hearing;

/// Everything said of nodes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Members {
    /// What they say of each other.
    pub(crate) ring: Ring,
    /// Their containers.
    pub(crate) nodes: Nodes,
    /// Which of them are heard.
    pub(crate) sources: Sources,
}

/// A node as it stands in the ring.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Member {
    pub(crate) address: Option<String>,
    pub(crate) host_id: Option<String>,
    pub(crate) data_center: Option<String>,
    pub(crate) rack: Option<String>,
    /// By its own word, or its peers'.
    pub(crate) mode: Option<String>,
    /// True if the member owns a part of the ring.
    pub(crate) member: bool,
    /// None for a node that has left.
    pub(crate) tokens: Vec<String>,
}

impl Members {
    /// Folds one observation in; tells what changed in the ring, if it is about the ring at all.
    pub(crate) fn apply(&mut self, observation: &Observation) -> Option<Vec<Change>> {
        self.nodes.apply(observation);
        self.sources.apply(observation);
        self.ring.apply(observation)
    }

    /// Names of the nodes that may hold data, in the stack's order, then of those that are only spoken of.
    pub(crate) fn names(&self) -> Vec<String> {
        let in_stack = self.nodes.of("cassandra").filter(|node| node.info.role != "sidecar");
        let mut names: Vec<String> = in_stack.map(|node| node.info.name.clone()).collect();
        let spoken_of = self.ring.described.keys().cloned();
        for name in spoken_of.chain(self.ring.strangers().map(ToOwned::to_owned)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The names without spares that never joined.
    pub(crate) fn in_use(&self) -> Vec<String> {
        let mut names = self.names();
        names.retain(|name| !self.spare(name) || self.of(name).member);
        names
    }

    /// The nodes of which nobody knows yet whether they answer.
    pub(crate) fn unheard(&self) -> Vec<String> {
        let mut names = self.in_use();
        names.retain(|name| self.heard(name).hearing == Hearing::NotAsked && !self.down(name));
        names
    }

    /// The nodes that answer, or may: what they have not said is still to come.
    pub(crate) fn may_speak(&self) -> Vec<String> {
        let mut names = self.in_use();
        names.retain(|name| self.heard(name).hearing != Hearing::Silent && !self.down(name));
        names
    }

    /// The container of a node.
    pub(crate) fn container(&self, node: &str) -> Option<&nodes::Node> {
        self.nodes.all.iter().find(|known| known.info.name == node)
    }

    /// True if the member joins only when asked to.
    pub(crate) fn spare(&self, node: &str) -> bool {
        self.container(node).is_some_and(|node| node.info.spare)
    }

    /// True if the process is frozen or gone, as the container engine says.
    pub(crate) fn down(&self, node: &str) -> bool {
        let state = self.container(node).and_then(|node| node.state);
        matches!(state, Some(NodeState::Paused | NodeState::Stopped | NodeState::Absent))
    }

    /// Whether and when it was heard.
    pub(crate) fn heard(&self, node: &str) -> Heard {
        self.sources.of(node)
    }

    /// The same, as pictures show it.
    pub(crate) fn shown(&self, node: &str) -> Heard {
        self.sources.of_node(node, self.container(node))
    }

    /// True if the member answers now.
    pub(crate) fn answers(&self, node: &str) -> bool {
        self.heard(node).hearing == Hearing::Answering && !self.down(node)
    }

    /// How a node stands in the ring.
    pub(crate) fn of(&self, node: &str) -> Member {
        let address = self.ring.address(node).unwrap_or(node);
        let own = self.ring.described.get(node);
        let peers = self.seen_by_peers(node, address);
        let answers = self.answers(node);
        // A node that joins opens no port yet; what its agent says of it counts while its container runs.
        let joins_now = own.is_some_and(|own| own.mode.as_deref().is_some_and(joins)) && !self.down(node);
        let mode = match own {
            Some(own) if (answers || joins_now) && own.mode.is_some() => own.mode.clone(),
            _ => peers.and_then(|peer| peer.status.clone()).or_else(|| own.and_then(|own| own.mode.clone())),
        };
        let tokens = own.map(|own| own.tokens.clone()).filter(|tokens| !tokens.is_empty());
        let tokens = tokens.or_else(|| peers.map(|peer| peer.tokens.clone())).unwrap_or_default();
        let heard_of = if answers && own.is_some() { true } else { peers.is_some() || !self.peers_speak(node) };
        let member = heard_of && !tokens.is_empty() && mode.as_deref().is_none_or(owns);
        Member {
            address: own.map(|own| own.address.clone()).or_else(|| self.ring.address(node).map(ToOwned::to_owned)),
            host_id: own.map(|own| own.host_id.clone()).or_else(|| peers.map(|peer| peer.host_id.clone())),
            data_center: own.map(|own| own.data_center.clone()).or_else(|| peers.map(|peer| peer.data_center.clone())),
            rack: own.map(|own| own.rack.clone()).or_else(|| peers.map(|peer| peer.rack.clone())),
            tokens: if member || mode.as_deref().is_some_and(joins) { tokens } else { Vec::new() },
            member,
            mode,
        }
    }

    /// What the others that answer have of it.
    fn seen_by_peers(&self, node: &str, address: &str) -> Option<&PeerSeen> {
        let others = self.ring.listed.iter().filter(|(observer, _)| *observer != node && self.answers(observer));
        let seen = others.filter_map(|(_, listed)| Some((listed.peers.get(address)?, listed.seq)));
        let newest = seen.max_by_key(|(peer, seq)| (peer.status.as_deref().is_none_or(owns), *seq));
        newest.map(|(peer, _)| peer)
    }

    /// Another one that answers has listed its peers.
    fn peers_speak(&self, node: &str) -> bool {
        self.ring.listed.keys().any(|observer| observer != node && self.answers(observer))
    }

    /// The nodes that answer and believe it down.
    pub(crate) fn believed_down_by(&self, node: &str) -> Vec<String> {
        let observers = self.names().into_iter().filter(|observer| observer != node && self.answers(observer));
        observers.filter(|observer| self.ring.belief(observer, node).is_some_and(|belief| !belief.up)).collect()
    }
}

/// Whether a node in that mode, in its own words or gossip's, owns its tokens.
fn owns(mode: &str) -> bool {
    let mode = mode.to_uppercase();
    !(joins(&mode) || matches!(mode.as_str(), "STARTING" | "DECOMMISSIONED" | "LEFT" | "REMOVED" | "HIBERNATE"))
}

/// Whether a node in that mode is about to own its tokens.
pub(crate) fn joins(mode: &str) -> bool {
    let mode = mode.to_uppercase();
    mode.starts_with("JOINING") || mode.starts_with("BOOT")
}
