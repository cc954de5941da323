import { expect, it } from "vitest";
import { CELL, amount, byKey, firstShown, fitting, keysOf, reading, stored } from "./layout";
import type { Model, PartitionLog, Reader, Record } from "./model.gen";

const record = (partition: number, offset: number, sent: number | null, key: string | null = "k"): Record => ({
  partition,
  offset,
  sent,
  producer: "p",
  key: key === null ? { kind: "null", text: "", bytes: 0 } : { kind: "text", text: key, bytes: key.length },
  value: { kind: "empty", text: "", bytes: 0 },
  headers: [],
  headers_more: 0,
  through: null,
});
const reader = (...read: Record[]) => ({ client: "r", read }) as unknown as Reader;
const model = (partitions: Record[][], readers: Reader[] = []) =>
  ({ partitions: partitions.map((records, partition) => ({ partition, records })), readers }) as unknown as Model;

it("numbers keys in the order in which they were first sent", () => {
  const some = model([
    [record(0, 0, 3, "c"), record(0, 1, 4, null)],
    [record(1, 0, 1, "b"), record(1, 1, 2, "a")],
  ]);
  expect(keysOf(some)).toEqual(["b", "a", "c"]);
});

it("puts records at their offsets and leaves a gap where one is missing", () => {
  const cells = stored([record(0, 4, 1), record(0, 6, 2), record(0, 7, null, null)], ["k"], 10);
  expect(cells.map(({ x, number, key }) => [x / CELL.pitch, number, key])).toEqual([
    [0, "1", 0],
    [2, "2", 0],
    [3, "·", -1],
  ]);
});

it("shows the newest offsets where not all fit", () => {
  const many = Array.from({ length: 30 }, (_, offset) => record(0, offset, offset + 1));
  expect(firstShown(many, 10)).toBe(20);
  expect(stored(many, ["k"], 10)).toHaveLength(10);
});

it("lays reading order along the line and partitions in rows, and finds the steps back", () => {
  const drawn = reading(reader(record(1, 0, 2), record(1, 1, 5), record(0, 0, 1), record(0, 1, 3)), [0, 1], ["k"], 10);
  expect(drawn.cells.map(({ x, y }) => [x / CELL.pitch, y / CELL.row])).toEqual([
    [0, 1],
    [1, 1],
    [2, 0],
    [3, 0],
  ]);
  expect(drawn.back).toEqual([2]);
  expect(drawn.rows).toEqual([0, 1]);
});

it("calls nothing a step back that cannot be compared", () => {
  const other = { ...record(0, 0, 1), producer: "q" };
  expect(reading(reader(record(0, 0, 9), other, record(0, 1, null)), [0], ["k"], 10).back).toEqual([]);
});

it("stays light: fewer cells beside each other where there are many lanes", () => {
  const lanes = model(Array.from({ length: 24 }, () => []));
  expect(fitting(lanes, 2000) * 24).toBeLessThanOrEqual(320 + 24);
  // What is left of the last cell, with the row's own indent, is still within the width.
  const cells = fitting(model([[]]), 270);
  expect(cells).toBe(9);
  expect((cells - 1) * CELL.pitch + CELL.width + 6).toBeLessThanOrEqual(270);
});

it("draws one path per key", () => {
  const cells = stored([record(0, 0, 1, "a"), record(0, 1, 2, "b"), record(0, 2, 3, "a")], ["a", "b"], 10);
  expect(byKey(cells).map(([key, of]) => [key, of.length])).toEqual([
    [0, 2],
    [1, 1],
  ]);
});

it("takes keys of different bytes for different keys, and marks what cannot be shown", () => {
  const bytes = (text: string): Record => ({ ...record(0, 0, null), key: { kind: "bytes", text, bytes: 2 } });
  const large: Record = { ...record(0, 3, 9), value: { kind: "too_large", text: "", bytes: 7e7 } };
  const hidden: Record = { ...large, key: large.value };
  const some = model([[bytes("0xff01"), bytes("0xfe01"), record(0, 2, null, ""), hidden]]);
  expect(keysOf(some)).toEqual(["0xfe01", "0xff01", ""]);
  expect(stored([hidden], [], 4).map(({ number, key }) => [number, key])).toEqual([["?", -1]]);
});

it("never tells offsets as records", () => {
  const log = (rest: Partial<PartitionLog>) =>
    ({
      stored: null,
      found: 0,
      said_by: null,
      log_start: null,
      log_end: null,
      open_from: null,
      ...rest,
    }) as PartitionLog;
  expect(amount(log({}))).toBe("not heard");
  expect(amount(log({ stored: 1, log_start: 0, log_end: 3 }))).toBe("1 record");
  expect(amount(log({ found: 200, said_by: "kafka-1", log_start: 0, log_end: 1000 }))).toBe(
    "200 read so far of 1000 offsets",
  );
});
