// Made-up models of a Cassandra cluster with a stopped node and a spare that waits.
import type { Model as Nodes } from "../../src/views/lab_nodes/model.gen";
import type { Models } from "../pictures";
import { replicas } from "./replicas";
import { request } from "./request";
import { requests } from "./requests";
import { ring } from "./ring";
import { hints, settings, storage } from "./storage";

export { replicas } from "./replicas";
export { request } from "./request";
export { requests } from "./requests";
export { ring, ring16, ring6 } from "./ring";
export { hints, settings, storage } from "./storage";

export const nodes: Nodes = {
  lab: "pipewright-cassandra-3",
  well: false,
  removed: false,
  troubles: ["cassandra-3 is stopped (exit code 143)."],
  stack: "cassandra-3",
  ready: true,
  ready_after: 9100,
  images: [{ engine: "Cassandra", version: "5.0.8", reference: "pipewright/cassandra:5.0.8", origin: "own" }],
  nodes: [1, 2, 3, 4].map((number) => ({
    name: `cassandra-${number}`,
    role: "node",
    node_id: null,
    spare: number === 4,
    waits: number === 4,
    endpoint: `127.0.0.1:2904${number}`,
    state: number > 2 ? ("stopped" as const) : ("running" as const),
    exit_code: number === 3 ? 143 : null,
    networks: number === 4 ? [] : ["a-client", "b-cluster"],
    cut: false,
    heard: number === 4 ? ("not_asked" as const) : number === 3 ? ("silent" as const) : ("answering" as const),
    heard_at: number === 4 ? null : number === 3 ? 19_000 : 60_800,
    why_silent: number === 3 ? "connection refused" : null,
  })),
  actions: [],
};

export const models: Models = {
  cassandra_ring: ring,
  cassandra_replicas: replicas,
  cassandra_request: request,
  cassandra_requests: requests,
  cassandra_hints: hints,
  cassandra_storage: storage,
  cassandra_settings: settings,
  lab_nodes: nodes,
};
