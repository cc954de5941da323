import { expect, it } from "vitest";
import { stage, tall } from "./layout";
import type { Store } from "./model.gen";
import { commitLog, counted, memtable, tables } from "./words";

const store = (sstables: number[], change: Partial<Store> = {}): Store => ({
  node: "cassandra-1",
  heard: "answering",
  heard_at: 0,
  running_since: null,
  memtable_bytes: 18_400,
  memtable_cells: 240,
  flushes: 1,
  looked_at: true,
  compactions_told: true,
  sstables: sstables.map((bytes, index) => ({ generation: String(index + 1), bytes, seen_at: 0, written_at: null })),
  commit_log_bytes: 67_108_864,
  commit_log_segments: 2,
  local_reads: 40,
  local_writes: 1990,
  compacting: [],
  compacted: [],
  ...change,
});

it("makes boxes taller with their bytes, and none too small to be seen", () => {
  expect(tall(0)).toBe(4);
  expect(tall(200)).toBeGreaterThanOrEqual(8);
  expect(tall(50_000)).toBeGreaterThan(tall(5000));
  expect(tall(1e13)).toBe(54);
});

it("goes from the commit log to the memtable to the SSTables, within the width", () => {
  const { commitLog, memtable, sstables, more } = stage(store([48_000, 12_000]), 700);
  expect(memtable.x).toBeGreaterThan(commitLog.x + commitLog.width);
  expect(sstables[0]?.box.x).toBeGreaterThan(memtable.x + memtable.width);
  expect(sstables[0]?.box.height).toBeGreaterThan(sstables[1]?.box.height ?? 99);
  expect(more).toBe(0);
});

it("draws the newest SSTables that fit and says how many it left out", () => {
  const { sstables, more } = stage(store(Array.from({ length: 60 }, () => 900)), 420);
  expect(sstables.length + more).toBe(60);
  expect(sstables.at(-1)?.generation).toBe("60");
  const last = sstables.at(-1)?.box;
  expect((last?.x ?? 0) + (last?.width ?? 999)).toBeLessThanOrEqual(420);
});

it("says amounts, and what nobody said", () => {
  expect([memtable(store([])), commitLog(store([])), tables(store([48_000, 2000]))]).toEqual([
    "18.4 kB, 240 cells",
    "67.1 MB, 2 segments",
    "2, 50.0 kB",
  ]);
  expect(memtable(store([], { memtable_bytes: null }))).toBe("not said");
  expect(tables(store([]))).toBe("none yet");
  expect(counted(store([]))).toBe("1,990 writes, 40 reads, 1 flush");
});

it("tells files that nobody looked at from files that are not there", () => {
  expect(tables(store([]))).toBe("none yet");
  expect(tables(store([], { looked_at: false }))).toBe("not looked at yet");
});
