// Made-up models of an Airflow with everything that its pictures can show; and one of which little is known.
import type { Kind } from "../../src/state/kinds";
import type { Model as Nodes } from "../../src/views/lab_nodes/model.gen";
import type { Models } from "../pictures";
import { components, silent } from "./components";
import { dag, largeDag, strangeDag } from "./dag";
import { dags, untold } from "./dags";
import { image, strangeImage } from "./image";
import { large as largeRuns, runs, strange } from "./runs";
import { slots, strangeSlots } from "./slots";
import { assets, strangeAssets, strangeVariables, variables } from "./stores";
import { strangeTask, task } from "./task";

/** Of the DAG with 300 tasks. */
export const large: Models = { airflow_dag: largeDag, airflow_runs: largeRuns };

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

export const models: Models = {
  airflow_components: components,
  airflow_dags: dags,
  airflow_dag: dag,
  airflow_runs: runs,
  airflow_task: task,
  airflow_slots: slots,
  airflow_variables: variables,
  airflow_assets: assets,
  lab_image: image,
};

/** `?story=unknown`. */
export const unknown: Models = {
  airflow_components: silent,
  airflow_dags: untold,
  airflow_dag: strangeDag,
  airflow_runs: strange,
  airflow_task: strangeTask,
  airflow_slots: strangeSlots,
  airflow_variables: strangeVariables,
  airflow_assets: strangeAssets,
  lab_image: strangeImage,
};

export const summaries: { [K in Kind]?: string } = {
  airflow_components: "The triggerer is unhealthy; the other 3 components are healthy.",
  airflow_dags: "6 DAGs, one of them paused; weather_v2.py could not be imported (line 3).",
  airflow_dag: "weather: 2 of 12 tasks ended; extract waits for a slot of pool one.",
  airflow_task: "ingest.inner.enrich [3] failed after 2.5 s at try 2: KeyError: 'fahrenheit'.",
  airflow_slots: "2 of 4 executor slots are held; pool one is full.",
  airflow_variables: "4 Variables and 2 connections.",
  airflow_assets: "2 assets; the newest event: readings, 8.0 s ago.",
  lab_image: "airflow-1 runs pipewright/lab-airflow:quix; the newest build failed at line 3.",
  airflow_runs: "weather: 10 of 57 runs; the newest is running, 6 of 13 tasks ended.",
};
