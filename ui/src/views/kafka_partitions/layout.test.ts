import { describe, expect, it } from "vitest";
import { flags, recordsPerCell, scaleOf, track, unflagged, x } from "./layout";
import type { Partition, Replica } from "./model.gen";

const replica = (broker: number, log_end: number | null, change: Partial<Replica> = {}): Replica => ({
  broker,
  node: `kafka-${broker}`,
  log_start: 0,
  log_end,
  high_watermark: log_end,
  in_sync: true,
  says_leader: null,
  says_epoch: null,
  refused: null,
  heard: "answering",
  heard_at: 0,
  ...change,
});

const partition = (...replicas: Replica[]): Partition => ({
  partition: 0,
  leader: 1,
  leader_epoch: 0,
  isr: [],
  elr: [],
  high_watermark: null,
  last_stable: null,
  log_end: null,
  said_by: "kafka-1",
  said_at: 0,
  replicas,
  cursors: [],
});

const widths = (rects: { width: number }[]) => rects.length;

describe("a short log", () => {
  const one = partition(replica(1, 10), replica(2, 10, { high_watermark: 8 }));
  const scale = scaleOf(one, [one], 500);

  it("is shown whole, a cell a record", () => {
    expect(scale).toMatchObject({ from: 0, to: 10, per: 1 });
    expect(widths(track(replica(1, 10), [], scale).readable)).toBe(10);
  });

  it("is readable below the high watermark the replica itself knows", () => {
    const drawn = track(replica(2, 10, { high_watermark: 8 }), [], scale);
    expect([widths(drawn.readable), widths(drawn.unconfirmed)]).toEqual([8, 2]);
    expect(drawn.high_watermark).toBeCloseTo(x(8, scale));
    expect(drawn.log_end).toBeCloseTo(x(10, scale));
  });

  it("is empty where the replica has said nothing", () => {
    expect(track(replica(3, null), [], scale)).toMatchObject({ readable: [], unconfirmed: [], log_end: null });
  });

  it("begins at its log start", () => {
    const drawn = track(replica(1, 10, { log_start: 4 }), [], scale);
    expect(widths(drawn.readable)).toBe(6);
    expect(drawn.readable[0]?.x).toBeGreaterThan(x(4, scale));
  });
});

describe("a long log", () => {
  it("shows its newest records", () => {
    const long = partition(replica(1, 5000), replica(2, 5000));
    const scale = scaleOf(long, [long], 360);
    expect(scale.per).toBe(1);
    expect(scale.from).toBeGreaterThan(4900);
    expect(x(5000, scale)).toBeLessThanOrEqual(360);
  });

  it("shows where replicas part, with more records in a cell if need be", () => {
    const parted = partition(replica(1, 5000), replica(2, 1000));
    const scale = scaleOf(parted, [parted], 360);
    expect(scale.from).toBeLessThanOrEqual(1000);
    expect(scale.per).toBeGreaterThan(1);
    expect(x(5000, scale)).toBeLessThanOrEqual(360);
  });

  it("never draws more cells than fit, whatever the numbers", () => {
    for (const end of [0, 1, 39, 40, 41, 399, 123_456, 9_007_199_254_740_991]) {
      for (const behind of [0, 1, end]) {
        const some = partition(replica(1, end), replica(2, behind));
        const scale = scaleOf(some, [some], 360);
        const drawn = track(some.replicas[0] ?? replica(1, 0), [], scale);
        expect(drawn.readable.length + drawn.unconfirmed.length).toBeLessThanOrEqual(42);
        expect(x(end, scale)).toBeLessThanOrEqual(361);
      }
    }
  });
});

it("uses one measure for all partitions of a topic", () => {
  const calm = partition(replica(1, 10));
  const torn = partition(replica(1, 4000), replica(2, 0));
  expect(recordsPerCell([calm, torn], 360)).toBe(recordsPerCell([torn], 360));
  expect(scaleOf(calm, [calm, torn], 360).per).toBe(scaleOf(torn, [calm, torn], 360).per);
});

it("marks where a replica's log was cut back", () => {
  const one = partition(replica(1, 20));
  const scale = scaleOf(one, [one], 500);
  const cuts = [
    { partition: 0, broker: 1, from: 31, to: 18, at: 0 },
    { partition: 0, broker: 2, from: 9, to: 3, at: 0 },
  ];
  expect(track(replica(1, 20), cuts, scale).cuts).toEqual([{ x: x(18, scale), offsets: 13 }]);
});

describe("flags", () => {
  const one = partition(replica(1, 40));
  const scale = scaleOf(one, [one], 700);
  const cursor = (group: string, offset: number) => ({ group, offset, lag: null, gone: null, beyond: null });

  it("stand at their offset, in lanes of their own where they would overlap", () => {
    const drawn = flags([cursor("b", 5), cursor("a", 5), cursor("far", 35)], scale, 700);
    expect(drawn.map(({ label, lane }) => [label, lane])).toEqual([
      ["a 5", 0],
      ["b 5", 1],
      ["far 35", 0],
    ]);
    expect(drawn[0]?.x).toBe(x(5, scale));
  });

  it("point left where there is no room right of them", () => {
    expect(flags([cursor("a-long-group-name", 40)], { ...scale, cell: 17 }, 700)[0]).toMatchObject({ left: true });
  });

  it("say that their offset lies before what is shown", () => {
    expect(flags([cursor("old", 3)], { ...scale, from: 20 }, 700)[0]).toMatchObject({ before: true, x: 0 });
  });

  it("say that their offset lies outside the log, and stay in the picture", () => {
    const [gone] = flags([{ ...cursor("old", 3), lag: 30, gone: 17 }], { ...scale, from: 20 }, 700);
    expect(gone?.label).toBe("old 3, deleted there");
    const [beyond] = flags([{ ...cursor("far", 9000), beyond: 8960 }], scale, 700);
    expect(beyond).toMatchObject({ label: "far 9000, beyond the end", x: 700, left: true });
  });

  it("are few and short, however many groups there are and however they are called", () => {
    const many = Array.from({ length: 30 }, (_, n) =>
      cursor(`${String(n).padStart(2, "0")}${"g".repeat(247)}\u001b`, n),
    );
    const drawn = flags(many, scale, 700);
    expect(drawn).toHaveLength(5);
    expect(unflagged(many)).toBe(25);
    expect(drawn.every(({ label }) => label.length < 40)).toBe(true);
    expect(drawn[0]?.title).toContain("\\u{1b}");
  });
});
