import { expect, it } from "vitest";
import type { NodeState } from "../rpc/node_state.gen";
import { choicesFor } from "./faults";

const ALL = ["stop", "kill", "pause", "cut"];
const actions = [...ALL, "start", "unpause", "heal"].map((verb) => ({
  name: `docker.${verb}`,
  title: verb,
  says: "",
  params: {},
  order: [],
  dangerous: false,
  asks_first: false,
  stays: false,
}));
const verbs = (state: NodeState | null, cut: boolean, allowed: readonly string[]) => {
  const { undo, faults } = choicesFor(actions, state, cut, allowed);
  return [undo.map(({ label }) => label), faults.map(({ label }) => label)];
};

it("offers what fits the node's state", () => {
  expect(verbs("running", false, ALL)).toEqual([[], ["stop", "kill", "pause", "cut"]]);
  expect(verbs("running", true, ALL)).toEqual([["heal"], ["stop", "kill", "pause"]]);
  expect(verbs("paused", false, ALL)).toEqual([["unpause"], []]);
  expect(verbs("stopped", true, ALL)).toEqual([["start", "heal"], []]);
  expect(verbs(null, false, ALL)).toEqual([[], []]);
});

it("offers only what the stack can have", () => {
  expect(verbs("running", false, ["stop"])).toEqual([[], ["stop"]]);
  expect(verbs("running", false, [])).toEqual([[], []]);
  expect(verbs("stopped", false, ["kill"])).toEqual([["start"], []]);
});

it("offers only actions there are, by their names", () => {
  expect(choicesFor([], "running", false, ALL).faults).toEqual([]);
  expect(choicesFor(actions, "paused", false, ALL).undo[0]?.id).toBe("docker.unpause");
});
