// Where arrow keys lead in the graph.
import { expect, it } from "vitest";
import { moved } from "./moves";

const box = (x: number, y: number) => ({ x, y, width: 100, height: 40 });
const tasks = new Map([
  ["a", box(0, 50)],
  ["b", box(200, 0)],
  ["c", box(200, 100)],
  ["d", box(400, 50)],
]);
const links = [
  { source: "a", target: "b" },
  { source: "a", target: "c" },
  { source: "c", target: "d" },
];
const from = (id: string, key: string) => moved(id, key, tasks, links);

it("follows what waits for what", () => {
  expect([from("c", "ArrowRight"), from("d", "ArrowLeft"), from("c", "ArrowLeft")]).toEqual(["d", "c", "a"]);
});

it("goes to what stands that way where nothing is joined", () => {
  expect([from("b", "ArrowRight"), from("b", "ArrowDown"), from("c", "ArrowUp")]).toEqual(["d", "c", "b"]);
});

it("stays where nothing stands that way", () => {
  expect([from("d", "ArrowRight"), from("a", "ArrowLeft"), from("b", "ArrowUp")]).toEqual(["d", "a", "b"]);
});

it("goes to the first and the last, and leaves other keys alone", () => {
  expect([from("c", "Home"), from("c", "End"), from("gone", "ArrowUp")]).toEqual(["a", "d", "a"]);
  expect([from("c", "Enter"), from("c", "x")]).toEqual([null, null]);
});
