// Where offsets lie on screen. Pure: a model and a width give the same geometry on every machine.
import { escaped } from "../../kit/datum";
import type { Cursor, Partition, Replica, Truncation } from "./model.gen";

/** Widest and narrowest cell, in pixels. */
const WIDEST = 20;
const NARROWEST = 9;

/** How offsets of one partition become pixels. */
export interface Scale {
  /** First offset shown. */
  from: number;
  /** Offset after the last one any replica has. */
  to: number;
  /** Offsets in a cell. */
  per: number;
  /** Width of a cell. */
  cell: number;
}

export interface Rect {
  x: number;
  width: number;
}

/** What is drawn of one replica's log. */
export interface Track {
  /** Below the high watermark it knows: readable. */
  readable: Rect[];
  /** Above it: written here, not known to be replicated. */
  unconfirmed: Rect[];
  high_watermark: number | null;
  log_end: number | null;
  /** Where its log was cut back, and how many offsets went. */
  cuts: { x: number; offsets: number }[];
}

const known = (values: (number | null)[]): number[] => values.filter((value) => value !== null);

const ends = ({ replicas }: Partition) => known(replicas.map(({ log_end }) => log_end));
const last = (partition: Partition) => Math.max(0, ...ends(partition));
const first = ({ replicas }: Partition) => {
  const starts = known(replicas.map(({ log_start }) => log_start));
  return starts.length > 0 ? Math.min(...starts) : 0;
};

/** The lowest offset at which replicas differ: it must be on screen, because it is the story. */
function apart(partition: Partition): number {
  const marks = partition.replicas.flatMap(({ log_end, high_watermark }) => known([log_end, high_watermark]));
  return Math.min(last(partition), ...marks);
}

/** 1, 2, 5, 10, 20, 50, …: the first for which `fits` holds. */
function round125(fits: (per: number) => boolean): number {
  for (let decade = 1; decade < 1e15; decade *= 10) {
    for (const step of [1, 2, 5]) if (fits(step * decade)) return step * decade;
  }
  return 1e15;
}

/** Offsets per cell, the same for all partitions, so that equal lengths mean equal numbers. */
export function recordsPerCell(partitions: readonly Partition[], width: number): number {
  const cells = Math.max(1, Math.floor(width / NARROWEST) - 1);
  const needed = Math.max(1, ...partitions.map((partition) => last(partition) - apart(partition) + 2));
  return round125((per) => needed / per <= cells);
}

/** The newest offsets that fit. */
export function scaleOf(partition: Partition, partitions: readonly Partition[], width: number): Scale {
  const per = recordsPerCell(partitions, width);
  const fit = Math.max(1, Math.floor(width / NARROWEST) - 1);
  const to = last(partition);
  const from = Math.max(first(partition), Math.ceil(to / per) * per - fit * per);
  const longest = Math.max(...partitions.map((each) => Math.min(fit, (last(each) - first(each)) / per)), 1);
  return { from, to, per, cell: Math.min(WIDEST, Math.max(NARROWEST, width / (longest + 1))) };
}

/** Pixels from the left edge. */
export function x(offset: number, { from, per, cell }: Scale): number {
  return ((offset - from) / per) * cell;
}

/** Cells between two offsets, each with a gap to the next. */
function cells(begin: number, end: number, scale: Scale): Rect[] {
  const found: Rect[] = [];
  const low = Math.max(begin, scale.from);
  for (let at = low; at < end; at = (Math.floor(at / scale.per) + 1) * scale.per) {
    const next = Math.min(end, (Math.floor(at / scale.per) + 1) * scale.per);
    const left = x(at, scale);
    found.push({ x: left + 0.8, width: Math.max(1, x(next, scale) - left - 1.6) });
  }
  return found;
}

export function track(replica: Replica, truncations: readonly Truncation[], scale: Scale): Track {
  const { log_start, log_end, high_watermark } = replica;
  const end = log_end ?? 0;
  const border = Math.min(end, high_watermark ?? end);
  const cuts = truncations.filter(({ broker, to }) => broker === replica.broker && to >= scale.from);
  return {
    readable: cells(log_start ?? 0, border, scale),
    unconfirmed: cells(Math.max(border, log_start ?? 0), end, scale),
    high_watermark: high_watermark === null ? null : Math.max(0, x(high_watermark, scale)),
    log_end: log_end === null ? null : Math.max(0, x(log_end, scale)),
    cuts: cuts.map(({ from, to }) => ({ x: x(to, scale), offsets: from - to })),
  };
}

/** A committed offset as a flag; `before` if it lies left of what is shown. */
export interface Flag {
  x: number;
  lane: number;
  label: string;
  before: boolean;
  /** The label is left of the pole, because there is no room right of it. */
  left: boolean;
  /** The whole of what the label may have cut. */
  title: string;
}

/** Groups with a flag of their own, and letters of their names. */
const MOST_FLAGS = 5;
const MOST_LETTERS = 32;
const LETTER = 6.7;
const CLOTH = 16;

/** Flags, lowered to the next lane where they would overlap. */
export function flags(cursors: readonly Cursor[], scale: Scale, width: number): Flag[] {
  const free: number[] = [];
  const sorted = [...cursors].sort((a, b) => a.offset - b.offset || a.group.localeCompare(b.group));
  return sorted.slice(0, MOST_FLAGS).map(({ group, offset, gone, beyond }) => {
    const name = escaped(group, false);
    const outside = beyond !== null ? ", beyond the end" : gone !== null ? ", deleted there" : "";
    const label = `${name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS)}…` : name} ${offset}${outside}`;
    const before = offset < scale.from;
    const pole = before ? 0 : Math.min(width, x(offset, scale));
    const length = CLOTH + label.length * LETTER;
    const left = pole + length > width && pole > length;
    const [begin, end] = left ? [pole - length, pole] : [pole, pole + length];
    let lane = free.findIndex((edge) => edge <= begin);
    if (lane < 0) lane = free.length;
    free[lane] = end + 6;
    return { x: pole, lane, label, before, left, title: `${name} ${offset}${outside}` };
  });
}

/** Groups that have no flag of their own, because there are too many. */
export function unflagged(cursors: readonly Cursor[]): number {
  return Math.max(0, cursors.length - MOST_FLAGS);
}
