// A made-up run of the consistency bench.
import type {
  Cell,
  CellPlan,
  Comparison,
  ConsistencyPlan,
  Experiment,
  ExperimentInfo,
  Level,
  PlanChecked,
  ReplicaHolds,
  Theory,
  Trial,
  TrialRequest,
} from "../src/rpc/schema.gen";

const NEEDS: Partial<Record<Level, number>> = { ONE: 1, TWO: 2, QUORUM: 2, THREE: 3, ALL: 3 };

function planned(plan: ConsistencyPlan): CellPlan[] {
  return (plan.rf ?? [3]).flatMap((rf) =>
    (plan.faults ?? ["none"]).flatMap((fault) =>
      (["kill", "pause", "cut"].includes(fault) ? (["before", "after"] as const) : (["whole"] as const)).flatMap(
        (phase) =>
          plan.write.flatMap((write) =>
            plan.read.map((read) => ({
              cell: `rf${rf}-${fault}-${phase}-${write}-${read}`,
              rf,
              write,
              read,
              fault,
              phase,
            })),
          ),
      ),
    ),
  );
}

export function check(plan: ConsistencyPlan): PlanChecked {
  const cells = planned(plan);
  return {
    plan,
    lab: plan.lab ?? `pipewright-bench-${plan.stack ?? "cassandra-3"}`,
    cells,
    trials: cells.length * (plan.trials ?? 20),
    episodes: 2,
    about_ms: cells.length * 11_000,
    remarks: ["With fewer than 200 trials, a cell shows a median and a maximum, but no p99."],
  };
}

function theory(write: Level, read: Level): Theory {
  const [w, r] = [NEEDS[write] ?? 1, NEEDS[read] ?? 1];
  const fresh = w + r > 3;
  return {
    write: w > 2 ? ["unavailable"] : ["ok"],
    read: r > 2 ? ["unavailable"] : ["ok"],
    replicas: 3,
    write_needs: w,
    read_needs: r,
    live: 2,
    must_be_fresh: fresh,
    must_be_fresh_reads: fresh ? 20 : 0,
    says:
      w > 2
        ? "The write needs 3 replicas and 2 are believed up: it is refused."
        : `The write waits for ${w}, the read for ${r} of 3 replicas: ${fresh ? "they share one, so the read must be fresh" : "they need not share one, so the read may be stale"}.`,
    disagrees: [],
  };
}

function cell(plan: CellPlan, index: number): Cell {
  const says = theory(plan.write, plan.read);
  const refused = says.write[0] === "unavailable";
  const stale = !refused && !says.must_be_fresh ? Math.max(0, 7 - index) : 0;
  const unread = says.read[0] === "unavailable" && !refused;
  const verdict = refused ? "write_fails" : unread ? "read_fails" : stale > 0 ? "stale" : "fresh";
  const expected = index < 5 ? "fresh" : null;
  return {
    ...plan,
    state: "done",
    why: null,
    planned: 20,
    trials: 20,
    straddled: 0,
    outcomes: refused ? { unavailable: 20 } : unread ? { unavailable: 20 } : { ok: 20 },
    write_outcomes: refused ? { unavailable: 20 } : { ok: 20 },
    read_outcomes: refused || unread ? { unavailable: 20 } : { ok: 20 },
    after_return_outcomes: refused ? {} : { ok: 20 },
    stale,
    stale_during: 0,
    stale_after_return: stale,
    unacknowledged_seen: 0,
    write_ms: { count: refused ? 0 : 20, median: refused ? null : 1.9, p99: null, max: refused ? null : 8.2 },
    read_ms: { count: refused ? 0 : 40, median: refused ? null : 1.4, p99: null, max: refused ? null : 6.1 },
    hints: 0,
    read_repairs: plan.read === "QUORUM" && !refused ? 12 : 0,
    read_repairs_of: refused ? 0 : 40,
    theory:
      index === 4
        ? { ...says, disagrees: ["Trial 3 was stale at QUORUM and QUORUM, which the rule does not allow."] }
        : says,
    expected,
    verdict,
    surprise:
      expected && expected !== verdict
        ? {
            says: "The read asked one replica only, cassandra-3, and it was the one that had missed the write.",
            trial: 4,
          }
        : null,
  };
}

const PLAN: ConsistencyPlan = {
  stack: "cassandra-3",
  rf: [3],
  write: ["ONE", "QUORUM", "ALL"],
  read: ["ONE", "QUORUM", "ALL"],
  faults: ["stop", "kill"],
  hints: false,
  trials: 20,
};

export const info = (number: number, state: ExperimentInfo["state"] = "done"): ExperimentInfo => ({
  experiment: number,
  plan: PLAN,
  state,
  job: state === "running" ? 9 : null,
  began_at: 1_795_633_000_000,
  problem: null,
  took_ms: 134_000,
  remaining_ms: state === "running" ? 61_000 : null,
  lab: "pipewright-cassandra-3",
  images: [
    { engine: "Cassandra", version: "5.0.8", reference: "pipewright/cassandra:5.0.8", id: "sha256:2", origin: "own" },
  ],
  cells: 27,
  cells_done: state === "running" ? 14 : 27,
  trials: 540,
  stale: 13,
  surprises: 3,
  disagreements: 1,
});

const cells = planned(PLAN).map((plan, index) => cell(plan, index % 9));
export const run = (number: number): Experiment => ({
  info: info(number, number === 8 ? "running" : "done"),
  cells: cells.map((each, index) =>
    number === 8 && index > 13
      ? {
          ...each,
          state: index === 14 ? "running" : "waiting",
          trials: 0,
          outcomes: {},
          stale: 0,
          verdict: null,
          expected: null,
          surprise: null,
        }
      : each,
  ),
  episodes: [
    {
      rf: 3,
      fault: "kill",
      victims: ["cassandra-3"],
      believed_down_ms: 19_400,
      back_ms: 5200,
      hints: 0,
      remarks: [],
    },
  ],
  says: [
    "12 cells with R + W > RF: 480 reads answered after an acknowledged write, 0 stale.",
    "9 cells without it: 2 read something older than what was acknowledged, most often write ONE, read ONE at RF 3 with stop (7 of 20 trials).",
    "You were right about 2 cells of 5.",
  ],
});

const request = (id: string, cql: string, coordinator: string): TrialRequest => ({
  id,
  cql,
  coordinator,
  level: "ONE",
  serial_level: null,
  outcome: "ok",
  says: "ok",
  required: null,
  alive: null,
  received: null,
  took_ms: 1.9,
  trace: null,
});
const holds = (values: [string | null, string | null][]): ReplicaHolds[] =>
  values.map(([value, written_at], index) => ({ node: `cassandra-${index + 1}`, value, written_at, error: null }));
const HELD = holds([
  ["new", "1795633396332104"],
  ["new", "1795633396332104"],
  ["old", "1795633082017000"],
]);

export const trials: Trial[] = [1, 2, 3, 4].map((number) => ({
  trial: number,
  key: `k${number}`,
  old: "old",
  new: "new",
  replicas: ["cassandra-1", "cassandra-2", "cassandra-3"],
  victims: ["cassandra-3"],
  set_aside: null,
  write: request("r1", `UPDATE bench.rf3 SET v = 'new' WHERE k = 'k${number}'`, "cassandra-1"),
  acknowledged: true,
  write_theory: ["ok"],
  during: {
    request: request("r2", `SELECT v FROM bench.rf3 WHERE k = 'k${number}'`, "cassandra-2"),
    value: "new",
    stale: false,
    must_be_fresh: false,
    at_once: number === 1,
    before: HELD.map((each, index) =>
      index === 2 ? { ...each, value: null, written_at: null, error: "connection refused" } : each,
    ),
    after: [],
    theory: ["ok"],
  },
  after_return: {
    request: request("r3", `SELECT v FROM bench.rf3 WHERE k = 'k${number}'`, "cassandra-3"),
    value: number === 4 ? "old" : "new",
    stale: number === 4,
    must_be_fresh: false,
    at_once: false,
    before: HELD,
    after: HELD,
    theory: ["ok"],
  },
  journal: [10, 40],
}));

export const comparison: Comparison = {
  first: info(7),
  second: info(6),
  cells: cells.slice(0, 9).map((each, index) => ({
    cell: each.cell,
    first: each,
    second: index === 2 ? null : { ...each, stale: index === 0 ? 0 : each.stale },
    differs: index === 0 ? ["stale 7 of 20 against 0 of 20", "verdict stale against fresh"] : [],
  })),
  says: "Runs 7 and 6 differ in 1 cell of 8 cells that both have tried.",
};
