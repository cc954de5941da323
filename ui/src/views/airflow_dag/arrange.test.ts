// How a DAG's tasks stand: behind what they wait for, in the boxes of their groups, and none on another one.
import { describe, expect, it } from "vitest";
import { some } from "../../../dev/some";
import { type Box, HEIGHT, type Item, type Link, MOST, arrange, shapeOf, through } from "./arrange";
import { membersOf } from "./members";

const item = (id: string, depth: number, group: string | null = null): Item => ({ id, depth, group });
const link = (source: string, target: string, label = ""): Link => ({ source, target, label });
const meet = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const holds = (outer: Box, inner: Box) =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  outer.x + outer.width >= inner.x + inner.width &&
  outer.y + outer.height >= inner.y + inner.height;

const items = [
  item("begin", 0),
  item("in.one", 1, "in"),
  item("in.deep.two", 2, "in.deep"),
  item("in.deep.three", 2, "in.deep"),
  item("aside", 1),
  item("end", 3),
];
const frames = [
  { id: "in", parent: null },
  { id: "in.deep", parent: "in" },
];
const links = [
  link("begin", "in.one"),
  link("begin", "aside", "else"),
  link("in.one", "in.deep.two"),
  link("in.one", "in.deep.three"),
  link("in.deep.two", "end"),
  link("in.deep.three", "end"),
  link("aside", "end"),
];

describe("a small DAG", () => {
  const { tasks, groups, lines, grouped } = arrange(items, frames, links);

  it("has each task to the right of those it waits for", () => {
    expect([...tasks.keys()]).toEqual(items.map(({ id }) => id));
    for (const { source, target } of links) expect(some(tasks.get(source)).x).toBeLessThan(some(tasks.get(target)).x);
  });

  it("has no task on another one, nor one in a group it is not of", () => {
    const boxes = [...tasks];
    for (const [id, box] of boxes) {
      for (const [other, beside] of boxes) if (id !== other) expect(meet(box, beside), `${id} ${other}`).toBe(false);
      for (const [group, around] of groups) {
        expect(id.startsWith(`${group}.`) ? holds(around, box) : !meet(around, box), `${id} in ${group}`).toBe(true);
      }
    }
  });

  it("has groups within groups, with room for their names", () => {
    expect(grouped).toBe(true);
    const [outer, inner] = [some(groups.get("in")), some(groups.get("in.deep"))];
    expect(holds(outer, inner)).toBe(true);
    expect([outer.depth, inner.depth]).toEqual([0, 1]);
    expect(inner.y - outer.y).toBeGreaterThanOrEqual(18);
    expect(some(tasks.get("in.deep.two")).y - inner.y).toBeGreaterThanOrEqual(18);
  });

  it("joins all of them, with labels between", () => {
    expect(lines).toHaveLength(links.length);
    const named = some(lines.find(({ label }) => label === "else"));
    expect(named.at.x).toBeGreaterThan(some(tasks.get("begin")).x);
    expect(named.at.x).toBeLessThan(some(tasks.get("aside")).x);
    for (const { path } of lines) expect(path).toMatch(/^M[-\d.]+ [-\d.]+C/);
  });
});

it("joins groups from their last tasks to their first ones, and draws one line at their boxes", () => {
  const joined = [
    link("begin", "in"),
    link("in.one", "in.deep"),
    link("in", "end", "all of it"),
    link("begin", "aside"),
  ];
  expect(membersOf(items, frames, joined).map(({ sources, targets }) => [sources, targets])).toEqual([
    [["begin"], ["in.one"]],
    [["in.one"], ["in.deep.two", "in.deep.three"]],
    [["in.deep.two", "in.deep.three"], ["end"]],
    [["begin"], ["aside"]],
  ]);
  const { tasks, groups, lines } = arrange(items, frames, joined);
  expect(lines).toHaveLength(4);
  expect(some(tasks.get("in.deep.two")).x).toBeGreaterThan(some(tasks.get("in.one")).x);
  const outer = some(groups.get("in"));
  const last = some(lines.find(({ label }) => label !== ""));
  expect(last.path.startsWith(`M${outer.x + outer.width} ${outer.y + outer.height / 2}`)).toBe(true);
  expect(some(tasks.get("end")).x).toBeGreaterThan(outer.x + outer.width);
});

it("leaves out lines to tasks that are not there, and groups without a task", () => {
  const found = arrange([item("a", 0)], [{ id: "empty", parent: null }], [link("a", "gone")]);
  expect([found.lines, found.groups.size]).toEqual([[], 0]);
});

it("stands names apart that differ only in what they are names of", () => {
  const found = arrange([item("x", 0), item("x.y", 1, "x")], [{ id: "x", parent: null }], [link("x", "x.y")]);
  expect([found.tasks.size, found.groups.size, found.lines.length]).toEqual([2, 1, 1]);
});

it("stands a thousand tasks in plain columns, none on another one", () => {
  const many = Array.from({ length: MOST + 600 }, (_, index) => item(`t${index}`, index % 7));
  const { tasks, grouped } = arrange(many, [], []);
  expect(grouped).toBe(false);
  expect(new Set([...tasks.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(many.length);
  expect([...tasks.values()].every(({ height }) => height === HEIGHT)).toBe(true);
});

it("stands three hundred tasks in groups, each behind what it waits for", () => {
  const many = Array.from({ length: 300 }, (_, index) => item(`t${index}`, Math.floor(index / 60), `g${index % 3}`));
  const groups = ["g0", "g1", "g2"].map((id) => ({ id, parent: null }));
  const joins = many.slice(60).map(({ id }, index) => link(`t${index}`, id));
  const found = arrange(many, groups, joins);
  expect(found.grouped).toBe(true);
  const place = (id: string) => some(found.tasks.get(id));
  for (const { source, target } of joins) expect(place(source).x).toBeLessThan(place(target).x);
  for (const { id, group } of many) expect(holds(some(found.groups.get(some(group))), place(id)), id).toBe(true);
});

it("stands tasks with too many edges in columns", () => {
  const few = Array.from({ length: 80 }, (_, index) => item(`t${index}`, index < 40 ? 0 : 1));
  const joins = few.slice(0, 40).flatMap((a) => few.slice(40).map((b) => link(a.id, b.id)));
  const found = arrange(few, [], joins);
  expect([found.grouped, found.tasks.size]).toEqual([false, 80]);
  expect(found.lines.length + found.undrawn).toBe(joins.length);
  expect(found.undrawn).toBeGreaterThan(0);
});

it("changes with the graph alone", () => {
  expect(shapeOf([...items], frames, links)).toBe(shapeOf(items, frames, links));
  expect(shapeOf(items, frames, links.slice(1))).not.toBe(shapeOf(items, frames, links));
});

it("draws no line through nothing", () => {
  expect(through([])).toBe("");
});
