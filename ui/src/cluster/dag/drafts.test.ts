// Texts of DAG files: what is kept, what is unsaved, and which is the last good one.
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { dags } from "../../../dev/airflow/dags";
import {
  type Draft,
  begun,
  faultOf,
  keep,
  lastGood,
  madeDags,
  read,
  saidOf,
  stateOf,
  unsaved,
  written,
  wrongName,
} from "./drafts";
import { TEMPLATES, nameOf } from "./templates";

const said = (file: string) => saidOf(file, dags.dags, dags.import_errors);
const saved = (text: string): Draft => ({ text, saved: text, good: null });

beforeEach(() => localStorage.clear());

describe("what is kept", () => {
  it("is there after the page was loaded again, for this lab alone", () => {
    const drafts = { "weather.py": begun("import x") };
    expect(keep("lab", drafts)).toBe(true);
    expect(read("lab")).toEqual(drafts);
    expect(read("other")).toEqual({});
  });

  it("leaves out what it cannot read, and keeps the rest", () => {
    localStorage.setItem(
      "pipewright.dags.lab",
      JSON.stringify({ "a.py": saved("a"), "b.py": { text: 3 }, "c.py": null }),
    );
    expect(Object.keys(read("lab"))).toEqual(["a.py"]);
    localStorage.setItem("pipewright.dags.lab", "{");
    expect(read("lab")).toEqual({});
  });

  it("says when the store takes nothing", () => {
    const full = {
      setItem: () => {
        throw new Error("full");
      },
    } as unknown as Storage;
    expect(keep("lab", {}, full)).toBe(false);
  });
});

describe("the last good text", () => {
  it("is the newest one of which Airflow made DAGs", () => {
    const good = written(begun("a"), "a.py", "a", "Airflow has read a.py: 1 DAG in it: a (version 1)");
    const bad = written(
      { ...good, text: "b" },
      "a.py",
      "b",
      "a.py is written, and Airflow cannot import it in line 1: E",
    );
    expect([good.good, bad.saved, bad.good]).toEqual(["a", "b", "a"]);
    expect([lastGood(good), lastGood(bad)]).toEqual([null, "a"]);
  });

  it("is none as long as that is known of none", () => {
    expect(
      lastGood(written(begun("a"), "a.py", "a", "a.py is written; within 20 s Airflow made no DAG of it")),
    ).toBeNull();
    expect(madeDags("a.py", "Airflow has read a.py: 0 DAGs in it: ")).toBe(false);
    expect(madeDags("a.py", "Airflow has read b.py: 1 DAG in it: b")).toBe(false);
  });

  it("is told by the words of the action itself", () => {
    const putDag = readFileSync("../crates/lab-airflow/src/actions/put_dag.rs", "utf8");
    expect(putDag).toContain('format!("Airflow has read {file}: {} in it: {named}{more}", counted(');
  });
});

describe("a file's standing", () => {
  it("is that it is not saved, before all that Airflow says", () => {
    expect(unsaved(begun(""))).toBe(true);
    expect(stateOf({ ...saved("a"), text: "b" }, said("weather_v2.py"))).toBe("unsaved");
    expect(stateOf(saved("a"), said("weather_v2.py"))).toBe("broken");
    expect(stateOf(undefined, said("weather.py"))).toBe("read");
  });

  it("is not known of a file that Airflow does not name, or while it tells no errors", () => {
    expect(stateOf(saved("a"), said("helper.py"))).toBe("unknown");
    expect(stateOf(saved("a"), saidOf("weather.py", dags.dags, null))).toBe("unknown");
    expect(stateOf(saved("a"), said("old_report.py"))).toBe("unknown");
  });

  it("names the line of an error of what was saved, where there is one", () => {
    const fault = faultOf(saved("a"), said("weather_v2.py"));
    expect(fault).toEqual({ line: 3, says: expect.stringContaining("schedule_interval") });
    expect(faultOf(begun("a"), said("weather_v2.py"))).toBeNull();
    expect(faultOf({ ...saved("a"), good: "a" }, said("weather_v2.py"))).toBeNull();
    expect(faultOf(saved("a"), said("pipelines/ingest.py"))).toBeNull();
  });
});

it("takes names of modules, and none twice", () => {
  expect(wrongName("my-dag_2.py", ["other.py"])).toBe("");
  for (const name of ["", ".py", "dag", "a b.py", "a/b.py", "-a.py", "täglich.py", `${"a".repeat(98)}.py`]) {
    expect(wrongName(name, [])).not.toBe("");
  }
  expect(wrongName("dag.py", ["dag.py"])).toContain("already");
});

it("begins with a DAG that is named as its file is", () => {
  expect([nameOf("my-dag.py"), nameOf("2nd.py")]).toEqual(["my_dag", "dag_2nd"]);
  for (const { name, text } of TEMPLATES.filter(({ name }) => name !== "Empty")) {
    expect(text("my-dag.py"), name).toContain("def my_dag():");
    expect(text("my-dag.py"), name).toMatch(/\n\nmy_dag\(\)\n$/);
  }
});
