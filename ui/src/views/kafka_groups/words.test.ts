import { expect, it } from "vitest";
import type { PartitionBox } from "./layout";
import { progress } from "./words";

const box = (change: Partial<PartitionBox>): PartitionBox => ({
  key: "t 000000",
  label: "partition 0",
  y: 0,
  owner: -1,
  committed: 4,
  lag: null,
  high_watermark: 9,
  gone: null,
  beyond: null,
  ...change,
});

it("says how far a partition was read, and what is not known is not nothing", () => {
  expect(progress(box({}), false)).toBe("4 of 9");
  expect(progress(box({ high_watermark: null }), false)).toBe("4, end not asked");
  expect(progress(box({ committed: null }), false)).toBe("nothing committed");
  expect(progress(box({ committed: null }), true)).toBe("committed offset not known");
});

it("says which offsets lie outside the log", () => {
  expect(progress(box({ committed: 1200, beyond: 1191 }), false)).toBe("1,200, beyond the end 9");
  expect(progress(box({ committed: 1, gone: 3 }), false)).toBe("1 of 9; the next 3 are deleted");
});
