// Hints, SSTables and settings.
import type { Model as Hints } from "../../src/views/cassandra_hints/model.gen";
import type { Model as Settings } from "../../src/views/cassandra_settings/model.gen";
import type { Model as Storage, Store } from "../../src/views/cassandra_storage/model.gen";

const holder = (number: number, bytes: number, change: object = {}) => ({
  node: `cassandra-${number}`,
  heard: "answering" as const,
  enabled: true,
  window_ms: 10_800_000,
  paused: false,
  looked_at: true,
  counted: true,
  delivered: number * 10,
  failed: 0,
  timed_out: 0,
  targets: [{ node: "cassandra-3", bytes, files: bytes > 0 ? 1 : 0, written: 120, not_stored: 0 }],
  ...change,
});

export const hints: Hints = {
  holders: [
    holder(1, 15_300),
    holder(2, 1_190_000, { paused: true }),
    holder(3, 0, {
      heard: "silent",
      enabled: null,
      window_ms: null,
      paused: null,
      targets: [{ node: "cassandra-1", bytes: 0, files: 0, written: 40, not_stored: 0 }],
    }),
  ],
  bytes: 1_205_300,
  delivered: 60,
  not_stored: 4,
  turns: [
    { at: 51_000, kind: "paused", holder: "cassandra-2", target: null, words: "cassandra-2 paused delivery" },
    {
      at: 47_000,
      kind: "not_stored",
      holder: "cassandra-1",
      target: "cassandra-3",
      words: "cassandra-1 stored no more for cassandra-3: the window had passed",
    },
    {
      at: 20_000,
      kind: "stored",
      holder: "cassandra-1",
      target: "cassandra-3",
      words: "cassandra-1 began to keep hints for cassandra-3",
    },
    {
      at: 9000,
      kind: "delivered",
      holder: "cassandra-3",
      target: "cassandra-1",
      words: "cassandra-3 delivered its hints for cassandra-1",
    },
  ],
};

const store = (number: number, sstables: number[], change: Partial<Store> = {}): Store => ({
  node: `cassandra-${number}`,
  heard: "answering",
  heard_at: 60_500,
  running_since: null,
  memtable_bytes: 18_400 * number,
  memtable_cells: 240 * number,
  flushes: sstables.length,
  looked_at: true,
  compactions_told: true,
  sstables: sstables.map((bytes, index) => ({
    generation: String(index + 1),
    bytes,
    seen_at: 20_000 + index,
    written_at: null,
  })),
  commit_log_bytes: 67_108_864,
  commit_log_segments: 2,
  local_reads: 40,
  local_writes: 1990,
  compacting: [],
  compacted: [],
  ...change,
});

export const storage: Storage = {
  table: "weather.by_region",
  exists: true,
  nodes: [
    store(1, [48_000, 12_000, 5100, 900], { compacting: [{ kind: "compaction", percent: 64 }] }),
    store(2, [61_000], { compacted: [{ ended_at: 1_795_633_082_000, bytes_in: 69_000, bytes_out: 61_000 }] }),
    store(
      3,
      Array.from({ length: 22 }, (_, index) => 700 + index * 400),
      {
        heard: "silent",
        heard_at: 19_000,
        memtable_bytes: null,
        memtable_cells: null,
      },
    ),
  ],
};

export const settings: Settings = {
  nodes: ["cassandra-1", "cassandra-2"],
  settings: [
    { name: "hinted_handoff_enabled", value: "true", by_node: [], default: null, why: null },
    {
      name: "max_hint_window",
      value: null,
      by_node: [
        { node: "cassandra-1", value: "3h" },
        { node: "cassandra-2", value: "30s" },
      ],
      default: null,
      why: null,
    },
    {
      name: "hints_flush_period",
      value: "1s",
      by_node: [],
      default: "10s",
      why: "So that hints can be seen on disk a second after the write.",
    },
    {
      name: "dynamic_snitch",
      value: "false",
      by_node: [],
      default: "true",
      why: "So that a coordinator that holds a row reads its own copy, and ONE asks whom you think it asks.",
    },
  ],
};
