// The DAG looked at stays the one it is: DAGs come and go, and no picture turns to another one by itself.
import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dags } from "../../dev/airflow/dags";
import { Client, ScriptedHost } from "../../dev/scripted";
import type { LabInfo } from "../rpc/schema.gen";
import type { AirflowSight } from "../state/airflow_sight.svelte";
import { toView } from "../state/kinds";
import type { Dag } from "../views/airflow_dags/model.gen";
import AirflowPanel from "./AirflowPanel.test.svelte";

const dagsView = toView("lab", "airflow_dags", {});
const changesView = toView("lab", "timeline", { kinds: ["dag"] });
const dag = (dag_id: string, change: Partial<Dag> = {}): Dag => ({
  dag_id,
  is_paused: false,
  is_stale: false,
  has_import_errors: false,
  relative_fileloc: `${dag_id}.py`,
  last_parsed_time: null,
  version_number: 1,
  timetable_summary: null,
  latest_run: null,
  ...change,
});

let host: ScriptedHost;
let sight: AirflowSight;
const told = (all: Dag[], more = false) => host.show(dagsView, { ...dags, dags: all, more, import_errors: [] });
/** The DAGs that pictures are followed of. */
const pictured = () =>
  [...host.followed.keys()].flatMap((key) => {
    const { view } = JSON.parse(key) as { view?: { kind: string; with: { dag?: string } } };
    return view?.kind === "airflow_runs" ? [view.with.dag] : [];
  });

beforeEach(async () => {
  host = new ScriptedHost();
  const onlook = (of: AirflowSight) => (sight = of);
  render(AirflowPanel, {
    props: { client: new Client(host), lab: { lab: "lab", nodes: [] as LabInfo["nodes"] } as LabInfo, onlook },
  });
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(changesView))).toBe(true));
});
afterEach(cleanup);

it("says that there is no DAG, and shows the first one's runs once there is one", async () => {
  await told([]);
  expect(await screen.findByText(/^No DAG yet/)).toBeTruthy();
  expect(pictured()).toEqual([]);
  await told([dag("weather")]);
  await vi.waitFor(() => expect(pictured()).toEqual(["weather"]));
});

it("keeps the DAG looked at when others come, and says in the list what keeps a DAG from running", async () => {
  await told([dag("weather")]);
  await vi.waitFor(() => expect(pictured()).toEqual(["weather"]));
  await told([
    dag("a_first_one", { is_paused: true }),
    dag("old", { is_stale: true, is_paused: true }),
    dag("weather"),
  ]);
  await screen.findByRole("option", { name: "a_first_one (paused)" });
  expect(screen.getByRole("option", { name: "old (stale)" })).toBeTruthy();
  expect(screen.getByLabelText<HTMLSelectElement>("DAG").value).toBe("weather");
  expect(pictured()).toEqual(["weather"]);
});

it("keeps the DAG that is deleted, says so, and offers another", async () => {
  await told([dag("other"), dag("weather")]);
  const user = userEvent.setup();
  await user.selectOptions(await screen.findByLabelText("DAG"), "weather");
  await vi.waitFor(() => expect(pictured()).toEqual(["weather"]));
  await told([dag("other")]);
  expect((await screen.findByTestId("gone")).textContent).toContain("weather was deleted");
  expect(pictured()).toEqual(["weather"]);
  await user.click(screen.getByRole("button", { name: "Show other" }));
  await vi.waitFor(() => expect(pictured()).toEqual(["other"]));
});

it("does not take a list that was cut for the end of a DAG", async () => {
  await told([dag("weather")]);
  await vi.waitFor(() => expect(pictured()).toEqual(["weather"]));
  await told([dag("other")], true);
  expect(screen.queryByTestId("gone")).toBeNull();
  await told([dag("other")]);
  expect(await screen.findByTestId("gone")).toBeTruthy();
});

it("shows the task that a picture looks at, until another DAG is looked at", async () => {
  await told([dag("other"), dag("weather")]);
  await vi.waitFor(() => expect(pictured()).toEqual(["other"]));
  sight.look({ dag: "weather", run: "lab-1", task: "extract", map_index: 2 });
  await vi.waitFor(() => expect(pictured()).toEqual(["weather"]));
  const task = { dag: "weather", run: "lab-1", task: "extract", map_index: 2 };
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(toView("lab", "airflow_task", task)))).toBe(true));
  expect(sight.given).toEqual({ dag: "weather", run: "lab-1", task: "extract" });
  sight.dag.pick("other");
  await vi.waitFor(() => expect(sight.task).toBeNull());
  sight.look({ run: "lab-1", task: null });
  expect(sight.task).toBeNull();
});

it("offers to the forms the DAGs and the files there are, also those that cannot be imported", async () => {
  await host.show(dagsView, dags);
  await vi.waitFor(() => expect(sight.given).toEqual({ dag: "consume_readings" }));
  expect(sight.offers["dag"]).toContain("yesterday");
  // What no file defines any more is the last choice, and its file is none.
  expect(sight.offers["dag"]?.at(-1)).toBe("old_report");
  expect(sight.offers["file"]).toEqual([
    "consume_readings.py",
    "pipelines/ingest.py",
    "three_hundred.py",
    "weather.py",
    "weather_v2.py",
  ]);
});
