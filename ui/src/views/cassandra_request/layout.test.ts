import { expect, it } from "vitest";
import { diagram, heights } from "./layout";
import type { Message, Model } from "./model.gen";
import { amounts, brief } from "./words";

const message = (from: string, to: string, sent: number | null, received: number | null): Message => ({
  from,
  to,
  about: "mutation",
  sent,
  received,
  late: false,
  verb: "MUTATION_REQ",
});
const model = (messages: Message[], change: Partial<Model> = {}): Model => ({
  request: "r1",
  trace: "t",
  cql: "INSERT",
  kind: "write",
  coordinator: "cassandra-1",
  level: "ONE",
  outcome: "ok",
  words: "ok",
  duration_micros: 1000,
  lanes: ["cassandra-1", "cassandra-2", "cassandra-3"].map((node, index) => ({
    node,
    coordinator: index === 0,
    replica: true,
  })),
  messages,
  marks: [],
  mutations: 3,
  acknowledged: 3,
  late: 1,
  data_reads: 0,
  digest_reads: 0,
  digest_mismatch: false,
  repairs: 0,
  hinted: [],
  lines: 9,
  ...change,
});

it("keeps times in their order, never on top of each other and never far apart", () => {
  const y = heights([0, 5, 5, 6, 900_000]);
  const places = [0, 5, 6, 900_000].map((at) => y.get(at) ?? 0);
  expect(y.size).toBe(4);
  for (const [index, place] of places.entries()) {
    if (index === 0) continue;
    const gap = place - (places[index - 1] ?? 0);
    expect(gap).toBeGreaterThanOrEqual(17);
    expect(gap).toBeLessThanOrEqual(46);
  }
});

it("draws messages downwards between their lanes, late ones below the answer to the client", () => {
  const drawn = diagram(
    model([message("cassandra-1", "cassandra-2", 100, 400), message("cassandra-3", "cassandra-1", 1500, 2500)]),
    700,
  );
  const [first, late] = drawn.arrows;
  expect(first?.x1).toBe(drawn.lines[0]?.x);
  expect(first?.x2).toBe(drawn.lines[1]?.x);
  expect(first?.y2).toBeGreaterThan(first?.y1 ?? 0);
  expect(first?.y2).toBeLessThan(drawn.answered ?? 0);
  expect(late?.y1).toBeGreaterThan(drawn.answered ?? Infinity);
  expect(late?.y2).toBeLessThan(drawn.height);
});

it("does not let a message arrive that was not received, nor begin one whose sending nobody told", () => {
  const { arrows, lines } = diagram(
    model([message("cassandra-1", "cassandra-3", 100, null), message("cassandra-2", "cassandra-1", null, 800)]),
    700,
  );
  expect(arrows[0]?.lost).toBe(true);
  expect(arrows[0]?.x2).toBeLessThan(lines[2]?.x ?? 0);
  expect(arrows[1]?.fromUnknown).toBe(true);
  expect(diagram(model([message("cassandra-1", "cassandra-9", 1, 2)]), 700).arrows).toEqual([]);
});

it("puts the words of different replicas into different columns", () => {
  const { arrows } = diagram(
    model([message("cassandra-1", "cassandra-2", 100, 400), message("cassandra-1", "cassandra-3", 100, 400)]),
    700,
  );
  expect((arrows[1]?.label.x ?? 0) - (arrows[0]?.label.x ?? 0)).toBeGreaterThan(150);
});

it("has one lane's marks only, and no room to divide", () => {
  const one = model([], {
    lanes: [{ node: "cassandra-1", coordinator: true, replica: true }],
    marks: [
      { node: "cassandra-1", at: 10, words: "Appending to commitlog", main: true },
      { node: "cassandra-1", at: 20, words: "Parsing", main: false },
    ],
  });
  const drawn = diagram(one, 500);
  expect(drawn.dots.map(({ mark }) => mark.words)).toEqual(["Appending to commitlog"]);
  expect(drawn.room.mark).toBeGreaterThan(300);
});

it("says what it amounts to", () => {
  expect(amounts(model([], { hinted: ["cassandra-3"] }))).toEqual([
    "3 replicas were asked to write; 3 acknowledgements came, 1 of them after the client had its answer.",
    "A hint was kept for cassandra-3 instead of a write.",
  ]);
  expect(brief("Merged data from memtables", 80)).toBe("Merged data…");
});
