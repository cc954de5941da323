// What is told of a stack before its start is of what is chosen.
import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import { Client, ScriptedHost } from "../../dev/scripted";
import App from "../App.svelte";
import type { StackChoice, StackInfo } from "../rpc/schema.gen";

const choice = (name: string, more_memory_mib: number, more_nodes: number): StackChoice => ({
  name,
  says: name,
  values: [
    { value: "1", says: `one of ${name}`, more_memory_mib: 0, more_nodes: 0 },
    { value: "3", says: `three of ${name}`, more_memory_mib, more_nodes },
  ],
});
const PIPELINE: StackInfo = {
  name: "pipeline",
  title: "Weather pipeline",
  says: "",
  memory_mib: 2048,
  nodes: [],
  faults: [],
  options: [choice("brokers", 1024, 3), choice("nodes", 512, 4)],
};

afterEach(cleanup);

it("tells memory and containers of what is chosen, and starts that", async () => {
  location.hash = "#/lab";
  const host = new ScriptedHost({
    about: { version: "0", data_dir: "" },
    stacks: [PIPELINE],
    actions: [],
    lessons: [],
    doctor: { healthy: true, engines: [], findings: [] },
    up: { job: 1 },
  });
  render(App, { props: { client: new Client(host) } });
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify({ to: "labs" }))).toBe(true));
  await host.push({ to: "labs" }, []);
  const card = within(await screen.findByTestId("stacks"));
  const told = () => card.getByText("pipeline", { selector: "code" }).parentElement?.textContent?.trim();
  expect(told()).toBe("pipeline, 0 containers, about 2.00 GiB of memory");
  await fireEvent.change(card.getByLabelText("nodes"), { target: { value: "3" } });
  expect(told()).toBe("pipeline, 4 containers, about 2.50 GiB of memory");
  await fireEvent.change(card.getByLabelText("brokers"), { target: { value: "3" } });
  expect(told()).toBe("pipeline, 7 containers, about 3.50 GiB of memory");
  await fireEvent.click(card.getByRole("button", { name: "Start pipeline" }));
  const wished = { stack: "pipeline", lab: "pipewright-pipeline", options: { brokers: "3", nodes: "3" } };
  await vi.waitFor(() => expect(host.asked).toContainEqual(["up", wished]));
});
