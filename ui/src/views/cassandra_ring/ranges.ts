// The range of tokens that a place on the circle stands for, the one beside it, and how it is shown. Pure.
import { type Point, type Ring, type Spoke, arc, spokes, tokenAt, turn } from "./layout";
import type { Range } from "./model.gen";

/** What is pointed at, on the ring of which data center. */
export interface Pointed {
  dataCenter: string;
  /** The range's last token: it stays in the range if a new node takes a part of it. */
  to: string;
  /** A kept range stays until it is let go. */
  pinned: boolean;
}

/** Ranges that lie on the ring of a data center, in its order. */
export function rangesOn(ranges: readonly Range[], dataCenter: string): Range[] {
  return ranges.filter(({ data_center }) => data_center === null || data_center === dataCenter);
}

/** The range that a token is in: the first that does not end before it, past the end of the ring the first of all. */
export function rangeWith(ranges: readonly Range[], token: bigint): Range | null {
  return ranges.find(({ to }) => BigInt(to) >= token) ?? ranges[0] ?? null;
}

/** The range at a place, given from the ring's center. In the middle, where all ranges meet, there is none. */
export function rangeAt(ranges: readonly Range[], { x, y }: Point, r: number): Range | null {
  if (Math.hypot(x, y) < r / 2) return null;
  return rangeWith(ranges, tokenAt(Math.atan2(y, x) / (2 * Math.PI) + 0.25));
}

/** The range beside another one, around the ring; the first or last where there is no other one. */
export function beside(ranges: readonly Range[], range: Range | null, step: 1 | -1): Range | null {
  const at = range === null ? (step === 1 ? -1 : 0) : ranges.indexOf(range);
  return ranges.at((at + step) % ranges.length) ?? null;
}

/** How far the line around a range lies from it, in pixels. */
const EDGE = 2.5;

/** A range on a ring: its arc, the longer one that is the line around it, and spokes to the nodes that hold its copies. */
export function reach({ tokens, center, r }: Ring, range: Range): { arc: string; around: string; spokes: Spoke[] } {
  const to = turn(range.to);
  const length = range.from === range.to ? 1 : (to - turn(range.from) + 1) % 1;
  // Two nodes may have tokens side by side, with next to nothing between them.
  const from = to - Math.max(length, 0.004);
  const edge = length === 1 ? 0 : EDGE / (2 * Math.PI * r);
  return {
    arc: arc(center, r, from, to),
    around: arc(center, r, from - edge, to + edge),
    spokes: spokes(tokens, range.replicas ?? [], center, r, (from + to) / 2),
  };
}
