// The console and the picker beside it, on a host that answers as the test says.
import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ring, requests } from "../../dev/cassandra";
import { Client, ScriptedHost } from "../../dev/scripted";
import { toView } from "../state/kinds";
import type { Request } from "../views/cassandra_requests/model.gen";
import type { Keyspace } from "../views/cassandra_ring/model.gen";
import Console from "./Console.test.svelte";

// The plain field is what is left where the editor cannot be loaded.
vi.mock("./cql/editor", () => ({}));

const ringView = toView("lab", "cassandra_ring", {});
const requestsView = toView("lab", "cassandra_requests", {});
const [, unavailable] = requests.requests as [Request, Request];
const [weather] = ring.keyspaces as [Keyspace];
const UPDATE = "UPDATE weather.by_region SET temp_high = 1 WHERE region = 'north'";

let host: ScriptedHost;

beforeEach(async () => {
  localStorage.clear();
  vi.spyOn(console, "warn").mockReturnValue();
  host = new ScriptedHost({
    act: { id: 1, by_hand: ["cqlsh -e …"] },
    action: { state: "done", says: "done" },
  });
  render(Console, { props: { client: new Client(host) } });
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(requestsView))).toBe(true));
  await host.show(ringView, ring);
  await host.show(requestsView, { ...requests, requests: [], outcomes: {}, loads: [], read_repairs: [] });
});
afterEach(cleanup);

const acted = () => host.asked.filter(([command]) => command === "act").map(([, payload]) => payload);

it("sends the statement to the chosen coordinator at the chosen level, and shows how it ended", async () => {
  const user = userEvent.setup();
  await user.type(screen.getByLabelText("CQL statement"), UPDATE);
  await user.selectOptions(screen.getByLabelText("Coordinator"), "cassandra-2");
  await user.selectOptions(screen.getByLabelText("Consistency level"), "ALL");
  await user.click(screen.getByRole("button", { name: "Run" }));
  expect(acted()).toEqual([
    {
      lab: "lab",
      action: expect.objectContaining({
        do: "cassandra.execute",
        cql: UPDATE,
        coordinator: "cassandra-2",
        level: "ALL",
      }),
    },
  ]);
  const refused = {
    ...unavailable,
    id: "r99",
    action: 1,
    cql: UPDATE,
    words: "Unavailable: 3 required, 2 alive",
  };
  await host.show(requestsView, { ...requests, requests: [refused] });
  const outcome = await screen.findByTestId("cql-outcome");
  expect(outcome.dataset["outcome"]).toBe("unavailable");
  expect(outcome.textContent).toContain("Unavailable: 3 required, 2 alive");
  expect(screen.getByText(/refuses and sends nothing/)).toBeTruthy();
});

it("does not take an earlier request for the answer", async () => {
  const user = userEvent.setup();
  await host.show(requestsView, { ...requests, requests: [{ ...unavailable, id: "r1", action: 7, cql: UPDATE }] });
  await user.type(screen.getByLabelText("CQL statement"), UPDATE);
  await user.click(screen.getByRole("button", { name: "Run" }));
  expect(await screen.findByText("done")).toBeTruthy();
  expect(screen.queryByTestId("cql-outcome")).toBeNull();
});

it("says on screen that a difference is planted, before it plants one", async () => {
  const user = userEvent.setup();
  await user.type(screen.getByLabelText("CQL statement"), UPDATE);
  expect(screen.queryByText(/This plants a difference/)).toBeNull();
  await user.selectOptions(screen.getByLabelText("Send it"), "only");
  await user.selectOptions(screen.getByLabelText("Replica"), "cassandra-3");
  expect(screen.getByText(/This plants a difference/).textContent).toContain("cassandra-3 alone");
  await user.click(screen.getByRole("button", { name: "Write on cassandra-3 only" }));
  expect(acted()).toEqual([
    { lab: "lab", action: { do: "cassandra.write_locally", node: "cassandra-3", cql: UPDATE } },
  ]);
});

it("keeps what was run and brings it back", async () => {
  const user = userEvent.setup();
  await user.type(screen.getByLabelText("CQL statement"), "SELECT 1;");
  await user.click(screen.getByRole("button", { name: "Run" }));
  const field = screen.getByLabelText("CQL statement");
  await user.clear(field);
  await user.selectOptions(await screen.findByLabelText("Earlier statements"), "SELECT 1");
  expect((field as HTMLTextAreaElement).value).toBe("SELECT 1");
});

it("looks at a key of a table the nodes know", async () => {
  const user = userEvent.setup();
  expect(screen.getByText("region text", { selector: "code" })).toBeTruthy();
  await user.type(screen.getByLabelText("Key"), "north");
  await user.click(screen.getByRole("button", { name: "Look at this key" }));
  expect(screen.getByTestId("looked-at").textContent).toBe("weather.by_region north");
  await user.selectOptions(screen.getByLabelText("Table"), "weather.stations");
  expect(screen.getByTestId("looked-at").textContent).toBe("weather.stations ");
});

it("keeps a table that is dropped, says so, and offers another", async () => {
  const user = userEvent.setup();
  await user.selectOptions(screen.getByLabelText("Table"), "weather.stations");
  await host.show(ringView, { ...ring, keyspaces: [{ ...weather, tables: ["by_region"] }] });
  const gone = await screen.findByTestId("gone");
  expect(gone.textContent).toContain("weather.stations was dropped.");
  expect(screen.getByTestId("looked-at").textContent).toBe("weather.stations ");
  await user.click(screen.getByRole("button", { name: "Show weather.by_region" }));
  expect(screen.getByTestId("looked-at").textContent).toBe("weather.by_region ");
  expect(screen.queryByTestId("gone")).toBeNull();
});

it("believes that a table went with its keyspace only once that was told", async () => {
  const schemaView = toView("lab", "timeline", { kinds: ["schema"] });
  await host.show(ringView, { ...ring, keyspaces: [] });
  expect(screen.queryByTestId("gone")).toBeNull();
  expect(screen.getByTestId("looked-at").textContent).toBe("weather.by_region ");
  const dropped = { seq: 9, place: 9, at: 50_000, source: "cassandra-1", kind: "schema", about: "weather" };
  const entries = [{ ...dropped, says: "keyspace weather was dropped", mood: "ended" as const, cause: null }];
  await host.show(schemaView, { entries, counts: [] }, 60_000);
  const gone = await screen.findByTestId("gone");
  expect(gone.textContent.replace(/\s+/g, " ")).toContain("weather.by_region was dropped, 10 s ago.");
  expect(gone.textContent).toContain("There is no other table.");
});
