// The graph on a page: what is drawn, what the keyboard does, and what is looked at.
import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { dag, largeDag, strangeDag } from "../../../dev/airflow/dag";
import AirflowDag from "./AirflowDag.svelte";
import type { Model } from "./model.gen";

const draw = (model: Model, props: object = {}) =>
  render(AirflowDag, { props: { model, params: { dag: model.dag_id }, now: 61_000, width: 900, ...props } });
const box = (task: string) => screen.findByRole("button", { name: new RegExp(`^${task.replaceAll(".", "\\.")}:`) });
const said = () => screen.getByTestId("said").textContent.replace(/\s+/g, " ");

afterEach(cleanup);

it("draws every task and group, and each line once", async () => {
  const { container } = draw(dag);
  await box("create_tables");
  expect(container.querySelectorAll("[data-task]")).toHaveLength(dag.tasks.length);
  expect(container.querySelectorAll(".group")).toHaveLength(2);
  expect(container.querySelectorAll(".svelte-flow__edge path")).toHaveLength(dag.edges.length);
  expect(screen.getByText("few rows")).toBeTruthy();
});

it("is one stop for the keyboard; arrows go along the lines, Enter looks at a task", async () => {
  const onlook = vi.fn();
  const { container } = draw(dag, { onlook });
  (await box("new_records")).focus();
  expect(container.querySelectorAll('[data-task][tabindex="0"]')).toHaveLength(1);
  const user = userEvent.setup();
  await user.click(await box("ingest.general"));
  expect(onlook).toHaveBeenLastCalledWith({ run: dag.run?.dag_run_id, task: "ingest.general", map_index: -1 });
  await user.keyboard("{ArrowRight}");
  await vi.waitFor(() =>
    expect(document.activeElement?.getAttribute("data-task")).toMatch(/^ingest\.(inner\.enrich|periodic)$/),
  );
  await user.keyboard("{Enter}");
  expect(onlook).toHaveBeenLastCalledWith(expect.objectContaining({ map_index: 0 }));
});

it("says why a task waits, and of the chosen one what is known", async () => {
  draw(dag);
  const whys = screen.getAllByTestId("why").map((why) => why.textContent.replace(/\s+/g, " "));
  expect(whys[0]).toContain(
    "extract is not running: Pool one has 1 slot, and none is open. Held by new_records (running for 41 s).",
  );
  expect(screen.getByText(/1 more wait/)).toBeTruthy();
  await userEvent.setup().click(await box("large"));
  expect(said()).toContain("large");
  expect(screen.getByTestId("why").textContent).toMatch(/large is not running:\s+why is not known/);
});

it("says why a whole run waits, and what is not known", () => {
  draw(strangeDag);
  expect(screen.getByTestId("why").textContent).toContain("The DAG is paused");
  expect(said()).toContain("not all of its tasks are known");
});

it("lets somebody choose the run, where that is theirs to choose", async () => {
  const onparams = vi.fn();
  draw(dag, { onparams });
  const user = userEvent.setup();
  await user.selectOptions(screen.getByLabelText("Run"), "lab-18 (failed)");
  expect(onparams).toHaveBeenLastCalledWith({ run: "lab-18" });
  await user.selectOptions(screen.getByLabelText("Run"), "the newest");
  expect(onparams).toHaveBeenLastCalledWith({ run: undefined });
  cleanup();
  draw(dag);
  expect(screen.queryByLabelText("Run")).toBeNull();
});

it("keeps the canvas while states change, and draws another graph anew", async () => {
  const { container, rerender } = draw(dag);
  await box("create_tables");
  const before = container.querySelector("[data-testid=graph]");
  const running = { ...dag, tasks: dag.tasks.map((task) => ({ ...task, instance: null })) };
  await rerender({ model: running });
  expect(container.querySelector("[data-testid=graph]")).toBe(before);
  expect((await box("create_tables")).getAttribute("data-state")).toBeNull();
  await rerender({ model: { ...dag, tasks: dag.tasks.slice(0, 3) } });
  await vi.waitFor(() => expect(container.querySelectorAll("[data-task]")).toHaveLength(3));
});

it("draws three hundred tasks with a small map", async () => {
  const { container } = draw(largeDag);
  await vi.waitFor(() => expect(container.querySelectorAll("[data-task]")).toHaveLength(300));
  expect(container.querySelector(".svelte-flow__minimap")).toBeTruthy();
});
