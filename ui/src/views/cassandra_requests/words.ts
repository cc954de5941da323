// What a request's end is called, with the numbers its outcome carries.
import { count, micros } from "../../kit/format";
import type { Latency } from "../../rpc/latency.gen";
import { ended } from "../../state/outcomes";
import type { Load, ReadRepairs, Request } from "./model.gen";

/** `Unavailable: 3 needed, 2 alive`; never flattened to “failed”. */
export function outcome({ outcome, required, alive, received, words }: Request): string {
  const { word } = ended(outcome);
  if (outcome === "ok") return word;
  if (required !== null && alive !== null) return `${word}: ${required} needed, ${alive} believed alive`;
  if (required !== null && received !== null) return `${word}: ${required} needed, ${received} answered`;
  return words || word;
}

/** What came back, in a few words. */
export function answer({ kind, outcome, row_count, applied }: Request): string {
  if (outcome !== "ok") return "";
  if (applied !== null) return applied ? "applied" : "not applied: its condition did not hold";
  if (kind === "read") return row_count === 1 ? "1 row" : `${row_count} rows`;
  return "";
}

/** `median 3.1 ms, p99 9 ms`; without p99 where too few were measured. */
export function latency({ count, median, p99, most }: Latency): string {
  if (count === 0) return "";
  return [`median ${micros(median)}`, p99 === null ? "" : `p99 ${micros(p99)}`, `slowest ${micros(most)}`]
    .filter(Boolean)
    .join(", ");
}

/** What a coordinator counts of the reads that found replicas different. */
export function readRepairs({ blocking, reconciled, timed_out }: ReadRepairs): string {
  return [
    blocking > 0 ? `${count(blocking)} mended` : "",
    reconciled > 0 ? `${count(reconciled)} left as they were` : "",
    timed_out > 0 ? `${count(timed_out)} not mended in time` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

export function load({ kind, table, level }: Load): string {
  return `${kind === "read" ? "reads from" : "writes to"} ${table} at ${level}`;
}
