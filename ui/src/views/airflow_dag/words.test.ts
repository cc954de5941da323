// What the graph says in words: of tasks, of why they wait, and of what is not known.
import { describe, expect, it } from "vitest";
import { some } from "../../../dev/some";
import { dag, strangeDag } from "../../../dev/airflow/dag";
import { NOW } from "../../../dev/airflow/components";
import { goingOn, graphOf, statesIn, waiting } from "./graph";
import type { Reason, Task } from "./model.gen";
import {
  groundWords,
  groupWords,
  holdersWords,
  instanceFacts,
  kindOf,
  lineOf,
  notes,
  runFacts,
  taskStanding,
  taskWords,
  untilWords,
} from "./words";

const of = (id: string): Task => some(dag.tasks.find(({ task_id }) => task_id === id));
const line = (id: string) => lineOf(of(id), dag.run, NOW);
const first = (id: string): Reason => some(some(some(of(id).instance).why)[0]);

describe("a task's box", () => {
  it("says how far the task is, or why it waits", () => {
    expect(line("create_tables")).toBe("success, 2.3 s");
    expect(line("new_records")).toBe("running, 41 s");
    expect(line("extract")).toBe("waits for a slot");
    expect(line("choose")).toBe("will be tried again");
    expect(line("report")).toBe("waits for others");
    expect(line("small")).toBe("skipped");
    const all = { ...some(of("extract").instance), mapped: [{ state: "scheduled", count: 3 }], waiting: 3 };
    const held = (instances: number) => ({ ...all, why: [{ ...first("extract"), instances }] });
    expect(lineOf({ ...of("extract"), instance: held(3) }, dag.run, NOW)).toBe("waits for a slot");
    expect(lineOf({ ...of("extract"), instance: { ...held(3), waiting: 2 } }, dag.run, NOW)).toBe("3 scheduled");
    expect(lineOf({ ...of("extract"), instance: held(1) }, dag.run, NOW)).toBe("3 scheduled");
  });

  it("counts the instances of a mapped task, and says when there are none", () => {
    expect(line("ingest.inner.enrich")).toBe("1 no status, 1 running, 2 success");
    const none = {
      ...of("ingest.periodic"),
      instance: { ...some(of("ingest.periodic").instance), state: "skipped", mapped: [] },
    };
    expect(lineOf(none, dag.run, NOW)).toBe("skipped: none");
    expect(taskStanding(none, dag.run, NOW)).toBe("skipped: no instances");
  });

  it("guesses nothing: no instance is not one that is not known, and a wait without a known reason keeps its state", () => {
    expect(line("mail")).toBe("none yet");
    expect(lineOf(of("mail"), { ...some(dag.run), unread: "silent" }, NOW)).toBe("not known");
    expect(line("large")).toBe("deferred");
    expect(lineOf(of("extract"), null, NOW)).toBe("@task");
  });

  it("is told in one sentence to who does not see it", () => {
    expect(taskWords(of("ingest.inner.enrich"), dag.run, NOW)).toBe(
      "ingest.inner.enrich: running: 4 instances, 1 no status, 1 running, 2 success, try 2; waits for 1 task",
    );
    expect(taskWords(of("new_records"), dag.run, null)).toContain("new_records: running; waits");
  });

  it("says what kind of task it is", () => {
    expect(kindOf(of("report"))).toBe("@task, starts by none_failed");
    expect(kindOf(of("mail"))).toBe("EmailOperator, only earlier versions of the DAG had it");
    expect(instanceFacts(some(of("new_records").instance), NOW).join("; ")).toContain("pool one, 1 slot");
    expect(instanceFacts(some(of("large").instance), NOW)).toContain("waits for DateTimeTrigger");
  });
});

describe("why", () => {
  it("names who holds what is waited for, and since when", () => {
    expect(holdersWords(first("extract"), "weather", NOW)).toBe("new_records (running for 41 s)");
    expect(holdersWords(first("extract"), "other", null)).toBe("weather: new_records (running)");
    const many = { ...first("extract"), holder_count: 9 };
    expect(holdersWords(many, "weather", null)).toBe("new_records (running) and 8 more");
    expect(holdersWords(first("report"), "weather", NOW)).toBe("");
    const said = { ...first("extract"), says: "Pool one is full: 1 of 1 slot held by new_records of weather." };
    expect(holdersWords(said, "weather", NOW)).toBe("");
  });

  it("says when it will be over, if that is known", () => {
    expect(untilWords(first("choose"), NOW)).toBe("in 21 s");
    expect(untilWords(first("choose"), NOW + 30_000)).toBe("due since 9.0 s");
    expect(untilWords(first("choose"), null)).toMatch(/^until \d\d:\d\d:\d\d UTC$/);
    expect(untilWords(first("extract"), NOW)).toBe("");
  });

  it("says what it is known from, and how old that is", () => {
    expect(groundWords(first("extract"), 61_000)).toEqual([
      "airflow-1: pool one has 1 slot, 0 of them open (heard 0.8 s ago)",
    ]);
  });

  it("is shown unasked where more than other tasks stands in the way, or where it is not known", () => {
    const found = waiting(dag).map(({ task, why }) => [
      task.task_id,
      why === null ? null : why.map(({ kind }) => kind),
    ]);
    expect(found).toEqual([
      ["extract", ["pool_full"]],
      ["wait_for_file", ["reschedule"]],
      ["choose", ["retry"]],
      ["large", null],
    ]);
    expect(waiting(strangeDag)).toEqual([]);
    expect(waiting({ ...dag, run: null })).toEqual([]);
  });
});

describe("the whole", () => {
  it("has its groups and edges as they were told", () => {
    const { items, frames, links } = graphOf(dag);
    expect(items.find(({ id }) => id === "ingest.inner.enrich")?.group).toBe("ingest.inner");
    expect(frames).toContainEqual({ id: "ingest.inner", parent: "ingest" });
    expect(links).toContainEqual({ source: "choose", target: "small", label: "few rows", aside: false });
    expect(groupWords(some(dag.groups[0]))).toBe(
      "group ingest: From Kafka to Cassandra: 2 no status, 1 running, 1 success",
    );
  });

  it("says what must be known before any task", () => {
    expect(notes(dag, { grouped: true, undrawn: 0 })).toEqual([]);
    expect(notes(strangeDag, null).join(" ")).toMatch(/paused.*Groups are guessed from the dots.*500/);
    expect(
      notes(
        { ...dag, exists: false, is_stale: true, cut: "The first 1000 tasks are shown." },
        { grouped: false, undrawn: 1240 },
      ),
    ).toHaveLength(5);
  });

  it("shows each state once, in the order of a task's life", () => {
    expect(statesIn(dag)).toEqual([
      null,
      "scheduled",
      "running",
      "deferred",
      "up_for_reschedule",
      "up_for_retry",
      "success",
      "skipped",
    ]);
    expect(statesIn(strangeDag)).toContain("at_the_dentist");
  });

  it("begins where something goes on", () => {
    expect(goingOn(dag)).toBe("new_records");
    expect(goingOn({ ...dag, tasks: [] })).toBeNull();
  });

  it("says of a run what is known", () => {
    expect(runFacts(some(dag.run), NOW)).toContain("version 12 of the DAG");
    expect(runFacts(some(strangeDag.run), null).join("; ")).toMatch(/not begun.*not all of its tasks are known/);
  });
});
