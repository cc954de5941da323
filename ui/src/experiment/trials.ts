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

/** Where what a trial tells can be read again: in words, and the command that shows it. */
export function place({ journal: [from, to], journal_file, journal_at }: Trial): { says: string; look: string } {
  if (journal_file === undefined) return { says: "In which journal it is was not noted.", look: "" };
  // To the millisecond: what is cut off is a moment before.
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  const heard = journal_at ? `, ${seconds(journal_at[0])} to ${seconds(journal_at[1])} s` : "";
  return {
    says: `In the journal ${journal_file}, observations ${from} to ${to}${heard}.`,
    look: journal_at
      ? `pipewright watch cassandra_requests --from ${journal_file} --at ${seconds(journal_at[1])} --once`
      : "",
  };
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
