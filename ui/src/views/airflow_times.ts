// Times by Airflow's clock, beside the journal's that the page counts from. Pure.
import { ago, span } from "../kit/format";

/** Now by Airflow's clock; none while it has told no time of its own. `offset` is its clock minus the journal's. */
export function airflowNow(now: number, offset: number | null): number | null {
  return offset === null ? null : now + offset;
}

/** `18:52:07 UTC`. */
export function clockTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}

/** How long ago that was; the time itself while nobody knows what Airflow's clock shows now. */
export function since(airflow: number | null, at: number): string {
  return airflow === null ? `at ${clockTime(at)}` : ago(airflow, at);
}

/** A span between two times of Airflow's: until now while it has no end; none if that is not known, or never began. */
export function lasted(start: number | null, end: number | null, airflow: number | null): number | null {
  const until = end ?? airflow;
  return start === null || until === null ? null : Math.max(0, until - start);
}

/** The same in words; empty if it is not known. */
export function took(start: number | null, end: number | null, airflow: number | null): string {
  const ms = lasted(start, end, airflow);
  return ms === null ? "" : span(ms);
}
