// Pointing at the ring: which range a place stands for, and how a pointer and a keyboard choose one.
import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import { ring, ring16, ring6 } from "../../../dev/cassandra";
import Circle from "./Circle.svelte";
import { rings } from "./layout";
import type { Model, Range } from "./model.gen";
import { beside, rangeAt, rangeWith, rangesOn, reach } from "./ranges";

afterEach(cleanup);

const owners = (ranges: readonly (Range | null)[]) => ranges.map((range) => range?.owner ?? null);
/** A range of the made-up ring of three, by its number. */
const number = (n: number, of: Model = ring): Range => {
  const found = of.ranges[n - 1];
  if (!found) throw new Error(`no range ${n}`);
  return found;
};
const [one, two, three] = [number(1), number(2), number(3)];

it("finds the range with a token: its last one is in it, and past the end comes the first", () => {
  const tokens = [BigInt(one.to), BigInt(one.to) + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
  expect(tokens.map((token) => rangeWith(ring.ranges, token))).toEqual([one, two, one, one]);
  expect(rangeWith([], 0n)).toBeNull();
});

it("finds the range at a place on the circle, and none in its middle", () => {
  const places = [
    { x: 1, y: -100 },
    { x: 100, y: 0 },
    { x: -100, y: 0 },
    { x: 0, y: 20 },
  ];
  expect(owners(places.map((place) => rangeAt(ring.ranges, place, 100)))).toEqual([
    "cassandra-1",
    "cassandra-2",
    "cassandra-3",
    null,
  ]);
});

it("goes around the ring in both directions", () => {
  const steps = [
    beside(ring.ranges, null, 1),
    beside(ring.ranges, null, -1),
    beside(ring.ranges, three, 1),
    beside(ring.ranges, one, -1),
  ];
  expect(steps).toEqual([one, three, one, three]);
  expect(beside([], null, 1)).toBeNull();
});

it("keeps the rings of data centers apart, unless the strategy knows none", () => {
  expect(owners(rangesOn(ring6.ranges, "dc2"))).toEqual(["cassandra-4", "cassandra-5", "cassandra-6"]);
  expect(rangesOn([{ ...one, data_center: null }], "dc2")).toHaveLength(1);
});

it("draws a range's arc, and a spoke to each node that holds a copy", () => {
  const [drawn] = rings(ring16, 400).rings;
  if (!drawn) throw new Error("no ring");
  const { arc, around, spokes } = reach(drawn, number(6, ring16));
  for (const path of [arc, around]) expect(path).toMatch(/^M[\d.-]+ [\d.-]+A/);
  expect(spokes.map(({ node }) => node)).toEqual(["cassandra-3", "cassandra-1", "cassandra-2"]);
  expect(reach(drawn, { ...number(6, ring16), replicas: null }).spokes).toEqual([]);
});

const show = (model: Model = ring) => render(Circle, { props: { model, keyspace: "weather", width: 400 } });
const said = () => screen.getByTestId("range").textContent.trim();

it("is led from range to range by the keyboard, keeps one and lets it go", async () => {
  const user = userEvent.setup();
  const { container } = show();
  const dial = screen.getByRole("slider", { name: "Ranges of dc1" });
  expect(dial.getAttribute("aria-valuetext")).toBe("no range chosen");
  expect(screen.getByTestId("range").getAttribute("aria-live")).toBe("polite");
  await user.tab();
  await user.keyboard("{ArrowRight}{ArrowRight}");
  expect(dial.getAttribute("aria-valuetext")).toBe("range 2 of 3");
  expect(said()).toMatch(/^cassandra-2 owns the tokens above -\d+ up to -?\d+\.\s+Copies of weather: cassandra-2, /);
  expect(container.querySelectorAll("[data-testid=reached]")).toHaveLength(1);
  await user.keyboard("{Enter}");
  await user.tab();
  expect(said()).toMatch(/^cassandra-2/);
  await user.tab({ shift: true });
  await user.keyboard("{Escape}");
  expect(said()).toBe("");
  await user.keyboard("{ArrowLeft}");
  expect(said()).toMatch(/^cassandra-3/);
  // What was not kept goes with the focus.
  await user.tab();
  expect(said()).toBe("");
});

it("shows what the pointer is at, and keeps what is clicked", async () => {
  show();
  const dial = screen.getByTestId("dial");
  // Without layout the dial begins at 0: its middle is as far from there as it reaches.
  const half = Number.parseFloat(dial.style.width) / 2;
  const right = { clientX: half + 90, clientY: half };
  const left = { clientX: half - 90, clientY: half };
  await fireEvent.pointerMove(dial, right);
  expect(said()).toMatch(/^cassandra-2/);
  await fireEvent.pointerLeave(dial);
  expect(said()).toBe("");
  await fireEvent.click(dial, left);
  await fireEvent.pointerMove(dial, right);
  await fireEvent.pointerLeave(dial);
  expect(said()).toMatch(/^cassandra-3/);
  await fireEvent.click(dial, right);
  expect(said()).toMatch(/^cassandra-2/);
  await fireEvent.click(dial, right);
  expect(said()).toBe("");
});
