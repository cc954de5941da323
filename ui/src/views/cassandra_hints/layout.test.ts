import { expect, it } from "vitest";
import { hinted, thickness } from "./layout";
import type { Holder, Model } from "./model.gen";
import { counted, kept, none, switches } from "./words";

const target = (node: string, bytes: number, written = 0) => ({
  node,
  bytes,
  files: bytes > 0 ? 1 : 0,
  written,
  not_stored: 0,
});
const holder = (node: string, targets: Holder["targets"], change: Partial<Holder> = {}): Holder => ({
  node,
  heard: "answering",
  enabled: true,
  window_ms: 10_800_000,
  paused: false,
  looked_at: true,
  counted: true,
  delivered: 0,
  failed: 0,
  timed_out: 0,
  targets,
  ...change,
});
const model = (holders: Holder[]): Model => ({ holders, bytes: 0, delivered: 0, not_stored: 0, turns: [] });

it("makes bands of a few bytes and of megabytes both to be seen", () => {
  expect(thickness(0)).toBe(0);
  expect(thickness(60)).toBeGreaterThanOrEqual(2);
  expect(thickness(15_000)).toBeGreaterThan(thickness(600));
  expect(thickness(5_000_000_000)).toBe(18);
});

it("leads from each holder to whom its hints are for, without bands on top of each other", () => {
  const drawn = hinted(
    model([
      holder("cassandra-1", [target("cassandra-3", 900)]),
      holder("cassandra-2", [target("cassandra-3", 900)]),
      holder("cassandra-3", []),
    ]),
    600,
  );
  expect(drawn.targets.map(({ node }) => node)).toEqual(["cassandra-3"]);
  expect(drawn.bands).toHaveLength(2);
  const ends = drawn.bands.map(({ path }) => path.split(" ").at(-1));
  expect(new Set(ends).size).toBe(2);
  expect(drawn.height).toBeGreaterThan(3 * 50);
});

it("lays no label on another one, however narrow", () => {
  const both = [target("cassandra-3", 900), target("cassandra-1", 15_300)];
  for (const width of [300, 348, 600, 1200]) {
    const labels = hinted(
      model(["cassandra-1", "cassandra-2", "cassandra-3"].map((node) => holder(node, both))),
      width,
    ).bands.map(({ label }) => label);
    expect(labels).toHaveLength(6);
    for (const [index, one] of labels.entries())
      for (const other of labels.slice(index + 1)) {
        const apart = Math.abs(one.x - other.x) >= (one.width + other.width) / 2 || Math.abs(one.y - other.y) >= 17;
        expect(apart, `${one.words} at ${one.x} ${one.y}, ${other.x} ${other.y}`).toBe(true);
      }
  }
});

it("says what is kept, and what a holder does", () => {
  expect(kept(holder("cassandra-1", []), target("cassandra-3", 15_300, 120))).toBe("15.3 kB in 1 file");
  expect(kept(holder("cassandra-1", []), target("cassandra-3", 0, 120))).toBe("none left of 120");
  expect(switches(holder("cassandra-1", [])).words).toBe("writes hints, for 3 h");
  expect(switches(holder("cassandra-1", [], { window_ms: 30_000, paused: true }))).toEqual({
    words: "writes hints, for 30 s; delivery paused",
    tone: "warn",
  });
  expect(switches(holder("cassandra-1", [], { enabled: false })).words).toBe("writes no hints");
  expect(switches(holder("cassandra-1", [], { enabled: null })).words).toBe("has not said");
});

it("tells what nobody looked at from what is not there", () => {
  const unseen = holder("cassandra-2", [], { looked_at: false, counted: false });
  expect(none([holder("cassandra-1", []), unseen])).toBe("The hint files of cassandra-2 were not looked at yet.");
  expect(none([holder("cassandra-1", [])])).toBe("No node keeps a hint for another one.");
  expect(kept(unseen, target("cassandra-3", 0))).toBe("not looked at yet");
  expect([counted(unseen), counted(holder("cassandra-1", []))]).toEqual([
    "has not said what it delivered",
    "delivered 0",
  ]);
});
