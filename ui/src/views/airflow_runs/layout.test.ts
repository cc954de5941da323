import { expect, it } from "vitest";
import {
  BAR,
  BODY,
  ROW,
  bars,
  byTask,
  counts,
  moved,
  parted,
  plan,
  rows,
  scrollTo,
  shown,
  statesIn,
  toShow,
} from "./layout";
import type { Run, TaskInstance } from "./model.gen";

const instance = (task_id: string, state: string | null, change: Partial<TaskInstance> = {}): TaskInstance => ({
  task_id,
  state,
  try_number: 1,
  mapped: null,
  scheduled_when: null,
  queued_when: null,
  start_date: null,
  end_date: null,
  pool: null,
  pool_slots: null,
  trigger: null,
  ...change,
});
const run = (dag_run_id: string, change: Partial<Run> = {}): Run => ({
  dag_run_id,
  state: "success",
  run_type: "manual",
  logical_date: null,
  queued_at: null,
  start_date: 1000,
  end_date: 5000,
  conf: null,
  version_number: null,
  task_instances: [],
  unread: null,
  ...change,
});
/** As the model has them: the newest first. */
const runs = ["e", "d", "c", "b", "a"].map((name) => run(name));
const ids = (all: Run[]) => all.map(({ dag_run_id }) => dag_run_id).join("");

it("puts the newest run at the right, and leaves out the oldest where there is no room", () => {
  expect(ids(shown(runs, 9, 0))).toBe("abcde");
  expect(ids(shown(runs, 3, 0))).toBe("cde");
  expect(ids(shown(runs, 3, 1))).toBe("bcd");
  // Fewer runs than there were: the window goes no further than there are runs.
  expect(ids(shown(runs, 3, 7))).toBe("abc");
});

it("moves what is shown only as far as a run needs to be seen", () => {
  expect([toShow(0, 3, 0), toShow(2, 3, 0), toShow(3, 3, 0), toShow(0, 3, 2), toShow(4, 3, 2)]).toEqual([
    0, 0, 1, 0, 2,
  ]);
});

it("goes left to older runs and up to the runs themselves, and stays within the grid", () => {
  const at = { row: 0, column: 0 };
  expect(moved(at, "ArrowLeft", 20, 5)).toEqual({ row: 0, column: 1 });
  expect(moved(at, "ArrowRight", 20, 5)).toEqual(at);
  expect(moved(at, "ArrowUp", 20, 5)).toEqual({ row: -1, column: 0 });
  expect(moved({ row: -1, column: 0 }, "ArrowUp", 20, 5)).toEqual({ row: -1, column: 0 });
  expect(moved({ row: 15, column: 2 }, "PageDown", 20, 5)).toEqual({ row: 19, column: 2 });
  expect(moved(at, "Home", 20, 5)).toEqual({ row: 0, column: 4 });
  expect(moved({ row: 0, column: 4 }, "End", 20, 5)).toEqual(at);
  expect(moved(at, "a", 20, 5)).toBeNull();
  expect(moved(at, "Tab", 20, 5)).toBeNull();
});

it("makes only the rows that are seen of a DAG with 300 tasks, and every row is made at some place", () => {
  const made = new Set<number>();
  for (let scrolled = 0; scrolled <= 300 * ROW - BODY; scrolled += ROW) {
    const [from, to] = rows(scrolled, 300);
    expect(to - from).toBeLessThanOrEqual(BODY / ROW + 12);
    expect(from * ROW).toBeLessThanOrEqual(scrolled);
    expect(to * ROW).toBeGreaterThanOrEqual(Math.min(300 * ROW, scrolled + BODY));
    for (let row = from; row < to; row++) made.add(row);
  }
  expect(made.size).toBe(300);
  expect(rows(0, 4)).toEqual([0, 4]);
});

it("scrolls no further than a row needs to be seen", () => {
  expect([scrollTo(3, 0), scrollTo(-1, 500), scrollTo(2, 500)]).toEqual([0, 0, 2 * ROW]);
  const far = scrollTo(200, 0);
  expect([far, far + BODY]).toEqual([201 * ROW - BODY, 201 * ROW]);
});

it("draws runs as high as they were long, and does not invent a length", () => {
  const drawn = bars(
    [run("a"), run("b", { end_date: 3000 }), run("c", { end_date: null }), run("d", { start_date: null })],
    null,
  );
  expect(drawn.longest).toBe(4000);
  expect(drawn.bars.map(({ height }) => height)).toEqual([BAR, BAR / 2, null, null]);
  expect(bars([run("c", { end_date: null })], 3000)).toEqual({ bars: [{ height: BAR }], longest: 2000 });
  expect(bars([run("d", { start_date: null })], null)).toEqual({ bars: [{ height: null }], longest: null });
  expect(bars([run("e", { end_date: 1000 })], null).bars[0]?.height).toBe(3);
});

it("finds an instance by its task, and none where there is none", () => {
  const found = byTask(run("a", { task_instances: [instance("x", "success"), instance("g.y", null)] }));
  expect([found.get("g.y")?.state, found.get("z")]).toEqual([null, undefined]);
});

it("sets a task's groups apart from its name", () => {
  expect([parted("extract"), parted("ingest.inner.enrich")]).toEqual([
    ["", "extract"],
    ["ingest.inner.", "enrich"],
  ]);
});

it("counts mapped instances in the order of a task's life, and names every state that is seen once", () => {
  const mapped = [
    { state: "success", count: 2 },
    { state: "hummed", count: 1 },
    { state: null, count: 1 },
    { state: "failed", count: 0 },
    { state: "running", count: 3 },
  ];
  expect(counts(mapped).map(({ state }) => state)).toEqual([null, "running", "success", "hummed"]);
  const all = [
    run("a", { state: "running", task_instances: [instance("x", "running", { mapped }), instance("y", "success")] }),
  ];
  expect(statesIn(all)).toEqual([null, "running", "success", "hummed"]);
});

it("keeps its columns within its width", () => {
  for (const width of [292, 392, 560, 800, 1500])
    for (const count of [1, 10, 25]) {
      const { names, operators, fit } = plan(width, count);
      expect(fit).toBeGreaterThanOrEqual(4);
      expect(names + operators + fit * 30).toBeLessThanOrEqual(width);
      if (operators > 0) expect(fit).toBeGreaterThanOrEqual(Math.min(count, 14));
    }
});
