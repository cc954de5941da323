import { expect, it } from "vitest";
import { shares } from "./layout";
import type { Load, Request } from "./model.gen";
import { answer, latency, outcome, readRepairs } from "./words";

const request = (change: Partial<Request>): Request => ({
  id: "r1",
  at: 0,
  client: "console",
  action: null,
  cql: "SELECT",
  kind: "read",
  coordinator: "cassandra-1",
  level: "ALL",
  serial_level: null,
  outcome: "ok",
  required: null,
  alive: null,
  received: null,
  words: "ok",
  took_micros: 900,
  trace: null,
  columns: [],
  rows: [],
  row_count: 2,
  applied: null,
  warnings: [],
  ...change,
});
const load = (outcomes: Record<string, number>, asked: number): Load => ({
  client: "load",
  action: null,
  table: "k.t",
  kind: "write",
  level: "ONE",
  asked,
  ok: 0,
  not_ok: 0,
  outcomes,
  latency: { count: 0, median: 0, p99: null, most: 0 },
  per_second: 0,
  running: false,
});

it("never flattens an outcome", () => {
  const say = (change: Partial<Request>) => outcome(request(change));
  expect(say({})).toBe("ok");
  expect(say({ outcome: "unavailable", required: 3, alive: 2 })).toBe("Unavailable: 3 needed, 2 believed alive");
  expect(say({ outcome: "write_timeout", required: 3, received: 2 })).toBe("WriteTimeout: 3 needed, 2 answered");
  expect(say({ outcome: "refused", words: "SyntaxError: line 1" })).toBe("SyntaxError: line 1");
  expect(say({ outcome: "no_connection", words: "no connection: refused" })).toBe("no connection: refused");
});

it("says what came back", () => {
  expect(answer(request({}))).toBe("2 rows");
  expect(answer(request({ kind: "conditional", applied: false }))).toMatch(/^not applied/);
  expect(answer(request({ outcome: "read_timeout" }))).toBe("");
});

it("tells mending from mere finding", () => {
  expect(readRepairs({ node: "cassandra-1", blocking: 2, reconciled: 0, timed_out: 0 })).toBe("2 mended");
  expect(readRepairs({ node: "cassandra-1", blocking: 0, reconciled: 4, timed_out: 1 })).toBe(
    "4 left as they were, 1 not mended in time",
  );
});

it("gives no p99 where too few were measured", () => {
  expect(latency({ count: 20, median: 3100, p99: null, most: 9000 })).toBe("median 3.1 ms, slowest 9.0 ms");
  expect(latency({ count: 0, median: 0, p99: null, most: 0 })).toBe("");
});

it("shows one failure among thousands, and leaves what has not ended empty", () => {
  const drawn = shares(load({ ok: 4000, write_timeout: 1 }, 10_000));
  expect(drawn.map(({ outcome }) => outcome)).toEqual(["ok", "write_timeout"]);
  expect(drawn[0]?.width).toBe(0.4);
  expect(drawn[1]?.width).toBeGreaterThan(0.01);
  expect(drawn[1]?.from).toBe(0.4);
  const full = shares(load({ ok: 9999, write_timeout: 1 }, 10_000));
  expect((full[1]?.from ?? 0) + (full[1]?.width ?? 9)).toBeLessThanOrEqual(1);
});
