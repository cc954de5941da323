// A task that failed twice and runs a third time, with a log, XCom, rendered fields and events; and one that is not known.
import type { Event, LogEntry, Model } from "../../src/views/airflow_task/model.gen";
import { NOW } from "./components";

const traceback = `Traceback (most recent call last):
  File "/opt/airflow/dags/weather.py", line 41, in enrich
    return {"id": row["id"], "celsius": (row["fahrenheit"] - 32) / 1.8}
                                         ~~~^^^^^^^^^^^^^^
KeyError: 'fahrenheit'`;

const line = (ago: number, event: string, change: Partial<LogEntry> = {}): LogEntry => ({
  timestamp: NOW - ago,
  level: "info",
  logger: "task.stdout",
  event,
  error_detail: null,
  ...change,
});

const entries: LogEntry[] = [
  line(9200, "DAG bundles loaded: dags-folder", { logger: "airflow.dag_processing.bundles.manager.DagBundlesManager" }),
  line(9150, "Filling up the DagBag from /opt/airflow/dags/weather.py", {
    logger: "airflow.models.dagbag.BundleDagBag",
  }),
  ...Array.from({ length: 30 }, (_, index) =>
    line(9000 - index * 40, `station ${index + 1}: ${(index * 37) % 91} rows`),
  ),
  line(7000, "station 31 has no fahrenheit; größer als erwartet", { level: "warning", logger: "weather" }),
  line(6900, "Task failed with exception", { level: "error", logger: "task", error_detail: traceback }),
];

const event = (ago: number, event: string, change: Partial<Event> = {}): Event => ({
  when: NOW - ago,
  event,
  owner: "airflow",
  try_number: 1,
  extra: null,
  ...change,
});

export const task: Model = {
  clock_offset: NOW - 61_000,
  dag_id: "weather",
  dag_run_id: "scheduled__2026-11-30T18:50:00+00:00",
  task_id: "ingest.inner.enrich",
  map_index: 3,
  exists: true,
  instance: {
    state: "failed",
    try_number: 2,
    max_tries: 1,
    operator: "_PythonDecoratedOperator",
    operator_name: "@task",
    pool: "default_pool",
    pool_slots: 1,
    priority_weight: 3,
    queue: "default",
    hostname: "airflow-1",
    pid: 1421,
    rendered_map_index: "north",
    note: null,
    scheduled_when: NOW - 12_000,
    queued_when: NOW - 11_000,
    start_date: NOW - 9300,
    end_date: NOW - 6800,
    trigger: null,
    version_number: 12,
  },
  tries: [
    {
      try_number: 1,
      state: "failed",
      hostname: "airflow-1",
      queued_when: NOW - 40_000,
      start_date: NOW - 39_000,
      end_date: NOW - 38_600,
    },
    {
      try_number: 2,
      state: "failed",
      hostname: "airflow-1",
      queued_when: NOW - 11_000,
      start_date: NOW - 9300,
      end_date: NOW - 6800,
    },
  ],
  try_number: 2,
  log: {
    entries,
    left_out: 199_466,
    unread: null,
    finished: true,
    error: "KeyError: 'fahrenheit'",
    advice: null,
    sources: ["/opt/airflow/logs/dag_id=weather/run_id=scheduled/task_id=enrich/map_index=3/attempt=2.log"],
  },
  xcom_out: [],
  xcom_in: [
    {
      task_id: "ingest.general",
      map_index: -1,
      key: "return_value",
      value: '[{"id": 0, "station": "north"}, {"id": 1, "station": "south"}]',
      length: 62,
      value_type: "array",
      unread: null,
      timestamp: NOW - 30_000,
    },
    {
      task_id: "ingest.general",
      map_index: -1,
      key: "whole_file",
      value: `"${"temperatur;".repeat(180)}`,
      length: 3_145_730,
      value_type: "string",
      unread: null,
      timestamp: NOW - 30_500,
    },
    {
      task_id: "ingest.general",
      map_index: -1,
      key: "odd",
      value: null,
      length: null,
      value_type: null,
      unread: "Airflow could not read it: 500 Internal Server Error",
      timestamp: null,
    },
  ],
  more_xcom: false,
  rendered_fields: [
    { name: "op_args", value: "[]", length: 2 },
    { name: "bash_command", value: "echo 2026-11-30 && \\\n  cat /data/north.csv", length: 42 },
  ],
  event_log: [
    event(6800, "failed", { try_number: 2, extra: '{"host_name": "airflow-1"}' }),
    event(9300, "running", { try_number: 2 }),
    event(20_000, "clear_task_instances", { owner: "lab", try_number: null }),
    event(38_600, "up_for_retry"),
    event(39_000, "running"),
  ],
  more_events: false,
};

export const strangeTask: Model = {
  ...task,
  clock_offset: null,
  map_index: -1,
  exists: true,
  instance: {
    ...task.instance!,
    state: "deferred",
    end_date: null,
    trigger: {
      classpath: "airflow.providers.standard.triggers.temporal.DateTimeTrigger",
      created_date: NOW - 9000,
      triggerer_id: null,
    },
    max_tries: null,
    pid: null,
  },
  tries: null,
  log: {
    entries: [],
    left_out: 0,
    unread: "it is longer than 64 MiB, and only its beginning was read",
    finished: false,
    error: null,
    advice: null,
    sources: [],
  },
  xcom_out: null,
  xcom_in: null,
  rendered_fields: null,
  event_log: null,
};
