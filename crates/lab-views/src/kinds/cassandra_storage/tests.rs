//! Storage's cases: journals in, words and marks out.

use lab_model::{
    Draft, Fact, Source,
    facts::{
        cassandra::{CassandraFact, CompactionDone, CompactionRunning, LogSegment, SstableFile},
        lab::NodeState,
    },
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    let said: Vec<Draft> = whole_ring().into_iter().chain(said.iter().cloned()).collect();
    crate::testing::check::<TheView>(&json!({ "table": "weather.readings" }), &said, expected);
}

fn table(memtable: u64, flushes: u64, sstables: u32) -> CassandraFact {
    CassandraFact::TableRead {
        table: "weather.readings".to_owned(),
        memtable_bytes: memtable * 50,
        memtable_cells: memtable,
        memtable_switches: flushes,
        sstables,
        sstable_bytes: 0,
        local_reads: 3,
        local_writes: 7,
    }
}

/// Files of `cassandra-1`: generations of the table, with their bytes.
fn files(sstables: &[(&str, u64)]) -> Draft {
    let sstable = |&(generation, bytes): &(&str, u64)| SstableFile {
        table: "weather.readings".to_owned(),
        generation: generation.to_owned(),
        bytes,
        written_at: None,
    };
    let fact = CassandraFact::FilesListed {
        node: "cassandra-1".to_owned(),
        hints: Vec::new(),
        sstables: sstables.iter().map(sstable).collect(),
        commit_log: vec![LogSegment { file: "CommitLog-7-1.log".to_owned(), bytes: 1000 }; 2],
    };
    Draft::new(Source::Docker, fact)
}

fn compactions(percent: Option<u64>) -> CassandraFact {
    let table = "weather.readings".to_owned();
    let running = percent.map(|done| CompactionRunning {
        table: table.clone(),
        kind: "compaction".to_owned(),
        done,
        total: 100,
        unit: "bytes".to_owned(),
    });
    let done = |ended_at: i64| CompactionDone { id: ended_at.to_string(), table: table.clone(), ended_at, bytes_in: 40, bytes_out: 30 };
    CassandraFact::CompactionsListed { running: running.into_iter().collect(), done: vec![done(1), done(2)] }
}

#[test]
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "/exists": null, "/nodes/2/node": "cassandra-3", "/nodes/3": null }));
    let gone = [c(1, weather(3, &["days"]))];
    check(&gone, &json!({ "known": true, "/exists": false, "refusal": "There is no table weather.readings.", "awaits": [] }));
}

#[test]
fn a_write_lies_in_the_memtable_until_it_is_flushed() {
    let said = [c(1, weather(3, &["readings"])), c(1, table(5, 0, 0)), files(&[])];
    check(
        &said,
        &json!({
            "known": true,
            "/nodes/0/memtable_cells": 5,
            "/nodes/0/memtable_bytes": 250,
            "/nodes/0/local_writes": 7,
            "/nodes/0/sstables": [],
            "/nodes/0/commit_log_segments": 2,
            "/nodes/0/commit_log_bytes": 2000,
            "/nodes/0/looked_at": true,
            "/nodes/1/looked_at": false,
            "/nodes/0/compactions_told": false,
            "awaits": [
                "files of cassandra-2",
                "files of cassandra-3",
                "what cassandra-1 counts of it",
                "what cassandra-2 counts of it",
                "what cassandra-3 counts of it",
            ],
            "summary": "weather.readings: cassandra-1 has 5 cells (250 bytes) in the memtable, no SSTable. cassandra-2 has files \
                that were not looked at yet. cassandra-3 has files that were not looked at yet.",
        }),
    );
    let flushed: Vec<Draft> = said.into_iter().chain([c(1, table(0, 1, 1)), files(&[("1", 60)])]).collect();
    check(
        &flushed,
        &json!({
            "/nodes/0/flushes": 1,
            "/nodes/0/memtable_cells": 0,
            "/nodes/0/sstables": [{ "generation": "1", "bytes": 60, "seen_at": 2000, "written_at": null }],
        }),
    );
}

#[test]
fn counters_and_files_of_two_moments_are_never_shown_together() {
    let written = [c(1, weather(3, &["readings"])), c(1, table(5, 0, 0)), files(&[])];
    let after = |more: &[Draft]| -> Vec<Draft> { written.iter().chain(more).cloned().collect() };
    let before = json!({ "/nodes/0/memtable_cells": 5, "/nodes/0/looked_at": true, "/nodes/0/sstables": [] });
    // The node flushed, and its files were looked at before that; or the other way round.
    check(&after(&[c(1, table(2, 1, 1))]), &before);
    check(&after(&[files(&[("1", 60)])]), &before);
    let flushed = json!({ "/nodes/0/memtable_cells": 2, "/nodes/0/sstables/0/generation": "1" });
    check(&after(&[c(1, table(3, 1, 1)), c(1, table(2, 1, 1)), files(&[("1", 60)])]), &flushed);
    check(&after(&[files(&[("1", 60)]), c(1, table(2, 1, 1))]), &flushed);
    // Never of one moment: neither is shown.
    let never = [c(1, weather(3, &["readings"])), files(&[]), c(1, table(2, 1, 1))];
    check(&never, &json!({ "/nodes/0/memtable_cells": null, "/nodes/0/looked_at": false }));
    // One that does not answer says nothing newer, and what differs for long is shown as it is told.
    let told = json!({ "/nodes/0/memtable_cells": 5, "/nodes/0/sstables/0/generation": "1" });
    check(&after(&[files(&[("1", 60)]), container("cassandra-1", NodeState::Stopped, &[])]), &told);
    let beats = (0..50).map(|_| c(2, CassandraFact::CommitLogRead { bytes: 1, pending: 0 }));
    check(&after(&[&[files(&[("1", 60)])][..], &beats.collect::<Vec<_>>()].concat()), &told);
}

#[test]
fn sstables_keep_the_time_they_were_first_seen() {
    let said = [files(&[("2", 60)]), files(&[("10", 70), ("2", 60), ("9", 5)]), files(&[("10", 70), ("2", 60), ("9", 5)])];
    check(
        &said,
        &json!({
            "/nodes/0/sstables/0": { "generation": "2", "bytes": 60, "seen_at": 1600, "written_at": null },
            "/nodes/0/sstables/1/generation": "9",
            "/nodes/0/sstables/2": { "generation": "10", "bytes": 70, "seen_at": 1700, "written_at": null },
        }),
    );
}

#[test]
fn compactions_run_and_end() {
    let said = [c(1, compactions(Some(40))), files(&[("1", 60)])];
    check(
        &said,
        &json!({
            "/nodes/0/compacting": [{ "kind": "compaction", "percent": 40 }],
            "/nodes/0/compacted/0/ended_at": 2,
            "/nodes/0/compacted/1/bytes_in": 40,
        }),
    );
    check(&[c(1, compactions(None))], &json!({ "/nodes/0/compacting": [] }));
}

#[test]
fn a_dead_node_s_commit_log_is_as_long_as_its_files() {
    let own = CassandraFact::CommitLogRead { bytes: 3000, pending: 0 };
    let said = [c(1, own), files(&[])];
    check(&said, &json!({ "/nodes/0/commit_log_bytes": 3000 }));
    let dead: Vec<Draft> = said.into_iter().chain([container("cassandra-1", NodeState::Stopped, &[])]).collect();
    check(&dead, &json!({ "/nodes/0/commit_log_bytes": 2000, "/nodes/0/heard": "silent" }));
}

#[test]
fn a_table_that_was_dropped_leaves_nothing() {
    let said = [
        c(1, weather(3, &["readings"])),
        c(1, table(5, 2, 1)),
        files(&[("1", 60)]),
        c(1, compactions(Some(40))),
        c(1, weather(3, &[])),
        c(1, weather(3, &["readings"])),
    ];
    check(
        &said,
        &json!({ "/exists": true, "/nodes/0/memtable_cells": null, "/nodes/0/sstables": [], "/nodes/0/compacted": [] }),
    );
}

/// Whether a file is of the process that runs is told by the file system and the container engine, however late either was
/// heard.
#[test]
fn a_file_has_its_own_time_and_a_process_too() {
    let mut listed = files(&[("2", 60)]);
    if let Fact::Cassandra(CassandraFact::FilesListed { sstables, .. }) = &mut listed.fact {
        sstables[0].written_at = Some(5_000);
    }
    let turned = |state, said_at| Draft { said_at, ..container("cassandra-1", state, &[]) };
    let stopped = turned(NodeState::Stopped, Some(3_000));
    let started = [stopped.clone(), turned(NodeState::Running, None), turned(NodeState::Running, Some(4_000))];
    let paused = [&started[..], &[turned(NodeState::Paused, None), turned(NodeState::Running, None)]].concat();
    for said in [&started[..], &paused] {
        let said = [&[listed.clone()], said].concat();
        check(&said, &json!({ "/nodes/0/sstables/0/written_at": 5000, "/nodes/0/running_since": 4000 }));
    }
    check(&[turned(NodeState::Running, Some(4_000)), stopped], &json!({ "/nodes/0/running_since": null }));
    check(&started[..2], &json!({ "/nodes/0/running_since": null }));
}
