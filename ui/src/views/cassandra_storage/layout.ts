// A node's write path from left to right: commit log, memtable, SSTables. Pure.
import { round } from "../../kit/paint";
import type { Store } from "./model.gen";

export const HEIGHT = 106;
const FLOOR = 72;
const TALLEST = 54;
const GAP = 6;
/** An SSTable's box. */
const TABLE = 40;
const NARROWEST = 14;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Stage {
  commitLog: Box;
  memtable: Box;
  sstables: { box: Box; generation: string; bytes: number; named: boolean }[];
  /** SSTables that had no room. */
  more: number;
  /** Where arrows between the stages begin and end. */
  arrows: { x1: number; x2: number }[];
  floor: number;
}

/** Height of a box: by the logarithm of its bytes, so that 300 B and 30 MB both find a place. */
export function tall(bytes: number): number {
  if (bytes <= 0) return 4;
  return round(Math.min(TALLEST, Math.max(8, (Math.log10(bytes) - 1.5) * 9)));
}

export function stage(store: Store, width: number): Stage {
  const part = Math.min(124, width * 0.2);
  const arrow = Math.min(44, width * 0.07);
  const box = (x: number, wide: number, bytes: number): Box => {
    const height = tall(bytes);
    return { x: round(x), y: round(FLOOR - height), width: round(wide), height };
  };
  const first = part + arrow + part + arrow;
  const room = Math.max(TABLE, width - first - 4);
  const wide = Math.max(NARROWEST, Math.min(TABLE, room / Math.max(1, store.sstables.length) - GAP));
  const fit = Math.max(1, Math.floor(room / (wide + GAP)));
  const shown = store.sstables.slice(-fit);
  return {
    commitLog: box(0, part, store.commit_log_bytes ?? 0),
    memtable: box(part + arrow, part, store.memtable_bytes ?? 0),
    sstables: shown.map(({ generation, bytes }, index) => ({
      box: box(first + index * (wide + GAP), wide, bytes),
      generation,
      bytes,
      named: wide >= 34,
    })),
    more: store.sstables.length - shown.length,
    arrows: [
      { x1: round(part + 5), x2: round(part + arrow - 5) },
      { x1: round(2 * part + arrow + 5), x2: round(first - 5) },
    ],
    floor: FLOOR,
  };
}
