// Requests with every kind of end.
import type { Model as Requests, Request as One } from "../../src/views/cassandra_requests/model.gen";
import { datum } from "./datum";
import { request } from "./request";

const one = (id: string, cql: string, change: Partial<One> = {}): One => ({
  id,
  at: 52_000,
  client: "console",
  action: null,
  cql,
  kind: "write",
  coordinator: "cassandra-1",
  level: "QUORUM",
  serial_level: null,
  outcome: "ok",
  required: null,
  alive: null,
  received: null,
  words: "ok",
  took_micros: 2140,
  trace: null,
  columns: [],
  rows: [],
  row_count: 0,
  applied: null,
  warnings: [],
  ...change,
});
const UPDATE = "UPDATE weather.by_region SET temp_high = 33 WHERE region = 'north' AND day = '2026-11-26'";

export const requests: Requests = {
  requests: [
    one("r17", request.cql ?? "", {
      kind: "read",
      trace: request.trace,
      row_count: 2,
      columns: ["region", "day", "temp_high", "forecast"],
      rows: [["north", "2026-11-26", "33", "Fair"].map(datum), ["north", "2026-11-25", "31", null].map(datum)],
    }),
    one("r16", UPDATE, {
      level: "ALL",
      outcome: "unavailable",
      required: 3,
      alive: 2,
      words: "Unavailable: 3 required, 2 alive",
      took_micros: 900,
    }),
    one("r15", UPDATE, {
      level: "ALL",
      outcome: "write_timeout",
      required: 3,
      received: 2,
      words: "WriteTimeout: 2 of 3 acknowledged (SIMPLE)",
      took_micros: 2_004_000,
    }),
    one("r14", UPDATE, { coordinator: null, outcome: "no_connection", words: "no connection: refused" }),
    one("r13", `${UPDATE} IF temp_high = 31`, { kind: "conditional", serial_level: "SERIAL", applied: false }),
  ],
  outcomes: { ok: 1992, unavailable: 1, write_timeout: 12, no_connection: 1 },
  read_repairs: [
    { node: "cassandra-1", blocking: 3, reconciled: 0, timed_out: 0 },
    { node: "cassandra-3", blocking: 0, reconciled: 2, timed_out: 1 },
  ],
  loads: [
    {
      client: "load",
      action: null,
      table: "weather.by_region",
      kind: "write",
      level: "QUORUM",
      asked: 5000,
      ok: 1990,
      not_ok: 12,
      outcomes: { ok: 1990, write_timeout: 12 },
      latency: { count: 1990, median: 3100, p99: 9800, most: 41_000 },
      per_second: 812.4,
      running: true,
    },
  ],
};
