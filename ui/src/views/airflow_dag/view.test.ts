// Which part of a graph is seen first, and how it is moved to a task.
import { expect, it } from "vitest";
import { bounds, firstView, showing } from "./view";

const box = (x: number, y: number, width = 100, height = 40) => ({ x, y, width, height });

it("shows all of a small graph in its middle, and leaves no room below", () => {
  const first = firstView(box(0, 0, 400, 100), 800, undefined);
  expect(first).toEqual({ height: 158, zoom: 1, whole: true, x: 200, y: 44 });
});

it("shows a wide graph smaller, as long as it can be read", () => {
  const first = firstView(box(0, 0, 1000, 200), 828, undefined);
  expect([first.zoom, first.whole, first.x]).toEqual([0.8, true, 14]);
});

it("shows the part of a large graph that goes on, and nothing beyond its edges", () => {
  const all = box(0, 0, 4000, 3000);
  const middle = firstView(all, 800, box(2000, 1500));
  expect([middle.whole, middle.height]).toEqual([false, 440]);
  expect(2050 * middle.zoom + middle.x).toBeCloseTo(400, -1);
  const start = firstView(all, 800, box(0, 0));
  expect([start.x, start.y]).toEqual([14, 44]);
  const end = firstView(all, 800, box(3900, 2960));
  expect(4000 * end.zoom + end.x).toBeCloseTo(786, -1);
});

it("moves as little as shows a task", () => {
  const view = { x: 0, y: 0, zoom: 0.5 };
  expect(showing(box(100, 100), view, 400, 300)).toEqual(view);
  expect(showing(box(1000, 100), view, 400, 300)).toEqual({ ...view, x: -164 });
  expect(showing(box(-200, -100), view, 400, 300)).toEqual({ ...view, x: 114, y: 64 });
});

it("has room around tasks and groups, and for a graph without any", () => {
  const tasks = new Map([["a", box(10, 10)]]);
  const groups = new Map([["g", { ...box(0, 0, 200, 80), depth: 0 }]]);
  expect(bounds({ tasks, groups })).toEqual(box(0, 0, 200, 80));
  expect(firstView(bounds({ tasks: new Map(), groups: new Map() }), 300, undefined).zoom).toBe(1);
});
