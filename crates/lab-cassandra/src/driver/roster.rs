//! Which node has which address and host id: the bridge between a stack's names and the driver's. Learned from nodes
//! that answer, and from what they know of the others.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures::future::join_all;
use lab_model::facts::cassandra::CassandraFact;
use scylla::{
    errors::TranslationError,
    policies::address_translator::{AddressTranslator, UntranslatedPeer},
};
use uuid::Uuid;

use crate::{
    Cluster, Node,
    ask::ring,
    wire::{Connection, Failure},
};

/// For one node to say who it is.
const TO_SAY: Duration = Duration::from_secs(2);

/// What is known of the nodes.
#[derive(Debug, Default)]
pub(super) struct Roster {
    /// Published CQL addresses by the nodes' own.
    published: Mutex<HashMap<IpAddr, SocketAddr>>,
    /// Host ids by name.
    ids: Mutex<HashMap<String, Uuid>>,
}

impl Roster {
    pub(super) fn of(cluster: &Cluster) -> Self {
        let roster = Self::default();
        for node in &cluster.nodes {
            if let Some(address) = &node.address {
                roster.enter(node, address, None);
            }
        }
        roster
    }

    /// Asks every node who it is, and those that answer about the others. Gives those that answered, by name.
    pub(super) async fn learn(&self, cluster: &Cluster) -> Vec<String> {
        let said = join_all(cluster.nodes.iter().map(|node| async move { (node, who_is(node).await) })).await;
        let mut answered = Vec::new();
        for (node, said) in &said {
            if let Ok((itself, _)) = said {
                self.enter(node, &itself.address, itself.host_id.parse().ok());
                answered.push(node.name.clone());
            }
        }
        for (address, host_id) in said.iter().filter_map(|(_, said)| said.as_ref().ok()).flat_map(|(_, peers)| peers) {
            let absent = cluster.at(address).filter(|node| !answered.contains(&node.name));
            if let Some(node) = absent {
                self.enter(node, address, host_id.parse().ok());
            }
        }
        answered
    }

    /// The driver's id of a node.
    pub(super) async fn host_id(&self, cluster: &Cluster, node: &str) -> Result<Uuid, Failure> {
        if let Some(id) = self.known(node) {
            return Ok(id);
        }
        self.learn(cluster).await;
        self.known(node).ok_or_else(|| Failure::NoConnection("no node that answers knows it".into()))
    }

    fn known(&self, node: &str) -> Option<Uuid> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).get(node).copied()
    }

    fn enter(&self, node: &Node, address: &str, host_id: Option<Uuid>) {
        if let (Ok(ip), Ok(published)) = (address.parse(), node.cql.parse()) {
            self.published.lock().unwrap_or_else(PoisonError::into_inner).insert(ip, published);
        }
        if let Some(host_id) = host_id {
            self.ids.lock().unwrap_or_else(PoisonError::into_inner).insert(node.name.clone(), host_id);
        }
    }
}

/// A node's word of itself, and the addresses and host ids of the others.
async fn who_is(node: &Node) -> Result<(ring::Itself, Vec<(String, String)>), Failure> {
    let mut connection = Connection::open(&node.cql, TO_SAY).await?;
    let itself = ring::itself(&mut connection).await?;
    let peers = ring::peers(&mut connection, &itself.address).await?;
    let CassandraFact::PeersListed { peers } = peers else { return Ok((itself, Vec::new())) };
    Ok((itself, peers.into_iter().map(|peer| (peer.address, peer.host_id)).collect()))
}

/// By address alone: the driver gives every node the port of the one it asked.
#[async_trait]
impl AddressTranslator for Roster {
    async fn translate_address(&self, peer: &UntranslatedPeer) -> Result<SocketAddr, TranslationError> {
        let own = peer.untranslated_address();
        let published = self.published.lock().unwrap_or_else(PoisonError::into_inner).get(&own.ip()).copied();
        published.ok_or(TranslationError::NoRuleForAddress(own))
    }
}
