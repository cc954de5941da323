// Variables, connections and assets; and little that is known of them.
import type { Model as Assets } from "../../src/views/airflow_assets/model.gen";
import type { Event, Model as Variables, Variable } from "../../src/views/airflow_variables/model.gen";
import { NOW } from "./components";

const event = (name: string, about: string, ago: number): Event => ({
  when: NOW - ago,
  event: name,
  owner: "lab",
  about,
});

const variable = (key: string, value: string | null, change: Partial<Variable> = {}): Variable => ({
  key,
  value,
  length: value === null ? null : [...value].length,
  description: null,
  is_encrypted: true,
  changed_at: null,
  noted: null,
  last_event: null,
  read_by: null,
  ...change,
});

export const variables: Variables = {
  clock_offset: NOW - 61_000,
  variables: [
    variable("handed_over", "run lab-19", { changed_at: 57_000, noted: false }),
    variable("kafka_password", "***", {
      description: "Of the broker",
      last_event: event("post_variable", "kafka_password", 44_000),
    }),
    variable("stations", '{"north": [1, 2, 3], "south": [4]}', {
      changed_at: 41_000,
      noted: true,
      last_event: event("patch_variable", "stations", 20_000),
    }),
    variable("whole_file", "größe;".repeat(300), { length: 48_000, is_encrypted: false }),
  ],
  variable_count: 4,
  connections: [
    {
      connection_id: "kafka_lab",
      conn_type: "kafka",
      description: null,
      host: null,
      port: null,
      schema: null,
      login: null,
      has_password: false,
      extra_keys: ["bootstrap.servers", "group.id"],
      changed_at: 12_000,
      last_event: event("post_connection", "kafka_lab", 49_000),
    },
    {
      connection_id: "warehouse",
      conn_type: "postgres",
      description: "Read only",
      host: "postgres-1",
      port: 5432,
      schema: "weather",
      login: "reader",
      has_password: true,
      extra_keys: [],
      changed_at: null,
      last_event: null,
    },
  ],
  connection_count: 2,
  event_log: [event("patch_variable", "stations", 20_000), event("post_connection", "kafka_lab", 49_000)],
};

export const strangeVariables: Variables = {
  ...variables,
  clock_offset: null,
  variables: [],
  connections: null,
  connection_count: null,
  event_log: null,
};

export const assets: Assets = {
  clock_offset: NOW - 61_000,
  assets: [
    {
      id: 1,
      name: "readings",
      uri: "kafka://broker:9092/readings",
      group: "asset",
      extra: null,
      producing_tasks: [{ dag_id: "weather", task_id: "ingest.general" }],
      consuming_tasks: [],
      scheduled_dags: ["consume_readings", "report"],
      aliases: [],
      watchers: [{ name: "new_message", created_date: NOW - 50_000 }],
      last_event: NOW - 8000,
      queued_events: [{ dag_id: "report", created_at: NOW - 8000 }],
    },
    {
      id: 2,
      name: "stations",
      uri: "stations",
      group: "asset",
      extra: '{"team": "nord"}',
      producing_tasks: [],
      consuming_tasks: [{ dag_id: "weather", task_id: "extract" }],
      scheduled_dags: [],
      aliases: ["orte"],
      watchers: [],
      last_event: null,
      queued_events: [],
    },
  ],
  asset_count: 2,
  events: [
    {
      id: 12,
      asset_id: 1,
      name: "readings",
      timestamp: NOW - 8000,
      source_dag_id: "weather",
      source_task_id: "ingest.general",
      source_run_id: "lab-19",
      source_map_index: null,
      extra: '{"rows": 240}',
      partition_key: null,
      created_dagruns: [
        {
          dag_id: "consume_readings",
          run_id: "asset_triggered__2026-11-30T18:52:40.118220+00:00",
          state: "success",
          triggering: true,
          start_date: NOW - 7400,
          end_date: NOW - 6700,
        },
      ],
    },
    {
      id: 11,
      asset_id: 1,
      name: "readings",
      timestamp: NOW - 31_000,
      source_dag_id: null,
      source_task_id: null,
      source_run_id: null,
      source_map_index: null,
      extra: null,
      partition_key: null,
      created_dagruns: [],
    },
  ],
  event_count: 12,
};

export const strangeAssets: Assets = {
  clock_offset: null,
  assets: [],
  asset_count: null,
  events: null,
  event_count: null,
};
