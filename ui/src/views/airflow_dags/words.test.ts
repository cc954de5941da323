import { expect, it } from "vitest";
import type { Dag, ImportError, Model } from "./model.gen";
import { heading, marks, parted, schedule, where } from "./words";

const dag = (change: Partial<Dag> = {}): Dag => ({
  dag_id: "weather",
  is_paused: false,
  is_stale: false,
  has_import_errors: false,
  relative_fileloc: "weather.py",
  last_parsed_time: null,
  version_number: 1,
  timetable_summary: null,
  latest_run: null,
  ...change,
});
const error = (change: Partial<ImportError> = {}): ImportError => ({
  filename: "weather.py",
  line: 3,
  error: "NameError: name 'x' is not defined",
  advice: null,
  stack_trace: "",
  timestamp: null,
  ...change,
});

it("marks what keeps a DAG from running, the worst first, and nothing else", () => {
  const words = (change: Partial<Dag>) => marks(dag(change)).map((mark) => mark.words);
  expect(words({})).toEqual([]);
  expect(words({ is_paused: true })).toEqual(["paused"]);
  expect(words({ is_paused: true, is_stale: true, has_import_errors: true })).toEqual([
    "import error",
    "stale",
    "paused",
  ]);
});

it("says when runs are made, in Airflow's words", () => {
  expect([schedule(dag()), schedule(dag({ timetable_summary: "0 0 * * *" }))]).toEqual([
    "only when triggered",
    "0 0 * * *",
  ]);
});

it("names file and line, and no line where the error names none", () => {
  expect([where(error()), where(error({ line: null }))]).toEqual(["weather.py, line 3", "weather.py"]);
});

it("parts the kind of error from what it says, where there is one", () => {
  expect(parted("ModuleNotFoundError: No module named 'pandsa'")).toEqual([
    "ModuleNotFoundError",
    "No module named 'pandsa'",
  ]);
  expect(parted("airflow.sdk.exceptions.AirflowException: no: it is: so")).toEqual([
    "airflow.sdk.exceptions.AirflowException",
    "no: it is: so",
  ]);
  expect(parted("DAG import timed out after 30.0 s")).toEqual(["", "DAG import timed out after 30.0 s"]);
});

it("does not say that all is well while nobody told of errors", () => {
  const model = (import_errors: Model["import_errors"], more = false) =>
    heading({ dags: [dag()], more, import_errors, clock_offset: null });
  expect(model(null)).toBe("1 DAG; import errors were not told yet.");
  expect(model([])).toBe("1 DAG; every file could be imported.");
  expect(model([error()], true)).toBe("More than 1 DAG; 1 file could not be imported.");
});
