// Which trial to show first, and how what a replica held stands beside the others. Pure.
import type { Cell, ReplicaHolds, Trial } from "../rpc/schema.gen";

/** A trial in a word. */
export function word(trial: Trial): string {
  if (trial.set_aside !== null) return "set aside";
  if (trial.during?.stale || trial.after_return?.stale) return "stale";
  if (trial.write.outcome !== "ok") return `write ${trial.write.outcome.replaceAll("_", " ")}`;
  const failed = [trial.during, trial.after_return].find((read) => read && read.request.outcome !== "ok");
  return failed ? `read ${failed.request.outcome.replaceAll("_", " ")}` : "fresh";
}

/** The one that explains a surprise, else the first stale one, else the first that was not ok, else the first. */
export function telling(trials: readonly Trial[], cell: Cell): Trial | null {
  const named = trials.find(({ trial }) => trial === cell.surprise?.trial);
  const stale = trials.find((trial) => word(trial) === "stale");
  const other = trials.find((trial) => word(trial) !== "fresh");
  return named ?? stale ?? other ?? trials[0] ?? null;
}

export interface Held {
  node: string;
  value: string;
  written_at: string | null;
  standing: "newest" | "older" | "missing" | "unknown";
}

/** What each replica held, and whether that was the newest any of them had. */
export function held(all: readonly ReplicaHolds[]): Held[] {
  const times = all.flatMap(({ written_at }) => (written_at === null ? [] : [BigInt(written_at)]));
  const newest = times.reduce((a, b) => (a > b ? a : b), -1n);
  return all.map(({ node, value, written_at, error }) => {
    if (error !== null) return { node, value: error, written_at: null, standing: "unknown" };
    if (value === null) return { node, value: "no row", written_at, standing: "missing" };
    const standing = written_at === null || BigInt(written_at) === newest ? "newest" : "older";
    return { node, value: `'${value}'`, written_at, standing };
  });
}

/** A timestamp as a time of day with milliseconds, UTC. */
export function at(written_at: string | null): string {
  return written_at === null ? "" : new Date(Number(BigInt(written_at) / 1000n)).toISOString().slice(11, 23);
}
