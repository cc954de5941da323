// The frame: top bar and foot speak of the lab that is on screen.
import { cleanup, render, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as bench from "../dev/bench";
import { text } from "../dev/lesson";
import { Client, ScriptedHost } from "../dev/scripted";
import App from "./App.svelte";
import type { LabInfo } from "./rpc/schema.gen";

const lab = (name: string, stack: string): LabInfo => ({
  lab: name,
  stack,
  phase: "ready",
  nodes: [],
  images: [],
  endpoints: {},
  memory_mib: null,
  machine_memory_mib: 1024,
  ready: [],
  well: true,
  troubles: [],
  data_kept: true,
});
const KAFKA = lab("pipewright-kafka-3", "kafka-3");
const CASSANDRA = lab("pipewright-cassandra-3", "cassandra-3");
const BENCH = lab("pipewright-bench-cassandra-3", "cassandra-3");
const OTHER = lab("mine", "cassandra-3");

let host: ScriptedHost;

async function open(place: string, labs: readonly LabInfo[], answers: object = {}): Promise<HTMLElement> {
  location.hash = place;
  host = new ScriptedHost({
    about: { version: "0", data_dir: "" },
    stacks: [],
    actions: [],
    lessons: [],
    doctor: { healthy: true, engines: [], findings: [] },
    experiments: { runs: [bench.info(7)], unreadable: [] },
    experiment: bench.run(7),
    experiment_trials: [],
    experiment_replays: [],
    experiment_plan_check: { ...bench.check(bench.info(7).plan), cells: [] },
    ...answers,
  });
  const { container } = render(App, { props: { client: new Client(host) } });
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify({ to: "labs" }))).toBe(true));
  await host.push({ to: "labs" }, labs);
  const bar = container.querySelector("header");
  if (!bar) throw new Error("no top bar");
  return bar;
}

beforeEach(() => {
  location.hash = "";
});
afterEach(cleanup);

it("speaks of the lab that a run used, not of the first one", async () => {
  const bar = await open("#/experiments/7", [KAFKA, OTHER, CASSANDRA]);
  await vi.waitFor(() => expect(within(bar).getByTestId("lab-pill").title).toBe("pipewright-cassandra-3"));
});

it("speaks of the lab that the plan will run in", async () => {
  const bar = await open("#/experiments", [KAFKA, CASSANDRA, BENCH]);
  await vi.waitFor(() => expect(within(bar).getByTestId("lab-pill").title).toBe("pipewright-bench-cassandra-3"));
});

it("says that the lab of a run is not running, and speaks of no other one", async () => {
  const bar = await open("#/experiments/7", [KAFKA]);
  await vi.waitFor(() => expect(bar.textContent).toContain("pipewright-cassandra-3 is not running"));
  expect(within(bar).queryByTestId("lab-pill")).toBeNull();
});

it("names the lab, not what it runs: two labs of one stack are told apart", async () => {
  const bar = await open("#/lab/mine/pipewright-cassandra-3", [KAFKA, CASSANDRA, OTHER]);
  await vi.waitFor(() => expect(within(bar).getByTestId("lab-pill").textContent).toContain("mine"));
  expect(within(bar).getByTestId("lab-pill").textContent).not.toContain("cassandra-3");
  expect(document.querySelector("footer")?.textContent).toContain("mine");
});

it("speaks in a lesson of the lesson's lab alone, also before that is started", async () => {
  const bar = await open("#/learn/kafka/first-topic", [CASSANDRA], { lesson: text });
  const foot = document.querySelector("footer");
  await vi.waitFor(() => expect(foot?.textContent).toContain(`${text.lab} is not running.`));
  expect(bar.textContent).toContain(`${text.lab} is not running`);
  expect(foot?.textContent).not.toContain("No lab is running");
  await host.push({ to: "labs" }, [CASSANDRA, lab(text.lab, "kafka-3")]);
  await vi.waitFor(() => expect(within(bar).getByTestId("lab-pill").title).toBe(text.lab));
});

it("stays with the lab that it showed first, whatever labs come and go", async () => {
  const bar = await open("#/lab", [KAFKA, CASSANDRA]);
  const panel = () => document.querySelector<HTMLElement>("[data-testid=lab-panel]")?.dataset["lab"];
  await vi.waitFor(() => expect(panel()).toBe("pipewright-kafka-3"));
  await host.push({ to: "labs" }, [CASSANDRA]);
  await vi.waitFor(() => expect(document.body.textContent).toContain("There is no lab pipewright-kafka-3."));
  expect(panel()).toBeUndefined();
  expect(bar.textContent).toContain("pipewright-kafka-3 is not running");
});

it("speaks of the first lab where none is on screen", async () => {
  const bar = await open("#/learn", [KAFKA, CASSANDRA]);
  await vi.waitFor(() => expect(within(bar).getByTestId("lab-pill").title).toBe("pipewright-kafka-3"));
});
