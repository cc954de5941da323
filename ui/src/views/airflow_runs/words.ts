// What is said of a run and of a task in it.
import { list, plural, span } from "../../kit/format";
import { stateOf } from "../airflow_states";
import { clockTime, since, took } from "../airflow_times";
import { counts, total } from "./layout";
import type { Model, Run, Task, TaskInstance } from "./model.gen";

/** In which state it is, and for how long: `success after 3.2 s`. */
function standing(state: string | null, start: number | null, end: number | null, airflow: number | null): string {
  const { word } = stateOf(state);
  const time = took(start, end, airflow);
  if (time === "") return word;
  if (state === "success" || state === "failed") return end === null ? word : `${word} after ${time}`;
  return state === "running" && end === null ? `${word} for ${time}` : word;
}

/** What kind of run it is, in Airflow's word. */
export function kindOf({ run_type }: Run): string {
  return `${run_type.replaceAll("_", " ")} run`;
}

export function runStanding({ state, start_date, end_date }: Run, airflow: number | null): string {
  return standing(state, start_date, end_date, airflow);
}

/** What is said of a run besides its state, a few words each. */
export function runFacts(run: Run, airflow: number | null): string[] {
  const { queued_at, start_date, logical_date, version_number } = run;
  return [
    kindOf(run),
    start_date === null
      ? queued_at === null
        ? "not begun"
        : `queued ${since(airflow, queued_at)}, not begun`
      : `began ${airflow === null ? "" : `${since(airflow, start_date)}, `}at ${clockTime(start_date)}`,
    logical_date === null ? "no logical date" : `logical date ${logical_date}`,
    version_number === null ? "" : `version ${version_number} of the DAG`,
    run.unread === null ? "" : `not all of its tasks are known: ${run.unread}`,
  ].filter(Boolean);
}

/** The state of a task in a run; of a mapped task the states of its instances. */
export function taskStanding(instance: TaskInstance | undefined, run: Run, airflow: number | null): string {
  if (!instance) return run.unread === null ? "Airflow has made no instance of it" : `not known: ${run.unread}`;
  const { state, mapped, start_date, end_date } = instance;
  const all = total(instance);
  if (all === null) return standing(state, start_date, end_date, airflow);
  if (all === 0) return `${stateOf(state).word}: no instances`;
  const each = list(counts(mapped ?? []).map((of) => `${of.count} ${stateOf(of.state).word}`));
  return `${stateOf(state).word}: ${plural(all, "instance")}, ${each}`;
}

/** What is said of it besides, a few words each. */
export function taskFacts(instance: TaskInstance, airflow: number | null): string[] {
  const { try_number, scheduled_when, queued_when, start_date, end_date, pool, pool_slots, trigger } = instance;
  const waited = queued_when === null || start_date === null || start_date < queued_when;
  return [
    try_number === 0 ? "not tried yet" : `try ${try_number}`,
    start_date === null
      ? queued_when === null
        ? scheduled_when === null
          ? ""
          : `scheduled ${since(airflow, scheduled_when)}`
        : `queued ${since(airflow, queued_when)}`
      : `began at ${clockTime(start_date)}`,
    waited ? "" : `waited ${span(start_date - queued_when)} in the queue`,
    end_date === null ? "" : `ended at ${clockTime(end_date)}`,
    pool === null ? "" : `pool ${pool}${pool_slots === null ? "" : `, ${plural(pool_slots, "slot")}`}`,
    trigger === null ? "" : `waits for ${trigger}`,
  ].filter(Boolean);
}

/** What a task is: its operator, and what starts it. */
export function taskKind({ operator_name, is_mapped, trigger_rule, in_dag }: Task): string {
  return [
    operator_name ?? "",
    is_mapped ? "mapped" : "",
    trigger_rule === null || trigger_rule === "all_success" ? "" : `starts by ${trigger_rule}`,
    in_dag ? "" : "only earlier versions of the DAG had it",
  ]
    .filter(Boolean)
    .join(", ");
}

/** A cell in one line, for who does not see it. */
export function cellWords(task: Task, run: Run, instance: TaskInstance | undefined): string {
  const tries = instance && instance.try_number > 1 ? `, try ${instance.try_number}` : "";
  return `${task.task_id}: ${taskStanding(instance, run, null)}${tries}; run ${run.dag_run_id}`;
}

/** How many of how many runs there are. */
export function amount({ runs, run_count }: Model): string {
  if (run_count === null || run_count <= runs.length) return plural(runs.length, "run");
  return `The newest ${runs.length} of ${plural(run_count, "run")}`;
}
