// Runs of a DAG with every state; of one with 300 tasks; and states that nobody knows.
import type { Model, Run, StateCount, Task, TaskInstance } from "../../src/views/airflow_runs/model.gen";
import { NOW } from "./components";

const MINUTE = 60_000;

const task = (task_id: string, depth: number, operator_name = "@task", change: Partial<Task> = {}): Task => ({
  task_id,
  operator_name,
  is_mapped: false,
  trigger_rule: "all_success",
  downstream_task_ids: [],
  depth,
  in_dag: true,
  ...change,
});

const tasks: Task[] = [
  task("create_tables", 0, "CassandraOperator"),
  task("new_records", 1, "@task.sensor"),
  task("extract", 2),
  task("ingest.general", 3),
  task("ingest.inner.enrich", 4, "@task", { is_mapped: true }),
  task("ingest.inner.validate_against_the_schema_of_the_station", 5),
  task("ingest.periodic", 3, "@task", { is_mapped: true }),
  task("choose", 4, "@task.branch"),
  task("small", 5, "EmptyOperator"),
  task("large", 5, "BashOperator"),
  task("wait_for_file", 6, "FileSensor"),
  task("report", 7, "@task", { trigger_rule: "none_failed" }),
  task("mail", 8, "EmailOperator", { in_dag: false }),
];

const instance = (task_id: string, state: string | null, at: number, change: Partial<TaskInstance> = {}) => ({
  task_id,
  state,
  try_number: state === null || state === "scheduled" || state === "queued" ? 0 : 1,
  mapped: null,
  scheduled_when: state === null ? null : at - 900,
  queued_when: state === null || state === "scheduled" ? null : at - 400,
  start_date: state === null || ["scheduled", "queued", "upstream_failed", "skipped"].includes(state) ? null : at,
  end_date: ["success", "failed"].includes(state ?? "") ? at + 2300 : null,
  pool: "default_pool",
  pool_slots: 1,
  trigger: state === "deferred" ? "airflow.providers.standard.triggers.file.FileTrigger" : null,
  ...change,
});

const counts = (...all: [string | null, number][]): StateCount[] => all.map(([state, count]) => ({ state, count }));

const run = (index: number, state: string, states: (string | null)[], change: Partial<Run> = {}): Run => {
  const at = NOW - 5 * MINUTE * index - 31_000;
  return {
    dag_run_id:
      index % 3 === 0
        ? `scheduled__2026-11-30T18:${String(50 - index).padStart(2, "0")}:00+00:00`
        : `lab-${20 - index}`,
    state,
    run_type: index % 3 === 0 ? "scheduled" : "manual",
    logical_date: index % 3 === 0 ? `2026-11-30T18:${String(50 - index).padStart(2, "0")}:00Z` : null,
    queued_at: at - 1200,
    start_date: state === "queued" ? null : at,
    end_date: state === "success" || state === "failed" ? at + 9000 + ((index * 7) % 5) * 4100 : null,
    conf: index === 1 ? '{"stations": ["north", "south"], "since": "2026-11-26"}' : null,
    version_number: index > 6 ? 11 : 12,
    unread: null,
    task_instances: states.flatMap((of, place): TaskInstance[] => {
      const each = tasks[place]!;
      if (of === "-") return [];
      const mapped =
        each.is_mapped && of !== null
          ? of === "success"
            ? counts(["success", place === 4 ? 4 : 120])
            : counts(["success", 2], [of, 1], [null, place === 4 ? 1 : 0])
          : null;
      const tries = of === "up_for_retry" || (place === 2 && index % 4 === 2) ? 2 : undefined;
      return [instance(each.task_id, of, at + place * 1500, { mapped, ...(tries && { try_number: tries }) })];
    }),
    ...change,
  };
};

const S = "success";
const well = [S, S, S, S, S, S, S, S, "skipped", S, S, S, "-"];
const failed = [S, S, S, "failed", S, S, S, S, "skipped", "upstream_failed", "upstream_failed", "upstream_failed", "-"];
const going = [
  S,
  S,
  S,
  S,
  "running",
  null,
  "up_for_retry",
  "deferred",
  "queued",
  "scheduled",
  "up_for_reschedule",
  null,
  "-",
];
const early = [...well.slice(0, 12), "removed"];

export const runs: Model = {
  dag_id: "weather",
  exists: true,
  is_paused: false,
  tasks,
  runs: [
    run(0, "running", going),
    run(1, "success", well),
    run(2, "failed", failed),
    ...[3, 4, 5, 6].map((index) => run(index, "success", well)),
    run(7, "failed", [S, S, "failed", ...Array<string>(9).fill("upstream_failed"), "removed"]),
    run(8, "success", early),
    run(9, "success", early),
  ],
  run_count: 57,
  clock_offset: NOW - 61_000,
};

const many = Array.from({ length: 300 }, (_, index) =>
  task(`${["load", "clean", "join"][index % 3] ?? ""}.station_${String(index + 1).padStart(3, "0")}`, index % 9),
);
export const large: Model = {
  ...runs,
  dag_id: "three_hundred",
  is_paused: true,
  tasks: many,
  run_count: 25,
  runs: Array.from({ length: 25 }, (_, index) => ({
    ...run(index, index === 0 ? "queued" : index % 6 === 4 ? "failed" : "success", []),
    task_instances: many.map(({ task_id }, place) =>
      instance(task_id, index === 0 ? null : (index * place) % 41 === 7 ? "failed" : "success", NOW - index * MINUTE),
    ),
  })),
};

export const strange: Model = {
  ...runs,
  is_paused: null,
  run_count: null,
  clock_offset: null,
  tasks: tasks.slice(0, 4).map((each) => ({ ...each, operator_name: null, trigger_rule: null })),
  runs: [
    { ...run(0, "at_the_dentist", ["success", "at_the_dentist", "restarting", null]), start_date: null },
    { ...run(1, "queued", [null, null, null, null]), version_number: null },
    { ...run(2, "running", ["success"]), unread: "Airflow has not told the tasks of this run yet" },
  ],
};
