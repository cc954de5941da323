import { expect, it } from "vitest";
import type { Model, Run, Task, TaskInstance } from "./model.gen";
import { amount, cellWords, runFacts, runStanding, taskFacts, taskKind, taskStanding } from "./words";

/** 30 Nov 2026, 18:52:00 UTC. */
const AT = 1_796_064_720_000;
const run: Run = {
  dag_run_id: "lab-1",
  state: "running",
  run_type: "manual",
  logical_date: null,
  queued_at: AT - 1000,
  start_date: AT,
  end_date: null,
  conf: null,
  version_number: 3,
  task_instances: [],
  unread: null,
};
const instance: TaskInstance = {
  task_id: "extract",
  state: "success",
  try_number: 2,
  mapped: null,
  scheduled_when: AT - 900,
  queued_when: AT - 400,
  start_date: AT,
  end_date: AT + 3200,
  pool: "one",
  pool_slots: 1,
  trigger: null,
};
const task: Task = {
  task_id: "extract",
  operator_name: "@task",
  is_mapped: false,
  trigger_rule: "all_success",
  downstream_task_ids: [],
  depth: 0,
  in_dag: true,
};

it("says how long a run has been going on, as long as that is known", () => {
  expect(runStanding(run, AT + 12_000)).toBe("running for 12 s");
  expect(runStanding(run, null)).toBe("running");
  expect(runStanding({ ...run, state: "failed", end_date: AT + 4000 }, null)).toBe("failed after 4.0 s");
  expect(runStanding({ ...run, state: "success", start_date: null }, AT)).toBe("success");
});

it("says what kind of run it is, and that a queued one has not begun", () => {
  expect(runFacts(run, AT + 12_000)).toEqual([
    "manual run",
    "began 12 s ago, at 18:52:00 UTC",
    "no logical date",
    "version 3 of the DAG",
  ]);
  const queued = { ...run, run_type: "operator_triggered", start_date: null, logical_date: "2026-11-30T00:00:00Z" };
  expect(runFacts({ ...queued, version_number: null }, AT)).toEqual([
    "operator triggered run",
    "queued 1.0 s ago, not begun",
    "logical date 2026-11-30T00:00:00Z",
  ]);
});

it("says a task's state, its tries and its waiting", () => {
  expect(taskStanding(instance, run, null)).toBe("success after 3.2 s");
  expect(taskFacts(instance, null)).toEqual([
    "try 2",
    "began at 18:52:00 UTC",
    "waited 0.4 s in the queue",
    "ended at 18:52:03 UTC",
    "pool one, 1 slot",
  ]);
  const waits = { ...instance, state: "scheduled", try_number: 0, queued_when: null, start_date: null, end_date: null };
  expect(taskStanding(waits, run, AT)).toBe("scheduled");
  expect(taskFacts(waits, AT + 3100).slice(0, 2)).toEqual(["not tried yet", "scheduled 4.0 s ago"]);
});

it("tells what has no instance from what has no state, and from a state that is not known", () => {
  expect(taskStanding(undefined, run, null)).toBe("Airflow has made no instance of it");
  const unread = { ...run, unread: "Airflow has not told the tasks of this run yet" };
  expect(taskStanding(undefined, unread, null)).toBe("not known: Airflow has not told the tasks of this run yet");
  expect(runFacts(unread, AT)).toContain(
    "not all of its tasks are known: Airflow has not told the tasks of this run yet",
  );
  expect(taskStanding({ ...instance, state: null, start_date: null, end_date: null }, run, null)).toBe("no status");
  expect(taskStanding({ ...instance, state: "at_the_dentist" }, run, null)).toBe("at the dentist");
  expect(cellWords(task, run, undefined)).toBe("extract: Airflow has made no instance of it; run lab-1");
  expect(cellWords(task, run, instance)).toBe("extract: success after 3.2 s, try 2; run lab-1");
});

it("counts the instances of a mapped task by state", () => {
  const mapped = [
    { state: "success", count: 3 },
    { state: null, count: 1 },
    { state: "running", count: 1 },
  ];
  expect(taskStanding({ ...instance, state: "running", mapped }, run, null)).toBe(
    "running: 5 instances, 1 no status, 1 running and 3 success",
  );
  // It is not known yet of what it is made once for each.
  expect(taskStanding({ ...instance, state: null, mapped: [] }, run, null)).toBe("no status: no instances");
});

it("says of a task only what is unlike most", () => {
  expect(taskKind(task)).toBe("@task");
  expect(taskKind({ ...task, is_mapped: true, trigger_rule: "none_failed", in_dag: false })).toBe(
    "@task, mapped, starts by none_failed, only earlier versions of the DAG had it",
  );
  expect(taskKind({ ...task, operator_name: null, trigger_rule: null })).toBe("");
});

it("says how many runs there are besides those that are shown", () => {
  const model = (run_count: number | null) => amount({ runs: [run], run_count } as unknown as Model);
  expect([model(null), model(1), model(57)]).toEqual(["1 run", "1 run", "The newest 1 of 57 runs"]);
});
