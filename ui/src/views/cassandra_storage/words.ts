// What is said of a node's storage.
import { bytes, count, plural } from "../../kit/format";
import type { Compacted, Store } from "./model.gen";

export function memtable({ memtable_bytes, memtable_cells }: Store): string {
  if (memtable_bytes === null) return "not said";
  return memtable_cells === null
    ? bytes(memtable_bytes)
    : `${bytes(memtable_bytes)}, ${plural(memtable_cells, "cell")}`;
}

export function commitLog({ commit_log_bytes, commit_log_segments }: Store): string {
  if (commit_log_bytes === null) return "not said";
  return commit_log_segments === null
    ? bytes(commit_log_bytes)
    : `${bytes(commit_log_bytes)}, ${plural(commit_log_segments, "segment")}`;
}

export function tables({ sstables, looked_at }: Store): string {
  if (!looked_at) return "not looked at yet";
  if (sstables.length === 0) return "none yet";
  return `${count(sstables.length)}, ${bytes(sstables.reduce((sum, each) => sum + each.bytes, 0))}`;
}

/** What the node counted since it started. */
export function counted({ flushes, local_reads, local_writes }: Store): string {
  return [
    local_writes === null ? "" : plural(local_writes, "write"),
    local_reads === null ? "" : plural(local_reads, "read"),
    flushes === null ? "" : plural(flushes, "flush", "flushes"),
  ]
    .filter(Boolean)
    .join(", ");
}

export function compaction({ ended_at, bytes_in, bytes_out }: Compacted): string {
  return `${new Date(ended_at).toISOString().slice(11, 19)} UTC: ${bytes(bytes_in)} read, ${bytes(bytes_out)} written`;
}
