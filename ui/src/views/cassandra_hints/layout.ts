// Holders on the left, those their hints are for on the right, files as bands between. Pure.
import { numberIn, round } from "../../kit/paint";
import type { Holder, Model, Target } from "./model.gen";
import { kept } from "./words";

const ROW = 54;
const TOP = 26;
/** Bands: from 2 pixels for a few bytes to this for a megabyte and more. */
const WIDEST = 18;
/** Between bands that end at the same node. */
const APART = 13;
/** A label's line, and room for a letter of it. */
const [TALL, LETTER] = [20, 6.2];
export const LABEL = 17;
/** A node's box. */
export const BOX = { width: 104, height: 30 };

export interface Place {
  node: string;
  number: number;
  x: number;
  y: number;
}

export interface Band {
  holder: Holder;
  target: Target;
  path: string;
  /** 0 where nothing waits any more. */
  width: number;
  label: Label;
}

/** What is said of a band: a box around the words, its centre and its width. */
export interface Label {
  words: string;
  x: number;
  y: number;
  width: number;
}

export interface Hinted {
  holders: Place[];
  targets: Place[];
  bands: Band[];
  height: number;
}

/** Width of a band: by the logarithm, because a file of 300 B and one of 3 MB must both be seen. */
export function thickness(bytes: number): number {
  if (bytes <= 0) return 0;
  return round(Math.min(WIDEST, Math.max(2, (Math.log10(bytes) - 1) * 3.4)));
}

export function hinted(model: Model, width: number): Hinted {
  const held = model.holders.flatMap((holder) => holder.targets.map((target) => ({ holder, target })));
  const places = (names: readonly string[], x: number): Place[] =>
    names.map((node, index) => ({ node, number: numberIn(node, index + 1), x, y: TOP + ROW * (index + 0.5) }));
  const holders = places(
    model.holders.map(({ node }) => node),
    0,
  );
  const names = [...new Set(held.map(({ target }) => target.node))].sort(
    (a, b) => numberIn(a) - numberIn(b) || a.localeCompare(b),
  );
  const targets = places(names, width - BOX.width);
  const ends = new Map<string, number>();
  const all = (name: string) => held.filter(({ target }) => target.node === name).length;
  const bands = held.flatMap(({ holder, target }, index) => {
    const [from, to] = [
      holders.find(({ node }) => node === holder.node),
      targets.find(({ node }) => node === target.node),
    ];
    const end = ends.get(target.node) ?? 0;
    ends.set(target.node, end + 1);
    const beside = (end - (all(target.node) - 1) / 2) * Math.min(APART, (ROW - 10) / all(target.node));
    return from && to ? [band(holder, target, from, { ...to, y: to.y + beside }, index)] : [];
  });
  clear(bands.map(({ label }) => label));
  const rows = TOP + ROW * Math.max(1, holders.length, targets.length);
  return { holders, targets, bands, height: Math.max(rows, ...bands.map(({ label }) => label.y + TALL / 2)) };
}

/** Where on its band a label stands: bands cross in the middle, so each takes its turn left or right of it. */
const NARROW = 340;
const PLACES = [0.3, 0.7, 0.22, 0.78];

function band(holder: Holder, target: Target, from: Place, to: Place, index: number): Band {
  const [x1, x2] = [from.x + BOX.width + 4, to.x - 4];
  const bend = (x2 - x1) * 0.42;
  const t = x2 - x1 < NARROW ? 0.5 : (PLACES[index % PLACES.length] ?? 0.5);
  const path = `M${x1} ${from.y}C${round(x1 + bend)} ${from.y} ${round(x2 - bend)} ${to.y} ${x2} ${to.y}`;
  const words = kept(holder, target);
  const share = 3 * t * t - 2 * t * t * t;
  return {
    holder,
    target,
    path,
    width: thickness(target.bytes),
    label: {
      words,
      x: round(x1 + (x2 - x1) * t),
      y: round(from.y + (to.y - from.y) * share),
      width: round(words.length * LETTER + 12),
    },
  };
}

/** Lowers labels until none lies on another. */
function clear(labels: readonly Label[]): void {
  const placed: Label[] = [];
  for (const label of [...labels].sort((a, b) => a.y - b.y)) {
    for (const other of placed.sort((a, b) => a.y - b.y)) {
      const beside = Math.abs(label.x - other.x) >= (label.width + other.width) / 2;
      if (!beside && Math.abs(label.y - other.y) < TALL) label.y = round(other.y + TALL);
    }
    placed.push(label);
  }
}
