// An action from the button to its end, by its id.
import { afterEach, expect, it, vi } from "vitest";
import { Client, ScriptedHost } from "../../dev/scripted";
import { Acting } from "./acting.svelte";

const TO = { to: "action", lab: "lab", id: 4 } as const;
const CALL = { do: "kafka.produce", topic: "t" };
const key = JSON.stringify(TO);

function begun(): { host: ScriptedHost; acting: Acting; ended: Promise<boolean> } {
  const host = new ScriptedHost({ act: { id: 4, by_hand: ["kafka-console-producer.sh"] } });
  const acting = new Acting(new Client(host), "lab");
  return { host, acting, ended: acting.act(CALL, "Produce") };
}
const followed = (host: ScriptedHost) => vi.waitFor(() => expect(host.followed.has(key)).toBe(true));

afterEach(() => vi.restoreAllMocks());

it("tells how far it is, then what came back, and follows it no longer", async () => {
  const { host, acting, ended } = begun();
  await followed(host);
  expect([acting.running, acting.id]).toEqual([true, 4]);
  const progress = { step: "read t", detail: "", done: 3, total: 9, unit: "records" };
  await host.push(TO, { state: "running", progress });
  expect(acting.progress).toEqual(progress);
  await host.push(TO, { state: "done", says: "9 records" });
  expect(await ended).toBe(true);
  expect(acting.answer).toEqual({ id: 4, by_hand: ["kafka-console-producer.sh"], says: "9 records" });
  expect(host.followed.has(key)).toBe(false);
});

it("fails as the action failed, or as nobody knows how it ended", async () => {
  const problem = { code: "engine_said_no", message: "No.", detail: "", hint: "" } as const;
  const one = begun();
  await followed(one.host);
  await one.host.push(TO, { state: "failed", problem });
  expect([await one.ended, one.acting.problem]).toEqual([false, problem]);

  const other = begun();
  await followed(other.host);
  await other.host.push(TO, null, 0, { ...problem, code: "unknown" });
  expect([await other.ended, other.acting.problem?.code]).toEqual([false, "unknown"]);
});

it("is stopped by its id, also when it was unwanted before it had one", async () => {
  const { host, acting, ended } = begun();
  await acting.cancel();
  await followed(host);
  expect(host.asked).toContainEqual(["cancel_action", { lab: "lab", id: 4 }]);
  await host.push(TO, { state: "failed", problem: { code: "cancelled", message: "Cancelled.", detail: "", hint: "" } });
  expect(await ended).toBe(false);
  expect(acting.problem?.code).toBe("cancelled");
});
