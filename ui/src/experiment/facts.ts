// A cell's numbers as lines of a list; what nobody measured is left out. Pure.
import { count } from "../kit/format";
import type { Cell, LatencyMs } from "../rpc/schema.gen";
import { inOrder } from "../state/outcomes";

function latency({ median, p99, max }: LatencyMs): string {
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return [
    median === null ? "" : `median ${ms(median)}`,
    p99 === null ? "" : `p99 ${ms(p99)}`,
    max === null ? "" : `slowest ${ms(max)}`,
  ]
    .filter(Boolean)
    .join(", ");
}

const ends = (outcomes: Record<string, number>) =>
  inOrder(outcomes)
    .map(([outcome, times]) => `${count(times)} ${outcome.replaceAll("_", " ")}`)
    .join(", ");

/** Which trials a cell has not, in a word; nothing if it has all: then `why` tells something else of them. */
export function lacks({ state, planned, trials, straddled }: Cell): string {
  if (state === "incomplete") return "incomplete";
  return trials + straddled < planned ? "fewer trials" : "";
}

export function facts(cell: Cell): [name: string, value: string][] {
  const stale = cell.stale > 0 ? `${cell.stale} (${cell.stale_during} during, ${cell.stale_after_return} after)` : "0";
  const all: [string, string][] = [
    ["trials that count", `${cell.trials} of ${cell.planned}`],
    ["not counted: a node marked another one up or down", cell.straddled > 0 ? String(cell.straddled) : ""],
    ["writes", ends(cell.write_outcomes)],
    ["reads during the fault", ends(cell.read_outcomes)],
    ["reads after the return", ends(cell.after_return_outcomes)],
    ["acknowledged, then read stale", cell.trials > 0 ? stale : ""],
    ["not acknowledged, but read", cell.unacknowledged_seen > 0 ? String(cell.unacknowledged_seen) : ""],
    ["write took", latency(cell.write_ms)],
    ["read took", latency(cell.read_ms)],
    ["hints written", cell.hints === null ? "" : count(cell.hints)],
    [
      "reads that repaired a replica",
      cell.read_repairs_of > 0 ? `${cell.read_repairs} of ${cell.read_repairs_of}` : "",
    ],
  ];
  return all.filter(([, value]) => value !== "");
}
