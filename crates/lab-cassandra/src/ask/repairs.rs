//! Repairs a node coordinates, and data it streams.

use lab_model::facts::cassandra::{CassandraFact, RepairSeen, StreamSeen};

use crate::wire::{Connection, Failure, Row};

/// Repairs that are told.
const MOST: usize = 20;

/// `system_views.repairs`, the newest first.
pub(crate) async fn repairs(connection: &mut Connection) -> Result<CassandraFact, Failure> {
    let table = connection
        .rows(
            "SELECT id, keyspace_name, table_names, type, options_preview_kind, status, failure_cause, \
             success_message FROM system_views.repairs",
        )
        .await?;
    let mut repairs: Vec<RepairSeen> = table.rows().map(repair).collect();
    // Ids of repairs are time-based; the newest are the ones asked about.
    repairs.sort_by_key(|repair| std::cmp::Reverse(time_of(&repair.id)));
    repairs.truncate(MOST);
    Ok(CassandraFact::RepairsListed { repairs })
}

fn repair(row: Row<'_>) -> RepairSeen {
    RepairSeen {
        id: row.word("id"),
        keyspace: row.word("keyspace_name"),
        tables: row.texts("table_names"),
        kind: row.word("type"),
        state: row.word("status"),
        percent: None,
        words: row.text("failure_cause").or_else(|| row.text("success_message")).unwrap_or_default(),
    }
}

/// Hundreds of nanoseconds since 1582, as a time-based id has them.
fn time_of(id: &str) -> u64 {
    let id = uuid::Uuid::parse_str(id).unwrap_or_default();
    id.get_timestamp().map_or(0, |time| time.to_gregorian().0)
}

/// `system_views.streaming`.
pub(crate) async fn streams(connection: &mut Connection) -> Result<CassandraFact, Failure> {
    let table = connection
        .rows(
            "SELECT id, operation, peers, status, bytes_received, bytes_to_receive, bytes_sent, bytes_to_send \
             FROM system_views.streaming",
        )
        .await?;
    let mut streams: Vec<StreamSeen> = table.rows().map(stream).collect();
    streams.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(CassandraFact::StreamsListed { streams })
}

fn stream(row: Row<'_>) -> StreamSeen {
    let number = |column: &str| row.number(column).and_then(|n| u64::try_from(n).ok()).unwrap_or_default();
    let mut peers: Vec<String> = row.texts("peers");
    for peer in &mut peers {
        let address = peer.trim_start_matches('/').split(':').next().unwrap_or_default().to_owned();
        *peer = address;
    }
    peers.sort();
    StreamSeen {
        id: row.word("id"),
        operation: row.word("operation"),
        peers,
        status: row.word("status"),
        received: number("bytes_received"),
        to_receive: number("bytes_to_receive"),
        sent: number("bytes_sent"),
        to_send: number("bytes_to_send"),
    }
}
