// What is said of a task instance, its tries, its log and what it left.
import { count, plural } from "../../kit/format";
import { stateOf } from "../airflow_states";
import { clockTime, since, took } from "../airflow_times";
import type { Event, Instance, Log, LogEntry, Model, Try, XCom } from "./model.gen";

/** `success after 3.2 s`, `running for 41 s`. */
export function standing({ state, start_date, end_date }: Instance | Try, airflow: number | null): string {
  const { word } = stateOf(state);
  const time = took(start_date, end_date, airflow);
  if (time === "") return word;
  if (state === "running" && end_date === null) return `${word} for ${time}`;
  return end_date === null ? word : `${word} after ${time}`;
}

/** What is said of an instance besides its state, a few words each. */
export function facts(instance: Instance, airflow: number | null): string[] {
  const { try_number, max_tries, operator_name, operator, pool, pool_slots, queue, hostname, pid } = instance;
  const { scheduled_when, queued_when, start_date, end_date, trigger, version_number, note } = instance;
  const tries = max_tries === null ? "" : ` of ${max_tries + 1}`;
  return [
    operator_name ?? operator ?? "",
    try_number === 0 ? "not tried yet" : `try ${try_number}${tries}`,
    start_date === null
      ? queued_when === null
        ? scheduled_when === null
          ? ""
          : `scheduled ${since(airflow, scheduled_when)}`
        : `queued ${since(airflow, queued_when)}`
      : `began at ${clockTime(start_date)}`,
    end_date === null ? "" : `ended at ${clockTime(end_date)}`,
    pool === null ? "" : `pool ${pool}${pool_slots === null ? "" : `, ${plural(pool_slots, "slot")}`}`,
    queue === null || queue === "default" ? "" : `queue ${queue}`,
    hostname === null || hostname === "" ? "" : `on ${hostname}${pid === null ? "" : `, process ${pid}`}`,
    version_number === null ? "" : `version ${version_number} of the DAG`,
    trigger === null ? "" : triggerWords(trigger, airflow),
    note === null ? "" : `note: ${note}`,
  ].filter(Boolean);
}

function triggerWords(
  { classpath, created_date, triggerer_id }: NonNullable<Instance["trigger"]>,
  airflow: number | null,
) {
  const made = created_date === null ? "" : `, made ${since(airflow, created_date)}`;
  return `waits for ${classpath}${made}${triggerer_id === null ? ", which no triggerer runs yet" : ""}`;
}

/** A try in a few words: `try 2, failed after 0.4 s`. */
export function tryWords(each: Try, airflow: number | null): string {
  return `try ${each.try_number}, ${standing(each, airflow)}`;
}

/** What is not in the log that is shown; empty if all of it is. */
export function logGaps({ left_out, unread, finished }: Log): string[] {
  return [
    left_out > 0 ? `${count(left_out)} older ${left_out === 1 ? "entry is" : "entries are"} not shown.` : "",
    unread === null ? "" : `It goes on: ${unread}.`,
    finished || unread !== null ? "" : "The try has not ended, so more may come.",
  ].filter(Boolean);
}

/** Which entries are looked at. */
export type Only = "all" | "printed" | "faults";

const FAULTS = ["warning", "error", "critical"];

export function chosen(entries: readonly LogEntry[], only: Only, word: string): LogEntry[] {
  const sought = word.trim().toLowerCase();
  return entries.filter(({ level, logger, event, error_detail }) => {
    if (only === "printed" && logger !== "task.stdout") return false;
    if (only === "faults" && !FAULTS.includes(level ?? "") && error_detail === null) return false;
    return sought === "" || `${event}\n${error_detail ?? ""}`.toLowerCase().includes(sought);
  });
}

export const isFault = ({ level, error_detail }: LogEntry): boolean =>
  level === "error" || level === "critical" || error_detail !== null;

/** `18:52:07.120`, as the task's host wrote it. */
export function logTime({ timestamp }: LogEntry): string {
  return timestamp === null ? "" : new Date(timestamp).toISOString().slice(11, 23);
}

/** A value's type, and how much of it is shown. */
export function sizeOf({ value, length, value_type }: XCom): string {
  const cut = value !== null && length !== null && length > [...value].length;
  return [value_type ?? "", cut ? `the first ${count([...value].length)} of ${plural(length, "character")}` : ""]
    .filter(Boolean)
    .join(", ");
}

/** Who left it: `extract`, `enrich [3]`. */
export const leftBy = ({ task_id, map_index }: XCom): string => (map_index < 0 ? task_id : `${task_id} [${map_index}]`);

/** How often each event is noted, in the order in which they came first: how a sensor's mode is told. */
export function tally(events: readonly Event[]): string {
  const found = new Map<string, number>();
  for (const { event } of events.toReversed()) found.set(event, (found.get(event) ?? 0) + 1);
  return [...found].map(([event, times]) => `${event.replaceAll("_", " ")} ${plural(times, "time")}`).join(", ");
}

/** Where the instance would be if there were one. */
export function missing({ exists, run, task }: { exists: Model["exists"]; run: string | null; task: string }): string {
  if (exists === null) return "Airflow was not asked for it yet.";
  if (run === null) return "The DAG has no run yet.";
  return `Airflow has no instance of ${task} in run ${run}.`;
}
