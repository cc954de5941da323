// How slots over time are laid out: a lane a slot, and apart what holds none.
import { describe, expect, it } from "vitest";
import { some } from "../../../dev/some";
import { slots, strangeSlots } from "../../../dev/airflow/slots";
import { NOW } from "../../../dev/airflow/components";
import { bands, marks, moved, pieces } from "./layout";
import type { Model } from "./model.gen";
import { barFacts, barWords, executorWords, fullWords, laneWords, markWords, poolWords } from "./words";

const all = bands(slots);
const band = (name: string) => some(all.find((each) => each.name === name));
const tasks = (name: string) => band(name).lanes.map(({ bars }) => bars.map(({ instance }) => instance.task_id));

describe("bands", () => {
  it("are the pools, then what holds no slot, then nothing that is not there", () => {
    expect(all.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "pool default_pool",
      "pool one",
      "unknown pool not known",
      "waits scheduled",
      "no_slot up_for_reschedule",
      "no_slot deferred",
    ]);
  });

  it("have a lane for each slot of a pool, also for one that nobody holds", () => {
    expect(band("default_pool").lanes).toHaveLength(4);
    expect(tasks("one")).toEqual([["new_records", "new_records"]]);
    expect(tasks("scheduled")).toEqual([["extract"]]);
  });

  it("have no two bars on one place", () => {
    for (const { lanes } of all) {
      for (const { bars } of lanes) {
        const sorted = [...bars].sort((a, b) => a.interval.from - b.interval.from);
        sorted.slice(1).forEach((bar, index) => {
          const before = some(sorted[index]).interval;
          expect(before.to).not.toBeNull();
          expect(bar.interval.from).toBeGreaterThanOrEqual(some(before.to));
        });
      }
    }
  });

  it("show a sensor in mode reschedule as one that holds its slot only while it looks", () => {
    const looks = band("default_pool")
      .lanes.flatMap(({ bars }) => bars)
      .filter(({ instance }) => instance.task_id === "wait_for_file");
    expect(looks).toHaveLength(6);
    expect(band("up_for_reschedule").lanes.flatMap(({ bars }) => bars)).toHaveLength(6);
  });

  it("draw a task that takes two slots in two lanes, and of a large pool only what was held", () => {
    const wide = { ...strangeSlots, instances: strangeSlots.instances.slice(0, 1) };
    const [pool] = bands(wide);
    expect(some(pool).lanes.map(({ bars }) => bars.map(({ interval }) => interval.state))).toEqual([
      ["queued", "running"],
      ["queued", "running"],
    ]);
    expect(bands(strangeSlots).map(({ name }) => name)).toContain("endless");
  });

  it("are none as long as nobody knows the time", () => {
    expect(bands({ ...slots, at: null })).toEqual([]);
    expect([pieces({ ...slots, at: null }), marks({ ...slots, at: null })]).toEqual([[], []]);
  });

  it("stay within the time that is shown", () => {
    const bars = bands({ ...slots, minutes: 0.5 }).flatMap(({ lanes }) => lanes.flatMap(({ bars }) => bars));
    expect(bars.length).toBeGreaterThan(0);
    for (const { from, to } of bars)
      expect([from >= 0, 1 > from, to > from, to <= 1.0001]).toEqual([true, true, true, true]);
  });
});

it("marks the time from its end", () => {
  expect(marks(slots).map(({ ago }) => ago)).toEqual([120_000, 90_000, 60_000, 30_000, 0]);
});

it("calls the end of the time now only while Airflow is heard", () => {
  expect([markWords(0, NOW, NOW + 900), markWords(30_000, NOW, NOW + 900)]).toEqual(["now", "30 s ago"]);
  expect([markWords(0, NOW, NOW + 40_000), markWords(30_000, NOW, NOW + 40_000)]).toEqual([
    "heard 40 s ago",
    "30 s before",
  ]);
  expect(markWords(0, NOW, null)).toMatch(/UTC$/);
});

it("goes from bar to bar", () => {
  const lanes = all.flatMap(({ lanes }) => lanes);
  const filled = lanes.filter(({ bars }) => bars.length > 0);
  const first = some(some(filled[0]).bars[0]).key;
  expect(moved("ArrowRight", first, lanes)).toBe(some(some(filled[0]).bars[1]).key);
  expect(moved("ArrowLeft", first, lanes)).toBe(first);
  expect(moved("ArrowDown", first, lanes)).not.toBe(first);
  expect(moved("ArrowDown", null, lanes)).toBe(some(some(filled[0]).bars.at(-1)).key);
  expect([moved("x", first, lanes), moved("Enter", null, lanes)]).toEqual([null, null]);
});

describe("words", () => {
  const bar = some(some(band("one").lanes[0]).bars.at(-1));

  it("name lanes and bars", () => {
    expect(laneWords(band("default_pool"), 1)).toBe("slot 2");
    expect(laneWords(band("one"), 0)).toBe("one");
    expect(laneWords(band("deferred"), 0)).toBe("deferred: triggerer");
    expect(barWords(bar, some(slots.at))).toMatch(/^weather: new_records, running for 41 s, since \d\d:\d\d:\d\d UTC$/);
    expect(barFacts(bar)).toContain("holds 1 slot of pool one");
    const heard = some(some(band("deferred").lanes[0]).bars[0]);
    expect(barWords(heard, some(slots.at))).toContain("since about ");
    expect(barFacts(heard).join("; ")).toMatch(/holds no slot; waits for .*AwaitMessageTrigger$/);
  });

  it("say why a pool lets nobody in", () => {
    expect(fullWords(some(some(slots.pools)[1]), slots)).toBe(
      "Pool one is full: 1 slot. Held by new_records of weather (running for 41 s). extract waits for it.",
    );
    expect(fullWords(some(some(slots.pools)[0]), slots)).toBe("");
    expect(poolWords(some(some(slots.pools)[1]))).toBe("one: 1 slot, 1 held (1 running); 1 slot waited for");
    expect(poolWords(some(some(slots.pools)[0]))).toContain("1 deferred, which hold none");
  });

  it("say of the executor what is known", () => {
    expect(executorWords(slots)).toBe("Executor: 2 of 4 slots held.");
    expect(executorWords({ ...slots, executor_queued: 12 } as Model)).toBe(
      "Executor: 2 of 4 slots held, 12 tasks queued for one.",
    );
    expect(executorWords(strangeSlots)).toMatch(/is not known; how many may be is not known: Airflow does not tell/);
    expect(executorWords({ ...slots, executor_slots: null } as Model)).toBe(
      "How many tasks are running is not known, of at most 4.",
    );
  });
});
