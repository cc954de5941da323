import { expect, it } from "vitest";
import { changed, ordered } from "./layout";
import type { Setting } from "./model.gen";

const setting = (name: string, change: Partial<Setting> = {}): Setting => ({
  name,
  value: "1",
  by_node: [],
  default: null,
  why: null,
  ...change,
});

it("puts what the lab changes first, each part by name", () => {
  const all = [
    setting("b"),
    setting("z", { default: "2", why: "for the lab" }),
    setting("a"),
    setting("y", { why: "so" }),
  ];
  expect(ordered(all).map(({ name }) => name)).toEqual(["y", "z", "a", "b"]);
  expect(all.map(changed)).toEqual([false, true, false, true]);
});
