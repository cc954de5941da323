// One task: its words, its log, and what it was given and left.
import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { some } from "../../../dev/some";
import { NOW } from "../../../dev/airflow/components";
import { strangeTask, task } from "../../../dev/airflow/task";
import AirflowTask from "./AirflowTask.svelte";
import type { Model } from "./model.gen";
import { chosen, facts, leftBy, logGaps, logTime, missing, sizeOf, standing, tally, tryWords } from "./words";

const params = { dag: "weather", run: task.dag_run_id ?? "", task: task.task_id, map_index: 3 };
const draw = (model: Model, props: object = {}) =>
  render(AirflowTask, { props: { model, params, now: 61_000, width: 900, ...props } }).container;

afterEach(cleanup);

describe("words", () => {
  it("say how far it is, and where it ran", () => {
    expect(standing(some(task.instance), NOW)).toBe("failed after 2.5 s");
    expect(facts(some(task.instance), NOW)).toEqual(
      expect.arrayContaining(["try 2 of 2", "on airflow-1, process 1421"]),
    );
    expect(facts(some(strangeTask.instance), null).join("; ")).toContain("which no triggerer runs yet");
    expect(tryWords(some(some(task.tries)[0]), NOW)).toBe("try 1, failed after 0.4 s");
  });

  it("say what of the log is not there", () => {
    expect(logGaps(some(task.log))).toEqual(["199,466 older entries are not shown."]);
    expect(logGaps(some(strangeTask.log)).join(" ")).toMatch(/^It goes on: it is longer than 64 MiB/);
    expect(logGaps({ ...some(task.log), left_out: 0, finished: false })).toEqual([
      "The try has not ended, so more may come.",
    ]);
    expect(logTime({ ...some(some(task.log).entries[0]), timestamp: null })).toBe("");
  });

  it("choose entries by who wrote them and by a word", () => {
    const { entries } = some(task.log);
    expect(chosen(entries, "faults", "")).toHaveLength(2);
    expect(chosen(entries, "printed", "STATION 3:")).toHaveLength(1);
    expect(chosen(entries, "all", "keyerror")).toHaveLength(1);
  });

  it("say how much of a value is shown", () => {
    expect(some(task.xcom_in).map(sizeOf)).toEqual(["array", "string, the first 1,981 of 3,145,730 characters", ""]);
    expect(leftBy({ ...some(some(task.xcom_in)[0]), map_index: 2 })).toBe("ingest.general [2]");
  });

  it("count events in the order in which they came", () => {
    expect(tally(some(task.event_log))).toBe(
      "running 2 times, up for retry 1 time, clear task instances 1 time, failed 1 time",
    );
  });

  it("tell one that is not there from one that was not asked for", () => {
    expect(missing({ exists: null, run: "r", task: "t" })).toContain("not asked");
    expect(missing({ exists: false, run: "r", task: "t" })).toBe("Airflow has no instance of t in run r.");
  });
});

it("shows the log, and what failed", () => {
  draw(task);
  expect(screen.getByTestId("task-error").textContent).toContain("KeyError: 'fahrenheit'");
  expect(screen.getByTestId("log").textContent).toContain("größer als erwartet");
  expect(screen.getByTestId("log").textContent).toContain("Traceback (most recent call last)");
});

it("shows one part at a time", async () => {
  draw(task);
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: /^XCom/ }));
  expect(screen.getAllByTestId("xcom")).toHaveLength(3);
  expect(screen.getByText(/not read: Airflow could not read it/)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: /^Rendered fields/ }));
  expect(screen.getByText(/cat \/data\/north\.csv/)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: /^Events/ }));
  expect(screen.getAllByTestId("event")).toHaveLength(5);
});

it("asks for another try and another instance, where that is to be chosen here", async () => {
  const onparams = vi.fn();
  draw(task, { onparams });
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: /^try 1, failed/ }));
  expect(onparams).toHaveBeenLastCalledWith({ try: 1 });
  await user.click(screen.getByRole("button", { name: "next" }));
  expect(onparams).toHaveBeenLastCalledWith({ map_index: 4 });
  cleanup();
  draw(task);
  expect(screen.queryByRole("button", { name: /^try 1/ })).toBeNull();
});

it("says of each part that it is not known", async () => {
  draw(strangeTask);
  expect(screen.getByText(/The log is empty/)).toBeTruthy();
  const user = userEvent.setup();
  for (const part of [/^XCom/, /^Rendered/, /^Events/]) {
    await user.click(screen.getByRole("button", { name: part }));
    expect(screen.getAllByText("Not told yet.").length).toBeGreaterThan(0);
  }
  cleanup();
  draw({ ...task, instance: null, exists: false });
  expect(screen.getByText(/Airflow has no instance of ingest\.inner\.enrich/)).toBeTruthy();
});
