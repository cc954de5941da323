// DAGs and files of which Airflow could make none.
import type { Dag, Model } from "../../src/views/airflow_dags/model.gen";
import { NOW } from "./components";

const dag = (dag_id: string, change: Partial<Dag> = {}): Dag => ({
  dag_id,
  is_paused: false,
  is_stale: false,
  has_import_errors: false,
  relative_fileloc: `${dag_id}.py`,
  last_parsed_time: NOW - 3100,
  version_number: 1,
  timetable_summary: null,
  latest_run: null,
  ...change,
});

const trace = `Traceback (most recent call last):
  File "/home/airflow/.local/lib/python3.13/site-packages/airflow/dag_processing/importers.py", line 384, in parse
    loader.exec_module(new_module)
  File "<frozen importlib._bootstrap_external>", line 1026, in exec_module
  File "/opt/airflow/dags/weather_v2.py", line 3, in <module>
    @dag(schedule_interval="*/5 * * * *")
     ~~~^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
TypeError: DAG.__init__() got an unexpected keyword argument 'schedule_interval'`;

export const dags: Model = {
  dags: [
    dag("consume_readings", {
      timetable_summary: "Asset",
      version_number: 4,
      latest_run: { dag_run_id: "asset_triggered__2026-11-30T18:52:40.118220+00:00", state: "success" },
    }),
    dag("old_report", { is_stale: true, version_number: 2, last_parsed_time: NOW - 190_000 }),
    dag("three_hundred", {
      latest_run: { dag_run_id: "manual__2026-11-30T18:52:31.002113+00:00", state: "queued" },
      is_paused: true,
    }),
    dag("weather", {
      timetable_summary: "*/5 * * * *",
      version_number: 12,
      latest_run: { dag_run_id: "scheduled__2026-11-30T18:50:00+00:00", state: "running" },
    }),
    dag("weather_v2", {
      has_import_errors: true,
      last_parsed_time: NOW - 44_000,
      latest_run: { dag_run_id: "lab-1", state: "failed" },
    }),
    dag("yesterday", { relative_fileloc: null, last_parsed_time: null, version_number: null }),
  ],
  more: false,
  import_errors: [
    {
      filename: "weather_v2.py",
      line: 3,
      error: "TypeError: DAG.__init__() got an unexpected keyword argument 'schedule_interval'",
      advice: "Write `schedule=` in place of `schedule_interval=`.",
      stack_trace: trace,
      timestamp: NOW - 1700,
    },
    {
      filename: "pipelines/ingest.py",
      line: null,
      error: "DAG import timed out after 30.0 s",
      advice: null,
      stack_trace: "",
      timestamp: null,
    },
  ],
  clock_offset: NOW - 61_000,
};

export const untold: Model = {
  dags: dags.dags.slice(3, 5).map((each) => ({ ...each, latest_run: null, version_number: null })),
  more: false,
  import_errors: null,
  clock_offset: null,
};
