// The list of lessons on a host that answers as the test says.
import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import { Client, ScriptedHost } from "../../dev/scripted";
import Learn from "./Learn.test.svelte";

const LOST = {
  code: "storage",
  message: "What you have learned so far could not be read. All lessons begin anew.",
  detail: "/data/progress.json: expected value",
  hint: "The damaged file is kept as /data/progress.json.damaged-1.",
};

function show(answers: { [command: string]: unknown }): void {
  const machine = { doctor: { healthy: true, engines: [], findings: [] }, lessons: [] };
  render(Learn, { props: { client: new Client(new ScriptedHost({ ...machine, ...answers })) } });
}

afterEach(cleanup);

it("says nothing of progress that could be read", async () => {
  show({});
  await screen.findByText("There are no lessons.");
  expect(screen.queryByRole("alert")).toBeNull();
});

it("says that progress could not be read, until somebody has read it", async () => {
  show({ progress_lost: LOST });
  expect((await screen.findByRole("alert")).textContent).toContain(LOST.message);
  await userEvent.setup().click(screen.getByRole("button", { name: "Dismiss" }));
  expect(screen.queryByRole("alert")).toBeNull();
  cleanup();
  show({ progress_lost: LOST });
  await screen.findByText("There are no lessons.");
  expect(screen.queryByRole("alert")).toBeNull();
});
