// The room for experiments on a host that answers as the test says: a plan with expectations, and a run's evidence.
import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import * as bench from "../../dev/bench";
import { damaged } from "../../dev/damaged";
import { Client, ScriptedHost } from "../../dev/scripted";
import { FIRST } from "../experiment/plan";
import { LEVELS } from "../experiment/words";
import Bench from "./Bench.test.svelte";

const ANSWERS = {
  about: { version: "0", data_dir: "" },
  stacks: [],
  actions: [],
  doctor: { healthy: true, engines: [], findings: [] },
  experiments: { runs: [bench.info(7), bench.info(6)], unreadable: [] },
  experiment: bench.run(7),
  experiment_trials: bench.trials,
  experiment_replays: [],
  experiment_plan_check: bench.check(FIRST),
  experiment_begin: { experiment: 8, job: 9 },
};

function show(named: readonly string[], answers: object = {}): ScriptedHost {
  const host = new ScriptedHost({ ...ANSWERS, ...answers });
  render(Bench, { props: { client: new Client(host), named } });
  return host;
}
const asked = (host: ScriptedHost, command: string) =>
  host.asked.filter(([name]) => name === command).map(([, payload]) => payload);

afterEach(cleanup);

it("begins a run with what was chosen and what was expected", async () => {
  const host = show([]);
  const user = userEvent.setup();
  await vi.waitFor(() => expect(screen.getAllByTestId("planned-cell")).toHaveLength(9));
  await user.selectOptions(screen.getByLabelText("Your expectation for write ALL, read ONE"), "write_fails");
  await user.click(screen.getByRole("button", { name: "Run it" }));
  await vi.waitFor(() => expect(asked(host, "experiment_begin")).toHaveLength(1));
  expect(asked(host, "experiment_begin")[0]).toEqual({
    plan: FIRST,
    expectations: { "rf3-stop-whole-ALL-ONE": "write_fails" },
  });
  expect(location.hash).toBe("#/experiments/8");
});

it("lays the plan's form out once, when it is known which clusters there are", async () => {
  let answer: (stacks: unknown) => void = () => undefined;
  show([], { stacks: new Promise((given) => (answer = given)) });
  await screen.findByTestId("planned");
  expect(screen.queryByTestId("plan")).toBeNull();
  answer([]);
  expect(await screen.findByTestId("plan")).toBeTruthy();
});

it("asks whether a changed plan makes sense, and does not run one that does not", async () => {
  const host = show([], { experiment_plan_check: new Error("no level to read at is chosen") });
  const user = userEvent.setup();
  const reads = await screen.findByRole("group", { name: "Read at" });
  for (const level of ["ONE", "QUORUM", "ALL"]) await user.click(within(reads).getByLabelText(level));
  await vi.waitFor(() => expect(asked(host, "experiment_plan_check").at(-1)).toMatchObject({ read: [] }));
  expect(screen.getByRole("button", { name: "Run it" })).toHaveProperty("disabled", true);
});

it("says why a run broke off, and goes on although memory is short if it is told to", async () => {
  const problem = { code: "not_enough_memory", message: "cassandra-3 needs about 1.7 GiB.", detail: "", hint: "" };
  const run = bench.run(6);
  const host = show(["6"], {
    experiment: { ...run, info: { ...run.info, state: "unfinished", problem } },
    experiment_resume: { experiment: 6, job: 10 },
  });
  expect((await screen.findByRole("alert")).textContent).toContain("needs about 1.7 GiB");
  await userEvent.setup().click(screen.getByRole("button", { name: "Start the lab anyway" }));
  await vi.waitFor(() => expect(asked(host, "experiment_resume")).toEqual([{ experiment: 6, anyway: true }]));
});

it("shows of a run what was measured, what the rule says, and the evidence of the cell that is chosen", async () => {
  const host = show(["7"]);
  const user = userEvent.setup();
  const weak = await vi.waitFor(() => {
    const found = screen.getAllByTestId("cell").find(({ dataset }) => dataset["cell"] === "rf3-stop-whole-ONE-ONE");
    if (!found) throw new Error("no cell");
    return found;
  });
  expect(weak.textContent).toMatch(/7\s+of 20 stale/);
  expect(weak.textContent).toContain("1 + 1 ≤ 3, may be stale");
  expect(within(weak).getByLabelText("not as you expected")).toBeTruthy();
  await user.click(within(weak).getByRole("button"));
  expect((await screen.findByTestId("surprise")).textContent).toContain("cassandra-3");
  expect(asked(host, "experiment_trials").at(-1)).toEqual({ experiment: 7, cell: "rf3-stop-whole-ONE-ONE" });
  const trial = await screen.findByTestId("trial");
  expect(trial.textContent).toContain("'old'");
  expect(trial.querySelectorAll("li.older")).toHaveLength(2);
  expect(trial.textContent).toContain("connection refused");
  expect(within(trial).getByTestId("place").textContent).toContain("In which journal it is was not noted.");
});

it("says that a run is not right when results are gone, and that there is nothing to count yet", async () => {
  const nothing = { holds: true, cells: 0, of_cells: 2, trials: 0, findings: [] as string[] };
  const user = userEvent.setup();
  const recompute = async (experiment_verify: typeof nothing) => {
    cleanup();
    show(["7"], { experiment_verify });
    await user.click(await screen.findByRole("button", { name: "Recompute verdicts" }));
  };
  await recompute({ ...nothing, holds: false, findings: ["a: cells/a.json is missing."] });
  expect(await screen.findByText("a: cells/a.json is missing.")).toBeTruthy();
  expect(screen.getByText("not everything is right").parentElement?.textContent).toContain("0 trials of 0 of 2 cells");
  await recompute(nothing);
  expect(await screen.findByText("nothing to count yet")).toBeTruthy();
});

it("names a folder that is not called as a run beside the run of that number, and does not remove it", async () => {
  const misnamed = { ...damaged(7), folder: "007", experiment: null };
  show([], { experiments: { runs: [bench.info(7)], unreadable: [misnamed, damaged(36)] } });
  const [folder, run] = await screen.findAllByTestId("unreadable");
  expect(folder?.textContent).toContain("Folder 007 cannot be opened.");
  expect(folder && within(folder).queryByRole("button", { name: "Remove…" })).toBeNull();
  expect(run?.textContent).toContain("Run 36 cannot be opened.");
});

it("gives every level of a table room, however many there are", async () => {
  const read = LEVELS.filter((level) => level !== "ANY");
  show([], { experiment_plan_check: bench.check({ ...FIRST, read }) });
  const table = (await screen.findAllByRole("table"))[0];
  expect(table?.style.getPropertyValue("--reads")).toBe("10");
});

it("counts nothing in the list of a run that goes on", async () => {
  const running = { ...bench.info(8, "running"), trials: 0, stale: 0, took_ms: 700 };
  show([], { experiments: { runs: [running, bench.info(7)], unreadable: [] } });
  const [goesOn, ended] = await vi.waitFor(() => {
    const lines = within(screen.getByTestId("runs")).getAllByRole("listitem");
    expect(lines).toHaveLength(2);
    return lines;
  });
  expect(goesOn?.textContent).toContain("running");
  expect(goesOn?.textContent).not.toMatch(/\b0 trials|stale|0\.7 s/);
  expect(ended?.textContent).toContain("540 trials, 13 stale");
});

it("marks a cell in which the engines did what the rules do not allow", async () => {
  show(["7"]);
  const marks = await screen.findAllByText(/the rule does not allow this/);
  expect(marks).toHaveLength(3);
});

it("says of a run that cannot be opened why, and removes it when that is confirmed", async () => {
  const host = show([], { experiments: { runs: [], unreadable: [damaged(5)] }, experiment_remove: {} });
  const user = userEvent.setup();
  const shown = await screen.findByTestId("unreadable");
  expect(shown.textContent).toContain(damaged(5).problem.message);
  await user.click(within(shown).getByRole("button", { name: "Remove…" }));
  expect(asked(host, "experiment_remove")).toHaveLength(0);
  await user.click(within(shown).getByRole("button", { name: "Remove run 5" }));
  await vi.waitFor(() => expect(asked(host, "experiment_remove")).toEqual([{ experiment: 5 }]));
});
