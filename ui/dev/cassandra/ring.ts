// Made-up rings: three nodes with one stopped, sixteen tokens each, two data centers.
import type { Model as Ring, Node, Range } from "../../src/views/cassandra_ring/model.gen";

const LOWEST = -(2n ** 63n);
export const token = (share: number) =>
  (LOWEST + BigInt(Math.round(share * 1e9)) * (2n ** 64n / 1_000_000_000n)).toString();

interface Shape {
  nodes: number;
  centers: number;
  tokens: number;
  /** A node that was stopped. */
  down?: number;
}

/** Ranges of one data center's nodes, each with as many copies as there are nodes. */
function rangesOf(nodes: readonly Node[], center: string): Range[] {
  const ring = nodes
    .filter(({ data_center }) => data_center === center)
    .flatMap(({ node, tokens }) => tokens.map((token) => ({ node, token })))
    .sort((a, b) => (BigInt(a.token) < BigInt(b.token) ? -1 : 1));
  return ring.map(({ node, token }, index) => ({
    data_center: center,
    from: ring.at(index - 1)?.token ?? token,
    to: token,
    owner: node,
    replicas: [...new Set([...ring.slice(index), ...ring.slice(0, index)].map((each) => each.node))],
  }));
}

function ringOf({ nodes: count, centers, tokens, down }: Shape): Ring {
  const names = Array.from({ length: count }, (_, index) => `cassandra-${index + 1}`);
  const per = count / centers;
  const nodes = names.map((node, index): Node => {
    const [center, place, gone] = [Math.floor(index / per) + 1, index % per, index + 1 === down];
    return {
      node,
      serves: !gone,
      address: `10.213.5.${11 + index}`,
      host_id: `0000-${index}`,
      data_center: `dc${center}`,
      rack: `rack${place + 1}`,
      member: true,
      mode: "NORMAL",
      tokens: Array.from({ length: tokens }, (_, k) =>
        token((k * per + place + 0.5) / (per * tokens) + (center - 1) * 1e-7),
      ),
      owns_percent: 100 / per,
      endpoint: `127.0.0.1:2904${index + 1}`,
      heard: gone ? "silent" : "answering",
      heard_at: gone ? 19_000 : 60_700,
      why_silent: gone ? "connection refused" : null,
      container: gone ? "stopped" : "running",
      cut: false,
      spare: false,
      believes: gone
        ? []
        : names
            .filter((peer) => peer !== node)
            .map((peer) => ({
              peer,
              up: peer !== `cassandra-${down ?? 0}`,
              since: peer === `cassandra-${down ?? 0}` ? 39_000 : 9000,
              phi: peer === `cassandra-${down ?? 0}` ? 15.2 : 0.4 + index * 0.3,
              threshold: 8,
            })),
      believed_down_by: gone ? names.filter((peer) => peer !== node) : [],
    };
  });
  const spare: Node = {
    ...nodes[0]!,
    node: `cassandra-${count + 1}`,
    address: null,
    member: false,
    mode: null,
    tokens: [],
    owns_percent: null,
    heard: "not_asked",
    heard_at: null,
    container: "absent",
    spare: true,
    believes: [],
    believed_down_by: [],
  };
  return {
    cluster_name: "pipewright",
    problem: null,
    nodes: centers === 1 ? [...nodes, spare] : nodes,
    data_centers: centers === 1 ? ["dc1"] : ["dc1", "dc2"],
    ranges: Array.from({ length: centers }, (_, index) => rangesOf(nodes, `dc${index + 1}`)).flat(),
    all_up: down === undefined,
    schema_agreed: true,
    keyspaces: [
      {
        name: "weather",
        strategy: "NetworkTopologyStrategy",
        replication: Array.from({ length: centers }, (_, index) => ({ data_center: `dc${index + 1}`, factor: 3 })),
        tables: ["by_region", "stations"],
        columns: [
          { table: "by_region", name: "region", kind: "partition_key", cql_type: "text" },
          { table: "by_region", name: "day", kind: "clustering", cql_type: "text" },
          { table: "by_region", name: "temp_high", kind: "regular", cql_type: "int" },
          { table: "by_region", name: "forecast", kind: "regular", cql_type: "text" },
          { table: "stations", name: "station", kind: "partition_key", cql_type: "text" },
        ],
      },
    ],
    placement: {
      table: "weather.by_region",
      key: "north",
      token: token(0.07),
      replicas: names,
      racks: ["rack1", "rack2", "rack3"],
      says: "cassandra-1",
    },
    streams: [],
  };
}

export const ring = ringOf({ nodes: 3, centers: 1, tokens: 1, down: 3 });
export const ring16 = ringOf({ nodes: 3, centers: 1, tokens: 16, down: 2 });
export const ring6: Ring = {
  ...ringOf({ nodes: 6, centers: 2, tokens: 1, down: 5 }),
  streams: [
    {
      node: "cassandra-4",
      operation: "Bootstrap",
      peers: ["cassandra-1", "cassandra-2"],
      status: "STARTED",
      received: 1_200_000,
      to_receive: 3_100_000,
      sent: 0,
      to_send: 0,
    },
  ],
};
