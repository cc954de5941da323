// The grid under a keyboard and with 300 tasks.
import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import { large, runs, strange } from "../../../dev/airflow/runs";
import AirflowRuns from "./AirflowRuns.svelte";
import type { Model } from "./model.gen";

const draw = (model: Model, width = 900) =>
  render(AirflowRuns, { props: { model, params: { dag: model.dag_id }, now: 61_000, width } }).container;
const said = () => screen.getByTestId("said").textContent.replace(/\s+/g, " ");
/** The cell that a reader of the screen is on. */
const active = () => {
  const id = screen.getByRole("grid").getAttribute("aria-activedescendant");
  return id === null ? null : document.getElementById(id)?.querySelector(".unseen")?.textContent;
};

afterEach(cleanup);

it("says of the newest run first, and of the cell that the keyboard goes to", async () => {
  draw(runs);
  expect(said()).toContain("scheduled__2026-11-30T18:50:00+00:00");
  expect(active()).toBeNull();
  const user = userEvent.setup();
  await user.tab();
  expect(document.activeElement).toBe(screen.getByRole("grid"));
  await user.keyboard("{ArrowDown}");
  expect(active()).toContain("create_tables: success");
  await user.keyboard("{ArrowDown}{ArrowDown}{ArrowLeft}{ArrowLeft}");
  expect(active()).toBe("extract: success after 2.3 s, try 2; run lab-18");
  expect(said()).toContain("extract");
  expect(said()).toContain("try 2");
  await user.keyboard("{End}");
  expect(said()).toContain("run scheduled__2026-11-30T18:50:00+00:00");
});

it("chooses by pointer, and keeps what is chosen when a run comes", async () => {
  const { rerender } = render(AirflowRuns, {
    props: { model: runs, params: { dag: "weather" }, now: 61_000, width: 900 },
  });
  const cell = screen.getByRole("gridcell", { name: /^ingest\.general: failed/ });
  await userEvent.setup().click(cell);
  expect(said()).toContain("ingest.general");
  const come = runs.runs
    .slice(0, 1)
    .map((run) => ({ ...run, dag_run_id: "newer", state: "queued", task_instances: [] }));
  await rerender({ model: { ...runs, runs: [...come, ...runs.runs] }, now: 62_000 });
  expect(said()).toContain("run lab-18");
  expect(active()).toMatch(/^ingest\.general: failed.*lab-18$/);
});

it("stays light with 300 tasks in 25 runs, and tells a reader how many rows there are", () => {
  const picture = draw(large, 900);
  expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("301");
  expect(screen.getAllByTestId("task-row").length).toBeLessThan(30);
  expect(picture.querySelectorAll("*").length).toBeLessThan(3000);
  expect(picture.querySelectorAll("svg, svg *").length).toBeLessThanOrEqual(1000);
});

it("goes to older runs where not all of them fit", async () => {
  draw({ ...large, tasks: large.tasks.slice(0, 3) }, 420);
  const heads = () => screen.getAllByRole("columnheader").length - 1;
  const fit = heads();
  expect(fit).toBeLessThan(25);
  const user = userEvent.setup();
  expect(screen.getByRole("button", { name: "0 newer" })).toHaveProperty("disabled", true);
  await user.click(screen.getByRole("button", { name: `${25 - fit} older` }));
  expect(heads()).toBe(fit);
  expect(screen.getByRole("button", { name: `${fit} newer` })).toBeTruthy();
  await user.click(screen.getByRole("grid"));
  await user.keyboard("{End}");
  expect(screen.getByRole("button", { name: "0 newer" })).toHaveProperty("disabled", true);
});

it("shows a state that nobody knows in its own word, and no state as none", () => {
  draw(strange);
  expect(screen.getByRole("gridcell", { name: /^new_records: at the dentist/ })).toBeTruthy();
  expect(screen.getAllByRole("gridcell", { name: /no status/ }).length).toBeGreaterThan(1);
  const legend = within(screen.getByTestId("legend"));
  expect(legend.getByText("at the dentist")).toBeTruthy();
  expect(legend.getByText("no status")).toBeTruthy();
  expect(legend.queryByText("failed")).toBeNull();
});

it("says that there is no run, and does not say it while nobody told", async () => {
  const none = { ...runs, runs: [], run_count: 0 };
  const { rerender } = render(AirflowRuns, {
    props: { model: none, params: { dag: "weather" }, now: 61_000, width: 900 },
  });
  expect(screen.getByText(/^No run yet/)).toBeTruthy();
  await rerender({ model: { ...none, run_count: null } });
  expect(screen.queryByText(/^No run yet/)).toBeNull();
  expect(screen.getByText(/^Airflow has not told its runs yet/)).toBeTruthy();
});
