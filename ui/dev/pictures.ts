// Made-up models.
import type { Kind, ModelOf } from "../src/state/kinds";
import type { Model as Cluster } from "../src/views/kafka_cluster/model.gen";
import type { Model as Groups } from "../src/views/kafka_groups/model.gen";
import type { Model as Records, Record } from "../src/views/kafka_records/model.gen";
import type { Model as Nodes } from "../src/views/lab_nodes/model.gen";
import type { Model as Timeline } from "../src/views/timeline/model.gen";

/** A model of a kind, for as many kinds as one was made up for. */
export type Models = { [K in Kind]?: ModelOf<K> };

const KEYS = ["north", "south", "east", "west"];
const keyed = (sent: number): Record => {
  const key = KEYS[(sent * 7 + Math.floor(sent / 3)) % 4] ?? "";
  const place = { north: 0, south: 1, east: 1, west: 2 }[key] ?? 0;
  const text = (text: string) => ({ kind: "text" as const, text, bytes: text.length });
  const [of, value] = [text(key), text(`{"n":${sent}}`)];
  return {
    partition: place,
    offset: 0,
    through: null,
    sent,
    producer: "sensor",
    key: of,
    value,
    headers: [],
    headers_more: 0,
  };
};
const sentRecords = Array.from({ length: 24 }, (_, index) => keyed(index + 1));
const lying = [0, 1, 2].map((number) => ({
  partition: number,
  stored: 0,
  found: 0,
  log_start: 0,
  log_end: 0,
  high_watermark: 0,
  open_from: null,
  said_by: `kafka-${number + 1}`,
  records: sentRecords.filter((record) => record.partition === number).map((record, offset) => ({ ...record, offset })),
}));
const read = [
  ...lying[1]!.records.slice(0, 6),
  ...lying[0]!.records,
  ...lying[1]!.records.slice(6),
  ...lying[2]!.records,
];

export const records: Records = {
  topic: "readings",
  stored: 24,
  found: 24,
  offsets: 24,
  partition_count: 3,
  groups: [
    { group: "dashboard", protocol: "classic", members: 1, committed: [{ partition: 0, offset: 4 }] },
    { group: "a-foreign-one", protocol: "consumer", members: 0, committed: [{ partition: 1, offset: 9 }] },
  ],
  groups_known: true,
  acknowledged: 24,
  writers: [{ client: "sensor", acknowledged: 24, refused: 0, error: null }],
  partitions: lying.map((log) => ({
    ...log,
    stored: log.records.length,
    found: log.records.length,
    log_end: log.records.length,
    high_watermark: log.records.length,
  })),
  keys: [],
  keys_whole: true,
  readers: [
    {
      client: "reader-1",
      group: "dashboard",
      reading: true,
      assigned: [0, 1, 2],
      count: read.length,
      read_again: 0,
      numbered: read.length,
      read,
      out_of_order: 3,
      out_of_order_within_partition: 0,
      out_of_order_within_key: 0,
      since: 30_000,
    },
  ],
};

export const groups: Groups = {
  groups: [
    {
      group: "dashboard",
      protocol: "classic",
      protocol_type: "consumer",
      unread: null,
      state: "Stable",
      epoch: 4,
      coordinator: "kafka-2",
      heard: "answering",
      said_at: 60_200,
      rebalances: 2,
      offsets_unread: null,
      lag: 3,
      members: [
        {
          member_id: "a-1",
          client_id: "reader-1",
          apart: null,
          host: "/172.18.0.1",
          unread: null,
          partitions: [
            { topic: "readings", partition: 0 },
            { topic: "readings", partition: 1 },
          ],
        },
        {
          member_id: "a-2",
          client_id: "reader-2",
          apart: null,
          host: "/172.18.0.1",
          unread: null,
          partitions: [{ topic: "readings", partition: 2 }],
        },
        {
          member_id: "a-3",
          client_id: "reader-3",
          apart: null,
          host: "/172.18.0.1",
          unread: null,
          partitions: [],
        },
      ],
      offsets: [
        { topic: "readings", partition: 0, committed: 9, high_watermark: 9, lag: 0, gone: null, beyond: null },
        { topic: "readings", partition: 1, committed: 5, high_watermark: 8, lag: 3, gone: null, beyond: null },
      ],
    },
    {
      group: "archive",
      protocol: "consumer",
      protocol_type: null,
      unread: null,
      state: "Empty",
      epoch: null,
      coordinator: "kafka-1",
      heard: "silent",
      said_at: 59_000,
      rebalances: 0,
      offsets_unread: null,
      lag: null,
      members: [],
      offsets: [
        { topic: "readings", partition: 1, committed: 0, high_watermark: null, lag: null, gone: null, beyond: null },
      ],
    },
  ],
};

const node = (id: number, change: object = {}) => ({
  name: `kafka-${id}`,
  role: "broker",
  node_id: id,
  spare: false,
  waits: false,
  endpoint: `127.0.0.1:2909${id}`,
  state: "running" as const,
  exit_code: null,
  networks: ["a-client", "b-cluster"],
  cut: false,
  heard: "answering" as const,
  heard_at: 60_800,
  why_silent: null,
  ...change,
});

export const nodes: Nodes = {
  lab: "pipewright-kafka-3",
  well: false,
  removed: false,
  troubles: ["kafka-2 is paused.", "kafka-3 is cut off from b-cluster."],
  stack: "kafka-3",
  ready: true,
  ready_after: 4300,
  images: [{ engine: "Kafka", version: "4.3.1", reference: "pipewright/kafka:4.3.1", origin: "own" }],
  nodes: [
    node(1),
    node(2, { state: "paused", heard: "silent", heard_at: 42_000, why_silent: "no answer within 1.5 s" }),
    node(3, { cut: true, networks: ["a-client"] }),
    node(100, { name: "controller-1", role: "controller", endpoint: null, heard: "not_asked", heard_at: null }),
  ],
  actions: [],
};

export const cluster: Cluster = {
  cluster_id: "5L6g3nShT-eMCtK--X86sw",
  controller: 100,
  controller_epoch: 1,
  voters: [100],
  brokers: nodes.nodes
    .slice(0, 3)
    .map(({ name, node_id, endpoint, state, cut, heard, heard_at, why_silent }, index) => ({
      id: node_id ?? 0,
      node: name,
      endpoint,
      registered: true,
      fenced: index === 1,
      heard,
      heard_at,
      why_silent,
      container: state,
      cut,
    })),
  brokers_known: true,
  topics: ["orders", "readings"],
  topics_known: true,
};

const entry = (
  seq: number,
  at: number,
  source: string,
  kind: string,
  says: string,
  mood: Timeline["entries"][number]["mood"] = "plain",
) => ({ seq, place: seq, at, source, kind, about: source, says, mood, cause: null });

export const timeline: Timeline = {
  entries: [
    entry(1, 300, "docker", "lab", "kafka-3 started: 4 containers"),
    entry(2, 4300, "lab", "lab", "ready after 4.3 s", "good"),
    entry(4, 9400, "kafka-1", "topic", "topic readings has 3 partitions", "good"),
    entry(5, 22_000, "app", "action", "kafka.produce topic=readings count=24"),
    entry(6, 42_000, "app", "action", "docker.pause node=kafka-2"),
    entry(7, 43_500, "kafka-2", "silent", "does not answer: no answer within 1.5 s", "bad"),
    entry(8, 51_000, "kafka-1", "partition_leader", "kafka-1 leads orders-0, epoch 1"),
    entry(9, 57_800, "kafka-1", "isr", "orders-0 in sync: 1", "bad"),
  ],
  counts: [],
};
