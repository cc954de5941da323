import { expect, it } from "vitest";
import { BACK, beat } from "./layout";
import type { ApiServer, Component, Model } from "./model.gen";
import { nameOf, serverStanding, standing, warmth } from "./words";

const server = (change: Partial<ApiServer> = {}): ApiServer => ({
  node: "airflow-1",
  endpoint: "127.0.0.1:29080",
  version: "3.3.2",
  heard: "answering",
  heard_at: 60_000,
  why_silent: null,
  ...change,
});
const component = (status: string | null): Component => ({
  name: "dag_processor",
  status,
  latest_heartbeat: null,
  start_date: null,
  hostname: null,
});
const model = (warm: boolean | null): Model => ({
  api_server: server(),
  components: [],
  healthy: true,
  warm,
  clock_offset: null,
});

it("says of a component what Airflow says, in its own words", () => {
  expect(standing(component("healthy"), server())).toEqual({ words: "healthy", form: "outlined", tone: "ok" });
  expect(standing(component("unhealthy"), server())).toEqual({ words: "unhealthy", form: "dashed", tone: "bad" });
  expect(standing(component(null), server()).words).toBe("never started");
  expect(standing(component("recovering"), server())).toMatchObject({ words: "recovering", tone: "warn" });
  expect(nameOf(component(null))).toBe("dag processor");
});

it("says only what was, while the one that tells it is silent", () => {
  const silent = server({ heard: "silent" });
  expect(standing(component("healthy"), silent)).toEqual({ words: "was healthy", form: "hatched", tone: "plain" });
  expect(serverStanding(silent)).toMatchObject({ words: "does not answer", tone: "bad" });
});

it("tells an API server that was not asked from one that does not answer, and from none at all", () => {
  expect(serverStanding(server({ heard: "not_asked" })).words).toBe("not asked yet");
  expect(serverStanding(server()).words).toBe("answers");
  expect(serverStanding(server({ node: null, heard: "not_asked" })).words).toBe("no such node");
});

it("does not call warm what nobody knows", () => {
  expect([true, false, null].map((warm) => warmth(model(warm)).form)).toEqual(["tick", "clock", "question"]);
});

it("puts a heartbeat on the line by its age, the newest at its end", () => {
  expect(beat(0)).toEqual({ at: 1, before: false });
  expect(beat(BACK / 2)).toEqual({ at: 0.5, before: false });
  expect(beat(BACK + 1)).toEqual({ at: 0, before: true });
  expect(beat(-800)).toEqual({ at: 1, before: false });
});
