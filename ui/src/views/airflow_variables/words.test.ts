// Variables and connections: what is said of values, of changes and of who made them.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import { some } from "../../../dev/some";
import { NOW } from "../../../dev/airflow/components";
import { strangeVariables, variables } from "../../../dev/airflow/stores";
import AirflowVariables from "./AirflowVariables.svelte";
import { amount, changedWords, connectionWords, cutWords, whoWords } from "./words";

const [handed, secret, stations, large] = variables.variables as [never, never, never, never];
const draw = (model: typeof variables, params: object = {}) =>
  render(AirflowVariables, { props: { model, params, now: 61_000, width: 900 } }).container.textContent.replace(
    /\s+/g,
    " ",
  );

afterEach(cleanup);

it("says who changed one, and that nobody noted it", () => {
  expect(whoWords(handed, NOW)).toContain("event log does not note");
  expect(whoWords(stations, NOW)).toBe("patch_variable by lab 20 s ago");
  expect([changedWords(57_000, 61_000), changedWords(null, 61_000)]).toEqual([
    "so since 4.0 s ago",
    "so since Pipewright looks",
  ]);
});

it("says how much of a value is shown", () => {
  expect([cutWords(large), cutWords(secret)]).toEqual(["the first 1,800 of 48,000 characters", ""]);
});

it("says where a connection leads, and never its password", () => {
  expect(some(variables.connections).map(connectionWords)).toEqual([
    "kafka, extra: bootstrap.servers, group.id",
    "postgres, postgres-1:5432, schema weather, as reader, with a password",
  ]);
});

it("draws both, or the Variable that was asked for alone", () => {
  expect(draw(variables)).toMatch(/handed_over.*not encrypted.*warehouse.*4 Variables|4 Variables.*warehouse/);
  expect(screen.getAllByTestId("connection")).toHaveLength(2);
  cleanup();
  draw(variables, { key: "stations" });
  expect(screen.queryByTestId("connection")).toBeNull();
});

it("tells none from what is not known", () => {
  const text = draw(strangeVariables);
  expect(text).toContain("There is no Variable.");
  expect(text).toContain("Connections were not told yet.");
  expect(amount(40, 200, "Variable")).toBe("40 of 200 Variables");
});
