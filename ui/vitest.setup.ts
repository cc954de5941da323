// Clocks of a test file tick on after its page is gone: they are stopped with it. A wait is for a condition, not for a time:
// its limit is generous, since other work may have the processor.
import { configure } from "@testing-library/svelte";
import { afterAll, vi } from "vitest";

const LIMIT = 60_000;
configure({ asyncUtilTimeout: LIMIT });
const waitFor = vi.waitFor;
vi.waitFor = (condition, limit) => waitFor(condition, limit ?? LIMIT);

const begun: ReturnType<typeof setInterval>[] = [];
const begin = globalThis.setInterval;
globalThis.setInterval = ((...call: Parameters<typeof begin>) => {
  const timer = begin(...call);
  begun.push(timer);
  return timer;
}) as typeof begin;

afterAll(() => {
  begun.forEach((timer) => clearInterval(timer));
});
