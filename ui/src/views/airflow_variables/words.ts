// What is said of a Variable, a connection, and of who changed one.
import { ago, count, plural } from "../../kit/format";
import { since } from "../airflow_times";
import type { Connection, Event, Variable } from "./model.gen";

/** How much of a value is shown; empty if all of it is. */
export function cutWords({ value, length }: Variable): string {
  const shown = value === null ? 0 : [...value].length;
  return length !== null && length > shown ? `the first ${count(shown)} of ${plural(length, "character")}` : "";
}

/** When it changed: only what was heard counts, since Airflow keeps no time for it. */
export function changedWords(changed_at: number | null, now: number): string {
  return changed_at === null ? "so since Pipewright looks" : `so since ${ago(now, changed_at)}`;
}

/** Who changed it, as far as Airflow notes it. */
export function whoWords({ noted, last_event }: Variable, airflow: number | null): string {
  if (noted === false) return "by something that Airflow’s event log does not note, as a task is";
  return last_event === null ? "" : eventWords(last_event, airflow);
}

/** An entry of the event log: `patch_variable by lab 12 s ago`. */
export function eventWords({ event, owner, when }: Event, airflow: number | null): string {
  return [event, owner === null ? "" : `by ${owner}`, when === null ? "" : since(airflow, when)]
    .filter(Boolean)
    .join(" ");
}

/** Where a connection leads: `kafka, broker:9092, schema x, as me, with a password`. */
export function connectionWords({
  conn_type,
  host,
  port,
  schema,
  login,
  has_password,
  extra_keys,
}: Connection): string {
  const place = [host ?? "", port === null ? "" : String(port)].filter(Boolean).join(":");
  return [
    conn_type,
    place,
    schema === null || schema === "" ? "" : `schema ${schema}`,
    login === null || login === "" ? "" : `as ${login}`,
    has_password ? "with a password" : "",
    extra_keys.length > 0 ? `extra: ${extra_keys.join(", ")}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

/** How many are shown of how many. */
export function amount(shown: number, all: number | null, one: string, many?: string): string {
  return all === null || all <= shown ? plural(shown, one, many) : `${shown} of ${plural(all, one, many)}`;
}
