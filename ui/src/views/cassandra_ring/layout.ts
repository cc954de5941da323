// Where tokens, nodes and a key lie on a ring. Pure: a model and a width give the same geometry on every machine.
import { numberIn, round } from "../../kit/paint";
import type { Model, Node, Placement } from "./model.gen";

const LOWEST = -(2n ** 63n);
const SPAN = 2n ** 64n;
/** Into how many parts a turn is divided; far more than there are pixels around a ring. */
const PARTS = 1_000_000_000n;
/** Room for names beside a ring, and above and below it. */
const ASIDE = 104;
const ABOVE = 50;
const WIDEST = 122;
const NARROWEST = 52;
/** An arc as long as this has room for its node's number. */
const DIGIT = 12;

export interface Point {
  x: number;
  y: number;
}

/** A stretch of tokens and the node whose token ends it. */
export interface Arc {
  node: string;
  number: number;
  path: string;
  /** Where its node's number stands; none if there is no room. */
  label: Point | null;
}

/** A node at its one token. */
export interface PlacedNode extends Point {
  node: Node;
  number: number;
  /** Where its name stands, and how it is set. */
  name: Point & { anchor: "start" | "middle" | "end" };
}

/** From the key's token, or from a range, to a replica. */
export interface Spoke {
  node: string;
  number: number;
  path: string;
  end: Point;
}

export interface Ring {
  dataCenter: string;
  center: Point;
  r: number;
  /** The members' tokens. */
  tokens: Owned[];
  arcs: Arc[];
  /** Nodes at their tokens; empty if they have several each. */
  nodes: PlacedNode[];
  /** The key's token; none if no key is placed. */
  key: { at: Point; mark: string } | null;
  spokes: Spoke[];
}

/** How far around the ring a token lies, 0 to 1. */
export function turn(token: string): number {
  return Number(((BigInt(token) - LOWEST) * PARTS) / SPAN) / Number(PARTS);
}

/** The token that lies so far around the ring. */
export function tokenAt(turn: number): bigint {
  return LOWEST + (BigInt(Math.floor((((turn % 1) + 1) % 1) * Number(PARTS))) * SPAN) / PARTS;
}

/** A place on a circle: 0 is at the top, and it goes clockwise. */
export function around({ x, y }: Point, r: number, turn: number): Point {
  const angle = (turn - 0.25) * 2 * Math.PI;
  return { x: round(x + r * Math.cos(angle)), y: round(y + r * Math.sin(angle)) };
}

/** A token and whose it is. */
export interface Owned {
  at: number;
  node: Node;
}

/** Tokens of a data center's members, in the order of the ring. */
function owned(nodes: readonly Node[], dataCenter: string): Owned[] {
  return nodes
    .filter((node) => node.member && node.data_center === dataCenter)
    .flatMap((node) => node.tokens.map((token) => ({ at: turn(token), node })))
    .sort((a, b) => a.at - b.at);
}

/** A ring for each data center that has members, side by side where there is room. */
export function rings({ nodes, data_centers, placement }: Model, width: number): { rings: Ring[]; height: number } {
  const drawn = data_centers
    .map((name) => ({ name, tokens: owned(nodes, name) }))
    .filter(({ tokens }) => tokens.length);
  const beside = width / Math.max(1, drawn.length) >= 2 * (NARROWEST + ASIDE);
  const across = beside ? width / Math.max(1, drawn.length) : width;
  const r = Math.max(NARROWEST, Math.min(WIDEST, across / 2 - ASIDE));
  const height = 2 * (r + ABOVE);
  return {
    rings: drawn.map(({ name, tokens }, index) => {
      const center = { x: beside ? across * (index + 0.5) : width / 2, y: height * (beside ? 0.5 : index + 0.5) };
      return ring(name, tokens, center, r, placement);
    }),
    height: round(beside ? height : height * Math.max(1, drawn.length)),
  };
}

function ring(dataCenter: string, tokens: Owned[], center: Point, r: number, placement: Placement | null): Ring {
  const single = new Set(tokens.map(({ node }) => node.node)).size === tokens.length;
  const at = placement ? turn(placement.token) : null;
  return {
    dataCenter,
    center,
    r,
    tokens,
    arcs: arcs(tokens, center, r),
    nodes: single ? tokens.map((token) => placed(token, center, r)) : [],
    key: at === null ? null : { at: around(center, r, at), mark: pointer(center, r, at) },
    spokes: placement && at !== null ? spokes(tokens, placement.replicas, center, r, at) : [],
  };
}

/** A token ends the range that began after the one before it. */
function arcs(tokens: Owned[], center: Point, r: number): Arc[] {
  return tokens.map(({ at, node }, index) => {
    const before = tokens.at(index - 1)?.at ?? at;
    const length = tokens.length === 1 ? 1 : (((at - before) % 1) + 1) % 1;
    const gap = Math.min(0.004, length / 8);
    const [from, to] = [at - length + gap, at - gap];
    const pixels = length * 2 * Math.PI * r;
    return {
      node: node.node,
      number: numberIn(node.node),
      path: arc(center, r, from, to),
      label: pixels < DIGIT ? null : around(center, r, (from + to) / 2),
    };
  });
}

export function arc(center: Point, r: number, from: number, to: number): string {
  const [a, m, b] = [around(center, r, from), around(center, r, (from + to) / 2), around(center, r, to)];
  const half = (end: Point) => `A${round(r)} ${round(r)} 0 0 1 ${end.x} ${end.y}`;
  return `M${a.x} ${a.y}${half(m)}${half(b)}`;
}

function placed({ at, node }: Owned, center: Point, r: number): PlacedNode {
  const side = Math.sin(at * 2 * Math.PI);
  const anchor = Math.abs(side) < 0.3 ? "middle" : side > 0 ? "start" : "end";
  const name = around(center, r + 23, at);
  const above = anchor === "middle" ? (Math.cos(at * 2 * Math.PI) > 0 ? -18 : 12) : -2;
  return {
    node,
    number: numberIn(node.node),
    ...around(center, r, at),
    name: { x: name.x, y: round(name.y + above), anchor },
  };
}

/** A triangle outside the ring that points at a token. */
function pointer(center: Point, r: number, at: number): string {
  const tip = around(center, r + 10, at);
  const wide = 0.011 * (WIDEST / r);
  const [a, b] = [around(center, r + 25, at - wide), around(center, r + 25, at + wide)];
  return `M${tip.x} ${tip.y}L${a.x} ${a.y}L${b.x} ${b.y}z`;
}

/** From a place to each replica in this data center, at the first of its tokens that comes after it. */
export function spokes(
  tokens: readonly Owned[],
  replicas: readonly string[],
  center: Point,
  r: number,
  at: number,
): Spoke[] {
  const start = around(center, r - 9, at);
  return replicas.flatMap((name) => {
    const own = tokens.filter(({ node }) => node.node === name).map((token) => (token.at - at + 1) % 1);
    if (own.length === 0) return [];
    const end = around(center, r - 18, at + Math.min(...own));
    const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
    const bend = {
      x: round(middle.x + (center.x - middle.x) * 0.55),
      y: round(middle.y + (center.y - middle.y) * 0.55),
    };
    return [
      { node: name, number: numberIn(name), path: `M${start.x} ${start.y}Q${bend.x} ${bend.y} ${end.x} ${end.y}`, end },
    ];
  });
}

/** A gauge of suspicion: the bar's share of its length, and where the threshold lies on it. */
export function gauge(phi: number, threshold: number): { share: number; mark: number } {
  const mark = 0.8;
  return { share: Math.min(1, Math.max(0, (phi / Math.max(threshold, 0.1)) * mark)), mark };
}
