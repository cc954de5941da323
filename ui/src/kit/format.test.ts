import { expect, it } from "vitest";
import { ago, bytes, count, gib, list, micros, plural, span, time } from "./format";

it("says spans in the unit that fits", () => {
  expect([0, 430, 9949, 9950, 59_400, 185_000, 2_700_000, 7_440_000, 7_200_000].map(span)).toEqual([
    "0.0 s",
    "0.4 s",
    "9.9 s",
    "10 s",
    "59 s",
    "3 min 5 s",
    "45 min",
    "2 h 4 min",
    "2 h",
  ]);
});

it("never says an age below zero: two clocks may differ by a hair", () => {
  expect(ago(1000, 1200)).toBe("0.0 s ago");
});

it("says times, counts and sizes", () => {
  expect(time(41_900)).toBe("00:41");
  expect(time(3_723_000)).toBe("1:02:03");
  expect(count(12340)).toBe("12,340");
  expect(plural(1, "record")).toBe("1 record");
  expect(plural(2, "record")).toBe("2 records");
  expect([gib(533), gib(24_576)]).toEqual(["0.52", "24"]);
  expect([list([]), list(["a"]), list(["a", "b", "c"])]).toEqual(["", "a", "a, b and c"]);
});

it("says bytes and microseconds in the unit that fits", () => {
  expect([0, 999, 15_300, 2_100_000, 340_000_000].map(bytes)).toEqual(["0 B", "999 B", "15.3 kB", "2.1 MB", "340 MB"]);
  expect([0, 412, 3210, 140_000, 2_004_000].map(micros)).toEqual(["0 µs", "412 µs", "3.2 ms", "140 ms", "2.0 s"]);
});
