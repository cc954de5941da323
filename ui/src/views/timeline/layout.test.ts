import { expect, it } from "vitest";
import { keyed, strip } from "./layout";
import type { Entry, Mood } from "./model.gen";

const entry = (seq: number, at: number, mood: Mood = "plain"): Entry => ({
  seq,
  place: seq,
  at,
  source: "kafka-1",
  kind: "isr",
  about: "",
  says: "",
  mood,
  cause: null,
});

it("spreads entries between the first and now", () => {
  const { from, marks } = strip([entry(1, 100_000), entry(2, 150_000)], 200_000, 100);
  expect(from).toBe(100_000);
  expect(marks.map(({ at }) => at)).toEqual([0, 0.5]);
});

it("covers at least a minute, so that a young lab's marks do not crawl", () => {
  expect(strip([entry(1, 195_000)], 200_000, 100).from).toBe(140_000);
});

it("keeps one mark per place, and never hides bad news behind other news", () => {
  const { marks } = strip(
    [entry(1, 0), entry(2, 50_000, "bad"), entry(3, 50_100), entry(4, 50_200, "good")],
    100_000,
    20,
  );
  expect(marks.map(({ entry }) => entry.seq)).toEqual([1, 2]);
});

it("gives entries of one observation keys of their own, which stay when more come", () => {
  const first = [entry(1, 0), entry(2, 5), entry(2, 5)];
  const keys = keyed(first).map(({ key }) => key);
  expect(new Set(keys).size).toBe(3);
  expect(
    keyed([...first, entry(3, 6)])
      .slice(0, 3)
      .map(({ key }) => key),
  ).toEqual(keys);
});
