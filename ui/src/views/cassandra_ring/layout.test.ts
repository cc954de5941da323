import { expect, it } from "vitest";
import { around, gauge, rings, tokenAt, turn } from "./layout";
import type { Model, Node, Placement } from "./model.gen";

const node = (name: string, tokens: string[], change: Partial<Node> = {}): Node => ({
  node: name,
  serves: true,
  address: null,
  host_id: null,
  data_center: "dc1",
  rack: "rack1",
  member: true,
  mode: "NORMAL",
  tokens,
  owns_percent: null,
  endpoint: null,
  heard: "answering",
  heard_at: 0,
  why_silent: null,
  container: "running",
  cut: false,
  spare: false,
  believes: [],
  believed_down_by: [],
  ...change,
});
/** The tokens of three nodes of one token each. */
const THREE = ["-6148914691236517206", "0", "6148914691236517205"];
const model = (nodes: Node[], placement: Placement | null = null): Model => ({
  cluster_name: "c",
  problem: null,
  nodes,
  data_centers: [...new Set(nodes.map(({ data_center }) => data_center ?? ""))],
  ranges: [],
  all_up: true,
  schema_agreed: true,
  keyspaces: [],
  placement,
  streams: [],
});
const three = () => THREE.map((token, index) => node(`cassandra-${index + 1}`, [token]));
const key = (token: string, replicas: string[]): Placement => ({
  table: "k.t",
  key: "a",
  token,
  replicas,
  racks: [],
  says: "cassandra-1",
});

it("turns tokens of 64 bits into places around the ring", () => {
  expect([...THREE, "-9223372036854775808", "9223372036854775807"].map(turn)).toEqual([
    expect.closeTo(1 / 6),
    0.5,
    expect.closeTo(5 / 6),
    0,
    expect.closeTo(1),
  ]);
  expect([0, 0.5, 1, -0.25].map(tokenAt)).toEqual([-(2n ** 63n), 0n, -(2n ** 63n), 2n ** 62n]);
  expect(around({ x: 100, y: 100 }, 50, 0)).toEqual({ x: 100, y: 50 });
  expect(around({ x: 100, y: 100 }, 50, 0.25)).toEqual({ x: 150, y: 100 });
});

it("puts a node at its token and gives it the range that ends there", () => {
  const { rings: drawn } = rings(model(three()), 600);
  const [ring] = drawn;
  expect(drawn).toHaveLength(1);
  expect(ring?.nodes.map(({ node }) => node.node)).toEqual(["cassandra-1", "cassandra-2", "cassandra-3"]);
  const second = ring?.arcs[1];
  const end = around(ring?.center ?? { x: 0, y: 0 }, ring?.r ?? 0, 0.5 - 0.004);
  expect(second?.node).toBe("cassandra-2");
  expect(second?.path.endsWith(`${end.x} ${end.y}`)).toBe(true);
});

it("names arcs instead of nodes where nodes have many tokens, as far as there is room", () => {
  const many = ["cassandra-1", "cassandra-2"].map((name, n) =>
    node(
      name,
      Array.from({ length: 16 }, (_, k) => String(BigInt(k * 2 + n) * 500_000_000_000_000_000n - 8n * 10n ** 18n)),
    ),
  );
  const [ring] = rings(model(many), 600).rings;
  expect(ring?.nodes).toEqual([]);
  expect(ring?.arcs).toHaveLength(32);
  expect(ring?.arcs.filter(({ label }) => label !== null).length).toBeGreaterThan(28);
});

it("walks clockwise from the key to the first token of each replica, past the top of the ring", () => {
  const [ring] = rings(model(three(), key("9000000000000000000", ["cassandra-1", "cassandra-2"])), 600).rings;
  expect(ring?.spokes.map(({ node }) => node)).toEqual(["cassandra-1", "cassandra-2"]);
  expect(ring?.spokes[0]?.end).toEqual(around(ring?.center ?? { x: 0, y: 0 }, (ring?.r ?? 0) - 18, 1 / 6));
  expect(ring?.key).not.toBeNull();
});

it("gives each data center its ring, side by side where there is room, else one above the other", () => {
  const six = [...three(), ...THREE.map((token, n) => node(`cassandra-${n + 4}`, [token], { data_center: "dc2" }))];
  const beside = rings(model(six, key("0", ["cassandra-2", "cassandra-5"])), 900);
  expect(beside.rings.map(({ center }) => center.x)).toEqual([225, 675]);
  expect(beside.rings.map(({ spokes }) => spokes.length)).toEqual([1, 1]);
  const above = rings(model(six), 360);
  expect(above.rings.map(({ center }) => center.x)).toEqual([180, 180]);
  expect(above.height).toBeGreaterThan(beside.height);
});

it("leaves out who is no member, and keeps names within the width", () => {
  const spare = node("cassandra-4", [], { member: false, data_center: null });
  const { rings: drawn } = rings({ ...model([...three(), spare]), data_centers: ["dc1"] }, 320);
  expect(drawn[0]?.arcs).toHaveLength(3);
  for (const { name } of drawn[0]?.nodes ?? []) {
    const room = name.anchor === "start" ? 320 - name.x : name.x;
    expect(room).toBeGreaterThan(60);
  }
});

it("shows suspicion against the threshold", () => {
  expect(gauge(4, 8)).toEqual({ share: 0.4, mark: 0.8 });
  expect(gauge(8, 8).share).toBe(0.8);
  expect(gauge(90, 8).share).toBe(1);
});
