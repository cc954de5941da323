// The first screen on a host that answers as the test says: each of its states, and what its buttons ask for.
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Client, ScriptedHost } from "../../dev/scripted";
import type { Problem } from "../rpc/problem.gen";
import type { JobInfo, LabInfo, LessonInfo, StackInfo } from "../rpc/schema.gen";
import type { App } from "../state/app.svelte";
import fixture from "../../../crates/lab-views/src/kinds/pipeline_flow/model.json";
import type { Model } from "../views/pipeline_flow/model.gen";
import { toView } from "../state/kinds";
import Home from "./Home.test.svelte";

const node = (name: string, system: string): LabInfo["nodes"][number] => ({
  name,
  system,
  role: "",
  node_id: null,
  endpoint: null,
  agent: null,
  address: null,
  spare: false,
  stands_in: false,
  networks: [],
  faults: [],
});
const NODES = [node("weather-1", "weather"), node("kafka-1", "kafka")];
const PIPELINE: StackInfo = {
  name: "pipeline",
  title: "Weather pipeline",
  says: "",
  memory_mib: 2048,
  nodes: NODES,
  faults: [],
  options: [
    {
      name: "brokers",
      says: "Kafka brokers",
      values: [
        { value: "1", says: "one", more_memory_mib: 0, more_nodes: 0 },
        { value: "3", says: "three", more_memory_mib: 1024, more_nodes: 2 },
      ],
    },
  ],
};
const KAFKA: StackInfo = {
  ...PIPELINE,
  name: "kafka-1",
  memory_mib: 512,
  nodes: [node("kafka-1", "kafka")],
  options: [],
};
const lab = (name: string, phase: LabInfo["phase"], nodes = NODES): LabInfo => ({
  lab: name,
  stack: "pipeline",
  phase,
  nodes,
  images: [],
  endpoints: {},
  memory_mib: null,
  machine_memory_mib: 1024,
  ready: [],
  well: phase === "ready",
  troubles: [],
  data_kept: true,
});
const RUNS = lab("pipewright-pipeline", "ready");
const LESSON: LessonInfo = {
  id: "kafka/first",
  title: "First",
  goal: "",
  minutes: 7,
  stack: "kafka-1",
  steps: 2,
  done: 0,
};
const TRACKS = [{ id: "kafka", title: "Kafka", says: "", stage: "ingestion", lessons: [LESSON] }];
const job = (change: Partial<JobInfo>): JobInfo => ({
  job: 1,
  title: "start pipeline",
  lab: RUNS.lab,
  progress: { step: "Containers start.", detail: "", unit: "" },
  steps: [],
  stopping: false,
  stays: null,
  elapsed: 1000,
  limit: 60_000,
  state: "running",
  problem: null,
  ...change,
});
const PROBLEM: Problem = { code: "storage", message: "It cannot be read.", detail: "", hint: "Look at the folder." };
/** The same as an error, with its words where they are copied from. */
class Refusal extends Error {
  readonly code = PROBLEM.code;
  override readonly message = PROBLEM.message;
  readonly hint = PROBLEM.hint;
}
const FLOW = toView(RUNS.lab, "pipeline_flow", {});
const TIMELINE = toView(RUNS.lab, "timeline", { newest: 120 });

let host: ScriptedHost;
let app: App;

/** Home, with the labs that run; without any, nothing is known of them. */
async function home(labs: readonly LabInfo[] | null, answers: { [command: string]: unknown } = {}): Promise<void> {
  host = new ScriptedHost({
    about: { version: "0", data_dir: "" },
    stacks: [PIPELINE, KAFKA],
    actions: [],
    lessons: TRACKS,
    doctor: { healthy: true, engines: [], findings: [] },
    up: { job: 1 },
    down: { job: 2 },
    ...answers,
  });
  render(Home, { props: { client: new Client(host), onapp: (made: App) => (app = made) } });
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify({ to: "labs" }))).toBe(true));
  if (labs) await host.push({ to: "labs" }, labs);
}
const followed = (to: object) => vi.waitFor(() => expect(host.followed.has(JSON.stringify(to))).toBe(true));
const pipeline = () => within(screen.getByTestId("home-pipeline"));
const stage = (id: string) =>
  screen.getAllByTestId("home-stage").find((each) => each.dataset["stage"] === id) as HTMLElement;

beforeEach(() => {
  location.hash = "";
});
afterEach(cleanup);

it("tells memory and containers of what is chosen, and starts that", async () => {
  await home([]);
  await screen.findByText("2 containers, about 2.00 GiB of memory");
  await fireEvent.change(pipeline().getByLabelText("Kafka brokers"), { target: { value: "3" } });
  pipeline().getByText("4 containers, about 3.00 GiB of memory");
  await fireEvent.click(pipeline().getByRole("button", { name: "Start the pipeline" }));
  const wished = { stack: "pipeline", lab: "pipewright-pipeline", options: { brokers: "3" } };
  await vi.waitFor(() => expect(host.asked).toContainEqual(["up", wished]));
});

it("tells how far the start is, and starts anyway what memory seems too short for", async () => {
  await home([]);
  await fireEvent.change(await pipeline().findByLabelText("Kafka brokers"), { target: { value: "3" } });
  await fireEvent.click(pipeline().getByRole("button", { name: "Start the pipeline" }));
  await host.push({ to: "jobs" }, [job({})]);
  await pipeline().findByText("Containers start.");
  expect(pipeline().queryByRole("button", { name: "Start the pipeline" })).toBeNull();
  await host.push({ to: "jobs" }, [job({ state: "failed", problem: { ...PROBLEM, code: "not_enough_memory" } })]);
  await fireEvent.click(await pipeline().findByRole("button", { name: "Start it anyway" }));
  const anyway = { stack: "pipeline", lab: "pipewright-pipeline", options: { brokers: "3" }, anyway: true };
  await vi.waitFor(() => expect(host.asked).toContainEqual(["up", anyway]));
  await host.push({ to: "jobs" }, [job({ job: 2, state: "cancelled" })]);
  await pipeline().findByText("The start was cancelled.");
});

it("stops after a question that says what is kept, and starts again with that", async () => {
  await home([RUNS]);
  await fireEvent.click(await pipeline().findByRole("button", { name: "Stop the pipeline" }));
  const dialog = within(await screen.findByRole("dialog"));
  dialog.getByText("Its data is kept. Start the lab again to use it.");
  expect(host.asked.map(([command]) => command)).not.toContain("down");
  await fireEvent.click(dialog.getByRole("button", { name: "Remove" }));
  await vi.waitFor(() => expect(host.asked).toContainEqual(["down", { lab: RUNS.lab, volumes: false }]));
  await host.push({ to: "labs" }, [{ ...RUNS, phase: "stopping" }]);
  await pipeline().findByText("pipewright-pipeline is being removed.");
  await host.push({ to: "labs" }, [{ ...RUNS, phase: "removed" }]);
  await pipeline().findByText("Its data was kept. The start goes on with it.");
  pipeline().getByRole("button", { name: "Start the pipeline" });
});

it("shows the pipeline that is ready, whatever its name, and links the other labs", async () => {
  await home([lab("slow", "starting"), lab("mine", "ready"), lab("pipewright-kafka-1", "ready", KAFKA.nodes)]);
  const open = await pipeline().findByRole("link", { name: "Open the pipeline" });
  expect(open.getAttribute("href")).toBe("#/lab/mine");
  const others = screen.getAllByTestId("other-labs").map((each) => each.textContent.replace(/\s+/g, " ").trim());
  expect(others).toEqual(["Another pipeline: slow (starting).", "Another lab: pipewright-kafka-1 (ready)."]);
  expect(screen.getByRole("link", { name: "slow" }).getAttribute("href")).toBe("#/lab/slow");
});

it("says that stacks cannot be read, reads them again, and shows the rest", async () => {
  await home([], { stacks: new Refusal() });
  await pipeline().findByRole("alert");
  await screen.findByTestId("next");
  const times = () => host.asked.filter(([command]) => command === "stacks").length;
  expect(times()).toBe(1);
  await fireEvent.click(pipeline().getByRole("button", { name: "Look again" }));
  await waitFor(() => expect(times()).toBe(2));
});

it("says that there is no pipeline to start, and what to do", async () => {
  await home([], { stacks: [KAFKA] });
  expect((await pipeline().findByRole("alert")).textContent).toContain("docker/stacks/pipeline");
  expect(pipeline().queryByRole("button", { name: "Start the pipeline" })).toBeNull();
});

it("does not offer a start before it is known what runs, and says why it is not", async () => {
  await home(null);
  await pipeline().findByText("Looking for a pipeline that runs.");
  await screen.findByTestId("next");
  await host.push({ to: "labs" }, null, 0, PROBLEM);
  expect((await pipeline().findByRole("alert")).textContent).toContain(PROBLEM.message);
  expect(pipeline().queryByRole("button", { name: "Start the pipeline" })).toBeNull();
  screen.getByTestId("next");
});

it("says that lessons cannot be read, and reads them again", async () => {
  await home([], { lessons: new Refusal() });
  const again = await screen.findByRole("button", { name: "Look again" });
  await pipeline().findByRole("button", { name: "Start the pipeline" });
  await fireEvent.click(again);
  const times = () => host.asked.filter(([command]) => command === "lessons").length;
  await waitFor(() => expect(times()).toBe(2));
});

it("does not go on saying that engines are asked when the view is refused, or the connection is lost", async () => {
  await home([RUNS]);
  await followed(FLOW);
  await waitFor(() => expect(stage("storage").textContent).toContain("Its engines are being asked."));
  host.connected(false);
  await waitFor(() => expect(stage("storage").textContent).toContain("Not known: the connection is lost."));
  host.connected(true);
  await host.push(FLOW, null, 0, PROBLEM);
  await waitFor(() => expect(stage("storage").textContent).toContain("Not known."));
  await screen.findByText(PROBLEM.message);
  screen.getByText("Pipewright asks again by itself.");
});

it("shows of each stage its nodes, what waits, and what its numbers are made of", async () => {
  await home([RUNS]);
  await followed(FLOW);
  const { model } = fixture as unknown as { model: Model };
  await host.show(FLOW, model);
  await waitFor(() => expect(stage("storage").textContent).toContain("63 rows"));
  const containers = within(stage("storage")).getByRole("list", { name: "Containers" });
  expect(containers.textContent.replace(/\s+/g, " ")).toContain("cassandra-1, paused");
  within(stage("storage")).getByText(/42 records wait/);
  const became = within(stage("storage")).getByRole("list", { name: "What became of the records in Kafka" });
  const parts = within(became)
    .getAllByRole("listitem")
    .map((each) => each.textContent);
  expect(parts).toEqual(["63 with a row", "40 there before, by the same id", "21 not read yet"]);
  const read = within(stage("ingestion")).getByRole("list", { name: "The records in Kafka" });
  expect(read.textContent).toContain("82 read by the storage");
  expect(read.textContent).toContain("42 not read by it yet");
  // The source has not told anything, and the points of the chart are of one sort.
  expect(within(stage("collection")).queryByRole("list", { name: /source/ })).toBeNull();
});

it("tells the newest of what happened in the engines' own words, and nothing where no pipeline runs", async () => {
  await home([]);
  await screen.findByTestId("next");
  expect(screen.queryByTestId("just-now")).toBeNull();
  await host.push({ to: "labs" }, [RUNS]);
  await followed(TIMELINE);
  const entries = Array.from({ length: 9 }, (_, seq) => ({
    seq,
    place: seq,
    at: seq * 1000,
    source: "kafka-1",
    kind: "topic",
    about: "weather",
    says: `change ${seq}`,
    mood: "plain" as const,
    cause: null,
  }));
  await host.show(TIMELINE, { entries, counts: [] });
  const lines = () => within(screen.getByTestId("just-now")).getAllByRole("listitem");
  await waitFor(() => expect(lines()).toHaveLength(6));
  expect(lines()[0]?.textContent).toContain("change 8");
});

it("names what the next lesson takes, and opens it with its lab asked for, once", async () => {
  await home([]);
  const next = within(await screen.findByTestId("next"));
  await waitFor(() =>
    expect(screen.getByTestId("next").textContent).toContain("1 container, about 0.50 GiB of memory"),
  );
  expect(screen.getByTestId("next").textContent).toContain("about 7 min");
  await fireEvent.click(next.getByRole("button", { name: "Begin: First" }));
  await waitFor(() => expect(location.hash).toBe("#/learn/kafka/first"));
  expect([app.wished(LESSON.id), app.wished(LESSON.id)]).toEqual([true, false]);
  await fireEvent.click(next.getByRole("link", { name: "First" }));
  expect(app.wished(LESSON.id)).toBe(false);
});
