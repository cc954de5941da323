import { expect, it } from "vitest";
import { choicesFor } from "./faults";

const ALL = ["stop", "kill", "pause", "cut"];
const verbs = (...given: Parameters<typeof choicesFor>) => {
  const { undo, faults } = choicesFor(...given);
  return [undo.map(({ id }) => id), faults.map(({ id }) => id)];
};

it("offers what fits the node's state", () => {
  expect(verbs("running", false, ALL)).toEqual([[], ["stop", "kill", "pause", "cut"]]);
  expect(verbs("running", true, ALL)).toEqual([["heal"], ["stop", "kill", "pause"]]);
  expect(verbs("paused", false, ALL)).toEqual([["unpause"], []]);
  expect(verbs("stopped", true, ALL)).toEqual([["start", "heal"], []]);
  expect(verbs(null, false, ALL)).toEqual([[], []]);
});

it("offers only what the stack allows", () => {
  expect(verbs("running", false, ["stop"])).toEqual([[], ["stop"]]);
  expect(verbs("running", false, [])).toEqual([[], []]);
  expect(verbs("stopped", false, ["kill"])).toEqual([["start"], []]);
});
