import { expect, it } from "vitest";
import { ORDER, rank, stateOf } from "./airflow_states";

const AIRFLOW = [
  "scheduled",
  "queued",
  "running",
  "success",
  "failed",
  "up_for_retry",
  "up_for_reschedule",
  "deferred",
  "awaiting_input",
  "upstream_failed",
  "skipped",
  "removed",
  "restarting",
];

it("knows every state that Airflow 3.3 has, and draws no two alike", () => {
  expect([...ORDER].sort()).toEqual(["none", ...AIRFLOW].sort());
  const drawn = ORDER.map((name) => stateOf(name)).map(({ look, shape }) => `${look} ${shape}`);
  expect(new Set(drawn).size).toBe(ORDER.length);
  const shapes = ORDER.map((name) => stateOf(name).shape);
  expect(new Set(shapes).size, "without its colour and form, a shape alone tells them apart").toBe(ORDER.length);
});

it("shows a word that it does not know as it is, and never as one that it knows", () => {
  const strange = stateOf("at_the_dentist");
  expect([strange.word, strange.look]).toEqual(["at the dentist", "hatched"]);
  expect(ORDER.map((name) => stateOf(name).look)).not.toContain("hatched");
  expect(ORDER.map((name) => stateOf(name).shape)).not.toContain(strange.shape);
  // Names of what every object has are no states either.
  expect(stateOf("constructor").look).toBe("hatched");
});

it("tells no state from one that is not known", () => {
  expect(stateOf(null).word).toBe("no status");
  expect(rank(null)).toBeLessThan(rank("scheduled"));
  expect(rank("at_the_dentist")).toBeGreaterThan(rank("removed"));
});
