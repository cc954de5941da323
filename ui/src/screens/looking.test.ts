// What is looked at stays what it is: topics come and go, and no picture turns to another one by itself.
import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { cluster } from "../../dev/pictures";
import { Client, ScriptedHost } from "../../dev/scripted";
import type { LabInfo } from "../rpc/schema.gen";
import { toView } from "../state/kinds";
import type { Entry } from "../views/timeline/model.gen";
import Panel from "./Panel.test.svelte";

const clusterView = toView("lab", "kafka_cluster", {});
const changesView = toView("lab", "timeline", { kinds: ["topic"] });
const entry = (at: number, about: string, says: string, mood: Entry["mood"] = "plain"): Entry => ({
  seq: at,
  place: at,
  at,
  source: "kafka-1",
  kind: "topic",
  about,
  says,
  mood,
  cause: null,
});

let host: ScriptedHost;
const topics = (...names: string[]) => host.show(clusterView, { ...cluster, topics: names });
const changes = (...entries: Entry[]) => host.show(changesView, { entries, counts: [] }, 60_000);
/** The topics that pictures are followed of. */
const pictured = () =>
  [...host.followed.keys()].flatMap((key) => {
    const { view } = JSON.parse(key) as { view?: { kind: string; with: { topic?: string } } };
    return view?.kind === "kafka_partitions" ? [view.with.topic] : [];
  });

beforeEach(async () => {
  host = new ScriptedHost();
  render(Panel, { props: { client: new Client(host), lab: { lab: "lab" } as LabInfo } });
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(changesView))).toBe(true));
});
afterEach(cleanup);

it("keeps the topic that is deleted, says since when it is gone, and offers another", async () => {
  await topics("a", "b");
  await vi.waitFor(() => expect(pictured()).toEqual(["a"]));
  expect(screen.queryByTestId("gone")).toBeNull();
  await topics("b");
  await changes(entry(1000, "a", "topic a was created"), entry(48_000, "a", "topic a was deleted", "ended"));
  const gone = await screen.findByTestId("gone");
  await vi.waitFor(() => expect(gone.textContent.replace(/\s+/g, " ")).toContain("a was deleted, 12 s ago."));
  expect(screen.getByLabelText<HTMLSelectElement>("Topic").value).toBe("a");
  expect(screen.getByRole("option", { name: "a (deleted)" })).toBeTruthy();
  expect(pictured()).toEqual(["a"]);
  await userEvent.setup().click(screen.getByRole("button", { name: "Show b" }));
  await vi.waitFor(() => expect(pictured()).toEqual(["b"]));
  expect(screen.queryByTestId("gone")).toBeNull();
});

it("shows it again when it is made anew, and never says when it does not know", async () => {
  await topics("a");
  await vi.waitFor(() => expect(pictured()).toEqual(["a"]));
  await topics();
  expect((await screen.findByTestId("gone")).textContent.trim()).toBe("a was deleted. There is no other topic.");
  await topics("a");
  await vi.waitFor(() => expect(screen.queryByTestId("gone")).toBeNull());
  expect(pictured()).toEqual(["a"]);
});

it("does not take a list that nobody told for the end of a topic", async () => {
  await topics("a");
  await vi.waitFor(() => expect(pictured()).toEqual(["a"]));
  await host.show(clusterView, { ...cluster, topics: [], topics_known: false });
  expect(screen.queryByTestId("gone")).toBeNull();
  expect(pictured()).toEqual(["a"]);
});

it("chooses once: a topic that comes later and stands before it changes nothing", async () => {
  await topics("b");
  await vi.waitFor(() => expect(pictured()).toEqual(["b"]));
  await topics("a", "b");
  await vi.waitFor(() => expect(screen.getByRole("option", { name: "a" })).toBeTruthy());
  expect(screen.getByLabelText<HTMLSelectElement>("Topic").value).toBe("b");
  expect(pictured()).toEqual(["b"]);
});
