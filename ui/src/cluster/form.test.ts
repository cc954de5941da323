// The form for actions: what it asks for first, what it sends, and where it shows the result.
import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Client, ScriptedHost } from "../../dev/scripted";
import type { ActionInfo } from "../rpc/schema.gen";
import Form from "./Form.test.svelte";

const text = (description: string) => ({ type: "string", description });
const properties = {
  count: { type: "integer", description: "How many." },
  group: text("Its group."),
  idempotence: { type: ["boolean", "null"], default: null, description: "On unless told." },
  key: text("One key for all."),
  name: text("Its name."),
  topic: text("The topic."),
};
const action = (name: string, title: string, order: string[], required: string[]): ActionInfo => ({
  name,
  title,
  says: "",
  dangerous: false,
  asks_first: false,
  stays: false,
  order,
  params: {
    required,
    properties: Object.fromEntries(Object.entries(properties).filter(([key]) => order.includes(key))),
  },
});
const actions = [
  action("kafka.produce", "Produce records", ["topic", "count", "key", "name", "idempotence"], ["topic"]),
  action("kafka.start_consumer", "Start a consumer", ["topic", "group", "name"], ["topic", "group", "name"]),
];

afterEach(cleanup);

function shown() {
  const host = new ScriptedHost({
    stacks: [],
    actions: [],
    act: { id: 1, by_hand: [] },
    action: { state: "done", says: "Done well." },
  });
  render(Form, { props: { client: new Client(host), actions } });
  return { host, user: userEvent.setup() };
}
const calls = (host: ScriptedHost) => host.asked.filter(([command]) => command === "act").map(([, payload]) => payload);

it("asks for a few things first and keeps the others behind a word", () => {
  shown();
  const more = screen.getByTestId("more-options");
  expect(within(more).getByLabelText(/^name/)).toBeTruthy();
  for (const field of [/^topic/, /^count/, /^key/]) {
    expect(screen.getByLabelText(field).closest("details"), String(field)).toBeNull();
  }
});

it("sends nothing that nobody touched", async () => {
  const { host, user } = shown();
  await user.type(screen.getByLabelText(/^count/), "3");
  await user.click(screen.getByRole("button", { name: "Produce records" }));
  expect(calls(host)).toEqual([{ lab: "lab", action: { do: "kafka.produce", topic: "orders", count: 3 } }]);
});

it("takes nothing from one form into another, neither what was typed nor what came of it", async () => {
  const { host, user } = shown();
  const choose = (title: string) => user.selectOptions(screen.getByLabelText("Action"), title);
  await choose("Start a consumer");
  await user.type(screen.getByLabelText("group"), "g");
  await user.type(screen.getByLabelText("name"), "reader-1");
  await user.click(screen.getByRole("button", { name: "Start a consumer" }));
  expect((await screen.findByTestId("outcome")).textContent).toContain("Done well.");
  await choose("Produce records");
  expect(screen.queryByTestId("outcome")).toBeNull();
  expect(screen.getByLabelText<HTMLInputElement>(/^name/).value).toBe("");
  await user.click(screen.getByRole("button", { name: "Produce records" }));
  expect(calls(host).at(-1)).toEqual({ lab: "lab", action: { do: "kafka.produce", topic: "orders" } });
});

it("stops counting while the connection is lost, says so, and goes on with it when it is back", async () => {
  const host = new ScriptedHost({ stacks: [], actions: [], act: { id: 1, by_hand: [] } });
  render(Form, { props: { client: new Client(host), actions } });
  await userEvent.setup().click(screen.getByRole("button", { name: "Produce records" }));
  const box = await screen.findByTestId("outcome");
  expect(within(box).getByRole("button", { name: "Cancel" })).toBeTruthy();
  host.connected(false);
  await vi.waitFor(() => expect(box.textContent).toContain("How it went on is not known"));
  expect(within(box).queryByRole("button")).toBeNull();
  expect(within(box).queryByRole("progressbar")).toBeNull();
  host.connected(true);
  await vi.waitFor(() => expect(within(box).getByRole("progressbar")).toBeTruthy());
});

it("says that nobody knows how it went on, where the host that came back knows nothing of it", async () => {
  const host = new ScriptedHost({ stacks: [], actions: [], act: { id: 1, by_hand: [] } });
  render(Form, { props: { client: new Client(host), actions } });
  await userEvent.setup().click(screen.getByRole("button", { name: "Produce records" }));
  const to = { to: "action", lab: "lab", id: 1 } as const;
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(to))).toBe(true));
  host.connected(false);
  host.connected(true);
  const message = "How action 1 in lab went on is not known here.";
  await host.push(to, null, 0, { code: "unknown", message, detail: "", hint: "" });
  await vi.waitFor(() => expect(screen.getByTestId("outcome").textContent).toContain(message));
  expect(screen.queryByRole("progressbar")).toBeNull();
});

it("says what another page began, whichever form is open", async () => {
  const { host } = shown();
  const to = { to: "actions", lab: "lab" } as const;
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(to))).toBe(true));
  const action = { do: "kafka.start_consumer", topic: "orders", group: "g", name: "r" };
  await host.push(to, [{ id: 7, action, by_hand: ["kafka-console-consumer.sh"], began_at: 0 }], 3000);
  const box = await screen.findByTestId("outcome");
  await vi.waitFor(() => expect(box.textContent).toContain("Start a consumer: Done well."));
  expect(box.textContent).toContain("kafka-console-consumer.sh");
});
