// Made-up models of a Cassandra cluster with a stopped node.
import type { Model as Hints } from "../src/views/cassandra_hints/model.gen";
import type { Model as Replicas, Replica } from "../src/views/cassandra_replicas/model.gen";
import type { Model as Request } from "../src/views/cassandra_request/model.gen";
import type { Model as Requests, Request as One } from "../src/views/cassandra_requests/model.gen";
import type { Model as Ring, Node } from "../src/views/cassandra_ring/model.gen";
import type { Model as Settings } from "../src/views/cassandra_settings/model.gen";
import type { Model as Storage, Store } from "../src/views/cassandra_storage/model.gen";
import type { Model as Nodes } from "../src/views/lab_nodes/model.gen";

const LOWEST = -(2n ** 63n);
const token = (share: number) => (LOWEST + BigInt(Math.round(share * 1e9)) * (2n ** 64n / 1_000_000_000n)).toString();

interface Shape {
  nodes: number;
  centers: number;
  tokens: number;
  /** A node that was stopped. */
  down?: number;
}

function ringOf({ nodes: count, centers, tokens, down }: Shape): Ring {
  const names = Array.from({ length: count }, (_, index) => `cassandra-${index + 1}`);
  const per = count / centers;
  const nodes = names.map((node, index): Node => {
    const [center, place, gone] = [Math.floor(index / per) + 1, index % per, index + 1 === down];
    return {
      node,
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
    nodes: centers === 1 ? [...nodes, spare] : nodes,
    data_centers: centers === 1 ? ["dc1"] : ["dc1", "dc2"],
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

const NEW = "1795633396332104";
const OLD = "1795633082017000";
const replica = (number: number, temp: [string | null, string | null], change: Partial<Replica> = {}): Replica => {
  const [value, at] = temp;
  const standing = at === NEW ? "newest" : at === OLD ? "older" : "missing";
  return {
    node: `cassandra-${number}`,
    data_center: "dc1",
    rack: `rack${number}`,
    replica: true,
    heard: "answering",
    heard_at: 60_600,
    container: "running",
    cut: false,
    known: true,
    error: null,
    behind: standing !== "newest",
    rows: [
      {
        clustering: "2026-11-26",
        cells: [
          { column: "temp_high", value, written_at: at, ttl: null, standing },
          {
            column: "forecast",
            value: number === 2 ? null : "Fair",
            written_at: number === 2 ? null : OLD,
            ttl: null,
            standing: number === 2 ? "missing" : "same",
          },
        ],
      },
    ],
    more: false,
    hints_waiting: null,
    ...change,
  };
};

export const replicas: Replicas = {
  table: "weather.by_region",
  key: "north",
  exists: true,
  token: token(0.07),
  placed_by: "cassandra-1",
  versions: 3,
  agree: false,
  replicas: [
    replica(1, ["33", NEW]),
    replica(2, [null, null]),
    replica(3, ["31", OLD], {
      heard: "silent",
      heard_at: 19_000,
      container: "stopped",
      hints_waiting: 15_300,
    }),
  ],
};

export const request: Request = {
  request: "r17",
  trace: "5f755d10-c9a2-11f0",
  cql: "SELECT * FROM weather.by_region WHERE region = 'north'",
  kind: "read",
  coordinator: "cassandra-1",
  level: "QUORUM",
  outcome: "ok",
  words: "ok",
  duration_micros: 4210,
  lanes: [
    { node: "cassandra-1", coordinator: true, replica: true },
    { node: "cassandra-2", coordinator: false, replica: true },
    { node: "cassandra-3", coordinator: false, replica: true },
  ],
  messages: [
    {
      from: "cassandra-1",
      to: "cassandra-2",
      about: "digest",
      sent: 410,
      received: 780,
      late: false,
      verb: "READ_REQ",
    },
    {
      from: "cassandra-2",
      to: "cassandra-1",
      about: "answer",
      sent: 1120,
      received: 1600,
      late: false,
      verb: "READ_RSP",
    },
    {
      from: "cassandra-1",
      to: "cassandra-2",
      about: "data",
      sent: 1710,
      received: 2010,
      late: false,
      verb: "READ_REQ",
    },
    {
      from: "cassandra-2",
      to: "cassandra-1",
      about: "answer",
      sent: 2300,
      received: 2710,
      late: false,
      verb: "READ_RSP",
    },
    {
      from: "cassandra-1",
      to: "cassandra-2",
      about: "repair",
      sent: 2840,
      received: 3090,
      late: false,
      verb: "READ_REPAIR_REQ",
    },
    {
      from: "cassandra-2",
      to: "cassandra-1",
      about: "repaired",
      sent: 3600,
      received: 3900,
      late: false,
      verb: "READ_REPAIR_RSP",
    },
    {
      from: "cassandra-1",
      to: "cassandra-3",
      about: "mutation",
      sent: 2900,
      received: null,
      late: false,
      verb: "MUTATION_REQ",
    },
    {
      from: "cassandra-3",
      to: "cassandra-1",
      about: "ack",
      sent: null,
      received: 9400,
      late: true,
      verb: "MUTATION_RSP",
    },
  ],
  marks: [
    { node: "cassandra-1", at: 620, words: "Executing single-partition query on by_region", main: true },
    { node: "cassandra-1", at: 1650, words: "Digest mismatch: Mismatch for key DecoratedKey(-79, north)", main: true },
    { node: "cassandra-2", at: 900, words: "Merged data from memtables and 1 sstables", main: true },
  ],
  mutations: 0,
  acknowledged: 0,
  late: 1,
  data_reads: 2,
  digest_reads: 1,
  digest_mismatch: true,
  repairs: 1,
  hinted: ["cassandra-3"],
  lines: 31,
};

const one = (id: string, cql: string, change: Partial<One> = {}): One => ({
  id,
  at: 52_000,
  client: "console",
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
      rows: [
        ["north", "2026-11-26", "33", "Fair"],
        ["north", "2026-11-25", "31", null],
      ],
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
  loads: [
    {
      client: "load",
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

const holder = (number: number, bytes: number, change: object = {}) => ({
  node: `cassandra-${number}`,
  heard: "answering" as const,
  enabled: true,
  window_ms: 10_800_000,
  paused: false,
  delivered: number * 10,
  failed: 0,
  timed_out: 0,
  targets: [{ node: "cassandra-3", bytes, files: bytes > 0 ? 1 : 0, written: 120, not_stored: 0 }],
  ...change,
});

export const hints: Hints = {
  holders: [
    holder(1, 15_300),
    holder(2, 1_190_000, { paused: true }),
    holder(3, 0, {
      heard: "silent",
      enabled: null,
      window_ms: null,
      paused: null,
      targets: [{ node: "cassandra-1", bytes: 0, files: 0, written: 40, not_stored: 0 }],
    }),
  ],
  bytes: 1_205_300,
  delivered: 60,
  not_stored: 4,
  turns: [
    { at: 51_000, kind: "paused", holder: "cassandra-2", target: null, words: "cassandra-2 paused delivery" },
    {
      at: 47_000,
      kind: "not_stored",
      holder: "cassandra-1",
      target: "cassandra-3",
      words: "cassandra-1 stored no more for cassandra-3: the window had passed",
    },
    {
      at: 20_000,
      kind: "stored",
      holder: "cassandra-1",
      target: "cassandra-3",
      words: "cassandra-1 began to keep hints for cassandra-3",
    },
    {
      at: 9000,
      kind: "delivered",
      holder: "cassandra-3",
      target: "cassandra-1",
      words: "cassandra-3 delivered its hints for cassandra-1",
    },
  ],
};

const store = (number: number, sstables: number[], change: Partial<Store> = {}): Store => ({
  node: `cassandra-${number}`,
  heard: "answering",
  heard_at: 60_500,
  memtable_bytes: 18_400 * number,
  memtable_cells: 240 * number,
  flushes: sstables.length,
  sstables: sstables.map((bytes, index) => ({ generation: String(index + 1), bytes, seen_at: 20_000 + index })),
  commit_log_bytes: 67_108_864,
  commit_log_segments: 2,
  local_reads: 40,
  local_writes: 1990,
  compacting: [],
  compacted: [],
  ...change,
});

export const storage: Storage = {
  table: "weather.by_region",
  exists: true,
  nodes: [
    store(1, [48_000, 12_000, 5100, 900], { compacting: [{ kind: "compaction", percent: 64 }] }),
    store(2, [61_000], { compacted: [{ ended_at: 1_795_633_082_000, bytes_in: 69_000, bytes_out: 61_000 }] }),
    store(
      3,
      Array.from({ length: 22 }, (_, index) => 700 + index * 400),
      {
        heard: "silent",
        heard_at: 19_000,
        memtable_bytes: null,
        memtable_cells: null,
      },
    ),
  ],
};

export const settings: Settings = {
  nodes: ["cassandra-1", "cassandra-2"],
  settings: [
    { name: "hinted_handoff_enabled", value: "true", by_node: [], default: null, why: null },
    {
      name: "max_hint_window",
      value: null,
      by_node: [
        { node: "cassandra-1", value: "3h" },
        { node: "cassandra-2", value: "30s" },
      ],
      default: null,
      why: null,
    },
    {
      name: "hints_flush_period",
      value: "1s",
      by_node: [],
      default: "10s",
      why: "So that hints can be seen on disk a second after the write.",
    },
    {
      name: "dynamic_snitch",
      value: "false",
      by_node: [],
      default: "true",
      why: "So that a coordinator that holds a row reads its own copy, and ONE asks whom you think it asks.",
    },
  ],
};

export const nodes: Nodes = {
  stack: "cassandra-3",
  ready: true,
  ready_after: 9100,
  images: [{ engine: "Cassandra", version: "5.0.8", reference: "pipewright/cassandra:5.0.8", origin: "own" }],
  nodes: [1, 2, 3].map((number) => ({
    name: `cassandra-${number}`,
    role: "node",
    node_id: null,
    endpoint: `127.0.0.1:2904${number}`,
    state: number === 3 ? ("stopped" as const) : ("running" as const),
    exit_code: number === 3 ? 143 : null,
    networks: ["a-client", "b-cluster"],
    cut: false,
    heard: number === 3 ? ("silent" as const) : ("answering" as const),
    heard_at: number === 3 ? 19_000 : 60_800,
    why_silent: number === 3 ? "connection refused" : null,
  })),
  actions: [],
};

export const models: { [kind: string]: unknown } = {
  cassandra_ring: ring,
  cassandra_replicas: replicas,
  cassandra_request: request,
  cassandra_requests: requests,
  cassandra_hints: hints,
  cassandra_storage: storage,
  cassandra_settings: settings,
  lab_nodes: nodes,
};
