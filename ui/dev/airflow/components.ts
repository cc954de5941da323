// Components: one that Airflow calls unhealthy, and all of them while the API server is silent.
import type { Component, Model } from "../../src/views/airflow_components/model.gen";

/** What Airflow's clock showed when the journal began: 30 Nov 2026, 18:52 UTC. */
export const BEGAN = 1_796_064_720_000;
/** The page shows this moment of the journal. */
export const NOW = BEGAN + 61_000;

const component = (name: string, age: number | null, change: Partial<Component> = {}): Component => ({
  name,
  status: "healthy",
  latest_heartbeat: age === null ? null : NOW - age,
  start_date: name === "metadatabase" ? null : BEGAN - 41_000,
  hostname: name === "metadatabase" ? null : "airflow-1",
  ...change,
});

export const components: Model = {
  api_server: {
    node: "airflow-1",
    endpoint: "127.0.0.1:29080",
    version: "3.3.2",
    heard: "answering",
    heard_at: 60_400,
    why_silent: null,
  },
  components: [
    component("metadatabase", null),
    component("scheduler", 2400),
    component("dag_processor", 11_800),
    component("triggerer", 74_000, { status: "unhealthy" }),
  ],
  healthy: false,
  warm: true,
  clock_offset: BEGAN,
};

export const silent: Model = {
  ...components,
  api_server: {
    ...components.api_server,
    heard: "silent",
    heard_at: 21_000,
    why_silent: "no answer within 1.5 s",
  },
  components: [
    component("metadatabase", null),
    component("scheduler", 41_200),
    component("dag_processor", 44_000),
    component("triggerer", null, { status: null, start_date: null, hostname: null }),
  ],
  warm: null,
};
