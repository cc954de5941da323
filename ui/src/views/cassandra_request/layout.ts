// A trace as a diagram: nodes are lines, time runs downwards, messages are slanted arrows. Pure.
// The order of what is told is exact; distances are not to scale, because a trace is a crowd of microseconds with long
// pauses between. So every height carries its time.
import { round } from "../../kit/paint";
import type { About, Mark, Message, Model } from "./model.gen";

/** Room for the times at the left. */
export const AXIS = 62;
const TOP = 40;
const LEAST = 17;
const MOST = 46;
/** Pixels for a millisecond, between the two. */
const MILLISECOND = 22;
/** An arrow's words have twice this part of the room between two lines, a mark's have the rest. */
const WORDS = 0.22;
const TIGHT = 200;
/** More than this and nobody reads it. */
const MARKS = 40;

export interface Line {
  node: string;
  x: number;
}

export interface Arrow {
  message: Message;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** The trace does not tell when it was sent. */
  fromUnknown: boolean;
  /** A message that was not received, or of which the trace does not tell. */
  lost: boolean;
  label: { x: number; y: number };
}

export interface Dot {
  mark: Mark;
  x: number;
  y: number;
  /** Words stand left of it. */
  left: boolean;
}

export interface Diagram {
  lines: Line[];
  arrows: Arrow[];
  dots: Dot[];
  /** Where the coordinator answered the client. */
  answered: number | null;
  ticks: { y: number; at: number }[];
  /** Room for words of arrows and of marks, in pixels. */
  room: { arrow: number; mark: number };
  height: number;
}

/** Heights of times: in their order, never nearer than can be read nor farther than is needed. */
export function heights(times: readonly number[]): Map<number, number> {
  const found = new Map<number, number>();
  let y = TOP;
  let before: number | null = null;
  for (const at of [...new Set(times)].sort((a, b) => a - b)) {
    if (before !== null) y += Math.min(MOST, Math.max(LEAST, ((at - before) / 1000) * MILLISECOND));
    found.set(at, round(y));
    before = at;
  }
  return found;
}

export function diagram(model: Model, width: number): Diagram {
  const marks = model.marks.filter(({ main }) => main).slice(0, MARKS);
  const ends = model.messages.flatMap(({ sent, received }) => [sent, received]).filter((at) => at !== null);
  const done = model.duration_micros;
  const y = heights([...ends, ...marks.map(({ at }) => at), ...(done === null ? [] : [done]), 0]);
  const gap = model.lanes.length > 1 ? (width - AXIS - 70) / (model.lanes.length - 1) : 0;
  const lines = model.lanes.map(({ node }, index) => ({ node, x: round(AXIS + 30 + gap * index) }));
  const x = new Map(lines.map((line) => [line.node, line.x]));
  const at = (time: number) => y.get(time) ?? TOP;
  return {
    lines,
    arrows: model.messages.flatMap((message) => arrow(message, x, at, gap)),
    dots: marks.flatMap((mark) => dot(mark, lines, at)),
    answered: done === null ? null : at(done),
    ticks: ticks(y),
    room: room(gap, width),
    height: round(Math.max(...y.values()) + 30),
  };
}

/** Where lines are too near for both, marks keep their dots and give up their words. */
function room(gap: number, width: number): { arrow: number; mark: number } {
  if (gap === 0) return { arrow: 0, mark: width - AXIS - 50 };
  if (gap < TIGHT) return { arrow: gap - 8, mark: 0 };
  return { arrow: gap * WORDS * 2, mark: gap * (1 - WORDS * 2) };
}

function arrow(message: Message, x: Map<string, number>, at: (time: number) => number, gap: number): Arrow[] {
  const [x1, to] = [x.get(message.from), x.get(message.to)];
  const first = message.sent ?? message.received;
  if (x1 === undefined || to === undefined || first === null || x1 === to) return [];
  const lost = message.received === null;
  const y1 = at(first);
  const y2 = lost ? y1 + LEAST : at(message.received ?? first);
  const x2 = lost ? round(x1 + (to - x1) * 0.7) : to;
  return [{ message, x1, y1, x2, y2, fromUnknown: message.sent === null, lost, label: label(x1, y1, x2, y2, gap) }];
}

/** Near the outer line, so that words of different replicas never meet, nor those of the coordinator's marks. */
function label(x1: number, y1: number, x2: number, y2: number, gap: number): { x: number; y: number } {
  const x = Math.max(x1, x2) - gap * (gap < TIGHT ? 0.5 : WORDS);
  const share = x1 === x2 ? 0.5 : (x - x1) / (x2 - x1);
  return { x: round(x), y: round(y1 + (y2 - y1) * share - 4) };
}

function dot(mark: Mark, lines: readonly Line[], at: (time: number) => number): Dot[] {
  const index = lines.findIndex(({ node }) => node === mark.node);
  const line = lines[index];
  if (!line) return [];
  return [{ mark, x: line.x, y: at(mark.at), left: index > 0 && index === lines.length - 1 }];
}

/** Times at the left, as many as do not touch. */
function ticks(y: Map<number, number>): { y: number; at: number }[] {
  const found: { y: number; at: number }[] = [];
  for (const [at, place] of y) {
    if (place - (found.at(-1)?.y ?? -LEAST) >= LEAST - 2) found.push({ y: place, at });
  }
  return found;
}

export interface Stroke {
  word: string;
  colour: string;
  dash: string | undefined;
  width: number;
}

const TEXT = "var(--text)";
const MUTED = "var(--muted)";
const MEND = "var(--n5)";

/** How a message is drawn: what it is about tells its stroke. */
export const STROKES: Record<About, Stroke> = {
  mutation: { word: "write", colour: TEXT, dash: undefined, width: 2.2 },
  ack: { word: "ack", colour: TEXT, dash: undefined, width: 1.2 },
  data: { word: "read: data", colour: TEXT, dash: undefined, width: 2.2 },
  digest: { word: "read: digest", colour: TEXT, dash: "2 4", width: 2.2 },
  answer: { word: "answer", colour: TEXT, dash: undefined, width: 1.2 },
  repair: { word: "repair", colour: MEND, dash: "9 4", width: 2.2 },
  repaired: { word: "repaired", colour: MEND, dash: "9 4", width: 1.2 },
  paxos: { word: "Paxos", colour: "var(--n4)", dash: "7 3 2 3", width: 1.6 },
  other: { word: "", colour: MUTED, dash: undefined, width: 1 },
};
