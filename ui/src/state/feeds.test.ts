import { mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ScriptedHost } from "../../dev/scripted";
import { Client } from "../rpc/client";
import type { JobInfo, LabInfo } from "../rpc/schema.gen";
import Following from "./Following.test.svelte";

const LABS = { to: "labs" } as const;
const JOBS = { to: "jobs" } as const;
const lab = (name: string) => [{ lab: name } as LabInfo];

let hidden = false;
beforeEach(() => void vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden));

async function following(host: ScriptedHost) {
  const app = mount(Following, { target: document.body, props: { client: new Client(host) } });
  await vi.waitFor(() => expect(host.followed.size).toBe(2));
  return app;
}

function hide(now: boolean) {
  hidden = now;
  document.dispatchEvent(new Event("visibilitychange"));
}

afterEach(() => {
  document.body.replaceChildren();
  hidden = false;
});

it("shows what is pushed, and acknowledges only once it is shown", async () => {
  const host = new ScriptedHost();
  const app = await following(host);
  let through = false;
  const pushed = host.push(LABS, lab("one")).then(() => (through = true));
  expect(through).toBe(false);
  await pushed;
  await vi.waitFor(() => expect(document.body.textContent).toContain("one"));
  await unmount(app);
  expect(host.followed.size).toBe(0);
});

it("changes state once a frame, however many feeds push", async () => {
  const frames = vi.spyOn(globalThis, "requestAnimationFrame");
  const host = new ScriptedHost();
  const app = await following(host);
  frames.mockClear();
  await Promise.all([host.push(LABS, lab("two")), host.push(JOBS, [{ job: 7 } as JobInfo])]);
  expect(frames).toHaveBeenCalledTimes(1);
  await unmount(app);
});

it("shows what is pushed where nothing is drawn, too", async () => {
  const host = new ScriptedHost();
  const app = await following(host);
  const frames = vi.spyOn(globalThis, "requestAnimationFrame").mockReturnValue(0);
  await host.push(LABS, lab("four"));
  await vi.waitFor(() => expect(document.body.textContent).toContain("four"));
  frames.mockRestore();
  await unmount(app);
});

it("follows nothing while the page is hidden, and follows again when it is not", async () => {
  const host = new ScriptedHost();
  const app = await following(host);
  hide(true);
  await vi.waitFor(() => expect(host.followed.size).toBe(0));
  hide(false);
  await vi.waitFor(() => expect(host.followed.size).toBe(2));
  await unmount(app);
});

it("keeps the last value beside a problem, and follows again after it", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const host = new ScriptedHost();
  const app = mount(Following, { target: document.body, props: { client: new Client(host) } });
  for (let turn = 0; turn < 10 && host.followed.size < 2; turn++) await Promise.resolve();
  vi.useRealTimers();
  await host.push(LABS, lab("three"));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const before = host.followed.get(JSON.stringify(LABS));
  const problem = { code: "unknown" as const, message: "There is no such lab.", detail: "", hint: "" };
  await host.push(LABS, null, 0, problem);
  await Promise.resolve();
  expect(document.body.textContent).toContain("three");
  expect(document.body.textContent).toContain("There is no such lab.");
  await vi.advanceTimersByTimeAsync(2000);
  vi.useRealTimers();
  expect(host.followed.get(JSON.stringify(LABS))).not.toBe(before);
  await unmount(app);
});
