import { expect, it } from "vitest";
import type { Node } from "./model.gen";
import { standing } from "./words";

const node: Node = {
  name: "cassandra-4",
  role: "node",
  node_id: 4,
  spare: true,
  waits: false,
  endpoint: null,
  state: "stopped",
  exit_code: 137,
  networks: [],
  cut: false,
  heard: "not_asked",
  heard_at: null,
  why_silent: null,
};

it("says calmly that a spare waits, and plainly that one that ran is stopped", () => {
  expect(standing({ ...node, waits: true })).toEqual({ words: "waits to join", form: "dashed", tone: "plain" });
  expect(standing(node)).toEqual({ words: "stopped, exit code 137", form: "hatched", tone: "bad" });
  expect(standing({ ...node, state: "running", exit_code: null, heard: "answering" }).words).toBe("runs");
});
