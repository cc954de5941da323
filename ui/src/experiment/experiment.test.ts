import { expect, it } from "vitest";
import type { Cell, Theory, Trial } from "../rpc/schema.gen";
import { info } from "../../dev/bench";
import { facts, lacks } from "./facts";
import { grade, grids, headline, rule, segments } from "./grid";
import { far, left, planned } from "./info";
import { FIRST, faults, labOfPlan, levels, onStack, toggle } from "./plan";
import { held, place, telling, word } from "./trials";
import { FAULTS, LEVELS, heading } from "./words";

const theory = (change: Partial<Theory> = {}): Theory => ({
  write: ["ok"],
  read: ["ok"],
  replicas: 3,
  write_needs: 2,
  read_needs: 2,
  live: 2,
  must_be_fresh: true,
  must_be_fresh_reads: 20,
  says: "",
  disagrees: [],
  ...change,
});
const cell = (change: Partial<Cell> = {}): Cell => ({
  cell: "c",
  rf: 3,
  write: "QUORUM",
  read: "ONE",
  fault: "stop",
  phase: "whole",
  state: "done",
  why: null,
  planned: 20,
  trials: 20,
  straddled: 0,
  outcomes: { ok: 20 },
  write_outcomes: { ok: 20 },
  read_outcomes: { ok: 20 },
  after_return_outcomes: {},
  stale: 0,
  stale_during: 0,
  stale_after_return: 0,
  unacknowledged_seen: 0,
  write_ms: { count: 20, median: 1.9, p99: null, max: 8 },
  read_ms: { count: 0, median: null, p99: null, max: null },
  hints: null,
  read_repairs: 0,
  read_repairs_of: 0,
  theory: theory(),
  expected: null,
  verdict: "fresh",
  surprise: null,
  ...change,
});

it("keeps phases and factors apart, and sorts levels as CQL does", () => {
  const found = grids([
    cell({ write: "ALL", phase: "before" }),
    cell({ write: "ONE", phase: "before" }),
    cell({ write: "ONE", read: "ALL", phase: "before" }),
    cell({ phase: "after" }),
    cell({ rf: 1, phase: "after" }),
  ]);
  expect(found.map(({ rf, phase }) => [rf, phase])).toEqual([
    [3, "before"],
    [3, "after"],
    [1, "after"],
  ]);
  expect(found[0]?.writes).toEqual(["ONE", "ALL"]);
  expect(found[0]?.reads).toEqual(["ONE", "ALL"]);
  expect(found[0]?.rows.map((row) => row.map((each) => each?.write ?? null))).toEqual([
    ["ONE", "ONE"],
    ["ALL", null],
  ]);
});

it("counts a stale trial as stale, however else it ended, and parts never exceed the bar", () => {
  const both = segments(cell({ outcomes: { ok: 12, read_timeout: 8 }, stale: 5 }));
  expect(both).toEqual([
    { kind: "fresh", count: 7, share: 0.35 },
    { kind: "stale", count: 5, share: 0.25 },
    { kind: "timeout", count: 8, share: 0.4 },
  ]);
  const after = segments(cell({ outcomes: { unavailable: 20 }, stale: 20 }));
  expect(after.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect(segments(cell({ outcomes: { ok: 19, refused: 1 } })).at(-1)?.kind).toBe("other");
});

it("puts the news first", () => {
  const say = (change: Partial<Cell>) =>
    Object.values(headline(cell(change)))
      .join(" ")
      .trim();
  expect(say({ stale: 7 })).toBe("7 of 20 stale");
  expect(say({ outcomes: { unavailable: 20 } })).toBe("20 of 20 unavailable");
  expect(say({ outcomes: { ok: 18, write_timeout: 2 } })).toBe("0 stale of 20, 2 timed out");
  expect(say({})).toBe("0 stale of 20");
  expect(say({ state: "running" })).toBe("0 stale of 20 so far");
  expect(say({ state: "running", stale: 7 })).toBe("7 of 20 stale so far");
  expect(say({ trials: 0, state: "waiting", outcomes: {} })).toBe("not started");
  expect(say({ trials: 0, state: "incomplete", outcomes: {} })).toBe("no trial counts");
});

it("says the rule with its numbers only where the numbers are the rule", () => {
  expect(rule(theory())).toBe("2 + 2 > 3, must be fresh");
  expect(rule(theory({ read_needs: 1, must_be_fresh: false }))).toBe("2 + 1 ≤ 3, may be stale");
  expect(rule(theory({ write: ["unavailable"] }))).toBe("write: unavailable");
  expect(rule(theory({ read: ["read_timeout"] }))).toBe("read: read timeout; must be fresh later");
  // LOCAL_QUORUM twice in two data centers: the sum exceeds nothing that matters.
  expect(rule(theory({ write_needs: 4, read_needs: 4, replicas: 6, must_be_fresh: false }))).toBe("may be stale");
  expect(rule(theory({ write_needs: 0, read_needs: 0, replicas: 0, must_be_fresh: false }))).toBe("");
});

it("grades an expectation only once there is something to grade it by", () => {
  expect(grade(cell())).toBe("none");
  expect(grade(cell({ expected: "fresh" }))).toBe("right");
  expect(grade(cell({ expected: "stale" }))).toBe("wrong");
  expect(grade(cell({ expected: "stale", state: "running" }))).toBe("open");
  expect(grade(cell({ expected: "stale", verdict: null, state: "incomplete" }))).toBe("open");
});

it("leaves out of a list what nobody measured", () => {
  const names = facts(cell()).map(([name]) => name);
  expect(names).toContain("write took");
  expect(names).not.toContain("read took");
  expect(names).not.toContain("hints written");
  expect(
    new Map(facts(cell({ stale: 3, stale_during: 1, stale_after_return: 2 }))).get("acknowledged, then read stale"),
  ).toBe("3 (1 during, 2 after)");
});

it("offers what a cluster can do, and drops from a plan what it cannot", () => {
  expect(levels(LEVELS, "cassandra-3", true)).toEqual(["ONE", "TWO", "THREE", "QUORUM", "ALL", "SERIAL"]);
  expect(levels(LEVELS, "cassandra-6", false)).toHaveLength(LEVELS.length);
  const kinds = Object.keys(FAULTS) as (keyof typeof FAULTS)[];
  expect(faults(kinds, "cassandra-3")).not.toContain("dc");
  const six = { ...FIRST, stack: "cassandra-6", write: ["EACH_QUORUM" as const], faults: ["dc" as const] };
  expect(onStack(six, "cassandra-3", LEVELS, kinds)).toMatchObject({
    stack: "cassandra-3",
    write: ["ONE"],
    faults: ["none"],
  });
  expect(toggle(toggle([1, 2], 2), 3)).toEqual([1, 3]);
});

it("says a plan in a line, and what a table is about", () => {
  expect(planned({ write: ["ONE", "ALL"], read: ["ONE"], faults: ["stop"], trials: 100 })).toBe(
    "RF 3, write ONE and ALL, read ONE; stop one; hints off; 100 trials a cell",
  );
  expect(heading("kill", "before")).toBe(
    "One node killed for the write, back for the read; before the other nodes marked it down",
  );
  expect(heading("none", "whole")).toBe("No fault");
});

const trial = (number: number, change: object = {}): Trial =>
  ({
    trial: number,
    set_aside: null,
    write: { outcome: "ok" },
    during: { stale: false, request: { outcome: "ok" } },
    after_return: null,
    ...change,
  }) as Trial;

it("shows the trial that tells most", () => {
  const stale = trial(3, { during: { stale: true, request: { outcome: "ok" } } });
  const failed = trial(2, { write: { outcome: "write_timeout" } });
  const all = [trial(1), failed, stale];
  expect(all.map(word)).toEqual(["fresh", "write write timeout", "stale"]);
  expect(telling(all, cell())?.trial).toBe(3);
  expect(telling(all, cell({ surprise: { says: "", trial: 2 } }))?.trial).toBe(2);
  expect(telling([trial(1), failed], cell())?.trial).toBe(2);
  expect(telling([], cell())).toBeNull();
});

it("says where a trial can be read again, with the seconds at which to look", () => {
  const noted = { journal: [1304, 1544] as [number, number], journal_file: "1796-7" };
  expect(place(trial(1, { ...noted, journal_at: [122_276, 131_050] }))).toEqual({
    says: "In the journal 1796-7, observations 1304 to 1544, 122.276 to 131.050 s.",
    look: "pipewright watch cassandra_requests --from 1796-7 --at 131.050 --once",
  });
  expect(place(trial(1, noted))).toEqual({ says: "In the journal 1796-7, observations 1304 to 1544.", look: "" });
  expect(place(trial(1, { journal: [0, 0] })).look).toBe("");
});

it("speaks of fewer trials only where there are fewer", () => {
  expect(lacks(cell({ why: "its trials wait for timeouts, so 32 trials ran at a time" }))).toBe("");
  expect(lacks(cell({ trials: 15, straddled: 5 }))).toBe("");
  expect(lacks(cell({ trials: 15 }))).toBe("fewer trials");
  expect(lacks(cell({ trials: 0, state: "incomplete" }))).toBe("incomplete");
});

it("compares timestamps wider than a JavaScript number", () => {
  const holds = (node: string, value: string | null, written_at: string | null, error: string | null = null) => ({
    node,
    value,
    written_at,
    error,
  });
  const found = held([
    holds("a", "new", "9007199254740993001"),
    holds("b", "old", "9007199254740993000"),
    holds("c", null, null),
    holds("d", null, null, "connection refused"),
  ]);
  expect(found.map(({ standing }) => standing)).toEqual(["newest", "older", "missing", "unknown"]);
  expect(found[3]?.value).toBe("connection refused");
});

it("runs in the lab that was chosen, else in that of the stack's own name", () => {
  expect(labOfPlan(FIRST)).toBe("pipewright-bench-cassandra-3");
  expect(labOfPlan({ ...FIRST, lab: "mine" })).toBe("mine");
});

it("says of a run that goes on only what is known of it", () => {
  const early = { ...info(8, "running"), cells: 12, cells_done: 0, trials: 160, took_ms: 62_000 };
  expect(far(early)).toBe("12 cells, 160 trials in 1 min 2 s so far.");
  expect(far({ ...early, cells: 1, trials: 0 })).toBe("1 cell, 1 min 2 s so far.");
  expect(far({ ...early, cells_done: 4 })).toBe("4 of 12 cells ended, 160 trials in 1 min 2 s so far.");
  expect(far({ ...early, state: "unfinished" })).toBe("0 of 12 cells ended, 160 trials in 1 min 2 s.");
  expect([61_000, 0, null].map((remaining_ms) => left({ ...early, remaining_ms }))).toEqual([
    "About 1 min 1 s to go.",
    "How long it still takes is not known.",
    "",
  ]);
});
