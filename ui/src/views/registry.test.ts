// Where the kinds of view stand in the room Lab, and what they show of what is looked at.
import { describe, expect, it } from "vitest";
import type { AirflowSight } from "../state/airflow_sight.svelte";
import type { CassandraSight } from "../state/cassandra_sight.svelte";
import type { KafkaSight } from "../state/kafka_sight.svelte";
import type { Kind } from "../state/kinds";
import type { Sight, Sights } from "../state/sight";
import type { PartOf, Whose } from "./kind";
import { drawing, drawn, placed } from "./registry";

const lab: Sight = { offers: {}, given: {} };
/** Sights are made while a component is made; kinds read no more of one than this. */
const topic = (name: string | null) => ({ topic: { name } }) as unknown as KafkaSight;
const dag = (name: string | null) => ({ dag: { name }, task: null, node: null }) as unknown as AirflowSight;
const row = (table: string | null, key: string | null) =>
  ({ keyspace: table?.split(".")[0] ?? null, table, key }) as unknown as CassandraSight;

/** Those of the given kinds that are shown, in the order in which they stand. */
const shown = <W extends Whose>(of: W, part: PartOf<W>, sight: Sights[W], ...kinds: Kind[]) =>
  placed(of, part, sight)
    .map(({ view }) => view)
    .filter(({ kind }) => kinds.includes(kind));
const names = (views: { kind: Kind }[]) => views.map(({ kind }) => kind);

describe.each(drawn)("%s", (name) => {
  const kind = drawing(name);

  it("is named as its folder is", () => {
    expect(kind?.kind).toBe(name);
  });

  it("says its place, or that it has none", () => {
    expect(kind?.inLab === null || typeof kind?.inLab.with === "function").toBe(true);
  });
});

it("gives no two kinds one place", () => {
  const places = drawn.flatMap((name) => {
    const place = drawing(name)?.inLab;
    return place ? [`${place.of}, ${place.part}, ${place.order}`] : [];
  });
  expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
});

it("asks for nothing that is not known, as long as nothing is looked at", () => {
  const all = [
    ...placed("lab", "left", lab),
    ...placed("lab", "right", lab),
    ...placed("kafka", "above", topic(null)),
    ...placed("kafka", "below", topic(null)),
    ...placed("cassandra", "above", row(null, null)),
    ...placed("cassandra", "below", row(null, null)),
    ...placed("airflow", "above", dag(null)),
    ...placed("airflow", "below", dag(null)),
  ];
  expect(all.length).toBeGreaterThan(0);
  for (const { view } of all) expect(Object.values(view.with)).not.toContain(null);
});

it("shows the nodes beside the actions, and what happened last", () => {
  expect(names(placed("lab", "left", lab).map(({ view }) => view))).toContain("lab_nodes");
  expect(placed("lab", "right", lab).at(-1)?.view).toEqual({ kind: "timeline", with: {} });
});

it("shows a topic's pictures once there is a topic, and its groups also before", () => {
  const below = (name: string | null) =>
    shown("kafka", "below", topic(name), "kafka_groups", "kafka_records", "kafka_partitions");
  expect(below(null)).toEqual([{ kind: "kafka_groups", with: {} }]);
  expect(names(below("orders"))).toEqual(["kafka_partitions", "kafka_records", "kafka_groups"]);
  for (const view of below("orders")) expect(view.with).toEqual({ topic: "orders" });
  expect(names(shown("kafka", "above", topic(null), "kafka_cluster"))).toEqual(["kafka_cluster"]);
});

it("shows a table's storage once there is a table, and replicas once a key is looked at", () => {
  const above = (sight: CassandraSight) =>
    shown("cassandra", "above", sight, "cassandra_replicas", "cassandra_ring").map((view) => view.with);
  const storage = (sight: CassandraSight) =>
    shown("cassandra", "below", sight, "cassandra_storage").map((view) => view.with);
  expect(above(row(null, null))).toEqual([{}]);
  expect(storage(row(null, null))).toEqual([]);
  expect(above(row("ks.t", null))).toEqual([{ keyspace: "ks" }]);
  expect(storage(row("ks.t", null))).toEqual([{ table: "ks.t" }]);
  const key = { table: "ks.t", key: "a" };
  expect(above(row("ks.t", "a"))).toEqual([{ keyspace: "ks", ...key }, key]);
});

it("shows Airflow's components and DAGs also before there is a DAG, and runs of the one looked at", () => {
  const above = placed("airflow", "above", dag(null)).map(({ view }) => view);
  expect(names(above)).toEqual(["airflow_components", "airflow_dags"]);
  const runs = (name: string | null) => shown("airflow", "below", dag(name), "airflow_runs");
  expect(runs(null)).toEqual([]);
  expect(runs("weather")).toEqual([{ kind: "airflow_runs", with: { dag: "weather" } }]);
});

it("lets the picker alone choose what the ring is about", () => {
  const fixed = placed("cassandra", "above", row("ks.t", "a")).filter((each) => each.fixed);
  expect(names(fixed.map(({ view }) => view))).toContain("cassandra_ring");
});
