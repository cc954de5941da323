// Slots: a pool that is full because of a sensor that pokes, one that gives way, a deferred task; and little that is known.
import type { Instance, Interval, Model, Pool } from "../../src/views/airflow_slots/model.gen";
import { NOW } from "./components";

const pool = (name: string, slots: number, change: Partial<Pool> = {}): Pool => ({
  name,
  description: null,
  slots,
  include_deferred: false,
  occupied_slots: 0,
  running_slots: 0,
  queued_slots: 0,
  deferred_slots: 0,
  scheduled_slots: 0,
  open_slots: slots,
  ...change,
});

/** Seconds before now; the last one goes on where its end is none. */
const span = (state: string, from: number, to: number | null, holds: boolean | null = true): Interval => ({
  state,
  try_number: 1,
  from: NOW - from * 1000,
  from_is_airflows: state === "running",
  to: to === null ? null : NOW - to * 1000,
  to_is_airflows: state === "running",
  holds_pool_slots: holds,
});

const instance = (task_id: string, intervals: Interval[], change: Partial<Instance> = {}): Instance => {
  const last = intervals.at(-1)!;
  return {
    dag_id: "weather",
    dag_run_id: "scheduled__2026-11-30T18:50:00+00:00",
    task_id,
    map_index: null,
    state: last.to === null ? last.state : "success",
    try_number: 1,
    operator_name: "@task",
    pool: "default_pool",
    pool_slots: 1,
    holds_pool_slots: last.to === null && last.holds_pool_slots === true,
    holds_executor_slot: last.to === null && last.state === "running",
    trigger: null,
    intervals,
    ...change,
  };
};

/** Looks, and gives its slot back until it looks again. */
const rescheduled = [100, 85, 70, 55, 40, 25].flatMap((at) => [
  span("running", at, at - 1.2),
  span("up_for_reschedule", at - 1.2, at - 15, false),
]);

export const slots: Model = {
  clock_offset: NOW - 61_000,
  minutes: 2,
  at: NOW,
  parallelism: 4,
  parallelism_unread: null,
  executor_slots: 2,
  executor_queued: 0,
  pools: [
    pool("default_pool", 4, { occupied_slots: 1, running_slots: 1, deferred_slots: 1, open_slots: 3 }),
    pool("one", 1, { occupied_slots: 1, running_slots: 1, scheduled_slots: 1, open_slots: 0 }),
  ],
  pool_count: 2,
  instances: [
    instance("create_tables", [span("queued", 118, 117), span("running", 117, 110)], {
      operator_name: "CassandraOperator",
    }),
    instance("wait_for_file", rescheduled, { operator_name: "FileSensor", state: "up_for_reschedule" }),
    instance("load", [span("running", 108, 84)], { dag_id: "other_dag" }),
    instance("load", [span("running", 54, 36)], { dag_id: "other_dag", dag_run_id: "lab-2" }),
    instance("await_message", [span("running", 101, 99), span("deferred", 99, null, false)], {
      trigger: "airflow.providers.apache.kafka.triggers.await_message.AwaitMessageTrigger",
      operator_name: "AwaitMessageSensor",
    }),
    instance("new_records", [span("queued", 43, 41), span("running", 41, null)], {
      pool: "one",
      operator_name: "@task.sensor",
    }),
    instance("extract", [span("scheduled", 40, null, false)], { pool: "one" }),
    instance("enrich", [span("running", 12, null)], { map_index: 3 }),
    instance("lost", [span("restarting", 66, 60, null)], { pool: null }),
  ],
  cut: null,
};

export const strangeSlots: Model = {
  ...slots,
  clock_offset: null,
  parallelism: null,
  parallelism_unread: "Airflow does not tell its settings (`[api] expose_config`)",
  executor_slots: null,
  executor_queued: null,
  pools: [
    pool("default_pool", 128, { occupied_slots: 2, running_slots: 2, open_slots: 126 }),
    pool("endless", -1, { open_slots: -1 }),
  ],
  instances: slots.instances.slice(0, 3).map((each) => ({ ...each, pool_slots: 2, operator_name: null })),
  cut: "Only the newest 500 task instances are shown.",
};
