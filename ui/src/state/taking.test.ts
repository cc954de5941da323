// An action that runs when a page is opened: it is taken up by its id, followed to its end, and can be stopped.
import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Client, ScriptedHost } from "../../dev/scripted";
import type { ActionRunning } from "../rpc/schema.gen";
import Acting from "./Acting.test.svelte";

const THERE = { to: "actions", lab: "lab" } as const;
const TO = { to: "action", lab: "lab", id: 4 } as const;
const stop: ActionRunning = { id: 4, action: { do: "docker.stop", node: "one" }, by_hand: [], began_at: 2000 };
const follows = (host: ScriptedHost, to: object) =>
  vi.waitFor(() => expect(host.followed.has(JSON.stringify(to))).toBe(true));

afterEach(cleanup);

async function opened(label: (call: { do: string }) => string | null = () => "Stop one") {
  const host = new ScriptedHost({ act: { id: 4, by_hand: [] } });
  render(Acting, { props: { client: new Client(host), label } });
  await follows(host, THERE);
  return host;
}

it("is shown with the time since it began, and its end is said", async () => {
  const host = await opened();
  await host.push(THERE, [stop], 9000);
  await follows(host, TO);
  const progress = { step: "wait for it", detail: "", unit: "" };
  await host.push(TO, { state: "running", progress });
  await vi.waitFor(() => expect(screen.getByTestId("runs").textContent).toContain("Stop one, 7 s, wait for it"));
  await host.push(TO, { state: "done", says: "It has stopped." });
  await vi.waitFor(() => expect(screen.getByTestId("ended").textContent).toBe("It has stopped."));
});

it("is stopped by its id, and until it has ended it is said to be being stopped", async () => {
  const host = await opened();
  await host.push(THERE, [stop], 9000);
  await userEvent.setup().click(await screen.findByRole("button", { name: "Cancel" }));
  expect(host.asked).toContainEqual(["cancel_action", { lab: "lab", id: 4 }]);
  expect(screen.getByTestId("runs").textContent).toContain("stopping");
});

it("is not taken up where it has no place", async () => {
  const host = await opened(() => null);
  await host.push(THERE, [stop], 9000);
  await Promise.resolve();
  expect(screen.queryByTestId("runs")).toBeNull();
});

it("is not taken up before it has run for a moment: what is over at once is nobody else's business", async () => {
  const host = await opened();
  await host.push(THERE, [{ ...stop, began_at: 8900 }], 9000);
  expect(screen.queryByTestId("runs")).toBeNull();
  await vi.waitFor(() => expect(screen.getByTestId("runs").textContent).toContain("Stop one"), { timeout: 5000 });
});

it("is not taken up a second time when it has ended and the host's list is older", async () => {
  const host = await opened();
  await userEvent.setup().click(screen.getByRole("button", { name: "Stop" }));
  await follows(host, TO);
  await host.push(THERE, [stop], 9000);
  await host.push(TO, { state: "done", says: "It has stopped." });
  await vi.waitFor(() => expect(screen.getByTestId("ended").textContent).toBe("It has stopped."));
  expect(screen.queryByTestId("runs")).toBeNull();
});
