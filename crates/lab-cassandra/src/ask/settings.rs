//! Settings in force at one node, of the several hundred those that lessons and stacks speak of.

use lab_model::facts::cassandra::CassandraFact;

use crate::wire::{Connection, Failure};

/// Settings that a lesson may point at, or a stack change.
const SPOKEN_OF: [&str; 53] = [
    "allocate_tokens_for_local_replication_factor",
    "auto_bootstrap",
    "auto_snapshot",
    "batch_size_fail_threshold",
    "batch_size_warn_threshold",
    "broadcast_address",
    "broadcast_rpc_address",
    "cas_contention_timeout",
    "cluster_name",
    "commitlog_disk_access_mode",
    "commitlog_segment_size",
    "commitlog_sync",
    "commitlog_sync_period",
    "commitlog_total_space",
    "compaction_throughput",
    "concurrent_compactors",
    "concurrent_reads",
    "concurrent_writes",
    "counter_write_request_timeout",
    "diagnostic_events_enabled",
    "disk_access_mode",
    "dynamic_snitch",
    "endpoint_snitch",
    "hint_window_persistent_enabled",
    "hinted_handoff_enabled",
    "hinted_handoff_throttle",
    "hints_flush_period",
    "initial_token",
    "internode_timeout",
    "listen_address",
    "max_hint_window",
    "max_hints_delivery_threads",
    "max_hints_file_size",
    "memtable_allocation_type",
    "memtable_heap_space",
    "memtable_offheap_space",
    "native_transport_timeout",
    "num_tokens",
    "partitioner",
    "paxos_variant",
    "phi_convict_threshold",
    "range_request_timeout",
    "read_request_timeout",
    "repair_request_timeout",
    "request_timeout",
    "rpc_address",
    "snapshot_before_compaction",
    "sstable_preemptive_open_interval",
    "storage_compatibility_mode",
    "tombstone_failure_threshold",
    "tombstone_warn_threshold",
    "truncate_request_timeout",
    "write_request_timeout",
];

/// `system_views.settings`, those that are spoken of.
pub(crate) async fn read(connection: &mut Connection) -> Result<CassandraFact, Failure> {
    let table = connection.rows("SELECT name, value FROM system_views.settings").await?;
    let all = table.rows().map(|row| (row.word("name"), row.word("value")));
    let settings = all.filter(|(name, _)| SPOKEN_OF.contains(&name.as_str())).collect();
    Ok(CassandraFact::SettingsRead { settings })
}
