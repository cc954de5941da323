// The plan being made: what a person may choose, and what comes of choosing. Whether it makes sense is said by the
// bench itself. Pure.
import type { ConsistencyPlan, FaultKind, Level, StackInfo } from "../rpc/schema.gen";

export type Plan = Required<Omit<ConsistencyPlan, "lab">> & Pick<ConsistencyPlan, "lab">;

/** The question most people come with. */
export const FIRST: Plan = {
  stack: "cassandra-3",
  rf: [3],
  write: ["ONE", "QUORUM", "ALL"],
  read: ["ONE", "QUORUM", "ALL"],
  faults: ["stop"],
  hints: false,
  trials: 20,
};

/** The lab it will run in: the one that is chosen, else that of the stack's own name. */
export function labOfPlan({ lab, stack }: ConsistencyPlan): string {
  return lab ?? `pipewright-bench-${stack}`;
}

/** Nodes of the ring that a stack starts. */
export function ringOf({ nodes }: StackInfo): number {
  return nodes.filter(({ system, role, spare }) => system === "cassandra" && role === "node" && !spare).length;
}

export const TRIALS: readonly number[] = [20, 100, 200];

/** Levels that can be asked for, and those that only two data centers make worth asking for. */
export function levels(all: readonly Level[], stack: string, reading: boolean): Level[] {
  const near = stack.endsWith("-6") ? [] : ["LOCAL_ONE", "LOCAL_QUORUM", "EACH_QUORUM", "LOCAL_SERIAL"];
  return all.filter((level) => !(reading && level === "ANY") && !near.includes(level));
}

export function faults(all: readonly FaultKind[], stack: string): FaultKind[] {
  return all.filter((fault) => fault !== "dc" || stack.endsWith("-6"));
}

/** Chosen if it was not, and the other way round. */
export function toggle<T>(list: readonly T[], one: T): T[] {
  return list.includes(one) ? list.filter((each) => each !== one) : [...list, one];
}

/** Another stack: what it cannot do is no longer chosen. */
export function onStack(plan: Plan, stack: string, all: readonly Level[], every: readonly FaultKind[]): Plan {
  const keep = <T>(chosen: readonly T[], possible: readonly T[], otherwise: T[]) => {
    const kept = chosen.filter((one) => possible.includes(one));
    return kept.length > 0 ? kept : otherwise;
  };
  const elsewhere = { ...plan };
  // The lab that was chosen runs the other stack.
  delete elsewhere.lab;
  return {
    ...elsewhere,
    stack,
    write: keep(plan.write, levels(all, stack, false), ["ONE"]),
    read: keep(plan.read, levels(all, stack, true), ["ONE"]),
    faults: keep(plan.faults, faults(every, stack), ["none"]),
  };
}
