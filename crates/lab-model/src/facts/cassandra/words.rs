//! Facts about Cassandra as plain sentences without their source.

use std::{
    collections::BTreeMap,
    fmt::{Formatter, Result as FmtResult},
};

use super::CassandraFact as Fact;
use crate::counted;

impl Fact {
    /// The same fact with the names of nodes in place of their addresses, for words that people read; none if its words
    /// name no address.
    pub fn with_names(&self, name: impl Fn(&str) -> String) -> Option<Self> {
        // Rows and files may be megabytes: only what has addresses is copied.
        let mut fact = match self {
            Self::PeersBelieved { .. }
            | Self::PhiRead { .. }
            | Self::PeerTurned { .. }
            | Self::TopologyChanged { .. }
            | Self::KeyPlaced { .. }
            | Self::HintsCounted { .. } => self.clone(),
            _ => return None,
        };
        let named = |address: &mut String| *address = name(address);
        let keys = |counts: &mut BTreeMap<String, u64>| {
            *counts = std::mem::take(counts).into_iter().map(|(address, count)| (name(&address), count)).collect();
        };
        match &mut fact {
            Self::PeersBelieved { peers } => peers.iter_mut().for_each(|peer| named(&mut peer.address)),
            Self::PhiRead { peers, .. } => peers.iter_mut().for_each(|peer| named(&mut peer.address)),
            Self::PeerTurned { address, .. } | Self::TopologyChanged { address, .. } => named(address),
            Self::KeyPlaced { replicas, .. } => replicas.iter_mut().for_each(named),
            Self::HintsCounted { created, not_stored, .. } => {
                keys(created);
                keys(not_stored);
            }
            _ => return None,
        }
        Some(fact)
    }
}

pub(super) fn write(fact: &Fact, f: &mut Formatter<'_>) -> FmtResult {
    match fact {
        Fact::NodeDescribed { .. }
        | Fact::PeersListed { .. }
        | Fact::PeersBelieved { .. }
        | Fact::PeerTurned { .. }
        | Fact::PhiRead { .. }
        | Fact::TopologyChanged { .. }
        | Fact::SchemaChanged { .. }
        | Fact::SchemaListed { .. }
        | Fact::KeyPlaced { .. }
        | Fact::KeyRefused { .. }
        | Fact::RowsRead { .. }
        | Fact::RowsRefused { .. }
        | Fact::TableScanned { .. }
        | Fact::ScanRefused { .. } => of_ring(fact, f),
        Fact::RequestEnded { .. } | Fact::TraceRead { .. } | Fact::LoadTold { .. } => of_request(fact, f),
        Fact::HintsCounted { .. }
        | Fact::HintsSet { .. }
        | Fact::FilesListed { .. }
        | Fact::TableRead { .. }
        | Fact::CommitLogRead { .. }
        | Fact::CompactionsListed { .. }
        | Fact::ReadRepairsCounted { .. }
        | Fact::RepairsListed { .. }
        | Fact::StreamsListed { .. }
        | Fact::SettingsRead { .. } => of_storage(fact, f),
    }
}

/// Members, beliefs, schema, rows.
fn of_ring(fact: &Fact, f: &mut Formatter<'_>) -> FmtResult {
    match fact {
        Fact::NodeDescribed { address, data_center, rack, tokens, version, mode, .. } => {
            let mode = mode.as_deref().unwrap_or("mode not known");
            write!(
                f,
                "is {address} in {data_center}, {rack}, with {}, {mode}, Cassandra {version}",
                counted(tokens.len(), "token")
            )
        }
        Fact::PeersListed { peers } => write!(f, "knows {}", counted(peers.len(), "peer")),
        Fact::PeersBelieved { peers } => believed(peers.iter().map(|peer| (peer.address.as_str(), peer.up)), f),
        Fact::PeerTurned { address, up } => write!(f, "now believes {address} {}", up_or_down(*up)),
        Fact::PhiRead { peers, threshold } => {
            let most = peers.iter().max_by(|a, b| a.phi.total_cmp(&b.phi));
            match most {
                Some(peer) => write!(f, "φ is highest for {}: {:.1} of {threshold}", peer.address, peer.phi),
                None => f.write_str("suspects nobody: it knows no peer"),
            }
        }
        Fact::TopologyChanged { change, address } => write!(f, "says {change}: {address}"),
        Fact::SchemaChanged { change, target, name } => write!(f, "says {target} {name} was {}", change.to_lowercase()),
        Fact::SchemaListed { keyspaces } => write!(f, "has {}", counted(keyspaces.len(), "keyspace")),
        Fact::KeyPlaced { table, key, token, replicas } if replicas.is_empty() => {
            write!(f, "says key {} of {table} has token {token} and lies on no node", short(key))
        }
        Fact::KeyPlaced { table, key, token, replicas } => {
            write!(f, "says key {} of {table} has token {token} and lies on {}", short(key), replicas.join(", "))
        }
        Fact::KeyRefused { table, key, error } => {
            write!(f, "cannot say where key {} of {table} lies: {error}", short(key))
        }
        Fact::RowsRead { table, key, rows, .. } => {
            let live = rows.iter().filter(|row| row.live).count();
            write!(f, "itself holds {} of {table} at key {}", counted(live, "row"), short(key))?;
            let gone = rows.len() - live;
            if gone > 0 { write!(f, " and {} of which nothing is left", counted(gone, "row")) } else { Ok(()) }
        }
        Fact::RowsRefused { table, key, error } => {
            write!(f, "cannot say what it holds of {table} at key {}: {error}", short(key))
        }
        Fact::TableScanned { scan, level, rows, total, more, .. } => {
            let least = if *more { "at least " } else { "" };
            let all = counted(usize::try_from(*total).unwrap_or(usize::MAX), "row");
            write!(f, "{} has {least}{all} at {level}, {} of them new or changed", scan.table, rows.len())
        }
        Fact::ScanRefused { scan, error, .. } => write!(f, "cannot read {}: {error}", scan.table),
        _ => Ok(()),
    }
}

/// What our clients saw.
fn of_request(fact: &Fact, f: &mut Formatter<'_>) -> FmtResult {
    match fact {
        Fact::RequestEnded { request } => {
            let through = request.coordinator.as_deref().unwrap_or("nobody");
            write!(f, "{} at {} through {through}: {}", request.cql, request.level, request.outcome)
        }
        Fact::TraceRead { trace, events, .. } => write!(f, "trace {trace} has {}", counted(events.len(), "line")),
        Fact::LoadTold { table, level, asked, ended, running, .. } => {
            let ended_all = total(ended.values());
            let ok = ended.get("ok").copied().unwrap_or_default();
            let now = if *running { "so far" } else { "in all" };
            write!(f, "{ok} of {ended_all} requests to {table} at {level} were ok {now}; {asked} asked for")
        }
        _ => Ok(()),
    }
}

/// Hints, disks, repairs, streams, settings.
fn of_storage(fact: &Fact, f: &mut Formatter<'_>) -> FmtResult {
    match fact {
        Fact::HintsCounted { created, not_stored, succeeded, .. } => {
            let told = |counts: &BTreeMap<String, u64>| -> Vec<String> {
                let some = counts.iter().filter(|(_, count)| **count > 0);
                some.map(|(address, count)| format!("{count} for {address}")).collect()
            };
            let (written, dropped) = (told(created), told(not_stored));
            match written.as_slice() {
                [] => f.write_str("wrote no hint since it started")?,
                some => write!(f, "wrote hints since it started: {}", some.join(", "))?,
            }
            if !dropped.is_empty() {
                write!(f, "; did not store, the window being over: {}", dropped.join(", "))?;
            }
            write!(f, "; delivered {succeeded}")
        }
        Fact::HintsSet { enabled, window_ms, paused } => {
            let on = if *enabled { "writes hints" } else { "writes no hints" };
            let paused = if *paused { ", delivery paused" } else { "" };
            write!(f, "{on}, for {} s after a peer went down{paused}", window_ms / 1000)
        }
        Fact::FilesListed { node, hints, sstables, .. } => {
            let kept = match hints.len() {
                0 => "no hint files".to_owned(),
                files => {
                    format!("{} of {} bytes", counted(files, "hint file"), total(hints.iter().map(|file| &file.bytes)))
                }
            };
            write!(f, "{node} has {kept}, and {} besides Cassandra's own", counted(sstables.len(), "SSTable"))
        }
        Fact::TableRead { table, memtable_bytes, sstables, .. } => {
            write!(f, "holds {memtable_bytes} bytes of {table} in memory and {}", counted(*sstables, "SSTable"))
        }
        Fact::CommitLogRead { bytes, .. } => write!(f, "has {bytes} bytes of commit log"),
        Fact::CompactionsListed { running, done } => {
            write!(f, "{} running, {} ended", counted(running.len(), "compaction"), done.len())
        }
        Fact::ReadRepairsCounted { blocking, .. } => {
            write!(f, "repaired replicas in {}", counted(*blocking, "read"))
        }
        Fact::RepairsListed { repairs } => match repairs.first() {
            Some(repair) => write!(f, "repair of {} is {}", repair.keyspace, repair.state),
            None => f.write_str("has done no repair"),
        },
        Fact::StreamsListed { streams } => write!(f, "{} under way or ended", counted(streams.len(), "stream")),
        Fact::SettingsRead { settings } => write!(f, "told {}", counted(settings.len(), "setting")),
        _ => Ok(()),
    }
}

fn believed<'a>(peers: impl Iterator<Item = (&'a str, bool)>, f: &mut Formatter<'_>) -> FmtResult {
    let (up, down): (Vec<_>, Vec<_>) = peers.partition(|(_, up)| *up);
    if down.is_empty() {
        return write!(f, "believes {} up", counted(up.len(), "peer"));
    }
    let down: Vec<&str> = down.into_iter().map(|(address, _)| address).collect();
    write!(f, "believes {} down and {} up", down.join(", "), counted(up.len(), "peer"))
}

fn total<'a>(numbers: impl Iterator<Item = &'a u64>) -> u64 {
    numbers.fold(0, |sum, number| sum.saturating_add(*number))
}

/// A key somebody typed: on one line, and not all of a long one.
fn short(key: &str) -> String {
    let beginning: String = key.chars().take(60).collect();
    let more = if beginning.len() < key.len() { "…" } else { "" };
    format!("{}{more}", crate::escaped(&beginning, false))
}

fn up_or_down(up: bool) -> &'static str {
    if up { "up" } else { "down" }
}
