import { beforeEach, expect, it } from "vitest";
import type { Request } from "../../views/cassandra_requests/model.gen";
import { answerOf, call } from "./call";
import { type Keyspace, complete } from "./complete";
import { Walk, read, remember } from "./history";
import { conditional, statementAt } from "./statement";

const schema: Keyspace[] = [
  {
    name: "weather",
    tables: ["by_region", "stations"],
    columns: [
      { table: "by_region", name: "region", kind: "partition_key", cql_type: "text" },
      { table: "by_region", name: "temp_high", kind: "regular", cql_type: "int" },
      { table: "stations", name: "station", kind: "partition_key", cql_type: "text" },
    ],
  },
  { name: "other", tables: ["t"], columns: [] },
];
const offers = (text: string, asked = false) =>
  complete(text, text.length, schema, asked)?.offers.map(({ label }) => label) ?? [];

beforeEach(() => localStorage.clear());

it("offers tables where a table comes, and a keyspace's tables after its dot", () => {
  expect(offers("SELECT * FROM w")).toEqual(["weather.by_region", "weather.stations", "weather"]);
  expect(offers("INSERT INTO weather.")).toEqual(["by_region", "stations"]);
  expect(complete("INSERT INTO weather.by", 22, schema, false)?.from).toBe(20);
  expect(offers("USE ")).toEqual([]);
  expect(offers("USE ", true)).toEqual(["weather", "other"]);
});

it("offers columns of the tables the statement names, and CQL's words", () => {
  const text = "SELECT  FROM weather.by_region";
  const found = complete(text, 7, schema, true)?.offers ?? [];
  expect(found.slice(0, 2)).toEqual([
    { label: "region", kind: "column", detail: "text, partition key" },
    { label: "temp_high", kind: "column", detail: "int" },
  ]);
  expect(found.some(({ label }) => label === "station")).toBe(false);
  expect(offers("sel")).toEqual(["SELECT"]);
});

it("offers nothing within a string, nor before something is begun", () => {
  expect(offers("SELECT * FROM weather.by_region WHERE region = 'w")).toEqual([]);
  expect(offers("")).toEqual([]);
});

it("takes the statement at the cursor, whatever strings and comments hide", () => {
  const text = "INSERT INTO t (a) VALUES ('x;y');\nSELECT 1; -- not; this\n\n";
  expect(statementAt(text, 3)).toBe("INSERT INTO t (a) VALUES ('x;y')");
  expect(statementAt(text, 40)).toBe("SELECT 1");
  expect(statementAt("SELECT 1;\n", 10)).toBe("SELECT 1");
  expect(statementAt("  SELECT 2  ", 4)).toBe("SELECT 2");
  expect(statementAt("", 0)).toBe("");
});

it("knows a compare-and-set from a schema's IF NOT EXISTS", () => {
  expect(conditional("UPDATE t SET v = 1 WHERE k = 1 IF v = 0")).toBe(true);
  expect(conditional("INSERT INTO t (k) VALUES (1) IF NOT EXISTS")).toBe(true);
  expect(conditional("CREATE TABLE IF NOT EXISTS t (k int PRIMARY KEY)")).toBe(false);
  expect(conditional("UPDATE t SET v = 'if' WHERE k = 1")).toBe(false);
});

it("keeps what was run for each stack, the newest first and each once", () => {
  remember("cassandra-3", "SELECT 1");
  remember("cassandra-3", "SELECT 2");
  remember("cassandra-3", "SELECT 1");
  remember("cassandra-6", "SELECT 3");
  expect(read("cassandra-3")).toEqual(["SELECT 1", "SELECT 2"]);
  localStorage.setItem("pipewright.cql.cassandra-1", "{");
  expect(read("cassandra-1")).toEqual([]);
});

it("walks back and forth, and ends at what was being written", () => {
  const walk = new Walk();
  const all = ["b", "a"];
  expect([walk.back(all, "half"), walk.back(all, "b"), walk.back(all, "a")]).toEqual(["b", "a", null]);
  expect([walk.forth(all), walk.forth(all), walk.forth(all)]).toEqual(["b", "half", null]);
});

it("asks a coordinator at a level, or one replica alone", () => {
  const choice = { coordinator: "cassandra-2", level: "QUORUM", serial: "SERIAL", trace: true, only: null };
  expect(call("SELECT 1", choice)).toEqual({
    do: "cassandra.execute",
    cql: "SELECT 1",
    coordinator: "cassandra-2",
    level: "QUORUM",
    trace: true,
    client: "console",
    refusals_ok: true,
  });
  expect(call("UPDATE t SET v=1 WHERE k=1 IF v=0", choice)["serial_level"]).toBe("SERIAL");
  expect(call("SELECT 1", { ...choice, coordinator: "" })).not.toHaveProperty("coordinator");
  expect(call("INSERT …", { ...choice, only: "cassandra-3" })).toEqual({
    do: "cassandra.write_locally",
    node: "cassandra-3",
    cql: "INSERT …",
  });
});

it("finds its own answer among the requests", () => {
  const request = (id: string, action: number | null) => ({ id, action }) as Request;
  const all = [request("r3", null), request("r2", 2), request("r1", 1)];
  expect(answerOf(all, 2)?.id).toBe("r2");
  expect(answerOf(all, 3)).toBeNull();
  expect(answerOf(all, null)).toBeNull();
});
