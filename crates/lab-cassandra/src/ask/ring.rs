//! What a node says of itself and of the other members.

use std::collections::BTreeMap;

use lab_model::facts::cassandra::{CassandraFact, PeerSeen};

use crate::{
    agent,
    wire::{Connection, Failure, Row},
};

/// What a node says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Itself {
    pub(crate) host_id: String,
    pub(crate) address: String,
    pub(crate) schema_version: String,
    /// As a fact, without the mode.
    pub(crate) fact: CassandraFact,
}

/// `system.local`.
pub(crate) async fn itself(connection: &mut Connection) -> Result<Itself, Failure> {
    let table = connection
        .rows(
            "SELECT host_id, broadcast_address, listen_address, cluster_name, release_version, data_center, rack, \
             tokens, schema_version FROM system.local",
        )
        .await?;
    let row = table.rows().next().ok_or_else(|| Failure::NoAnswer("it says nothing of itself".into()))?;
    let address = row.text("broadcast_address").unwrap_or_else(|| row.word("listen_address"));
    let (host_id, schema_version) = (row.word("host_id"), row.word("schema_version"));
    let fact = CassandraFact::NodeDescribed {
        host_id: host_id.clone(),
        address: address.clone(),
        cluster_name: row.word("cluster_name"),
        version: row.word("release_version"),
        data_center: row.word("data_center"),
        rack: row.word("rack"),
        tokens: tokens(row),
        schema_version: schema_version.clone(),
        mode: None,
    };
    Ok(Itself { host_id, address, schema_version, fact })
}

/// `system.peers_v2` and `system_views.gossip_info`: members, and those who are becoming or were members.
pub(crate) async fn peers(connection: &mut Connection, own_address: &str) -> Result<CassandraFact, Failure> {
    let listed =
        connection.rows("SELECT peer, host_id, data_center, rack, tokens, schema_version FROM system.peers_v2").await?;
    let mut peers: BTreeMap<String, PeerSeen> = listed
        .rows()
        .map(|row| {
            let address = row.word("peer");
            let peer = PeerSeen {
                address: address.clone(),
                host_id: row.word("host_id"),
                data_center: row.word("data_center"),
                rack: row.word("rack"),
                tokens: tokens(row),
                schema_version: row.text("schema_version"),
                status: None,
            };
            (address, peer)
        })
        .collect();
    let gossip = connection
        .rows("SELECT address, host_id, dc, rack, \"schema\", status, status_with_port FROM system_views.gossip_info")
        .await?;
    for row in gossip.rows() {
        let address = row.word("address");
        if address == own_address {
            continue;
        }
        let status = row.text("status_with_port").or_else(|| row.text("status"));
        let peer = peers.entry(address.clone()).or_insert_with(|| PeerSeen {
            address,
            host_id: row.word("host_id"),
            data_center: row.word("dc"),
            rack: row.word("rack"),
            tokens: Vec::new(),
            schema_version: None,
            status: None,
        });
        peer.schema_version = row.text("schema").or(peer.schema_version.take());
        peer.status = status.map(|status| status.split(',').next().unwrap_or_default().to_owned());
    }
    Ok(CassandraFact::PeersListed { peers: peers.into_values().collect() })
}

fn tokens(row: Row<'_>) -> Vec<String> {
    agent::ascending(row.texts("tokens"))
}
