// What levels, faults, phases and verdicts of the consistency bench are called.
import type { CellState, FaultKind, Level, TrialPhase, Verdict } from "../rpc/schema.gen";

export const LEVELS: readonly Level[] = [
  "ANY",
  "ONE",
  "TWO",
  "THREE",
  "QUORUM",
  "ALL",
  "LOCAL_ONE",
  "LOCAL_QUORUM",
  "EACH_QUORUM",
  "SERIAL",
  "LOCAL_SERIAL",
];

export const FAULTS: Record<FaultKind, { label: string; says: string }> = {
  none: { label: "none", says: "Nothing is done to any node." },
  stop: { label: "stop one", says: "One node shuts down in order. It tells the other nodes, so they know at once." },
  stop_two: { label: "stop two", says: "Two nodes shut down in order." },
  kill: {
    label: "kill one",
    says: "One node's process ends at once. The other nodes find out only when it stays silent.",
  },
  pause: { label: "pause one", says: "One node is frozen. Its connections stay open, but it answers nothing." },
  cut: { label: "cut one", says: "One node is taken off the cluster's network. Pipewright can still ask it." },
  rack: { label: "a rack", says: "Every node of one rack shuts down in order." },
  dc: { label: "a data center", says: "Every node of one data center shuts down in order." },
};

const HAPPENED: Record<FaultKind, string> = {
  none: "No fault",
  stop: "One node stopped for the write, back for the read",
  stop_two: "Two nodes stopped for the write, back for the read",
  kill: "One node killed for the write, back for the read",
  pause: "One node paused for the write, back for the read",
  cut: "One node cut off for the write, back for the read",
  rack: "A rack stopped for the write, back for the read",
  dc: "A data center stopped for the write, back for the read",
};

const PHASES: Record<TrialPhase, string> = {
  whole: "",
  before: "before the other nodes marked it down",
  after: "after the other nodes marked it down",
};

/** What a table of cells is about. */
export function heading(fault: FaultKind, phase: TrialPhase): string {
  return [HAPPENED[fault], PHASES[phase]].filter(Boolean).join("; ");
}

/** The outcome of a cell's trials: short for a choice, and in full. */
export const VERDICTS: Record<Verdict, { label: string; says: string }> = {
  fresh: { label: "never stale", says: "Writes are acknowledged, and every read returns the newest value." },
  stale: { label: "some stale", says: "Writes are acknowledged, and some reads return an older value." },
  write_fails: { label: "writes fail", says: "Most writes are not acknowledged." },
  read_fails: {
    label: "reads fail",
    says: "Writes are acknowledged, and most reads during the fault are not answered.",
  },
};

export const STATES: Record<CellState, string> = {
  waiting: "not started",
  running: "running",
  done: "",
  incomplete: "incomplete",
};
