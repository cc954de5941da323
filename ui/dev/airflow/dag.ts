// The graph of a DAG with nested groups, mapped tasks and everything that can keep a task from running; of one with 300
// tasks; and one of which little is known.
import type { Edge, Group, Model, Reason, StateCount, Task, TaskInstance } from "../../src/views/airflow_dag/model.gen";
import { NOW } from "./components";

const counts = (...all: [string | null, number][]): StateCount[] => all.map(([state, count]) => ({ state, count }));

const instance = (state: string | null, change: Partial<TaskInstance> = {}): TaskInstance => {
  const begun = !["scheduled", "queued", "upstream_failed", "skipped", null].includes(state);
  const ended = state === "success" || state === "failed";
  return {
    state,
    try_number: begun ? 1 : 0,
    mapped: null,
    scheduled_when: state === null ? null : NOW - 43_000,
    queued_when: state === null || state === "scheduled" ? null : NOW - 42_000,
    start_date: begun ? NOW - 41_000 : null,
    end_date: ended ? NOW - 38_700 : null,
    pool: "default_pool",
    pool_slots: 1,
    trigger: null,
    unexplained: 0,
    waiting: begun && state !== "up_for_retry" && state !== "up_for_reschedule" && state !== "deferred" ? 0 : 1,
    why: [],
    ...change,
  };
};

const task = (task_id: string, depth: number, upstream: string[], change: Partial<Task> = {}): Task => ({
  task_id,
  label: task_id.split(".").at(-1) ?? task_id,
  group_id: task_id.includes(".") ? task_id.slice(0, task_id.lastIndexOf(".")) : null,
  operator_name: "@task",
  is_mapped: false,
  trigger_rule: "all_success",
  setup_teardown_type: null,
  depth,
  in_dag: true,
  upstream_task_ids: upstream,
  upstream_count: upstream.length,
  instance: instance("success"),
  ...change,
});

const edge = (source_id: string, target_id: string, label: string | null = null): Edge => ({
  source_id,
  target_id,
  label,
  is_setup_teardown: false,
});

const group = (group_id: string, states: StateCount[], change: Partial<Group> = {}): Group => ({
  group_id,
  label: group_id.split(".").at(-1) ?? group_id,
  tooltip: null,
  parent_group_id: group_id.includes(".") ? group_id.slice(0, group_id.lastIndexOf(".")) : null,
  is_mapped: false,
  states,
  ...change,
});

const reason = (kind: Reason["kind"], says: string, change: Partial<Reason> = {}): Reason => ({
  kind,
  says,
  instances: 1,
  until: null,
  holders: [],
  holder_count: 0,
  facts: [{ says: "airflow-1: pool one has 1 slot, 0 of them open", heard_at: 60_200 }],
  ...change,
});

const holder = {
  dag_id: "weather",
  dag_run_id: "scheduled__2026-11-30T18:50:00+00:00",
  task_id: "new_records",
  map_index: null,
  state: "running",
  pool_slots: 1,
  since: NOW - 41_000,
  operator_name: "@task.sensor",
};
const full = reason("pool_full", "Pool one has 1 slot, and none is open.", { holders: [holder], holder_count: 1 });
const upstream = reason("upstream", "Tasks that it waits for have not ended: extract.", { facts: [] });

const tasks: Task[] = [
  task("create_tables", 0, [], { operator_name: "CassandraOperator" }),
  task("new_records", 1, ["create_tables"], {
    operator_name: "@task.sensor",
    instance: instance("running", { pool: "one" }),
  }),
  task("extract", 1, ["create_tables"], {
    instance: instance("scheduled", { pool: "one", why: [full] }),
  }),
  task("wait_for_file", 1, ["create_tables"], {
    operator_name: "FileSensor",
    instance: instance("up_for_reschedule", {
      why: [reason("reschedule", "Its sensor looked and gave its slot back.", { until: NOW + 7000 })],
    }),
  }),
  task("ingest.general", 2, ["extract"], { instance: instance(null, { why: [upstream] }) }),
  task("ingest.inner.enrich", 3, ["ingest.general"], {
    is_mapped: true,
    instance: instance("running", {
      mapped: counts(["success", 2], ["running", 1], [null, 1]),
      try_number: 2,
    }),
  }),
  task("ingest.inner.validate_against_the_schema_of_the_station", 4, ["ingest.inner.enrich"], {
    instance: instance(null, { why: [upstream] }),
  }),
  task("ingest.periodic", 3, ["ingest.general"], {
    is_mapped: true,
    instance: instance("success", { mapped: counts(["success", 120]) }),
  }),
  task("choose", 5, ["ingest.periodic"], {
    operator_name: "@task.branch",
    instance: instance("up_for_retry", {
      try_number: 2,
      why: [reason("retry", "Its try 2 failed, and it is tried again.", { until: NOW + 21_000 })],
    }),
  }),
  task("small", 6, ["choose"], { operator_name: "EmptyOperator", instance: instance("skipped", { waiting: 0 }) }),
  task("large", 6, ["choose"], {
    operator_name: "BashOperator",
    instance: instance("deferred", {
      trigger: "airflow.providers.standard.triggers.temporal.DateTimeTrigger",
      why: null,
    }),
  }),
  task("report", 7, ["small", "large", "ingest.inner.validate_against_the_schema_of_the_station"], {
    trigger_rule: "none_failed",
    instance: instance(null, { why: [upstream] }),
  }),
  task("mail", 8, [], { operator_name: "EmailOperator", in_dag: false, instance: null }),
];

export const dag: Model = {
  clock_offset: NOW - 61_000,
  dag_id: "weather",
  exists: true,
  is_paused: false,
  is_stale: false,
  version_number: 12,
  max_active_tasks: 16,
  max_active_runs: 16,
  groups_from: "structure",
  groups_why: null,
  groups: [
    group("ingest", counts(["success", 1], ["running", 1], [null, 2]), { tooltip: "From Kafka to Cassandra" }),
    group("ingest.inner", counts(["running", 1], [null, 1])),
  ],
  tasks,
  task_count: 13,
  edges: [
    edge("create_tables", "new_records"),
    edge("create_tables", "extract"),
    edge("create_tables", "wait_for_file"),
    edge("extract", "ingest"),
    edge("ingest.general", "ingest.inner.enrich"),
    edge("ingest.inner.enrich", "ingest.inner.validate_against_the_schema_of_the_station"),
    edge("ingest.general", "ingest.periodic"),
    edge("ingest.periodic", "choose"),
    edge("choose", "small", "few rows"),
    edge("choose", "large", "many"),
    edge("small", "report"),
    edge("large", "report"),
    edge("ingest.inner.validate_against_the_schema_of_the_station", "report"),
  ],
  cut: null,
  run: {
    dag_run_id: "scheduled__2026-11-30T18:50:00+00:00",
    state: "running",
    run_type: "scheduled",
    logical_date: "2026-11-30T18:50:00Z",
    queued_at: NOW - 44_000,
    start_date: NOW - 43_000,
    end_date: null,
    version_number: 12,
    states: counts(["success", 2], ["running", 2], [null, 8]),
    unread: null,
    waits: false,
    why: null,
  },
  runs: [
    { dag_run_id: "scheduled__2026-11-30T18:50:00+00:00", state: "running" },
    { dag_run_id: "lab-19", state: "success" },
    { dag_run_id: "lab-18", state: "failed" },
  ],
};

const many = Array.from({ length: 300 }, (_, index) => {
  const name = (at: number) => `${["load", "clean", "join"][at % 3] ?? ""}.station_${String(at + 1).padStart(3, "0")}`;
  const before = index < 60 ? [] : [name(index - 60), ...(index % 5 === 0 ? [name(index - 59)] : [])];
  const state = index < 130 ? "success" : index < 140 ? "running" : index === 140 ? "failed" : null;
  return task(name(index), Math.floor(index / 60), before, { instance: instance(state, { why: [upstream] }) });
});

export const largeDag: Model = {
  ...dag,
  dag_id: "three_hundred",
  groups: ["load", "clean", "join"].map((name) => group(name, counts(["success", 43], [null, 57]))),
  tasks: many,
  task_count: 300,
  edges: many.flatMap(({ task_id, upstream_task_ids }) => upstream_task_ids.map((before) => edge(before, task_id))),
};

export const strangeDag: Model = {
  ...dag,
  clock_offset: null,
  exists: true,
  is_paused: true,
  groups_from: "task_ids",
  groups_why: "Airflow’s structure did not come: 500 Internal Server Error",
  tasks: tasks
    .slice(0, 6)
    .map((each, index) => ({ ...each, instance: index === 0 ? instance("at_the_dentist") : null })),
  edges: dag.edges.slice(0, 4),
  run: {
    ...dag.run!,
    state: "queued",
    start_date: null,
    version_number: null,
    unread: "Airflow has not told the tasks of this run yet",
    waits: true,
    why: [reason("dag_paused", "The DAG is paused: the scheduler looks at none of its runs.")],
  },
  runs: null,
};
