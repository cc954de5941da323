// Assets: who makes and who waits for them, and what came of their events.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import { some } from "../../../dev/some";
import { NOW } from "../../../dev/airflow/components";
import { assets, strangeAssets } from "../../../dev/airflow/stores";
import AirflowAssets from "./AirflowAssets.svelte";
import { facts, madeBy, queuedWords, runWords, sourceWords, startsWords } from "./words";

const [readings, stations] = assets.assets as [never, never];
const [made, outside] = assets.events as [never, never];
const draw = (model: typeof assets) =>
  render(AirflowAssets, { props: { model, params: {}, now: 61_000, width: 900 } }).container.textContent.replace(
    /\s+/g,
    " ",
  );

afterEach(cleanup);

it("says who makes events of one, and which DAGs it starts", () => {
  expect(madeBy(readings)).toBe("weather.ingest.general and watcher new_message");
  expect(startsWords(readings)).toBe("consume_readings and report");
  expect([madeBy(stations), startsWords(stations)]).toEqual(["", ""]);
  expect(facts(stations)).toEqual(["also orte", "named as inlet by weather.extract", '{"team": "nord"}']);
});

it("says which DAGs have an event and wait for others, or that nobody told", () => {
  expect(queuedWords(readings, NOW)).toBe("An event of it is queued for report (8.0 s ago): no run took it yet.");
  expect(queuedWords(stations, NOW)).toBe("");
  expect(queuedWords({ ...some(some(assets.assets)[0]), queued_events: null }, NOW)).toContain("not told");
});

it("says where an event came from, and what came of it", () => {
  expect(sourceWords(made)).toBe("weather.ingest.general, run lab-19");
  expect(sourceWords(outside)).toContain("from outside");
  const [run] = some(some(assets.events)[0]).created_dagruns;
  expect(runWords(some(run))).toMatch(/^consume_readings: success, run asset_triggered__/);
  expect(runWords({ ...some(run), triggering: false })).toContain("made for a later event");
});

it("draws assets and events, and tells none from what is not known", () => {
  expect(draw(assets)).toContain("no run came of it");
  expect(screen.getAllByTestId("asset")).toHaveLength(2);
  cleanup();
  const text = draw(strangeAssets);
  expect(text).toContain("No DAG names an asset.");
  expect(text).toContain("Events were not told yet.");
});
