// What is said of a task, a group and a run in the graph.
import { ago, count, list, plural, span } from "../../kit/format";
import { stateOf } from "../airflow_states";
import { clockTime, since, took } from "../airflow_times";
import { counts, total } from "./graph";
import type { Group, Holder, Model, Reason, ReasonKind, Run, StateCount, Task, TaskInstance } from "./model.gen";

/** A reason in as few words as a box holds. */
const SHORT: Record<ReasonKind, string> = {
  dag_paused: "the DAG is paused",
  dag_stale: "the DAG is stale",
  scheduler: "no scheduler",
  run_after: "its time is not there yet",
  max_active_runs: "other runs go on",
  run_queued: "the run is queued",
  upstream: "waits for others",
  upstream_failed: "something before it failed",
  pool_full: "waits for a slot",
  pool_too_small: "its pool is too small",
  pool_missing: "its pool is missing",
  parallelism: "waits for a slot",
  max_active_tasks: "too many tasks of the run",
  task_concurrency: "too many of this task",
  logical_date: "its date forbids it",
  executor: "waits for the executor",
  retry: "will be tried again",
  reschedule: "will look again",
  trigger: "waits for its trigger",
  triggerer: "no triggerer",
  human: "waits for a person",
  airflow: "waits",
};

export const shortly = ({ kind }: Reason): string => SHORT[kind];

/** `success after 3.2 s`, `running for 41 s`. */
function standing(state: string | null, start: number | null, end: number | null, airflow: number | null): string {
  const { word } = stateOf(state);
  const time = took(start, end, airflow);
  if (time === "") return word;
  if (state === "success" || state === "failed") return end === null ? word : `${word} after ${time}`;
  return state === "running" && end === null ? `${word} for ${time}` : word;
}

/** `2 success, 1 running`. */
export function tally(all: readonly StateCount[]): string {
  return counts(all)
    .map(({ state, count }) => `${count} ${stateOf(state).word}`)
    .join(", ");
}

/** The second line of a task's box. */
export function lineOf({ instance, operator_name }: Task, run: Run | null, airflow: number | null): string {
  if (!run) return operator_name ?? "";
  if (!instance) return run.unread === null ? "none yet" : "not known";
  const { state, start_date, end_date, mapped, waiting, why } = instance;
  const reason = waiting > 0 ? why?.[0] : undefined;
  const all = total(mapped);
  if (all === 0) return `${stateOf(state).word}: none`;
  if (mapped !== null && (!reason || waiting !== all || reason.instances !== all)) return tally(mapped);
  if (reason) return SHORT[reason.kind];
  const time = took(start_date, end_date, airflow);
  const { word } = stateOf(state);
  if (state === "running" && end_date === null && time !== "") return `${word}, ${time}`;
  return (state === "success" || state === "failed") && end_date !== null && time !== "" ? `${word}, ${time}` : word;
}

/** A task in one sentence, for who does not see its box. */
export function taskWords(task: Task, run: Run | null, airflow: number | null): string {
  const { instance, task_id } = task;
  const tries = instance && instance.try_number > 1 ? `, try ${instance.try_number}` : "";
  const before = task.upstream_count === 0 ? "" : `; waits for ${plural(task.upstream_count, "task")}`;
  return `${task_id}: ${taskStanding(task, run, airflow)}${tries}${before}`;
}

export function taskStanding({ instance, operator_name }: Task, run: Run | null, airflow: number | null): string {
  if (!run) return operator_name ?? "no run yet";
  if (!instance) return run.unread === null ? "Airflow has made no instance of it" : `not known: ${run.unread}`;
  const { state, start_date, end_date, mapped } = instance;
  const all = total(mapped);
  if (all === null) return standing(state, start_date, end_date, airflow);
  if (all === 0) return `${stateOf(state).word}: no instances`;
  return `${stateOf(state).word}: ${plural(all, "instance")}, ${tally(mapped ?? [])}`;
}

/** What kind of task it is. */
export function kindOf({ operator_name, is_mapped, trigger_rule, setup_teardown_type, in_dag }: Task): string {
  return [
    operator_name ?? "",
    is_mapped ? "mapped" : "",
    setup_teardown_type ?? "",
    trigger_rule === null || trigger_rule === "all_success" ? "" : `starts by ${trigger_rule}`,
    in_dag ? "" : "only earlier versions of the DAG had it",
  ]
    .filter(Boolean)
    .join(", ");
}

/** What is said of an instance besides its state, a few words each. */
export function instanceFacts(instance: TaskInstance, airflow: number | null): string[] {
  const { try_number, scheduled_when, queued_when, start_date, end_date, pool, pool_slots, trigger } = instance;
  return [
    try_number === 0 ? "not tried yet" : `try ${try_number}`,
    start_date === null
      ? queued_when === null
        ? scheduled_when === null
          ? ""
          : `scheduled ${since(airflow, scheduled_when)}`
        : `queued ${since(airflow, queued_when)}`
      : `began at ${clockTime(start_date)}`,
    end_date === null ? "" : `ended at ${clockTime(end_date)}`,
    pool === null ? "" : `pool ${pool}${pool_slots === null ? "" : `, ${plural(pool_slots, "slot")}`}`,
    trigger === null ? "" : `waits for ${trigger.split(".").at(-1) ?? trigger}`,
  ].filter(Boolean);
}

export function runStanding({ state, start_date, end_date }: Run, airflow: number | null): string {
  return standing(state, start_date, end_date, airflow);
}

/** What is said of a run besides its state, a few words each. */
export function runFacts(run: Run, airflow: number | null): string[] {
  const { run_type, queued_at, start_date, logical_date, version_number, unread } = run;
  return [
    `${run_type.replaceAll("_", " ")} run`,
    start_date === null
      ? queued_at === null
        ? "not begun"
        : `queued ${since(airflow, queued_at)}, not begun`
      : `began at ${clockTime(start_date)}`,
    logical_date === null ? "no logical date" : `logical date ${logical_date}`,
    version_number === null ? "" : `version ${version_number} of the DAG`,
    unread === null ? "" : `not all of its tasks are known: ${unread}`,
  ].filter(Boolean);
}

/** Who holds what something waits for: `new_records (running for 41 s)`. */
export function holderWords(
  { dag_id, dag_run_id, task_id, map_index, state, since: from }: Holder,
  dag: string,
  airflow: number | null,
): string {
  const own = dag_id === dag ? "" : `${dag_id}: `;
  const which = task_id === null ? `run ${dag_run_id}` : `${task_id}${map_index === null ? "" : ` [${map_index}]`}`;
  const time = from === null || airflow === null ? "" : ` for ${span(airflow - from)}`;
  return `${own}${which} (${stateOf(state).word}${time})`;
}

/** All who hold it. */
export function holdersWords({ says, holders, holder_count }: Reason, dag: string, airflow: number | null): string {
  // The sentence itself names them as a rule.
  if (holders.length === 0 || holders.some(({ task_id, dag_run_id }) => says.includes(task_id ?? dag_run_id)))
    return "";
  const named = holders.slice(0, 4).map((holder) => holderWords(holder, dag, airflow));
  const more = Math.max(holder_count, holders.length) - named.length;
  return more > 0 ? `${named.join(", ")} and ${more} more` : list(named);
}

/** When a reason will be over; empty if nobody knows. */
export function untilWords({ until }: Reason, airflow: number | null): string {
  if (until === null) return "";
  if (airflow === null) return `until ${clockTime(until)}`;
  return until > airflow ? `in ${span(until - airflow)}` : `due since ${span(airflow - until)}`;
}

/** What a reason rests on, with how old each is. */
export function groundWords({ facts }: Reason, now: number): string[] {
  return facts.map(({ says, heard_at }) => `${says} (heard ${ago(now, heard_at)})`);
}

export function groupWords({ group_id, tooltip, is_mapped, states }: Group): string {
  return [`group ${group_id}`, is_mapped ? "mapped" : "", tooltip ?? "", tally(states)].filter(Boolean).join(": ");
}

/** What must be known of the whole before any task; `drawn` is none before the graph is laid out. */
export function notes(
  { exists, is_paused, is_stale, cut, groups_from, groups_why, groups }: Model,
  drawn: { grouped: boolean; undrawn: number } | null,
): string[] {
  const apart = drawn !== null && !drawn.grouped && groups.length > 0;
  const undrawn = drawn?.undrawn ?? 0;
  return [
    exists === false ? "Airflow has no DAG of this id." : "",
    is_paused ? "The DAG is paused: the scheduler looks at none of its runs." : "",
    is_stale ? "The DAG is stale: no file defines it any more, and the scheduler looks at none of its runs." : "",
    cut ?? "",
    groups_from === "task_ids" && groups.length > 0
      ? `Groups are guessed from the dots in the ids${groups_why === null ? "" : `: ${groups_why}`}.`
      : "",
    apart ? "It is too large for its groups to be drawn; the table names them." : "",
    undrawn > 0 ? `It is too large for all its lines: ${count(undrawn)} of them are not drawn.` : "",
  ].filter(Boolean);
}
