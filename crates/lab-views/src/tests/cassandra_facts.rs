//! Facts about Cassandra in every combination, for the tests of all kinds.

use std::collections::BTreeMap;

use lab_model::{
    Datum,
    facts::cassandra::{
        CassandraFact as Fact, CellSeen, CompactionDone, CompactionRunning, Deletion, HintFile, KeyspaceSeen, Latency,
        LogSegment, Mark, PartSeen, PeerBelief, PeerSeen, PhiSeen, RangeSeen, RepairSeen, RequestKind, RequestOutcome,
        RequestSeen, RowSeen, Shard, SstableFile, StreamSeen, TableSeen, TraceEvent,
    },
};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::select,
};

fn text(of: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    select(of.to_vec()).prop_map(ToOwned::to_owned)
}

fn address() -> impl Strategy<Value = String> {
    (1..=4).prop_map(|id| format!("10.0.0.{id}"))
}

fn host() -> impl Strategy<Value = String> {
    (1..=4).prop_map(|id| format!("host-{id}"))
}

fn mode() -> impl Strategy<Value = Option<String>> {
    option::of(text(&["NORMAL", "JOINING", "LEAVING", "DECOMMISSIONED", "shutdown", "BOOT"]))
}

fn tokens() -> impl Strategy<Value = Vec<String>> {
    vec(any::<i64>().prop_map(|token| token.to_string()), 0..3)
}

fn table() -> impl Strategy<Value = String> {
    text(&["weather.readings", "weather.days"])
}

fn key() -> impl Strategy<Value = String> {
    text(&["oslo", "bergen"])
}

fn peer() -> impl Strategy<Value = PeerSeen> {
    (address(), host(), text(&["dc1", "dc2"]), text(&["rack1", "rack2"]), tokens(), mode()).prop_map(
        |(address, host_id, data_center, rack, tokens, status)| PeerSeen {
            address,
            host_id,
            data_center,
            rack,
            tokens,
            schema_version: None,
            status,
        },
    )
}

fn keyspace() -> impl Strategy<Value = KeyspaceSeen> {
    let tables = vec(text(&["readings", "days"]), 0..2);
    let strategy = text(&["NetworkTopologyStrategy", "SimpleStrategy", "LocalStrategy"]);
    let replication = btree_map(text(&["dc1", "dc2", "replication_factor"]), 0..4_u32, 0..3);
    (text(&["weather", "shop"]), strategy, replication, tables).prop_map(|(name, strategy, replication, tables)| {
        let table = |name| TableSeen { name, columns: Vec::new(), id: String::new(), options: BTreeMap::new() };
        KeyspaceSeen { name, strategy, replication, tables: tables.into_iter().map(table).collect() }
    })
}

fn described() -> impl Strategy<Value = Fact> {
    (1..=4, tokens(), text(&["a", "b"]), mode()).prop_map(|(id, tokens, schema_version, mode)| Fact::NodeDescribed {
        host_id: format!("host-{id}"),
        address: format!("10.0.0.{id}"),
        cluster_name: "pipewright".to_owned(),
        version: "5.0.8".to_owned(),
        data_center: "dc1".to_owned(),
        rack: format!("rack{id}"),
        tokens,
        schema_version,
        mode,
    })
}

fn ring() -> impl Strategy<Value = Fact> {
    let belief = (address(), any::<bool>()).prop_map(|(address, up)| PeerBelief { address, up });
    let phi = (address(), prop_oneof![Just(f64::NAN), 0.0..20.0]).prop_map(|(address, phi)| PhiSeen { address, phi });
    let stream =
        (text(&["Bootstrap", "Repair"]), vec(address(), 0..2), any::<u64>()).prop_map(|(operation, peers, bytes)| {
            StreamSeen {
                id: "s".to_owned(),
                operation,
                peers,
                status: "START".to_owned(),
                received: bytes,
                to_receive: bytes,
                sent: 0,
                to_send: 0,
            }
        });
    prop_oneof![
        described(),
        vec(peer(), 0..4).prop_map(|peers| Fact::PeersListed { peers }),
        vec(belief, 0..4).prop_map(|peers| Fact::PeersBelieved { peers }),
        (address(), any::<bool>()).prop_map(|(address, up)| Fact::PeerTurned { address, up }),
        vec(phi, 0..3).prop_map(|peers| Fact::PhiRead { peers, threshold: 8.0 }),
        vec(keyspace(), 0..3).prop_map(|keyspaces| Fact::SchemaListed { keyspaces }),
        vec(stream, 0..2).prop_map(|streams| Fact::StreamsListed { streams }),
        address().prop_map(|address| Fact::TopologyChanged { change: "NEW_NODE".to_owned(), address }),
    ]
}

fn cell() -> impl Strategy<Value = CellSeen> {
    let shard = (text(&["a", "b"]), 0..3_i64, any::<i64>(), any::<bool>());
    let shard = shard.prop_map(|(of, clock, count, global)| Shard { of, clock, count, global });
    let part = (text(&["1", "2"]), mark()).prop_map(|(path, mark)| PartSeen { path, mark });
    let (parts, shards, cleared) = (vec(part, 0..3), vec(shard, 0..3), option::of(deletion()));
    let value =
        option::of(text(&["1", "2"])).prop_map(|value| value.map(|value| Datum::of_text(&value)).unwrap_or_default());
    let plain = (text(&["temp", "note"]), value, option::of(0..3_i64), any::<bool>());
    (plain, option::of(mark()), parts, shards, cleared).prop_map(
        |((column, value, written_at, more), mark, parts, shards, cleared)| CellSeen {
            column,
            value,
            written_at,
            ttl: None,
            mark,
            cleared,
            parts,
            more,
            shards,
        },
    )
}

fn mark() -> impl Strategy<Value = Mark> {
    let ends = (any::<bool>(), option::of(1..3_i64), option::of(1..3_i32), any::<bool>());
    (0..3_i64, ends, text(&["", "aa", "ab"]), option::of(text(&["x", "y"]))).prop_map(
        |(at, (deleted, expires, ttl, over), raw, digest)| Mark { at, deleted, expires, ttl, over, raw, digest },
    )
}

fn deletion() -> impl Strategy<Value = Deletion> {
    (0..3_i64, 0..2_i64).prop_map(|(at, since)| Deletion { at, since })
}

fn rows() -> impl Strategy<Value = Fact> {
    let marks = (any::<bool>(), any::<bool>(), option::of(0..3_i64), option::of(deletion()));
    let row = (text(&["", "a", "b"]), vec(cell(), 0..3), marks).prop_map(
        |(clustering, cells, (is_static, live, marker, deleted))| RowSeen {
            order: clustering.clone(),
            clustering,
            cells,
            is_static,
            live,
            marker: marker.map(|at| Mark { at, ..Mark::default() }),
            deleted,
        },
    );
    let range = (text(&["", "a"]), text(&["b", "c"]), deletion()).prop_map(|(from, to, deleted)| RangeSeen {
        from,
        to,
        deleted,
    });
    let told = (any::<bool>(), any::<bool>(), option::of(deletion()), vec(range, 0..2), any::<bool>(), 0..2_u64);
    prop_oneof![
        (table(), key(), vec(address(), 0..4)).prop_map(|(table, key, replicas)| Fact::KeyPlaced {
            table,
            key,
            token: "7".to_owned(),
            replicas
        }),
        (table(), key(), vec(row, 0..3), told).prop_map(
            |(table, key, rows, (more, exact, deleted, ranges, expired_apart, spent))| {
                Fact::RowsRead { table, key, rows, more, exact, deleted, ranges, expired_apart, spent }
            }
        ),
        (table(), key()).prop_map(|(table, key)| Fact::KeyRefused { table, key, error: "`a` is no int".into() }),
        (table(), key()).prop_map(|(table, key)| Fact::RowsRefused { table, key, error: "unconfigured table".into() }),
    ]
}

fn storage() -> impl Strategy<Value = Fact> {
    let hints = (host(), any::<u64>()).prop_map(|(target, bytes)| HintFile { target, bytes, file: "f".to_owned() });
    let sstable = (table(), text(&["1", "2", "x"]), any::<u64>()).prop_map(|(table, generation, bytes)| SstableFile {
        table,
        generation,
        bytes,
        written_at: Some(0),
    });
    let running = (table(), any::<u64>(), any::<u64>()).prop_map(|(table, done, total)| CompactionRunning {
        table,
        kind: "compaction".to_owned(),
        done,
        total,
        unit: "bytes".to_owned(),
    });
    let done =
        table().prop_map(|table| CompactionDone { id: "c".to_owned(), table, ended_at: 1, bytes_in: 2, bytes_out: 1 });
    prop_oneof![
        ((1..=3), vec(hints, 0..3), vec(sstable, 0..3), any::<u64>()).prop_map(|(id, hints, sstables, bytes)| {
            let commit_log = vec![LogSegment { file: "l".to_owned(), bytes }; 2];
            Fact::FilesListed { node: format!("cassandra-{id}"), hints, sstables, commit_log }
        }),
        (table(), any::<u64>()).prop_map(|(table, number)| Fact::TableRead {
            table,
            memtable_bytes: number,
            memtable_cells: number,
            memtable_switches: number,
            sstables: 1,
            sstable_bytes: number,
            local_reads: number,
            local_writes: number,
        }),
        any::<u64>().prop_map(|bytes| Fact::CommitLogRead { bytes, pending: 0 }),
        (vec(running, 0..2), vec(done, 0..2)).prop_map(|(running, done)| Fact::CompactionsListed { running, done }),
    ]
}

fn hints() -> impl Strategy<Value = Fact> {
    let counts = || btree_map(address(), any::<u64>(), 0..3);
    let repair =
        (text(&["1", "2"]), text(&["init", "start", "completed", "failed"])).prop_map(|(id, state)| RepairSeen {
            id,
            keyspace: "weather".to_owned(),
            tables: Vec::new(),
            kind: "full".to_owned(),
            state,
            percent: None,
            words: String::new(),
        });
    prop_oneof![
        (any::<u64>(), counts(), counts()).prop_map(|(number, created, not_stored)| Fact::HintsCounted {
            in_progress: 0,
            total: number,
            created,
            not_stored,
            succeeded: number,
            failed: 0,
            timed_out: number,
        }),
        (any::<bool>(), any::<bool>()).prop_map(|(enabled, paused)| Fact::HintsSet {
            enabled,
            window_ms: 10_000,
            paused
        }),
        (0..3_u64, 0..3_u64).prop_map(|(blocking, reconciled)| Fact::ReadRepairsCounted {
            blocking,
            reconciled,
            timed_out: 0
        }),
        vec(repair, 0..3).prop_map(|repairs| Fact::RepairsListed { repairs }),
        btree_map(text(&["num_tokens", "phi_convict_threshold"]), text(&["1", "8"]), 0..3)
            .prop_map(|settings| Fact::SettingsRead { settings }),
    ]
}

fn outcome() -> impl Strategy<Value = RequestOutcome> {
    prop_oneof![
        Just(RequestOutcome::Ok),
        (1..=3, 0..=3).prop_map(|(required, alive)| RequestOutcome::Unavailable { required, alive }),
        (1..=3, 0..=3).prop_map(|(required, received)| RequestOutcome::WriteTimeout {
            required,
            received,
            write_type: "SIMPLE".to_owned(),
        }),
        Just(RequestOutcome::NoAnswer { why: "reset".to_owned() }),
    ]
}

fn request() -> impl Strategy<Value = RequestSeen> {
    let kind = select(vec![RequestKind::Read, RequestKind::Write, RequestKind::Conditional]);
    (0..5, kind, outcome(), option::of(text(&["t1", "t2"]))).prop_map(|(id, kind, outcome, trace)| RequestSeen {
        id: format!("r{id}"),
        cql: "INSERT INTO weather.readings (station, temp) VALUES ('oslo', 3)".to_owned(),
        kind,
        coordinator: Some("cassandra-1".to_owned()),
        level: "ONE".to_owned(),
        serial_level: None,
        outcome,
        took_micros: 1,
        trace,
        columns: Vec::new(),
        rows: Vec::new(),
        row_count: 0,
        applied: None,
        warnings: Vec::new(),
    })
}

const LINES: &[&str] = &[
    "Sending MUTATION_REQ message to /10.0.0.2:7000 message size 79 bytes",
    "MUTATION_REQ message received from /10.0.0.1:7000",
    "Sending MUTATION_RSP message to /10.0.0.1:7000 message size 32 bytes",
    "MUTATION_RSP message received from /10.0.0.2:7000",
    "reading digest from /10.0.0.3:7000",
    "Sending READ_REQ message to /10.0.0.3:7000 message size 94 bytes",
    "Digest mismatch: Mismatch for key",
    "Sending read-repair-mutation to Full(/10.0.0.2:7000,(0,1])",
    "Appending to commitlog",
    "Adding to readings memtable",
    "Executing single-partition query on readings",
];

fn requests() -> impl Strategy<Value = Fact> {
    let time = || prop_oneof![9 => 0..9_000_i64, 1 => any::<i64>()];
    let event = (address(), time(), time(), text(LINES)).prop_map(|(source, elapsed_micros, at_micros, activity)| {
        TraceEvent { source, elapsed_micros, at_micros, activity, thread: String::new() }
    });
    prop_oneof![
        request().prop_map(|request| Fact::RequestEnded { request }),
        (text(&["t1", "t2"]), address(), option::of(any::<u64>()), vec(event, 0..12)).prop_map(
            |(trace, coordinator, duration_micros, events)| Fact::TraceRead {
                trace,
                coordinator,
                started_at: 1,
                duration_micros,
                events,
            }
        ),
        (any::<u64>(), any::<bool>()).prop_map(|(ok, running)| Fact::LoadTold {
            table: "weather.readings".to_owned(),
            kind: RequestKind::Write,
            level: "ONE".to_owned(),
            asked: 10,
            ended: [("ok".to_owned(), ok), ("unavailable".to_owned(), ok)].into(),
            latency: Latency::default(),
            per_second: 3.04,
            running,
        }),
    ]
}

/// Any fact about Cassandra.
pub(super) fn any_fact() -> impl Strategy<Value = Fact> {
    // Boxed: such a tree of types is too deep for a test thread's stack.
    prop_oneof![
        3 => ring().boxed(),
        2 => rows().boxed(),
        2 => storage().boxed(),
        1 => hints().boxed(),
        2 => requests().boxed(),
    ]
}
