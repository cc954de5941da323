import { describe, expect, it } from "vitest";
import type { Count, Window } from "./model.gen";
import { fresh, has, notes, points, share } from "./words";

const window = (day: number, change: Partial<Window> = {}): Window => ({
  day: `2024-01-0${day}`,
  number: 19_722 + day,
  table: null,
  topic: null,
  batch: null,
  batch_closed: null,
  standing: "open",
  ...change,
});
const count: Count = {
  by: "table",
  place: "weather.rain_by_region",
  windows: 2,
  newest: "2024-01-02",
  behind: 1,
  computed_at: 1_000_000,
  read_at: 5_000,
  heard: "answering",
  why: null,
};

describe("the chart of rain", () => {
  it("leaves a gap where nobody counted, and draws no share of nothing", () => {
    const counted = window(1, { table: { rainy: 1, periods: 4 }, batch: { rainy: 0, periods: 0 } });
    expect(points([counted, window(2)])).toEqual([
      [19_723 * 86_400, 19_724 * 86_400],
      [25, null],
      [null, null],
      [null, null],
    ]);
    expect(share({ rainy: 4, periods: 4 })).toBe(100);
  });

  it("says what is not known, and how far behind the rest is", () => {
    expect(has(count)).toBe("2 days, to 2024-01-02, a day behind the newest record");
    expect(has({ ...count, windows: null })).toBe("not known");
    expect(has({ ...count, newest: null })).toBe("none closed");
    expect(fresh(count, 7_000, 1_060_000)).toBe("computed 1 min ago, read 2.0 s ago");
    expect(fresh({ ...count, heard: "silent", read_at: null }, 7_000, null)).toBe("who has it does not answer");
  });

  it("tells an open window from one that the batch counted while it was open", () => {
    const windows = [window(1, { standing: "older" }), window(2)];
    expect(notes({ windows } as never)).toEqual([
      "2024-01-02 is open: a window closes only when a record of a later day comes.",
      "The batch counted 2024-01-01 while it was open, and not since.",
    ]);
  });
});
