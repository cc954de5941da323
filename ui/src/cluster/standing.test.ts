import { expect, it } from "vitest";
import type { LabInfo } from "../rpc/schema.gen";
import { standing, standingWords } from "./standing";

const lab = (more: Partial<LabInfo>): LabInfo => ({
  lab: "a",
  stack: "kafka-1",
  phase: "ready",
  nodes: [],
  images: [],
  endpoints: {},
  memory_mib: null,
  machine_memory_mib: 0,
  ready: [],
  well: true,
  troubles: [],
  data_kept: true,
  ...more,
});

it("is green only where every node runs and answers", () => {
  expect(standing(lab({}))).toBe("well");
  expect(standing(lab({ well: false, troubles: ["kafka-1 is paused."] }))).toBe("troubled");
  expect(standing(lab({ well: false }))).toBe("troubled");
  expect(standing(lab({ phase: "starting", well: false }))).toBe("starting");
  expect(standing(lab({ phase: "starting", well: true }))).toBe("starting");
  expect(standing(lab({ phase: "removed", well: true }))).toBe("gone");
  expect(standing(lab({ phase: "stopping", well: true }))).toBe("gone");
});

it("says which node has a problem, or how many", () => {
  const one = lab({ well: false, troubles: ["kafka-1 does not answer (no answer within 1 s)."] });
  expect(standingWords(one)).toBe("kafka-1 does not answer");
  expect(standingWords({ ...one, troubles: ["a is paused.", "b is stopped."] })).toBe("2 nodes have problems");
  expect(standingWords(lab({ phase: "removed" }))).toBe("removed, data kept");
  expect(standingWords(lab({ phase: "removed", data_kept: false }))).toBe("removed");
});
