// Labs that run, one of each engine.
import type { LabInfo } from "../src/rpc/schema.gen";
import * as airflow from "./airflow";
import * as cassandra from "./cassandra";
import { nodes } from "./offered";

export const lab = (name: string, phase: LabInfo["phase"] = "ready"): LabInfo => ({
  lab: name,
  stack: "kafka-3",
  phase,
  nodes,
  images: [{ engine: "Kafka", version: "4.3.1", reference: "pipewright/kafka:4.3.1", id: "sha256:1", origin: "own" }],
  endpoints: { kafka: ["127.0.0.1:29091"] },
  memory_mib: 533,
  machine_memory_mib: 24_100,
  ready: [],
  well: true,
  troubles: [],
  data_kept: true,
});

export const cassandraLab = (name: string): LabInfo => ({
  ...lab(name),
  stack: "cassandra-3",
  nodes: cassandra.nodes.nodes.map(({ name, role, endpoint, spare }) => ({
    name,
    system: "cassandra",
    role,
    node_id: null,
    endpoint,
    agent: null,
    address: null,
    spare,
    stands_in: false,
    networks: [],
    faults: [],
  })),
  images: [
    { engine: "Cassandra", version: "5.0.8", reference: "pipewright/cassandra:5.0.8", id: "sha256:2", origin: "own" },
  ],
  endpoints: { cassandra: cassandra.nodes.nodes.map(({ endpoint }) => endpoint ?? "") },
});

export const airflowLab = (name: string): LabInfo => ({
  ...lab(name),
  stack: "airflow-1",
  nodes: airflow.nodes.nodes.map(({ name, role, endpoint }) => ({
    name,
    system: "airflow",
    role,
    node_id: null,
    endpoint,
    agent: null,
    address: null,
    spare: false,
    stands_in: false,
    networks: [],
    faults: [],
  })),
  images: [
    { engine: "Airflow", version: "3.3.2", reference: "pipewright/airflow:3.3.2", id: "sha256:3", origin: "own" },
  ],
  endpoints: { airflow: ["127.0.0.1:29080"] },
});
