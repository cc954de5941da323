// What the harness offers: stacks to start and actions to do.
import type { StackInfo } from "../src/rpc/schema.gen";
import * as pictures from "./pictures";

export const nodes = pictures.nodes.nodes.map(({ name, role, node_id, endpoint }) => ({
  name,
  system: "kafka",
  role,
  node_id,
  endpoint,
  agent: null,
  address: null,
  spare: false,
  stands_in: false,
  networks: [],
  faults: [],
}));

export const stacks: StackInfo[] = [
  {
    name: "kafka-1",
    title: "Kafka: one node",
    says: "One node is broker and controller: for topics, records and groups.",
    memory_mib: 450,
    nodes: nodes.slice(0, 1),
    faults: ["stop", "kill", "pause"],
    options: [],
  },
  {
    name: "kafka-3",
    title: "Kafka: three brokers and a controller",
    says: "One or two brokers can fail while a separate controller still decides: for replication, elections and durability.",
    memory_mib: 1100,
    nodes,
    faults: ["stop", "kill", "pause", "cut"],
    options: [],
  },
  ...["cassandra-1", "cassandra-3", "cassandra-6"].map((name) => ({
    name,
    title: `Cassandra: ${name}`,
    says: "A ring whose nodes are all alike: for consistency levels, hints and repair.",
    memory_mib: 1200,
    nodes: nodes.slice(0, 3),
    faults: ["stop", "kill", "pause", "cut"],
    options: [
      {
        name: "tokens",
        says: "Tokens of each node",
        values: [
          { value: "1", says: "a ring that can be read", more_memory_mib: 0, more_nodes: 0 },
          { value: "16", says: "as a real cluster has", more_memory_mib: 0, more_nodes: 0 },
        ],
      },
    ],
  })),
];

const fault = (verb: string, says: string) => ({
  name: `docker.${verb}`,
  title: verb[0]!.toUpperCase() + verb.slice(1),
  says,
  dangerous: true,
  asks_first: false,
  params: {},
  order: [],
});

export const actions = [
  fault("stop", "Shut a node down in order, and wait until it has stopped."),
  fault("kill", "End a node's process at once, as a crash would."),
  fault("pause", "Freeze a node: its connections stay open, but it does not answer."),
  fault("start", "Start a stopped or killed node again."),
  fault("unpause", "Let a paused node continue."),
  fault("cut", "Take a node off the cluster's network: the other nodes cannot reach it, but clients still can."),
  fault("heal", "Put a node back on the networks that it was taken off."),
  {
    name: "cassandra.run_load",
    title: "Run a load",
    says: "Sends many reads or writes and counts how each ended.",
    dangerous: false,
    asks_first: false,
    order: ["table", "count", "level", "coordinator"],
    params: {
      required: ["table"],
      properties: {
        table: { type: "string", description: "The table, `keyspace.table`." },
        count: { type: "integer", minimum: 1, default: 1000, description: "How many." },
        level: { enum: ["ONE", "QUORUM", "ALL"], default: "ONE", description: "At which level." },
        coordinator: { type: "string", description: "Which node is asked; any if empty." },
      },
    },
  },
  {
    name: "kafka.create_topic",
    title: "Create a topic",
    says: "Creates a topic with so many partitions.",
    dangerous: false,
    asks_first: false,
    order: ["topic", "partitions", "replication"],
    params: {
      required: ["topic"],
      properties: {
        topic: { type: "string", description: "Its name." },
        partitions: { type: "integer", minimum: 1, maximum: 50, default: 3, description: "Partitions." },
        replication: {
          type: "integer",
          minimum: 1,
          maximum: 3,
          description: "Replicas of each; the cluster's default if empty.",
        },
      },
    },
  },
  {
    name: "kafka.produce",
    title: "Send records",
    says: "Sends records.",
    dangerous: false,
    asks_first: false,
    order: ["topic", "count", "key", "acks", "idempotence"],
    params: {
      required: ["topic"],
      properties: {
        topic: { type: "string", description: "Where to." },
        count: { type: "integer", default: 10, description: "How many." },
        key: { type: "string", description: "One key for all." },
        idempotence: { type: ["boolean", "null"], description: "Whether the broker drops what it already has." },
        acks: { enum: ["0", "1", "all"], default: "all", description: "Who must have it before it counts as written." },
      },
    },
  },
  {
    name: "airflow.trigger",
    title: "Trigger a DAG",
    says: "Makes a run of the DAG now, and does not wait for its end.",
    dangerous: false,
    asks_first: false,
    order: ["dag", "conf", "logical_date"],
    params: {
      required: ["dag"],
      properties: {
        dag: { type: "string", description: "The DAG's id." },
        conf: { type: "object", default: {}, description: "What the run is given: JSON that its tasks can read." },
        logical_date: { type: ["string", "null"], description: "The date that the run stands for." },
      },
    },
  },
  {
    name: "airflow.put_dag",
    title: "Write a DAG file",
    says: "Writes a file into the DAGs folder, and waits until Airflow has read it.",
    dangerous: false,
    asks_first: false,
    order: ["file", "text"],
    params: {
      required: ["file", "text"],
      properties: {
        file: { type: "string", maxLength: 100, description: "The file's name. One of this name is replaced." },
        text: { type: "string", maxLength: 262_144, description: "What is in it: Python." },
      },
    },
  },
];
