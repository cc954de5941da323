// Cells of a run as tables, and what one cell shows. Pure.
import type { Cell, CellPlan, FaultKind, Level, Theory, TrialPhase } from "../rpc/schema.gen";
import { LEVELS } from "./words";

/** A cell that is planned, or one that was run. */
export type AnyCell = CellPlan & Partial<Cell>;

/** Cells that share a fault, its phase and a replication factor: writes down, reads across. */
export interface Grid<C> {
  key: string;
  rf: number;
  fault: FaultKind;
  phase: TrialPhase;
  writes: Level[];
  reads: Level[];
  /** In the order of `writes`, then of `reads`; none where the plan has no such cell. */
  rows: (C | null)[][];
}

const inOrder = (levels: Iterable<Level>) => [...new Set(levels)].sort((a, b) => LEVELS.indexOf(a) - LEVELS.indexOf(b));

/** A table for every fault, phase and factor, in the order in which they are run. */
export function grids<C extends CellPlan>(cells: readonly C[]): Grid<C>[] {
  const groups = new Map<string, C[]>();
  for (const cell of cells) {
    const key = `${cell.rf} ${cell.fault} ${cell.phase}`;
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups].map(([key, group]) => {
    const first = group[0] as C;
    const writes = inOrder(group.map(({ write }) => write));
    const reads = inOrder(group.map(({ read }) => read));
    const at = (write: Level, read: Level) => group.find((cell) => cell.write === write && cell.read === read) ?? null;
    return {
      key,
      rf: first.rf,
      fault: first.fault,
      phase: first.phase,
      writes,
      reads,
      rows: writes.map((write) => reads.map((read) => at(write, read))),
    };
  });
}

export type Kind = "fresh" | "stale" | "unavailable" | "timeout" | "other";

export interface Segment {
  kind: Kind;
  count: number;
  /** 0 to 1 of the bar. */
  share: number;
}

/** The outcomes of a cell's trials, as parts of a bar. A stale read counts as that, however else its trial ended. */
export function segments({ outcomes, stale, trials }: Cell): Segment[] {
  const of = (...names: string[]) => names.reduce((sum, name) => sum + (outcomes[name] ?? 0), 0);
  const ok = of("ok");
  const unavailable = of("unavailable");
  const timeout = of("write_timeout", "read_timeout", "no_answer");
  // A read after the node's return may be stale although the one during the fault was not answered.
  const beyond = Math.max(0, stale - ok);
  const counts: [Kind, number][] = [
    ["fresh", Math.max(0, ok - stale)],
    ["stale", stale],
    ["unavailable", unavailable],
    ["timeout", timeout],
    ["other", Object.values(outcomes).reduce((sum, n) => sum + n, 0) - ok - unavailable - timeout],
  ];
  const total = Math.max(1, trials + beyond);
  return counts.filter(([, count]) => count > 0).map(([kind, count]) => ({ kind, count, share: count / total }));
}

/** Whether a cell has not ended: its counts are so far, and what it shows is not known yet. */
export const isOpen = ({ state }: Pick<Cell, "state">) => state === "waiting" || state === "running";

/** What stands first in a cell. */
export function headline(cell: Cell): { figure: string; words: string } {
  if (cell.trials === 0) {
    return cell.state === "done" || cell.state === "incomplete"
      ? { figure: "", words: "no trial counts" }
      : { figure: "", words: cell.state === "running" ? "running" : "not started" };
  }
  const soFar = isOpen(cell) ? " so far" : "";
  if (cell.stale > 0) return { figure: String(cell.stale), words: `of ${cell.trials} stale${soFar}` };
  const worst = segments(cell).filter(({ kind }) => kind !== "fresh");
  const most = worst.sort((a, b) => b.count - a.count)[0];
  const words: Record<Kind, string> = {
    fresh: "",
    stale: "",
    unavailable: "unavailable",
    timeout: "timed out",
    other: "not ok",
  };
  if (most && most.count * 2 >= cell.trials)
    return { figure: String(most.count), words: `of ${cell.trials} ${words[most.kind]}${soFar}` };
  const also = most ? `, ${most.count} ${words[most.kind]}` : "";
  return { figure: "0", words: `stale of ${cell.trials}${also}${soFar}` };
}

/** The rule, as short as it can be said: `2 + 2 > 3, must be fresh`. Nothing before the cell has begun. */
export function rule(theory: Theory): string {
  const { write_needs: w, read_needs: r, replicas, must_be_fresh, write, read } = theory;
  if (replicas === 0) return "";
  const only = (ends: string[]) => (ends.length === 1 && ends[0] !== "ok" ? ends[0]?.replaceAll("_", " ") : undefined);
  const refused = only(write);
  if (refused) return `write: ${refused}`;
  const fresh = must_be_fresh ? "must be fresh" : "may be stale";
  const above = w + r > replicas;
  const sum = above === must_be_fresh ? `${w} + ${r} ${above ? ">" : "≤"} ${replicas}, ` : "";
  const silent = only(read);
  return silent ? `read: ${silent}; ${fresh} later` : `${sum}${fresh}`;
}

/** How the learner's expectation stands beside what was measured. */
export function grade({ expected, verdict, state }: Cell): "right" | "wrong" | "open" | "none" {
  if (expected === null) return "none";
  if (verdict === null || isOpen({ state })) return "open";
  return expected === verdict ? "right" : "wrong";
}
