import { expect, it } from "vitest";
import { apart, blocks, older, since, stacked, written } from "./layout";
import type { Cell, Model, Replica, Row } from "./model.gen";
import { cellWord, deletions, state, verdict, without } from "./words";

const cell = (column: string, value: string | null, at: string | null, standing: Cell["standing"] = "same"): Cell => ({
  column,
  value: value === null ? { kind: "null", text: "", bytes: 0 } : { kind: "text", text: value, bytes: value.length },
  written_at: at,
  deleted_at: null,
  gone: null,
  ttl: null,
  expires_at: null,
  standing,
});
const replica = (node: string, rows: Replica["rows"], change: Partial<Replica> = {}): Replica => ({
  node,
  data_center: "dc1",
  rack: "rack1",
  replica: true,
  heard: "answering",
  heard_at: 1000,
  changed_at: null,
  container: "running",
  cut: false,
  known: true,
  error: null,
  behind: false,
  lacks: [],
  deletions: [],
  spent: 0,
  exact: true,
  rows,
  more: false,
  hints_waiting: null,
  ...change,
});
const row = (clustering: string, cells: Cell[]): Row => ({ clustering, cells, is_static: false, standing: "same" });
const model = (replicas: Replica[], change: Partial<Model> = {}): Model => ({
  table: "k.t",
  key: "a",
  exists: true,
  problem: null,
  token: "1",
  placed_by: "cassandra-1",
  versions: 2,
  agree: false,
  replicas,
  ...change,
});
/** One microsecond apart, and wider than a JavaScript number holds exactly. */
const NEWER = "9007199254740993001";
const OLDER = "9007199254740993000";

it("puts cells of one row and column beside each other, also where a replica has no such row", () => {
  const [first, second] = blocks(
    model([
      replica("cassandra-1", [row("1", [cell("v", "new", NEWER, "newest")])]),
      replica("cassandra-2", [
        row("1", [cell("v", "old", OLDER, "older"), cell("w", "x", OLDER)]),
        row("2", [cell("v", "y", OLDER)]),
      ]),
      replica("cassandra-3", [], { known: false }),
    ]),
  );
  expect(first?.lines.map(({ column }) => column)).toEqual(["v", "w"]);
  expect(first?.lines[0]?.cells.map((each) => each?.value.text ?? null)).toEqual(["new", "old", null]);
  expect(first?.lines[0]?.newest).toBe(BigInt(NEWER));
  expect(second?.name).toBe("row 2");
  expect(second?.lines[0]?.cells.map((each) => each?.value.text ?? null)).toEqual([null, "y", null]);
});

it("says how much older to the microsecond, whatever the size of the timestamps", () => {
  expect(older(OLDER, BigInt(NEWER))).toBe("1 µs older");
  expect(older(NEWER, BigInt(NEWER))).toBe("");
  expect(older(null, BigInt(NEWER))).toBe("");
  expect([1500n, 2_000_000n, 314_000_000n, 2n * 86_400_000_000n, 56n * 365n * 86_400_000_000n].map(apart)).toEqual([
    "1.5 ms",
    "2.0 s",
    "5 min 14 s",
    "2 days",
    "56 years",
  ]);
});

it("shows a timestamp as a time of day, and one that no clock made as its number", () => {
  expect(written("1795633396332104")).toBe("19:03:16.332104");
  expect(written("1795633396000007")).toBe("19:03:16.000007");
  expect(written("42")).toBe("timestamp 42");
  expect(written(null)).toBe("");
});

it("stacks replicas where columns would be too narrow", () => {
  expect([stacked(3, 900), stacked(6, 900), stacked(6, 500), stacked(1, 300)]).toEqual([false, false, true, false]);
});

it("says when a silent replica was last asked, and never calls it up to date", () => {
  expect(state(replica("cassandra-3", [], { container: "paused", heard: "silent", heard_at: 1000 }), 43_000)).toEqual({
    words: "paused, as it was 42 s ago",
    form: "hatched",
    tone: "bad",
  });
  expect(state(replica("cassandra-3", [], { known: false, heard: "silent" }), 2000).words).toBe(
    "does not answer, never asked",
  );
  expect(state(replica("cassandra-2", [], { behind: true }), 2000).words).toBe("behind");
});

it("does not say that replicas agree while one of them has not answered", () => {
  const two = [replica("cassandra-1", []), replica("cassandra-2", [], { known: false })];
  expect(verdict(model(two, { versions: 1, agree: false })).words).toBe(
    "1 of 2 replicas said what they hold, and that is the same.",
  );
  expect(verdict(model(two, { versions: 1, agree: true })).tone).toBe("ok");
  expect(verdict(model(two)).words).toMatch(/^2 different contents/);
});

it("says of one replica, and of none with a row, what is so", () => {
  const one = [replica("cassandra-1", [])];
  expect(verdict(model(one, { versions: 1, agree: true })).words).toBe("The only replica has no row.");
  const two = [replica("cassandra-1", []), replica("cassandra-2", [])];
  expect(verdict(model(two, { versions: 1, agree: true })).words).toBe("None of the 2 replicas has a row.");
});

it("shows a row of key columns alone, and tells a deletion from what never was", () => {
  const [block] = blocks(model([replica("cassandra-1", [row("", [])]), replica("cassandra-2", [])]));
  expect(block?.lines[0]?.cells.map((each) => each?.value.text ?? null)).toEqual(["the row is there", null]);
  expect(without(replica("cassandra-2", [], { exact: false }))).toBe("missing, or deleted");
});

it("tells what has expired from what was deleted, unless the node did not", () => {
  const over = { ...cell("v", null, null, "newest"), deleted_at: "5", gone: "expired", expires_at: 68_596 } as const;
  expect([cellWord(over), since(over)]).toEqual(["expired, newest", "at 19:03:16"]);
  expect(cellWord({ ...over, gone: "deleted", standing: "older" })).toBe("deleted earlier");
  expect(since({ ...over, gone: "deleted" })).toBe("");
  expect(cellWord({ ...over, gone: "either", standing: "same" })).toBe("deleted or expired");
  expect(cellWord(cell("m", "{'a': 1}", null, "surplus"))).toBe("too much");
  const gone = replica("cassandra-1", [], {
    deletions: [
      { what: "row 5", deleted_at: "1", how: "deleted" },
      { what: "v", deleted_at: "1", how: "expired" },
      { what: "w", deleted_at: "1", how: "either" },
    ],
    spent: 2,
  });
  expect(deletions(gone)).toEqual([
    "deleted here: row 5",
    "expired here: v",
    "deleted or expired here: w",
    "stores 2 deletions that no read counts any more (gc_grace_seconds)",
  ]);
});
