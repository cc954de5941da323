import { expect, it } from "vitest";
import { layout } from "./layout";
import type { Group } from "./model.gen";

const group = (change: Partial<Group>): Group => ({
  group: "g",
  protocol: "classic",
  protocol_type: "consumer",
  unread: null,
  offsets_unread: null,
  state: "Stable",
  epoch: null,
  coordinator: "kafka-1",
  heard: "answering",
  said_at: 0,
  members: [],
  offsets: [],
  lag: null,
  rebalances: 0,
  ...change,
});
const member = (client_id: string, ...partitions: number[]) => ({
  member_id: client_id,
  client_id,
  apart: null,
  host: "",
  unread: null,
  partitions: partitions.map((partition) => ({ topic: "t", partition })),
});

it("links every partition to the member that has it", () => {
  const drawn = layout(group({ members: [member("a", 0, 10), member("b", 2)] }), 600);
  expect(drawn.partitions.map(({ label, owner }) => [label, owner])).toEqual([
    ["partition 0", 0],
    ["partition 2", 1],
    ["partition 10", 0],
  ]);
});

it("keeps partitions nobody has, with their offsets", () => {
  const offsets = [{ topic: "t", partition: 1, committed: 4, high_watermark: 9, lag: 5, gone: null, beyond: null }];
  const drawn = layout(group({ offsets }), 600);
  expect(drawn.partitions).toMatchObject([{ owner: -1, committed: 4, lag: 5, gone: null, beyond: null }]);
});

it("names the topic where there are several", () => {
  const offsets = ["t", "u"].map((topic) => ({
    topic,
    partition: 0,
    committed: 0,
    high_watermark: null,
    lag: null,
    gone: null,
    beyond: null,
  }));
  expect(layout(group({ offsets }), 600).partitions.map(({ label }) => label)).toEqual(["t 0", "u 0"]);
});

it("tells members of one client id apart by the end of their ids, and cuts the client id first", () => {
  const alike = (apart: string, ...partitions: number[]) => ({
    ...member("sensor-reader-north", ...partitions),
    apart,
  });
  const drawn = layout(group({ members: [alike("9c4e21aa", 0), alike("9c4e21aa-77f1-4a0c-9a5e-0c6a2d1b7e02")] }), 348);
  expect(drawn.members.map(({ line, apart, idle }) => [line, apart, idle])).toEqual([
    ["sensor-read…", "9c4e21aa", false],
    ["sens… (idle)", "…-0c6a2d1b7e02", true],
  ]);
  expect(drawn.members[1]?.title).toContain("sensor-reader-north 9c4e21aa-77f1-4a0c-9a5e-0c6a2d1b7e02");
  const plain = layout(group({ members: [member("a", 0)] }), 348);
  expect(drawn.box).toBeGreaterThan(plain.box);
});

it("fits its width", () => {
  for (const width of [320, 480, 800, 1600]) {
    const { link, barAt, bar } = layout(group({ members: [member("a", 0)] }), width);
    expect(link[0]).toBeLessThan(link[1]);
    expect(link[1]).toBeLessThan(barAt);
    expect(barAt + bar).toBeLessThanOrEqual(width);
  }
});
