import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Push } from "../rpc/schema.gen";
import type { Connection } from "./host";
import { takeToken } from "./token";
import { WebHost } from "./web";

/** The server's side of a socket. */
class Socket {
  static opened: Socket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: () => void = () => undefined;
  onclose: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  constructor(readonly address: string) {
    Socket.opened.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  say(what: object) {
    this.onmessage({ data: JSON.stringify(what) });
  }
  end() {
    this.readyState = 3;
    this.onclose();
  }
  static last(): Socket {
    const last = Socket.opened.at(-1);
    if (!last) throw new Error("no socket was opened");
    return last;
  }
}

const token = { value: "secret", why: "", hint: "", address: (value: string) => `ws://127.0.0.1/ws?token=${value}` };

beforeEach(() => {
  Socket.opened = [];
  vi.stubGlobal("WebSocket", Socket);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("asks once the socket is open, and gives answers and problems back", async () => {
  const host = new WebHost(token);
  const labs = host.rpc("labs", {});
  const bad = host.rpc("act", { lab: "x" });
  expect(Socket.last().sent).toEqual([]);
  Socket.last().open();
  expect(Socket.last().sent).toEqual([
    { id: 1, rpc: "labs", payload: {} },
    { id: 2, rpc: "act", payload: { lab: "x" } },
  ]);
  Socket.last().say({ id: 2, problem: { code: "unknown", message: "no" } });
  Socket.last().say({ id: 1, ok: ["lab"] });
  expect(await labs).toEqual(["lab"]);
  await expect(bad).rejects.toMatchObject({ code: "unknown" });
});

it("acknowledges a push when the page is through with it, and not before", async () => {
  const host = new WebHost(token);
  Socket.last().open();
  let through: () => void = () => undefined;
  const pushes: Push[] = [];
  const following = host.subscribe({ to: "labs" }, (push) => {
    pushes.push(push);
    return new Promise((done) => (through = done));
  });
  Socket.last().say({ id: 1, ok: {} });
  const end = await following;
  Socket.last().say({ push: 1, rev: 4, now: 9, value: [], problem: null });
  expect(pushes).toEqual([{ rev: 4, now: 9, value: [], problem: null }]);
  expect(Socket.last().sent).toHaveLength(1);
  through();
  await vi.advanceTimersByTimeAsync(0);
  expect(Socket.last().sent.at(-1)).toEqual({ ack: 1, rev: 4 });
  end();
  expect(Socket.last().sent.at(-1)).toEqual({ unsubscribe: 1 });
});

it("comes back by itself, says why it was away, and follows again what was followed", async () => {
  const host = new WebHost(token);
  const seen: Connection[] = [];
  host.watchConnection((connection) => seen.push(connection));
  Socket.last().open();
  const following = host.subscribe({ to: "jobs" }, () => Promise.resolve());
  Socket.last().say({ id: 1, ok: {} });
  await following;
  const told = vi.fn();
  host.rpc("act", { lab: "a" }).catch(told);
  Socket.last().end();
  expect(seen.at(-1)).toMatchObject({ up: false, attempt: 1 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(Socket.opened).toHaveLength(2);
  expect(told, "one loss is told once: by the connection, while it is gone").not.toHaveBeenCalled();
  Socket.last().open();
  expect(seen.at(-1)).toEqual({ up: true });
  await vi.waitFor(() => expect(told).toHaveBeenCalledWith(expect.objectContaining({ code: "not_now" })));
  expect(Socket.last().sent).toEqual([{ id: 1, subscribe: { to: "jobs" } }]);
});

it("asks again for what it only asked, and does nothing twice", async () => {
  const host = new WebHost(token);
  Socket.last().open();
  const lesson = host.rpc("lesson", { lesson: "kafka/first-topic" });
  const hint = host.rpc("hint", { lesson: "kafka/first-topic", step: "order" });
  const following = host.subscribe({ to: "labs" }, () => Promise.resolve());
  Socket.last().end();
  await vi.advanceTimersByTimeAsync(10_000);
  Socket.last().open();
  await expect(hint).rejects.toMatchObject({ code: "not_now" });
  expect(Socket.last().sent).toEqual([
    { id: 1, rpc: "lesson", payload: { lesson: "kafka/first-topic" } },
    { id: 3, subscribe: { to: "labs" } },
  ]);
  Socket.last().say({ id: 1, ok: "its text" });
  Socket.last().say({ id: 3, ok: {} });
  expect(await lesson).toBe("its text");
  await following;
});

it("says what to do when the address has no token", () => {
  const host = new WebHost({
    ...token,
    value: null,
    why: "This address has no token.",
    hint: "Open the whole address.",
  });
  let seen: Connection | null = null;
  host.watchConnection((connection) => (seen = connection));
  expect(seen).toMatchObject({ up: false, why: "This address has no token." });
  expect(Socket.opened).toHaveLength(0);
});

it("takes the token out of the address bar and keeps it for the tab", () => {
  history.replaceState(null, "", "/?token=abc#/lab");
  const first = takeToken();
  expect(first.value).toBe("abc");
  expect(location.href).not.toContain("abc");
  expect(location.hash).toBe("#/lab");
  expect(takeToken().value).toBe("abc");
  expect(new URL(first.address("abc")).searchParams.get("token")).toBe("abc");
  sessionStorage.clear();
});
