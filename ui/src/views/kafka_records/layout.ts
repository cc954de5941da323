// Where records lie on screen: in partitions by offset, at a reader by the order in which it read them. Pure.
import { type Datum, shown } from "../../kit/datum";
import type { Model, PartitionLog, Reader, Record } from "./model.gen";

/** What a row has around its cells, in pixels. */
const AROUND = 5;
/** Cells, in pixels. */
export const CELL = { width: 24, height: 30, pitch: 27, row: 36 };

/** No more records than this in the whole picture, so that it stays light. */
const MOST = 320;

export interface Cell {
  x: number;
  y: number;
  /** The number on it: sending order, none for records of other tools, a question mark where it cannot be shown. */
  number: string;
  /** Index of its key, or -1 without a key. */
  key: number;
}

/** A record's key as it is shown, which is different for different keys; null without one, or where it is not known. */
export function keyOf({ kind, ...datum }: Datum): string | null {
  return kind === "null" || kind === "too_large" || kind === "unread" ? null : shown({ kind, ...datum });
}

/** A value that is there and cannot be shown. */
export function isHidden({ value }: Record): boolean {
  return value.kind === "too_large" || value.kind === "unread";
}

/** What is known of how many records lie in a partition. */
export function amount({ stored, found, said_by, log_start, log_end }: PartitionLog): string {
  if (stored !== null) return stored === 1 ? "1 record" : `${String(stored)} records`;
  if (said_by === null && log_end === null) return "not heard";
  const offsets = log_end === null || log_start === null ? "" : ` of ${String(log_end - log_start)} offsets`;
  return `${String(found)} read so far${offsets}`;
}

/** Keys in order of first sending; records without a key have none. */
export function keysOf(model: Model): string[] {
  const first = new Map<string, number>();
  const all = [...model.partitions.flatMap(({ records }) => records), ...model.readers.flatMap(({ read }) => read)];
  for (const { key: datum, sent, offset } of all) {
    const key = keyOf(datum);
    if (key === null) continue;
    const at = sent ?? offset + 1e9;
    first.set(key, Math.min(at, first.get(key) ?? Infinity));
  }
  return [...first].sort(([a, x], [b, y]) => x - y || a.localeCompare(b)).map(([key]) => key);
}

/** How many cells fit beside each other, in the width and in the picture as a whole. */
export function fitting(model: Model, width: number): number {
  const lanes = Math.max(1, model.partitions.length + model.readers.length);
  return Math.max(4, Math.min(Math.floor((width - AROUND) / CELL.pitch), Math.floor(MOST / lanes)));
}

const cell = (record: Record, x: number, y: number, keys: readonly string[]): Cell => {
  const key = keyOf(record.key);
  return {
    x,
    y,
    number: isHidden(record) ? "?" : record.sent === null ? "·" : String(record.sent),
    key: key === null ? -1 : keys.indexOf(key),
  };
};

/** The newest records of a partition, by offset; a gap where offsets are missing. */
export function stored(records: readonly Record[], keys: readonly string[], fit: number): Cell[] {
  const from = firstShown(records, fit);
  return records
    .filter(({ offset }) => offset >= from)
    .map((record) => cell(record, (record.offset - from) * CELL.pitch, 0, keys));
}

/** Offset of the leftmost cell. */
export function firstShown(records: readonly Record[], fit: number): number {
  const newest = records.at(-1)?.offset ?? -1;
  return Math.max(records[0]?.offset ?? 0, newest - fit + 1);
}

export interface Reading {
  cells: Cell[];
  /** Partitions in rows, from the top. */
  rows: number[];
  height: number;
  /** Places in `cells` that hold a record sent before the one read just before it. */
  back: number[];
}

/** What a reader got: along x in reading order, in the row of the partition it came from. */
export function reading(reader: Reader, partitions: readonly number[], keys: readonly string[], fit: number): Reading {
  const shown = reader.read.slice(-fit);
  const rows = [...new Set([...partitions, ...shown.map(({ partition }) => partition)])].sort((a, b) => a - b);
  const cells = shown.map((record, index) =>
    cell(record, index * CELL.pitch, rows.indexOf(record.partition) * CELL.row, keys),
  );
  const back = shown.flatMap((record, index) => {
    const before = shown[index - 1];
    const earlier =
      before !== undefined &&
      before.producer === record.producer &&
      before.sent !== null &&
      record.sent !== null &&
      record.sent < before.sent;
    return earlier ? [index] : [];
  });
  return { cells, rows, height: rows.length * CELL.row, back };
}

/** A line through the cells in reading order. */
export function thread(cells: readonly Cell[]): string {
  const points = cells.map(({ x, y }) => `${x + CELL.width / 2} ${y + CELL.height / 2}`);
  return points.length > 1 ? `M${points.join("L")}` : "";
}

/** Cells by key, in order of appearance. */
export function byKey(cells: readonly Cell[]): [key: number, cells: Cell[]][] {
  const found = new Map<number, Cell[]>();
  for (const each of cells) found.set(each.key, [...(found.get(each.key) ?? []), each]);
  return [...found];
}
