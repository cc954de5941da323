// Made-up models of an Airflow with everything that its pictures can show; and one of which little is known.
import type { Kind } from "../../src/state/kinds";
import type { Model as Nodes } from "../../src/views/lab_nodes/model.gen";
import type { Models } from "../pictures";
import { components, silent } from "./components";
import { dags, untold } from "./dags";
import { runs, strange } from "./runs";

export { large } from "./runs";

export const nodes: Nodes = {
  lab: "pipewright-airflow-1",
  well: true,
  removed: false,
  troubles: [],
  stack: "airflow-1",
  ready: true,
  ready_after: 17_400,
  images: [{ engine: "Airflow", version: "3.3.2", reference: "pipewright/airflow:3.3.2", origin: "own" }],
  nodes: ["airflow-1", "postgres-1"].map((name, index) => ({
    name,
    role: index === 0 ? "airflow" : "database",
    node_id: null,
    spare: false,
    waits: false,
    endpoint: index === 0 ? "127.0.0.1:29080" : null,
    state: "running" as const,
    exit_code: null,
    networks: ["a-client", "b-cluster"],
    cut: false,
    heard: index === 0 ? ("answering" as const) : ("not_asked" as const),
    heard_at: index === 0 ? 60_400 : null,
    why_silent: null,
  })),
  actions: [],
};

export const models: Models = { airflow_components: components, airflow_dags: dags, airflow_runs: runs };

/** `?story=unknown`. */
export const unknown: Models = { airflow_components: silent, airflow_dags: untold, airflow_runs: strange };

export const summaries: { [K in Kind]?: string } = {
  airflow_components: "The triggerer is unhealthy; the other 3 components are healthy.",
  airflow_dags: "6 DAGs, one of them paused; weather_v2.py could not be imported (line 3).",
  airflow_runs: "weather: 10 of 57 runs; the newest is running, 6 of 13 tasks ended.",
};
