import { expect, it } from "vitest";
import { airflowNow, clockTime, lasted, since, took } from "./airflow_times";

/** 30 Nov 2026, 18:52:00 UTC: Airflow's clock when the journal began. */
const BEGAN = 1_796_064_720_000;

it("counts ages by Airflow's clock, not by the page's", () => {
  const now = airflowNow(61_000, BEGAN);
  expect(now).toBe(BEGAN + 61_000);
  expect(since(now, BEGAN + 58_600)).toBe("2.4 s ago");
  expect(since(now, BEGAN - 64_000)).toBe("2 min 5 s ago");
  // Its answers are told to the second: a time just ahead of it is now.
  expect(since(now, BEGAN + 61_400)).toBe("0.0 s ago");
});

it("says the time itself while nobody knows what Airflow's clock shows", () => {
  expect(airflowNow(61_000, null)).toBeNull();
  expect(since(null, BEGAN)).toBe(`at ${clockTime(BEGAN)}`);
  expect(clockTime(BEGAN)).toBe("18:52:00 UTC");
});

it("measures what goes on until now, and nothing that never began", () => {
  expect(lasted(BEGAN, BEGAN + 2300, null)).toBe(2300);
  expect(lasted(BEGAN, null, BEGAN + 12_000)).toBe(12_000);
  expect(lasted(BEGAN, null, null)).toBeNull();
  expect(lasted(null, null, BEGAN)).toBeNull();
  expect(lasted(BEGAN, BEGAN - 5, null)).toBe(0);
  expect([took(BEGAN, null, BEGAN + 12_000), took(BEGAN, null, null)]).toEqual(["12 s", ""]);
});
