// A view in its frame: sentence, picture, table, and what it says while there is nothing to show.
import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Client, ScriptedHost } from "../../dev/scripted";
import { type PushOf, toView } from "../state/kinds";
import Shown from "./Shown.test.svelte";

const to = toView("lab", "timeline", {});
const entry = {
  seq: 1,
  place: 0,
  at: 1000,
  source: "kafka-1",
  kind: "isr",
  about: "",
  says: "orders-0 in sync: 1",
  mood: "bad" as const,
  cause: null,
};
const push: PushOf<"timeline"> = {
  model: { entries: [entry], counts: [] },
  table: {
    columns: [
      { name: "At", numeric: true },
      { name: "What", numeric: false },
    ],
    rows: [["1.0", "orders-0 in sync: 1"]],
  },
  summary: "1 change.",
  known: true,
  refusal: null,
  awaits: [],
};

let host: ScriptedHost;

beforeEach(async () => {
  // Layout does not exist here; a picture needs room.
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(800);
  host = new ScriptedHost();
  render(Shown, { props: { client: new Client(host), lab: to.lab, view: to.view } });
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(to))).toBe(true));
});
afterEach(cleanup);

it("says that nothing was heard, as long as nothing was", async () => {
  await host.push(to, { ...push, known: false, summary: "Nothing yet." });
  expect(await screen.findByText("Nothing was heard yet.")).toBeTruthy();
});

it("shows picture and sentence, and the table on request", async () => {
  await host.push(to, push);
  const sentence = await screen.findByText("1 change.");
  expect(sentence.closest("[data-testid=summary]")?.getAttribute("aria-live")).toBe("polite");
  expect(screen.getByText("orders-0 in sync: 1")).toBeTruthy();
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "table" }));
  const table = screen.getByRole("table");
  expect(
    within(table)
      .getAllByRole("columnheader")
      .map(({ textContent }) => textContent),
  ).toEqual(["At", "What"]);
  expect(within(table).getByText("orders-0 in sync: 1")).toBeTruthy();
  expect(screen.getByRole("button", { name: "table" }).getAttribute("aria-pressed")).toBe("true");
});

it("says what it waits for beside what is known, the first of it by name", async () => {
  await host.push(to, { ...push, awaits: ["partition 2 of orders", "kafka-2"] });
  expect((await screen.findByTestId("awaits")).textContent.trim()).toBe(
    "Waiting for: partition 2 of orders and kafka-2.",
  );
  expect(screen.getByText("orders-0 in sync: 1")).toBeTruthy();
  await host.push(to, { ...push, known: false, awaits: ["a", "b", "c", "d", "e"] });
  await screen.findByText("Waiting for: a, b, c and 2 more.");
  expect(screen.getByText("Nothing was heard yet.")).toBeTruthy();
  await host.push(to, push);
  await vi.waitFor(() => expect(screen.queryByTestId("awaits")).toBeNull());
});

it("says that what was asked for cannot be, in place of picture and table", async () => {
  const refusal = { code: "unknown" as const, message: "There is no topic `t`.", detail: "", hint: "Create it." };
  await host.push(to, { ...push, refusal, awaits: ["t"] });
  const refused = await screen.findByTestId("refusal");
  expect(refused.textContent).toContain("There is no topic t.");
  expect(refused.textContent).toContain("Create it.");
  expect(screen.queryByTestId("picture")).toBeNull();
  expect(screen.queryByTestId("awaits")).toBeNull();
  await userEvent.setup().click(screen.getByRole("button", { name: "table" }));
  expect(screen.queryByRole("table")).toBeNull();
  await host.push(to, push);
  expect(await screen.findByRole("table")).toBeTruthy();
});

it("draws the rest where only a part of it is refused, and the picture says why", async () => {
  cleanup();
  const toRing = toView("lab", "cassandra_ring", { keyspace: "nope" });
  render(Shown, { props: { client: new Client(host), lab: toRing.lab, view: toRing.view } });
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(toRing))).toBe(true));
  const message = "There is no keyspace nope.";
  const model = { cluster_name: null, data_centers: [], nodes: [], ranges: [], keyspaces: [], streams: [] };
  const none = { all_up: false, schema_agreed: null, placement: null, problem: message };
  const refusal = { code: "unknown" as const, message, detail: "", hint: "" };
  await host.push(toRing, { ...push, model: { ...model, ...none }, refusal });
  expect((await screen.findByTestId("problem")).textContent).toBe(message);
  expect(screen.getByTestId("picture")).toBeTruthy();
  expect(screen.queryByTestId("refusal")).toBeNull();
});

it("says why there is nothing any more, and keeps the table in reach when a picture fails", async () => {
  await host.push(to, { ...push, model: { entries: null } });
  expect(await screen.findByText(/could not draw this picture/)).toBeTruthy();
  expect(host.asked.some(([command]) => command === "log")).toBe(true);
  await host.push(to, null, 0, { code: "unknown", message: "There is no lab `lab`.", detail: "", hint: "Start it." });
  const problem = await screen.findByRole("alert");
  expect(problem.dataset["code"]).toBe("unknown");
  expect(problem.textContent).toContain("Start it.");
});
