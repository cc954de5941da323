// The text column of a lesson: predict, then act, then the engines decide.
import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Client, ScriptedHost } from "../../dev/scripted";
import type { LessonText, Session, StepState } from "../rpc/schema.gen";
import ByHand from "./ByHand.svelte";
import Column from "./Column.test.svelte";

const text: LessonText = {
  info: { id: "kafka/one", title: "One", goal: "", minutes: 1, stack: "kafka-1", steps: 2, done: 0 },
  track: "Kafka",
  place: [1, 1],
  lab: "lab",
  next: null,
  steps: ["first", "second"].map((id) => ({
    id,
    title: id,
    html: "<p>Read <b>this</b>.</p>",
    after_html: "<p>That was it.</p>",
    views: [],
    actions: [
      { label: "Do it", action: { do: "kafka.produce", topic: "t" }, by_hand: [], unseen: "" },
      { label: "Read it", action: { do: "kafka.read", topic: "t" }, by_hand: [], unseen: "" },
    ],
    prediction: { ask: "What?", options: ["This", "That"] },
    checks: ["`t` has 3 records"],
    hints: 2,
  })),
};

const step = (id: string, change: Partial<StepState> = {}): StepState => ({
  id,
  open: id === "first",
  done: false,
  checks: [{ says: "`t` has 3 records", truth: "unknown", evidence: null }],
  chosen: null,
  options: [],
  judged: "open",
  pressed: [],
  hints: [],
  ...change,
});

const session = (change: Partial<StepState> = {}): Session => ({
  lesson: "kafka/one",
  lab: "lab",
  phase: "ready",
  step: "first",
  steps: [step("first", change), step("second")],
  solving: false,
  problem: null,
});

async function shown(now: Session | null, answers: { [command: string]: unknown } = {}) {
  const host = new ScriptedHost({ lesson: text, stacks: [], ...answers });
  const user = userEvent.setup();
  render(Column, { props: { client: new Client(host), text, session: now } });
  await vi.waitFor(() => expect(screen.getByTestId("checks")).toBeTruthy());
  return { host, user };
}

const button = (name: string | RegExp) => screen.getByRole("button", { name });
const enabled = (element: HTMLElement) =>
  !(element as HTMLButtonElement).disabled && element.getAttribute("aria-disabled") !== "true";

afterEach(cleanup);

describe("a prediction", () => {
  it("must be committed before the step's buttons work", async () => {
    const { host, user } = await shown(session());
    expect(enabled(button("Do it"))).toBe(false);
    expect(screen.getByText("Predict first.")).toBeTruthy();
    expect(enabled(button("I predict this"))).toBe(false);
    await user.click(screen.getByRole("radio", { name: "That" }));
    await user.click(button("I predict this"));
    expect(host.asked).toContainEqual(["predict", { lesson: "kafka/one", step: "first", option: 1 }]);
  });

  it("that is picked is made by whoever acts, before the action", async () => {
    const { host, user } = await shown(session(), {
      predict: null,
      act: { id: 1, by_hand: [], unseen: "" },
      action: { state: "done", says: "3 records" },
    });
    await user.click(screen.getByRole("radio", { name: "That" }));
    await user.click(button("Do it"));
    await screen.findByTestId("outcome");
    const asked = host.asked.map(([name]) => name).filter((name) => name === "predict" || name === "act");
    expect(asked).toEqual(["predict", "act"]);
  });

  it("is fixed once committed, and then the buttons work", async () => {
    const { host, user } = await shown(session({ chosen: 0 }), {
      act: { id: 1, by_hand: [], unseen: "" },
      action: { state: "done", says: "3 records" },
    });
    expect(screen.queryByRole("button", { name: "I predict this" })).toBeNull();
    expect(screen.getByRole<HTMLInputElement>("radio", { name: /^This/ }).checked).toBe(true);
    await user.click(button("Do it"));
    expect(host.asked).toContainEqual(["act", { lab: "lab", action: { do: "kafka.produce", topic: "t" } }]);
    expect((await screen.findByTestId("outcome")).textContent).toContain("3 records");
  });

  it("stands beside what the engines say, once the step is done", async () => {
    const verdict = (says: string, truth: "true" | "false") => ({
      says,
      truth,
      evidence: { seq: 1, at: 5, source: "kafka-1", words: "t-0 ends at 3", summary: "" },
    });
    await shown(session({ done: true, chosen: 0, options: [verdict("This", "false"), verdict("That", "true")] }));
    const box = screen.getByTestId("prediction");
    expect(box.textContent).toContain("Your prediction was wrong. What happened is marked above.");
    expect(within(box).getByTestId("own").closest("label")?.textContent).toContain("This");
    expect(within(box).getByText("This happened").closest("label")?.textContent).toContain("That");
    expect(within(box).getByText(/Last word by kafka-1: t-0 ends at 3/)).toBeTruthy();
  });
});

it("takes up a step's action that was begun before the page was loaded again, under the step's buttons", async () => {
  const { host } = await shown(session({ chosen: 0 }));
  const there = { to: "actions", lab: "lab" } as const;
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(there))).toBe(true));
  const action = { topic: "t", do: "kafka.produce" };
  await host.push(there, [{ id: 9, action, by_hand: [], began_at: 0 }], 3000);
  await vi.waitFor(() => expect(screen.getByTestId("outcome").textContent).toContain("Do it"));
  expect(enabled(button("Read it"))).toBe(false);
  await host.push({ to: "action", lab: "lab", id: 9 }, { state: "done", says: "3 records" });
  await vi.waitFor(() => expect(screen.getByTestId("outcome").textContent).toContain("3 records"));
  expect(button("Read it").className).toContain("primary");
});

it("says that a verdict is waited for, and that there is none", async () => {
  await shown(session({ chosen: 0, judged: "settling" }));
  expect(screen.getByTestId("checks").textContent).toContain("Waiting for the engines to settle.");
  cleanup();
  await shown(session({ done: true, chosen: 0, judged: "undecided" }));
  expect(screen.getByTestId("prediction").textContent).toContain("Not decided");
});

describe("a check", () => {
  it("is not known before anybody judged it", async () => {
    await shown(null);
    const check = screen.getByTestId("check");
    expect(check.dataset["truth"]).toBe("unknown");
    expect(check.textContent).toContain("not yet known");
    expect(within(check).getByText("t").tagName).toBe("CODE");
  });

  it("shows whose word decided it, as the last and not the only one, and when", async () => {
    const evidence = { seq: 4, at: 58_000, source: "kafka-2", words: "t-0 ends at 3", summary: "" };
    await shown(session({ chosen: 0, checks: [{ says: "`t` has 3 records", truth: "true", evidence }] }));
    const check = screen.getByTestId("check");
    expect(check.dataset["truth"]).toBe("true");
    expect(check.textContent.replace(/\s+/g, " ")).toContain("Last word by kafka-2: t-0 ends at 3, 2.0 s ago");
  });
});

describe("a step that is done", () => {
  const check = { says: "`t` has 3 records", truth: "true" as const, evidence: null };
  const evidence = { seq: 4, at: 58_000, source: "kafka-2", words: "t-0 ends at 3", summary: "" };

  it("was done earlier where nothing was seen of its checks: what is said of it was so then", async () => {
    await shown(session({ done: true, chosen: 0, checks: [check] }));
    const said = screen.getByTestId("earlier").textContent.replace(/\s+/g, " ");
    expect(said).toContain("You did this step earlier, and the lab may have changed since.");
    expect(said).toContain("What is said below was so then. To do the step again");
    expect(within(screen.getByTestId("check")).getByRole("img", { name: "was true earlier" })).toBeTruthy();
    expect(button("Start over…")).toBeTruthy();
  });

  it("was done now where one of its checks has evidence or a button was pressed", async () => {
    await shown(session({ done: true, chosen: 0, checks: [{ ...check, evidence }] }));
    expect(screen.queryByTestId("earlier")).toBeNull();
    cleanup();
    await shown(session({ done: true, chosen: 0, pressed: [0], checks: [check] }));
    expect(screen.queryByTestId("earlier")).toBeNull();
    cleanup();
    await shown(session({ chosen: 0, checks: [check] }));
    expect(screen.queryByTestId("earlier")).toBeNull();
  });
});

it("starts a removed lab again with a button, without the line for a terminal", async () => {
  const hint = "Start it again: pipewright up kafka-1 --lab lab";
  const problem = { code: "lab_removed" as const, message: "Lab lab was removed.", detail: "", hint };
  const { host, user } = await shown({ ...session({ chosen: 0 }), phase: null, problem });
  const said = screen.getByRole("alert").textContent;
  expect(said).toContain("Lab lab was removed.");
  expect(said).not.toContain("pipewright up");
  expect(screen.getByText("The lab was removed. Start it again first.")).toBeTruthy();
  expect(screen.queryByText("The lab is not ready yet.")).toBeNull();
  await user.click(button("Start the lab again"));
  expect(host.asked).toContainEqual(["begin", { lesson: "kafka/one", anyway: false }]);
});

describe("the buttons of a step", () => {
  const refusal = Object.assign(new Error(), {
    code: "engine_said_no",
    message: "INSERT at QUORUM did not succeed: unconfigured table letters.",
    detail: "unconfigured table letters",
    hint: "Change the statement as Cassandra's words say.",
  });
  const act = {
    act: { id: 1, by_hand: [], unseen: "" },
    action: { state: "done", says: "3 records" },
  };
  const primary = (name: string) => button(name).classList.contains("primary");

  it("are marked once they were pressed, and the next one stands out", async () => {
    const { user } = await shown(session({ chosen: 0 }), act);
    expect([primary("Do it"), primary("Read it")]).toEqual([true, false]);
    await user.click(button("Do it"));
    await vi.waitFor(() => expect(primary("Read it")).toBe(true));
    expect(primary("Do it")).toBe(false);
    expect(document.getElementById(button("Do it").getAttribute("aria-describedby") ?? "")?.textContent).toBe("done");
  });

  it("are not marked when their action failed", async () => {
    const { user } = await shown(session({ chosen: 0 }), { act: new Error("no") });
    await user.click(button("Do it"));
    await screen.findByRole("alert");
    expect(primary("Do it")).toBe(true);
  });

  it("say which buttons before them were not pressed, and give no advice about what nobody typed", async () => {
    const { user } = await shown(session({ chosen: 0 }), { act: refusal });
    await user.click(button("Read it"));
    const said = (await screen.findByRole("alert")).textContent;
    expect(said).toContain("“Read it” did not succeed.");
    expect(said).toContain("INSERT at QUORUM did not succeed: unconfigured table letters.");
    expect(said).toContain("You have not pressed “Do it” in this step. You may have to do that first.");
    expect(said).not.toContain("Change the statement");
  });

  it("accuse no button that was pressed, also before the page was opened", async () => {
    const { user } = await shown(session({ chosen: 0, pressed: [0] }), { act: refusal });
    expect([primary("Do it"), primary("Read it")]).toEqual([false, true]);
    await user.click(button("Read it"));
    const said = (await screen.findByRole("alert")).textContent;
    expect(said).not.toContain("You have not pressed");
    expect(said).not.toContain("Change the statement");
    expect(said).toContain("Try again, or start over at this step.");
  });

  it("leave what is waited for, and since when, until the engines have said it", async () => {
    const { user } = await shown(session({ chosen: 0 }), act);
    expect(screen.queryByTestId("waits")).toBeNull();
    await user.click(button("Do it"));
    expect((await screen.findByTestId("waits")).textContent).toMatch(/Waiting for 1, 0\.\d s since the last action/);
  });

  it("begin anew when the step is started over", async () => {
    const { user } = await shown(session({ chosen: 0 }), act);
    await user.click(button("Do it"));
    await vi.waitFor(() => expect(primary("Do it")).toBe(false));
    await user.click(button("Start over…"));
    await user.click(button("Start over"));
    await vi.waitFor(() => expect(primary("Do it")).toBe(true));
    expect(screen.getByTestId("outcome").textContent.trim()).toBe("");
    expect(screen.queryByTestId("waits")).toBeNull();
  });
});

it("says at the end of a track's last lesson where there is more to learn", async () => {
  const lesson = {
    id: "cassandra/ring",
    title: "The ring",
    goal: "",
    minutes: 1,
    stack: "cassandra-3",
    steps: 3,
    done: 0,
  };
  const tracks = [
    { id: "kafka", title: "Kafka", says: "", stage: "ingestion", lessons: [{ ...text.info, done: 1 }] },
    { id: "cassandra", title: "Cassandra", says: "", stage: "storage", lessons: [lesson] },
  ];
  const last = { ...session(), step: "second", steps: [step("first", { done: true }), step("second", { done: true })] };
  await shown(last, { lessons: tracks });
  const link = await screen.findByRole("link", { name: "Go on with Cassandra: The ring" });
  expect(link.getAttribute("href")).toBe("#/learn/cassandra/ring");
  expect(screen.queryByRole("link", { name: "Next lesson" })).toBeNull();
});

it("gives hints one by one", async () => {
  const { host, user } = await shown(session({ hints: ["Look."] }));
  expect(screen.getByTestId("hints").textContent).toContain("Look.");
  await user.click(button("Hint 2 of 2"));
  expect(host.asked).toContainEqual(["hint", { lesson: "kafka/one", step: "first" }]);
});

it("says why the solution did not work", async () => {
  const problem = { code: "node_silent" as const, message: "kafka-1 does not answer.", detail: "", hint: "Start it." };
  await shown({ ...session({ chosen: 0 }), problem });
  expect(screen.getByRole("alert").textContent).toContain("kafka-1 does not answer.");
});

it("tells at each command line what Pipewright does not see of it", () => {
  const typed = (label: string, unseen: string, line = "cqlsh -e …") => {
    return { label, action: { do: "cassandra.execute" }, by_hand: [line], unseen };
  };
  const buttons = [
    typed("Read", "Pipewright does not see what your own client reads."),
    typed("Create", ""),
    typed("Plant", "Only the button does this.", "# No tool of Cassandra's writes on one replica alone."),
  ];
  render(ByHand, { props: { buttons, refresh: () => undefined } });
  const lines = screen.getAllByTestId("by-hand");
  const limit = (place: number) => lines[place]?.parentElement?.querySelector(`[data-of="${place}"]`)?.textContent;
  expect([limit(0), limit(1), limit(2)]).toEqual([
    "Pipewright does not see what your own client reads.",
    undefined,
    "Only the button does this.",
  ]);
  const remark = lines[2];
  expect(remark?.textContent.trim()).toBe("No tool of Cassandra's writes on one replica alone.");
  expect(remark && within(remark).queryByRole("button")).toBeNull();
});

it("offers the next step only when this one is done", async () => {
  await shown(session());
  expect(screen.queryByTestId("step-done")).toBeNull();
  cleanup();
  const { host, user } = await shown(session({ done: true }));
  expect(screen.getByTestId("step-done").textContent).toContain("That was it.");
  await user.click(button(/Next step: second/));
  expect(host.asked).toContainEqual(["go_to_step", { lesson: "kafka/one", step: "second" }]);
});

it("asks before it starts over", async () => {
  const { host, user } = await shown(session());
  await user.click(button("Start over…"));
  expect(host.asked.some(([command]) => command === "reset")).toBe(false);
  await user.click(button("Start over"));
  expect(host.asked).toContainEqual(["reset", { lesson: "kafka/one", step: "first" }]);
});

it("shows the lesson's own markup, and says why nothing can be done without a lab", async () => {
  await shown(null);
  expect(screen.getByText("this").tagName).toBe("B");
  expect(screen.getByText("Start the lab first.")).toBeTruthy();
});

it("starts a lab for which memory is short only when asked again", async () => {
  const problem = { code: "not_enough_memory" as const, message: "kafka-1 needs more.", detail: "", hint: "" };
  const { host, user } = await shown({ ...session(), phase: null, problem });
  expect(screen.getByRole("alert").textContent).toContain("kafka-1 needs more.");
  await user.click(button("Start it anyway"));
  expect(host.asked).toContainEqual(["begin", { lesson: "kafka/one", anyway: true }]);
});
