// Where the tasks of a DAG stand: from left to right, each behind those it waits for; groups as boxes around their tasks.
// Loaded with the canvas. Pure.
import dagre from "@dagrejs/dagre";
import { round } from "../../kit/paint";
import { membersOf } from "./members";

export interface Item {
  id: string;
  group: string | null;
  /** The longest way to it from one that waits for none. */
  depth: number;
}

export interface Frame {
  id: string;
  parent: string | null;
}

/** Its ends are tasks, or groups where it joins all of one. */
export interface Link {
  source: string;
  target: string;
  label: string;
  /** It joins a setup with its teardown: nothing is handed on by it. */
  aside?: boolean;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Line extends Link {
  path: string;
  /** The middle of its label. */
  at: { x: number; y: number };
}

export interface Arranged {
  tasks: Map<string, Box>;
  /** With how many others they are in. */
  groups: Map<string, Box & { depth: number }>;
  lines: Line[];
  /** Groups are drawn; not where there are too many tasks for that. */
  grouped: boolean;
  /** Lines that are not drawn, because nobody could tell so many apart. */
  undrawn: number;
}

/** A task's box. */
export const [WIDTH, HEIGHT] = [176, 46];
/** Room above the tasks of a group for its name. */
export const NAME = 22;
/** Past so many tasks, or edges, they stand in plain columns: a finer order would take seconds. */
export const [MOST, MOST_EDGES] = [400, 1000];
/** Past so many the columns are chosen by a plainer way, four times as fast. */
const PLAINER = 100;
/** Of such columns no more lines are drawn than somebody could tell apart. */
const MOST_LINES = 900;
const [BETWEEN, BEHIND] = [14, 34];

interface Point {
  x: number;
  y: number;
}

interface Bent {
  points: Point[];
}

/** A soft line through the points. */
export function through(points: readonly Point[]): string {
  const [first, ...rest] = points.map(({ x, y }) => ({ x: round(x), y: round(y) }));
  if (!first) return "";
  let at = first;
  const parts = rest.map((to) => {
    const half = round((to.x - at.x) / 2);
    const part = `C${round(at.x + half)} ${at.y} ${round(to.x - half)} ${to.y} ${to.x} ${to.y}`;
    at = to;
    return part;
  });
  return `M${first.x} ${first.y}${parts.join("")}`;
}

const right = ({ x, y, width, height }: Box): Point => ({ x: x + width, y: y + height / 2 });
const left = ({ x, y, height }: Box): Point => ({ x, y: y + height / 2 });

/** A line between two boxes, through what lies between them. */
function lineOf(link: Link, from: Box, to: Box, bends: readonly Point[]): Line {
  const points = [right(from), ...bends, left(to)];
  const [a, b] = [points[Math.ceil(points.length / 2) - 1], points[Math.floor(points.length / 2)]];
  const at = a && b ? { x: round((a.x + b.x) / 2), y: round((a.y + b.y) / 2) } : right(from);
  return { ...link, path: through(points), at };
}

/** Columns by depth, without groups. */
function columns(items: readonly Item[], frames: readonly Frame[], links: readonly Link[]): Arranged {
  const filled: number[] = [];
  const tasks = new Map(
    items.map(({ id, depth }) => {
      const row = filled[depth] ?? 0;
      filled[depth] = row + 1;
      return [id, { x: depth * (WIDTH + 90), y: row * (HEIGHT + 10), width: WIDTH, height: HEIGHT }];
    }),
  );
  const members = membersOf(items, frames, links);
  const lines = members.flatMap(({ link, sources, targets }) =>
    sources.flatMap((source) =>
      targets.flatMap((target) => {
        const [from, to] = [tasks.get(source), tasks.get(target)];
        return from && to ? [lineOf({ ...link, source, target }, from, to, [])] : [];
      }),
    ),
  );
  return {
    tasks,
    groups: new Map(),
    lines: lines.slice(0, MOST_LINES),
    grouped: false,
    undrawn: Math.max(0, lines.length - MOST_LINES),
  };
}

const boxOf = ({ x, y, width, height }: Box): Box => ({
  x: round(x - width / 2),
  y: round(y - height / 2),
  width: round(width),
  height: round(height),
});

/** Bends between two boxes that stand lower than they were laid out, by the rooms above them. */
function lower(bends: readonly Point[], first: number, last: number): Point[] {
  const share = (index: number) => (index + 1) / (bends.length + 1);
  return bends.map(({ x, y }, index) => ({ x, y: y + (first + (last - first) * share(index)) / 2 }));
}

/** Without the room above it. */
const lowered = (box: Box, above: number): Box => ({ ...box, y: box.y + above, height: box.height - above });

function layered(items: readonly Item[], frames: readonly Frame[], links: readonly Link[]): Arranged {
  const graph = new dagre.graphlib.Graph({ compound: true, multigraph: true });
  const ranker = Math.max(items.length, links.length) > PLAINER ? "tight-tree" : "network-simplex";
  graph.setGraph({ rankdir: "LR", nodesep: BETWEEN, ranksep: BEHIND, marginx: 8, marginy: 8, ranker });
  graph.setDefaultEdgeLabel(() => ({}));
  const ids = new Set(items.map(({ id }) => id));
  // A group without a task would be a task of no size.
  const parents = new Map(frames.map(({ id, parent }) => [id, parent]));
  const depths = new Map<string, number>();
  const within = (group: string): number => {
    const known = depths.get(group);
    if (known !== undefined) return known;
    depths.set(group, 0);
    graph.setNode(`g:${group}`, {});
    const parent = parents.get(group) ?? null;
    const depth = parent === null || parent === group ? 0 : within(parent) + 1;
    if (parent !== null && parent !== group) graph.setParent(`g:${group}`, `g:${parent}`);
    depths.set(group, depth);
    return depth;
  };
  /** Room above a task for the names of the groups it is in, so that no box comes to lie on another one. */
  const above = (group: string | null) => (group === null ? 0 : NAME * (within(group) + 1));
  for (const { id, group } of items) {
    graph.setNode(`t:${id}`, { width: WIDTH, height: HEIGHT + above(group) });
    if (group !== null) graph.setParent(`t:${id}`, `g:${group}`);
  }
  const known = membersOf(items, frames, links);
  known.forEach(({ link: { source, target, label }, sources, targets }, index) => {
    const room = label === "" ? {} : { width: Math.min(150, 8 + label.length * 6.2), height: 16, labelpos: "c" };
    if (ids.has(source) && ids.has(target)) {
      graph.setEdge(`t:${source}`, `t:${target}`, room, String(index));
      return;
    }
    // No edge may end at a group: a point between takes those of all its last tasks, and hands them to all the first ones.
    graph.setNode(`h:${index}`, { width: Math.max(1, room.width ?? 1), height: 1 });
    for (const each of sources) graph.setEdge(`t:${each}`, `h:${index}`, {}, String(index));
    for (const each of targets) graph.setEdge(`h:${index}`, `t:${each}`, {}, String(index));
  });
  dagre.layout(graph);
  const placed = (name: string, above: number): Box => lowered(boxOf(graph.node(name) as Box), above);
  const tasks = new Map(items.map(({ id, group }) => [id, placed(`t:${id}`, above(group))]));
  const groups = new Map([...depths].map(([id, depth]) => [id, { ...placed(`g:${id}`, NAME * depth), depth }]));
  const groupOf = new Map(items.map(({ id, group }) => [id, group]));
  const room = (id: string) => above(groupOf.get(id) ?? null);
  const end = (id: string) => tasks.get(id) ?? groups.get(id);
  const lines = known.flatMap(({ link }, index): Line[] => {
    const [from, to] = [end(link.source), end(link.target)];
    if (!from || !to) return [];
    const edge = graph.edge(`t:${link.source}`, `t:${link.target}`, String(index)) as Bent | undefined;
    const bends = edge ? edge.points.slice(1, -1) : [graph.node(`h:${index}`) as Point];
    return [lineOf(link, from, to, lower(bends, room(link.source), room(link.target)))];
  });
  return { tasks, groups, lines, grouped: true, undrawn: 0 };
}

export function arrange(items: readonly Item[], frames: readonly Frame[], links: readonly Link[]): Arranged {
  if (items.length > MOST || links.length > MOST_EDGES) return columns(items, frames, links);
  try {
    return layered(items, frames, links);
  } catch (error) {
    // The layout has had faults with rare graphs: columns are plain, and right.
    console.warn("the graph could not be laid out finely:", error);
    return columns(items, frames, links);
  }
}

/** What the layout depends on: not on states, which change all the time. */
export function shapeOf(items: readonly Item[], frames: readonly Frame[], links: readonly Link[]): string {
  return JSON.stringify([items, frames, links]);
}
